//! One plain address of mail, as a person's account has it.

/// RFC 5321, 4.5.3.1.3.
const MAX_BYTES: usize = 254;

/// Whether a text is one address and nothing else: no list, no name in front, nothing that a mail
/// program or a header could read as the beginning of something else.
pub fn is_mail_address(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let in_name = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let in_label = |c: char| c.is_alphanumeric() || c == '-';
    let dotted = |text: &str| text.split('.').all(|part| !part.is_empty());
    let labels: Vec<&str> = host.split('.').collect();
    let is_label =
        |label: &&str| label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-');
    text.len() <= MAX_BYTES
        && name.len() <= 64
        && name.chars().all(in_name)
        && dotted(name)
        && labels.len() > 1
        && dotted(host)
        && labels.iter().all(is_label)
        && labels.iter().all(|label| label.chars().all(in_label))
        && labels.last().is_some_and(|last| !last.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_and_nothing_else() {
        for address in [
            "ada@example.com",
            "ada.lovelace+crm@mail.example.co.uk",
            "o'brien@example.com",
            "a@b.cn",
            "张三@例子.中国",
            "user_1@xn--fsqu00a.xn--0zwm56d",
        ] {
            assert!(is_mail_address(address), "{address}");
        }
        for address in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "ada@example",
            "a@b@example.com",
            "ada@example.com,eve@evil.example",
            "ada@example.com;eve@evil.example",
            "ada@example.com eve@evil.example",
            "ada@example.com\n",
            "ada@example.com\r\nBcc: eve@evil.example",
            "ada\0@example.com",
            "ada@example.com\0",
            "<ada@example.com>",
            "Ada <ada@example.com>",
            "\"ada\"@example.com",
            "ada@example.com>",
            "ada@[127.0.0.1]",
            "ada@127.0.0.1",
            "ada@.com",
            "ada@example..com",
            ".ada@example.com",
            "ada@-example.com",
            "ada\u{200b}@example.com",
            "ada@example.com\u{2028}",
            "a:b@example.com",
            "ada(x)@example.com",
            "ada@exa\tmple.com",
            "ada%0a@example.com ",
        ] {
            assert!(!is_mail_address(address), "{address:?}");
        }
        assert!(!is_mail_address(&format!("{}@example.com", "a".repeat(250))));
    }
}
