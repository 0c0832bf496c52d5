//! Reading what vendors write: text that may be a number, time in any notation, decimal money.

use serde_json::{Map, Value};
use tributary_core::time::{HOUR_MS, Timestamp};

/// The longest event name that is kept.
const MAX_NAME_CHARS: usize = 200;

/// Times above this many seconds (the year 5138) are milliseconds.
const MAX_SECONDS: i64 = 100_000_000_000;

/// A text or an integer, trimmed; `None` for what is absent, empty or neither.
pub fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}

/// The first of these fields that holds a text.
pub fn first_text(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| text(object.get(*name)))
}

/// RFC 3339, a local time without offset (read as UTC+8, as Chinese vendors mean it), or an
/// integer of seconds or milliseconds since the epoch, also as text.
pub fn time(value: Option<&Value>) -> Option<Timestamp> {
    let text = text(value)?;
    if let Ok(number) = text.parse::<i64>() {
        return match number {
            ..0 => None,
            0..MAX_SECONDS => Some(Timestamp(number.saturating_mul(1_000))),
            _ => Some(Timestamp(number)),
        };
    }
    Timestamp::parse_rfc3339(&text).or_else(|| {
        let naive = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y/%m/%d %H:%M:%S"]
            .iter()
            .find_map(|format| chrono::NaiveDateTime::parse_from_str(&text, format).ok())?;
        Some(Timestamp(naive.and_utc().timestamp_millis()).plus_ms(-8 * HOUR_MS))
    })
}

/// An event's name as it is kept: no control characters, not too long, and not beginning with
/// `$`, which is how the suite's own facts begin. `None` when nothing is left.
pub fn event_name(name: &str) -> Option<String> {
    let clean: String = name.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect();
    let clean = clean.trim().trim_start_matches('$').trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

/// A decimal amount (`"199.90"`) in the currency's minor unit, exact; half a unit is rounded
/// away from zero. `None` where it is not a decimal or does not fit.
pub fn minor_units(amount: &str, currency: &str) -> Option<i64> {
    let amount = amount.trim();
    let (negative, digits) = match amount.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, amount),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let decimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !decimal(whole) || !decimal(fraction) {
        return None;
    }
    let places = minor_digits(currency);
    let mut total = whole.parse::<i64>().ok()?;
    let mut rest = fraction.bytes().map(|byte| i64::from(byte - b'0'));
    for _ in 0..places {
        total = total.checked_mul(10)?.checked_add(rest.next().unwrap_or(0))?;
    }
    if rest.next().is_some_and(|digit| digit >= 5) {
        total = total.checked_add(1)?;
    }
    Some(if negative { -total } else { total })
}

/// ISO 4217, "List one": the digits after the decimal point.
fn minor_digits(currency: &str) -> usize {
    match currency.to_ascii_uppercase().as_str() {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts() {
        assert_eq!(text(Some(&json!(" a "))), Some("a".into()));
        assert_eq!(text(Some(&json!(13_800_138_000_u64))), Some("13800138000".into()));
        for nothing in [json!(null), json!(""), json!(1.5), json!([]), json!(true)] {
            assert_eq!(text(Some(&nothing)), None);
        }
    }

    #[test]
    fn times() {
        let check = |value: Value| time(Some(&value)).map(Timestamp::to_rfc3339);
        let new_year = Some("2026-01-01T00:00:00.000Z".to_owned());
        for value in [
            json!("2026-01-01T00:00:00Z"),
            json!("2026-01-01T08:00:00.000000+08:00"),
            json!("2026-01-01 08:00:00"),
            json!("2026/01/01 08:00:00"),
            json!(1_767_225_600),
            json!("1767225600"),
            json!(1_767_225_600_000_u64),
        ] {
            assert_eq!(check(value.clone()), new_year, "{value}");
        }
        for value in [json!("soon"), json!(-1), json!(null), json!("2026-13-01 00:00:00")] {
            assert_eq!(check(value), None);
        }
    }

    #[test]
    fn names() {
        assert_eq!(event_name(" Order\u{7} Completed "), Some("Order Completed".into()));
        assert_eq!(event_name("$$message.sent"), Some("message.sent".into()));
        assert_eq!(event_name("$ "), None);
        assert_eq!(event_name(&"名".repeat(900)).unwrap().chars().count(), MAX_NAME_CHARS);
    }

    #[test]
    fn money_is_exact() {
        for (amount, currency, minor) in [
            ("199.90", "CNY", Some(19_990)),
            ("199.9", "cny", Some(19_990)),
            ("0.29", "USD", Some(29)),
            ("1000", "JPY", Some(1_000)),
            ("1000.00", "JPY", Some(1_000)),
            ("1.2345", "KWD", Some(1_235)),
            ("-5.00", "EUR", Some(-500)),
            ("92233720368547758.08", "USD", None),
            ("1,000.00", "USD", None),
            ("", "USD", None),
            (".5", "USD", None),
            ("1e3", "USD", None),
        ] {
            assert_eq!(minor_units(amount, currency), minor, "{amount} {currency}");
        }
    }
}
