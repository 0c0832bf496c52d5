//! What became of an endpoint's requests, for whoever sets it up or looks after it. Gathered in the
//! isolate and written about every ten seconds, so that a flood of refused requests costs the
//! database nothing: the numbers may lack what an isolate had not written when it ended.

use crate::Host;
use serde::{Deserialize, Serialize};
use tributary_core::time::{SECOND_MS, Timestamp};
use tributary_store::endpoint_counts::{self, Count};

const EVERY_MS: i64 = 10 * SECOND_MS;
const KEY: &str = "counts";

#[derive(Default, Serialize, Deserialize)]
struct Gathered {
    written_at: Option<Timestamp>,
    counts: Vec<Count>,
}

/// Notes that `count` times `code` happened at that endpoint (channel, id).
///
/// `may_write`: what is gathered may be written now, if it is time.
pub async fn note<H: Host>(
    host: &H,
    place: &(String, String),
    code: &'static str,
    count: u64,
    may_write: bool,
) {
    if count == 0 {
        return;
    }
    let before: Gathered =
        host.memory_get(KEY).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let now = host.now();
    let (after, due) = before.with(place, code, count, may_write.then_some(now));
    // Remembered first: two requests at once would else both write the same.
    host.memory_put(KEY, &text(&after));
    if !due.is_empty() {
        // A number that is lost stops nobody.
        let _ = tributary_store::one(host.db(), endpoint_counts::add(&due, now)).await;
    }
}

/// The next count is written at once: an endpoint changed, and its page waits for what that did.
pub fn expect<H: Host>(host: &H) {
    let before = host.memory_get(KEY).and_then(|text| serde_json::from_str(&text).ok());
    if let Some(gathered) = before {
        host.memory_put(KEY, &text(&Gathered { written_at: None, ..gathered }));
    }
}

fn text(gathered: &Gathered) -> String {
    serde_json::to_string(gathered).unwrap_or_default()
}

impl Gathered {
    /// What to remember, and what is to be written now: the first at once, so that whoever sets up
    /// an endpoint sees why it refuses, and what comes within ten seconds of it together.
    fn with(
        mut self,
        place: &(String, String),
        code: &str,
        count: u64,
        now: Option<Timestamp>,
    ) -> (Gathered, Vec<Count>) {
        self.add(place, code, count);
        let Some(now) = now else { return (self, Vec::new()) };
        if self.written_at.is_some_and(|at| now.since_ms(at).abs() < EVERY_MS) {
            return (self, Vec::new());
        }
        (Gathered { written_at: Some(now), counts: Vec::new() }, self.counts)
    }

    fn add(&mut self, (channel, endpoint): &(String, String), code: &str, count: u64) {
        let same = |one: &&mut Count| {
            one.channel == *channel && one.endpoint == *endpoint && one.code == code
        };
        match self.counts.iter_mut().find(same) {
            Some(standing) => standing.count = standing.count.saturating_add(count),
            None => self.counts.push(Count {
                channel: channel.clone(),
                endpoint: endpoint.clone(),
                code: code.to_owned(),
                count,
                last_at: 0,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_written_once_in_ten_seconds() {
        let place = ("webhook".to_owned(), "till".to_owned());
        let mut gathered = Gathered::default();
        let mut at = |ms: i64, code: &str| -> Vec<u64> {
            let (after, due) =
                std::mem::take(&mut gathered).with(&place, code, 1, Some(Timestamp(ms)));
            gathered = after;
            due.iter().map(|one| one.count).collect()
        };
        assert_eq!(at(0, "unauthenticated"), [1], "the first at once");
        for ms in 0..500 {
            assert!(at(ms, "unauthenticated").is_empty());
        }
        assert!(at(9_999, "malformed_body").is_empty());
        assert_eq!(at(10_000, "unauthenticated"), [501, 1]);
        assert!(at(10_001, "unauthenticated").is_empty());
    }
}
