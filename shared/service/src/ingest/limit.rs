//! How many requests an endpoint takes: a bucket of tokens in each isolate, which fills evenly.
//! Off unless the endpoint's setting `limit_per_minute` says otherwise.

use crate::Host;
use serde::{Deserialize, Serialize};
use tributary_channels::EndpointConfig;
use tributary_core::time::{MINUTE_MS, Timestamp};

/// The setting, which every channel that receives has.
pub const SETTING: &str = "limit_per_minute";
/// No endpoint is limited to more.
const MAX_PER_MINUTE: i64 = 1_000_000;

/// A limit, where the text is one.
pub fn parse(text: &str) -> Option<i64> {
    text.parse().ok().filter(|limit| (1..=MAX_PER_MINUTE).contains(limit))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Bucket {
    /// Thousandths of a minute's allowance times requests: what is left, in milliseconds worth.
    left: i64,
    at: Timestamp,
}

/// Whether one more request is taken now.
///
/// # Errors
/// The seconds after which one will be.
pub fn admit<H: Host>(host: &H, config: &EndpointConfig) -> Result<(), i64> {
    let Some(limit) = config.setting(SETTING).and_then(parse) else { return Ok(()) };
    let key = format!("limit:{}/{}", config.channel, config.id);
    let before = host.memory_get(&key).and_then(|text| serde_json::from_str(&text).ok());
    let (bucket, verdict) = take(before, limit, host.now());
    // Invariant: two numbers always serialise.
    host.memory_put(&key, &serde_json::to_string(&bucket).unwrap_or_default());
    verdict
}

/// A request costs a minute's milliseconds; each millisecond brings the limit back, up to a whole
/// minute's worth.
fn take(before: Option<Bucket>, limit: i64, now: Timestamp) -> (Bucket, Result<(), i64>) {
    let full = limit * MINUTE_MS;
    let left = match before {
        Some(bucket) => {
            let passed_ms = now.since_ms(bucket.at).clamp(0, MINUTE_MS);
            full.min(bucket.left.max(0) + passed_ms * limit)
        }
        None => full,
    };
    if left >= MINUTE_MS {
        return (Bucket { left: left - MINUTE_MS, at: now }, Ok(()));
    }
    let wait_ms = (MINUTE_MS - left + limit - 1) / limit;
    (Bucket { left, at: now }, Err((wait_ms + 999) / 1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minutes_worth_at_once_and_then_evenly() {
        let mut bucket = None;
        let mut at = |ms: i64| {
            let (after, verdict) = take(bucket, 60, Timestamp(ms));
            bucket = Some(after);
            verdict
        };
        for _ in 0..60 {
            assert_eq!(at(0), Ok(()));
        }
        assert_eq!(at(0), Err(1));
        assert_eq!(at(999), Err(1));
        assert_eq!(at(1_000), Ok(()), "one a second");
        assert_eq!(at(1_001), Err(1));
        assert_eq!(at(10 * MINUTE_MS), Ok(()));
        for _ in 0..59 {
            assert_eq!(at(10 * MINUTE_MS), Ok(()), "never more than a minute's worth");
        }
        assert_eq!(at(10 * MINUTE_MS), Err(1));
        // A clock that goes back gives nothing away.
        assert_eq!(at(0), Err(1));
    }

    #[test]
    fn the_wait_is_what_is_missing() {
        let (bucket, first) = take(None, 1, Timestamp(0));
        assert_eq!(first, Ok(()));
        assert_eq!(take(Some(bucket), 1, Timestamp(0)).1, Err(60));
        assert_eq!(take(Some(bucket), 1, Timestamp(59_001)).1, Err(1));
        assert_eq!(take(Some(bucket), 1, Timestamp(60_000)).1, Ok(()));
    }

    #[test]
    fn what_is_a_limit() {
        assert_eq!(
            ["1", "1000000", "0", "-1", "1000001", "x", ""].map(parse),
            [Some(1), Some(1_000_000), None, None, None, None, None]
        );
    }
}
