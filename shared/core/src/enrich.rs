//! How a vendor is treated that is asked for what its webhook leaves out: so many calls a minute,
//! and a pause when it does not answer.

use crate::ids::Seed;
use crate::message::retry_at;
use crate::time::{MINUTE_MS, Timestamp};
use serde::{Deserialize, Serialize};

/// Far below what any vendor allows an account, and other systems of the company call it too.
pub const CALLS_PER_MINUTE: i64 = 60;

/// How things stand with the vendor of one endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The minute that `calls` counts.
    pub minute: i64,
    pub calls: i64,
    /// Nobody is asked before.
    pub paused_until: Timestamp,
    /// Failures in a row; each doubles the pause.
    pub failures: i64,
    /// Why the vendor does not answer; empty where it does.
    pub reason: String,
}

impl Standing {
    /// How many calls may be made now.
    pub fn allowance(&self, now: Timestamp) -> i64 {
        if now < self.paused_until {
            return 0;
        }
        let spent = if self.minute == minute_of(now) { self.calls } else { 0 };
        (CALLS_PER_MINUTE - spent).max(0)
    }

    /// A call is made. With the last one of a minute the rest waits for the next minute.
    pub fn call(&mut self, now: Timestamp) {
        if self.minute != minute_of(now) {
            self.minute = minute_of(now);
            self.calls = 0;
        }
        self.calls += 1;
        if self.calls >= CALLS_PER_MINUTE {
            self.pause(Timestamp((self.minute + 1) * MINUTE_MS));
        }
    }

    /// The vendor answered as it should.
    pub fn answered(&mut self) {
        self.failures = 0;
        self.reason.clear();
    }

    /// The vendor answers nobody for now.
    pub fn failed(&mut self, reason: &str, after_ms: Option<i64>, seed: &Seed, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        reason.clone_into(&mut self.reason);
        self.pause(retry_at(self.failures, after_ms, seed, now));
    }

    fn pause(&mut self, until: Timestamp) {
        self.paused_until = self.paused_until.max(until);
    }
}

fn minute_of(now: Timestamp) -> i64 {
    now.0.div_euclid(MINUTE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{HOUR_MS, SECOND_MS};

    const NOON: Timestamp = Timestamp(1_767_268_800_000);
    const SEED: Seed = [7; 16];

    #[test]
    fn a_minute_has_so_many_calls() {
        let mut standing = Standing::default();
        for left in (0..CALLS_PER_MINUTE).rev() {
            assert_eq!(standing.allowance(NOON), left + 1);
            standing.call(NOON);
        }
        assert_eq!(standing.allowance(NOON), 0);
        assert_eq!(standing.allowance(NOON.plus_ms(MINUTE_MS - 1)), 0);
        assert_eq!(standing.paused_until, NOON.plus_ms(MINUTE_MS));
        assert_eq!(standing.allowance(NOON.plus_ms(MINUTE_MS)), CALLS_PER_MINUTE);
        assert_eq!(standing.reason, "", "that is no failure");
    }

    #[test]
    fn who_does_not_answer_is_left_alone_ever_longer() {
        let mut standing = Standing::default();
        let mut longest = 0;
        for _ in 0..20 {
            standing.failed("errcode_-1", None, &SEED, NOON);
            let pause_ms = standing.paused_until.since_ms(NOON);
            assert!((SECOND_MS..=HOUR_MS + SECOND_MS).contains(&pause_ms), "{pause_ms}");
            assert_eq!(standing.allowance(NOON.plus_ms(pause_ms - 1)), 0);
            assert!(pause_ms >= longest, "a pause never becomes shorter while it lasts");
            longest = pause_ms;
        }
        assert_eq!((standing.failures, standing.reason.as_str()), (20, "errcode_-1"));
        standing.answered();
        assert_eq!((standing.failures, standing.reason.as_str()), (0, ""));
    }

    #[test]
    fn a_vendor_may_ask_for_more_patience() {
        let mut standing = Standing::default();
        standing.failed("http_429", Some(2 * HOUR_MS), &SEED, NOON);
        assert!(standing.paused_until >= NOON.plus_ms(2 * HOUR_MS));
    }
}
