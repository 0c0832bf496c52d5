//! When senders that were refused come back (ADR 0033).
//!
//! A refusal costs nearly as much as an answer. Were each sender told "in a few seconds", thousands of
//! them would take the time of those that are taken in. So every refusal is given a moment of its own,
//! and so many a second come back, however many were refused.

/// A hundred a second.
const APART_MS: i64 = 10;
const SOONEST_MS: i64 = 1_000;
/// A sender that is to be patient for longer may give up.
const LATEST_MS: i64 = 30_000;

#[derive(Default)]
pub(crate) struct Returns {
    last_ms: i64,
}

impl Returns {
    /// Seconds, for `Retry-After`.
    pub(crate) fn after_s(&mut self, now_ms: i64) -> i64 {
        self.last_ms = (self.last_ms + APART_MS).clamp(now_ms + SOONEST_MS, now_ms + LATEST_MS);
        (self.last_ms - now_ms + 999) / 1_000
    }
}

#[cfg(test)]
mod tests {
    use super::Returns;
    use std::collections::BTreeMap;

    #[test]
    fn one_that_was_refused_comes_back_soon() {
        let mut returns = Returns::default();
        assert_eq!(returns.after_s(0), 1);
        assert_eq!(returns.after_s(3_600_000), 1);
    }

    #[test]
    fn thousands_come_back_a_hundred_a_second() {
        let mut returns = Returns::default();
        let mut seconds = BTreeMap::new();
        for _ in 0..2_000 {
            *seconds.entry(returns.after_s(0)).or_insert(0) += 1;
        }
        assert!(seconds.values().all(|count| *count <= 101), "{seconds:?}");
        assert_eq!(seconds.len(), 21);
    }

    #[test]
    fn nobody_waits_longer_than_a_vendor_would() {
        let mut returns = Returns::default();
        for _ in 0..100_000 {
            assert!((1..=30).contains(&returns.after_s(0)));
        }
        assert_eq!(returns.after_s(60_000), 1, "and after a quiet minute it is soon again");
    }
}
