//! When to try a send again.

use crate::ids::Seed;
use crate::time::{DAY_MS, HOUR_MS, SECOND_MS, Timestamp};

/// After so many calls a message has failed.
pub const MAX_TRIES: i64 = 8;

const BASE_MS: i64 = 10 * SECOND_MS;
const LONGEST_MS: i64 = HOUR_MS;
/// A provider may ask for more patience than our own backoff has, but not for ever.
const LONGEST_RETRY_AFTER_MS: i64 = DAY_MS;

/// Exponential with full jitter: after an outage the messages that failed together do not come
/// back together. What the provider asks for is the least.
pub fn retry_at(attempts: i64, after_ms: Option<i64>, seed: &Seed, now: Timestamp) -> Timestamp {
    let doublings = u32::try_from((attempts - 1).clamp(0, 20)).unwrap_or(0);
    let ceiling = BASE_MS.saturating_mul(1 << doublings).min(LONGEST_MS);
    let asked = after_ms.unwrap_or(0).clamp(0, LONGEST_RETRY_AFTER_MS);
    let random = seed.iter().take(6).fold(0i64, |sum, byte| (sum << 8) | i64::from(*byte));
    // Never at once: a second gives the provider air.
    let jitter = SECOND_MS + random % ceiling;
    now.plus_ms(asked.saturating_add(jitter))
}
