//! Forms as browsers and vendors send them.

/// The fields in their order; `None` where a name or a value is not UTF-8: half a character taken
/// for a whole one would be kept as a text that was not sent.
pub fn form_pairs(body: &[u8]) -> Option<Vec<(String, String)>> {
    let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (pair.get(..at)?, pair.get(at + 1..)?),
                None => (pair, &[][..]),
            };
            Some((decoded(name)?, decoded(value)?))
        })
        .collect()
}

fn decoded(text: &[u8]) -> Option<String> {
    let hex = |byte: &u8| char::from(*byte).to_digit(16);
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, more @ ..]) => match (hex(high), hex(low)) {
                (Some(high), Some(low)) => {
                    bytes.push((high * 16 + low) as u8);
                    rest = more;
                }
                _ => bytes.push(b'%'),
            },
            (other, _) => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::form_pairs;

    #[test]
    fn is_what_browsers_mean() {
        for text in [
            "a=1&b=two+words&c=%E5%BC%A0&d=a%3Db%26c",
            "a&b=&=c&&d==e",
            "%zz=%4&x=100%",
            "a=%F0%9F%98%80&a=again",
            "",
        ] {
            let ours = form_pairs(text.as_bytes()).unwrap();
            let theirs: Vec<(String, String)> =
                form_urlencoded::parse(text.as_bytes()).into_owned().collect();
            assert_eq!(ours, theirs, "{text}");
        }
    }

    #[test]
    fn what_is_no_utf_8_is_no_form() {
        for bytes in
            [&b"a=\xff"[..], b"a=%FF", b"%C3=1", b"a=%E5%BC", b"a=1&b=\xe5\xbc", b"a=%ED%A0%80"]
        {
            assert_eq!(form_pairs(bytes), None, "{bytes:?}");
        }
    }
}
