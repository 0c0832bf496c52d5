//! When to try again.

use crate::outbound::{ProviderAnswer, SendOutcome};
use tributary_core::time::{DAY_MS, Moment, SECOND_MS, Timestamp};

/// No provider's word holds longer than this: an absurd `Retry-After` must not park a message
/// for ever.
pub const MAX_RETRY_AFTER_MS: i64 = DAY_MS;

/// The answer's `Retry-After` in milliseconds from now, between 0 and [`MAX_RETRY_AFTER_MS`].
/// Source: RFC 9110, "Retry-After": seconds or an HTTP date.
pub fn retry_after_ms(answer: &ProviderAnswer, now: Timestamp) -> Option<i64> {
    let value = answer.header("retry-after")?.trim();
    let after_ms = match value.parse::<f64>() {
        // A cast saturates, and takes what is not a number for 0.
        Ok(seconds) => (seconds * SECOND_MS as f64) as i64,
        Err(_) => {
            // An HTTP date is always GMT.
            Moment::of_text(value).in_zone(0).known().ok()?.since_ms(now)
        }
    };
    Some(after_ms.clamp(0, MAX_RETRY_AFTER_MS))
}

/// What a status that is not a success means to most providers: too many or not now is tried
/// again, anything else is final.
pub fn by_status(answer: &ProviderAnswer, reason: String, now: Timestamp) -> SendOutcome {
    match answer.status {
        408 | 425 | 429 | 500..=599 => {
            SendOutcome::Retry { reason, after_ms: retry_after_ms(answer, now) }
        }
        _ => SendOutcome::Failed { reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after() {
        let now = Timestamp::parse_rfc3339("2026-01-01T00:00:00Z").unwrap();
        for (value, expect) in [
            ("120", Some(120_000)),
            (" 0 ", Some(0)),
            ("1.5", Some(1_500)),
            ("-30", Some(0)),
            ("999999999999999999999999", Some(MAX_RETRY_AFTER_MS)),
            ("inf", Some(MAX_RETRY_AFTER_MS)),
            ("NaN", Some(0)),
            ("Thu, 01 Jan 2026 00:02:00 GMT", Some(120_000)),
            ("Wed, 31 Dec 2025 00:00:00 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(MAX_RETRY_AFTER_MS)),
            ("soon", None),
            ("", None),
        ] {
            let headers = vec![("retry-after".to_owned(), value.to_owned())];
            let answer = ProviderAnswer { status: 429, headers, body: Vec::new() };
            assert_eq!(retry_after_ms(&answer, now), expect, "{value:?}");
        }
        assert_eq!(retry_after_ms(&ProviderAnswer::default(), now), None);
    }
}
