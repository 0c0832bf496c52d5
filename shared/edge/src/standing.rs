//! Telling a burst from a queue that stands (ADR 0033).
//!
//! Requests that come all at once are worked off in a moment, and refusing them would gain nothing.
//! A queue that stays long means that more comes in than gets done: there each new request only makes
//! all others wait longer. So for a while any number may wait, up to a bound of memory; after it, no
//! more than what is answered about as fast as ever, until the queue has been short for as long.

/// Requests that wait are answered about as fast as ever up to here.
const SHORT: usize = 16;
/// More are never taken in at once.
const MOST: usize = 128;
/// How long a burst lasts.
const BURST_MS: i64 = 250;

#[derive(Default)]
pub(crate) struct Standing {
    /// Since when it is long, and has never been short for the time of a burst.
    long_since_ms: Option<i64>,
    /// Since when it is short again.
    short_since_ms: Option<i64>,
}

impl Standing {
    /// Whether one more may not wait where so many do.
    pub(crate) fn refuses(&mut self, waiting: usize, now_ms: i64) -> bool {
        if waiting < SHORT / 2 {
            let since = *self.short_since_ms.get_or_insert(now_ms);
            if now_ms - since >= BURST_MS {
                self.long_since_ms = None;
            }
        } else {
            self.short_since_ms = None;
        }
        if waiting < SHORT {
            return false;
        }
        let since = *self.long_since_ms.get_or_insert(now_ms);
        waiting >= MOST || now_ms - since >= BURST_MS
    }
}

#[cfg(test)]
mod tests {
    use super::{BURST_MS, MOST, SHORT, Standing};

    #[test]
    fn a_burst_passes() {
        let mut standing = Standing::default();
        for waiting in 0..MOST {
            assert!(!standing.refuses(waiting, 0), "{waiting}");
        }
        assert!(standing.refuses(MOST, 0), "memory has an end");
        assert!(!standing.refuses(SHORT, BURST_MS - 1));
    }

    #[test]
    fn a_queue_that_stands_is_kept_short() {
        let mut standing = Standing::default();
        assert!(!standing.refuses(SHORT, 0));
        assert!(standing.refuses(SHORT, BURST_MS));
        assert!(!standing.refuses(SHORT - 1, BURST_MS), "what is answered soon is taken in");
        // It was short for a moment: that is no end of the load.
        assert!(!standing.refuses(0, BURST_MS + 1));
        assert!(standing.refuses(SHORT, BURST_MS + 2));
        assert!(!standing.refuses(0, BURST_MS + 3));
        assert!(standing.refuses(SHORT, 2 * BURST_MS + 2), "its short time began anew");
    }

    #[test]
    fn after_a_quiet_time_a_burst_passes_again() {
        let mut standing = Standing::default();
        assert!(!standing.refuses(SHORT, 0));
        assert!(!standing.refuses(0, 500));
        assert!(!standing.refuses(0, 500 + BURST_MS));
        assert!(!standing.refuses(MOST - 1, 600 + BURST_MS));
    }

    #[test]
    fn an_idle_hour_counts_as_quiet_from_its_first_request_on() {
        let mut standing = Standing::default();
        assert!(!standing.refuses(SHORT, 0));
        // `refuses` is only called when a request comes.
        assert!(!standing.refuses(1, 3_600_000));
        assert!(standing.refuses(SHORT, 3_600_001), "one more second of care");
    }
}
