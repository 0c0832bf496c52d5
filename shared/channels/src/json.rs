//! JSON from strangers: bounded in size and depth, whole, and safe to store.
//!
//! Integers that a double cannot hold come out as strings (Shopify's and WeChat's 64-bit ids pass
//! through JavaScript and SQLite later on), and U+0000 is left out of every string, because
//! SQLite's JSON functions stop at it. Integers beyond 64 bits become floating point.

use crate::channel::Reject;
use serde_json::{Map, Value};
pub use tributary_core::json::without_nul;
use tributary_core::json::{Unread, read};

/// Reads one JSON text of at most `max_bytes`, with or without a byte order mark.
///
/// # Errors
/// [`Reject::TOO_LARGE`], [`Reject::TOO_DEEP`], or [`Reject::MALFORMED`], also when anything
/// follows the value.
pub fn parse(bytes: &[u8], max_bytes: usize) -> Result<Value, Reject> {
    if bytes.len() > max_bytes {
        return Err(Reject::TOO_LARGE);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| Reject::MALFORMED)?;
    read(text).or_else(|unread| match unread {
        Unread::TooDeep => Err(Reject::TOO_DEEP),
        Unread::Malformed => match mend_surrogates(text) {
            Some(mended) => read(&mended).map_err(|_| Reject::MALFORMED),
            None => Err(Reject::MALFORMED),
        },
    })
}

/// As [`parse`], of what must be an object.
///
/// # Errors
/// Those of [`parse`]; [`Reject::MALFORMED`] also where it is something else.
pub fn parse_object(bytes: &[u8], max_bytes: usize) -> Result<Map<String, Value>, Reject> {
    match parse(bytes, max_bytes)? {
        Value::Object(object) => Ok(object),
        _ => Err(Reject::MALFORMED),
    }
}

/// Clients that cut a text in the middle of an emoji send half of a surrogate pair, `"\ud83d"`.
/// One such event must not cost the batch it is in: the half becomes U+FFFD. `None` when there
/// was nothing to mend.
fn mend_surrogates(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut mended = false;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let (keep, skip) = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (escape.get(..12), 12),
            (Some(0xd800..=0xdfff), _) => {
                mended = true;
                (Some("\\ufffd"), 6)
            }
            // Any other escape: the backslash and the character it escapes.
            _ => {
                let length = 1 + escape.chars().nth(1).map_or(0, char::len_utf8);
                (escape.get(..length), length)
            }
        };
        out.push_str(keep.unwrap_or_default());
        rest = escape.get(skip..).unwrap_or_default();
    }
    out.push_str(rest);
    mended.then_some(out)
}

/// The code unit of a `\uXXXX` escape at the start of the text.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tributary_core::json::MAX_DEPTH;

    fn check(text: &str) -> Result<Value, &'static str> {
        parse(text.as_bytes(), 10_000).map_err(|reject| reject.code)
    }

    #[test]
    fn reads_what_is_json() {
        let text = "\u{feff} {\"a\":[1,-2,3.5,true,null,\"x\"],\"b\":{}} \r\n";
        assert_eq!(check(text), Ok(json!({"a": [1, -2, 3.5, true, null, "x"], "b": {}})));
    }

    #[test]
    fn refuses_the_rest() {
        for text in ["", " ", "{", "{}x", "{} {}", "[1,]", "nul", "{\"a\":1e999}", "{'a':1}"] {
            assert_eq!(check(text), Err("malformed_body"), "{text}");
        }
        assert_eq!(parse(b"{\"a\":\"\xff\"}", 100), Err(Reject::MALFORMED));
        assert_eq!(parse(b"[1,2,3]", 6), Err(Reject::TOO_LARGE));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(check(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(check(&nested(MAX_DEPTH + 1)), Err("nested_too_deep"));
        assert_eq!(check(&"[".repeat(9_000)), Err("nested_too_deep"));
        assert_eq!(check(&"{\"a\":".repeat(1_500)), Err("nested_too_deep"));
    }

    #[test]
    fn long_ids_survive() {
        let text = "[9007199254740991,9007199254740992,820982911946154508,-9007199254740993,\
                    18446744073709551615]";
        assert_eq!(
            check(text),
            Ok(json!([
                9007199254740991u64,
                "9007199254740992",
                "820982911946154508",
                "-9007199254740993",
                "18446744073709551615"
            ]))
        );
    }

    #[test]
    fn nul_is_left_out() {
        assert_eq!(check(r#"{"a\u0000":"x\u0000y"}"#), Ok(json!({"a": "xy"})));
    }

    #[test]
    fn half_an_emoji_does_not_cost_the_batch() {
        assert_eq!(check(r#"["a\ud83d","\ude00b"]"#), Ok(json!(["a\u{fffd}", "\u{fffd}b"])));
        assert_eq!(check(r#"["\ud83d\ude00\ud83d"]"#), Ok(json!(["😀\u{fffd}"])));
        assert_eq!(check(r#"["\\ud83d \ud83d"]"#), Ok(json!(["\\ud83d \u{fffd}"])));
        assert_eq!(check(r#"["\ud83d"#), Err("malformed_body"));
        assert_eq!(check("[\"\\ud83d\", \"\\"), Err("malformed_body"));
    }
}
