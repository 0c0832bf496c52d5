//! Reading what vendors write: text that may be a number, time in any notation, decimal money.

use serde_json::{Map, Value};
pub use tributary_core::money::{minor_of, minor_units};
use tributary_core::time::Moment;

/// The longest event name that is kept.
const MAX_NAME_CHARS: usize = 200;

/// The largest number below which every integer has a double of its own.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// A text or an integer, trimmed; `None` for what is absent, empty or neither. What knows no
/// integers writes them as 12345.0.
pub fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        Value::Number(number) => number
            .as_f64()
            .filter(|it| it.fract() == 0.0 && it.abs() <= MAX_SAFE_INTEGER)
            // Minus nought is nought.
            .map(|it| format!("{:.0}", it + 0.0)),
        _ => None,
    }
}

/// The first of these fields that holds a text.
pub fn first_text(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| text(object.get(*name)))
}

/// When something happened, in any of the notations that [`Moment`] reads. `None`: it is not said.
pub fn time(value: Option<&Value>) -> Option<Moment> {
    Moment::read(value?)
}

/// As [`time`], where a time without a zone is UTC.
pub fn utc(value: Option<&Value>) -> Option<Moment> {
    time(value).map(|moment| moment.in_zone(0))
}

/// An event's name as it is kept: no control characters, not too long, and not beginning with
/// `$`, which is how the suite's own facts begin. `None` when nothing is left.
pub fn event_name(name: &str) -> Option<String> {
    let clean: String = name.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect();
    let clean = clean.trim().trim_start_matches('$').trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts() {
        assert_eq!(text(Some(&json!(" a "))), Some("a".into()));
        assert_eq!(text(Some(&json!(13_800_138_000_u64))), Some("13800138000".into()));
        for (number, whole) in
            [("12345.0", "12345"), ("1.2345e4", "12345"), ("-7.0", "-7"), ("-0.0", "0")]
        {
            let number = serde_json::from_str(number).unwrap();
            assert_eq!(text(Some(&number)).as_deref(), Some(whole));
        }
        for nothing in [json!(null), json!(""), json!(1.5), json!(1e300), json!([]), json!(true)] {
            assert_eq!(text(Some(&nothing)), None);
        }
    }

    #[test]
    fn names() {
        assert_eq!(event_name(" Order\u{7} Completed "), Some("Order Completed".into()));
        assert_eq!(event_name("$$message.sent"), Some("message.sent".into()));
        assert_eq!(event_name("$ "), None);
        assert_eq!(event_name(&"名".repeat(900)).unwrap().chars().count(), MAX_NAME_CHARS);
    }
}
