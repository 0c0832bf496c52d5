//! How many requests an endpoint takes: a bucket of tokens in each isolate, which fills evenly. What
//! is used up stays so when the endpoint changes.

use crate::Host;
use crate::endpoints::ROUTED;
use serde::{Deserialize, Serialize};
use tributary_channels::EndpointConfig;
use tributary_core::time::{MINUTE_MS, Timestamp};

/// The setting, which every channel that receives has.
pub const SETTING: &str = "limit_per_minute";
/// No endpoint is limited to more.
const MAX_PER_MINUTE: i64 = 1_000_000;
/// The collector's limit where none is set: a write key stands in every page, so that anybody may
/// send. More than two hundred requests a second are no visitors.
pub const COLLECTOR_PER_MINUTE: i64 = 12_000;

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

/// Whether the endpoint takes one more request now.
///
/// # Errors
/// The seconds after which it will.
pub fn of_endpoint<H: Host>(host: &H, config: &EndpointConfig) -> Result<(), i64> {
    match per_minute(config) {
        Some(limit) => admit(host, &format!("{}/{}", config.channel, config.id), limit),
        None => Ok(()),
    }
}

fn per_minute(config: &EndpointConfig) -> Option<i64> {
    let default = (config.channel == ROUTED.0).then_some(COLLECTOR_PER_MINUTE);
    config.setting(SETTING).and_then(parse).or(default)
}

/// Whether one more is taken now of what may come so often under this key.
///
/// # Errors
/// The seconds after which one will be.
pub fn admit<H: Host>(host: &H, key: &str, limit: i64) -> Result<(), i64> {
    let key = format!("limit:{key}");
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
    fn what_anybody_may_send_to_is_limited_unless_told() {
        let config = |channel: &str, limit: Option<&str>| EndpointConfig {
            channel: channel.to_owned(),
            settings: limit
                .map(|limit| (SETTING.to_owned(), limit.to_owned()))
                .into_iter()
                .collect(),
            ..EndpointConfig::default()
        };
        assert_eq!(per_minute(&config("web", None)), Some(COLLECTOR_PER_MINUTE));
        assert_eq!(per_minute(&config("web", Some("1000000"))), Some(1_000_000));
        assert_eq!(per_minute(&config("web", Some("never"))), Some(COLLECTOR_PER_MINUTE));
        assert_eq!(per_minute(&config("shopify", None)), None);
        assert_eq!(per_minute(&config("shopify", Some("60"))), Some(60));
    }

    #[test]
    fn what_is_a_limit() {
        assert_eq!(
            ["1", "1000000", "0", "-1", "1000001", "x", ""].map(parse),
            [Some(1), Some(1_000_000), None, None, None, None, None]
        );
    }
}
