//! The keys of the audit log's chain, its end as it is noted elsewhere, and the walk that proves it.
//!
//! Whoever can write the database can write any row, but no hash that holds. Cutting rows off the
//! end leaves a chain that holds: so its end is noted beside the log, signed, with every entry, and
//! every sixteenth time in KV, where an older copy of the database cannot bring its own along.

use crate::Host;
use tributary_core::access::{ChainKey, GENESIS, entry_hash, head_hash, unkeyed_hash};
use tributary_store::access::audit::{NotedHead, Row};

/// The entry of KV that knows the end of the log.
const NOTED: &str = "audit:head";
/// So many entries KV may be behind: an account on the free plan has a thousand writes a day.
const NOTE_EVERY: i64 = 16;
const NOTED_TTL_S: u64 = 10 * 365 * 86_400;

/// The secrets that the chain is, and has been, keyed with.
pub(super) struct Keys {
    chain: Vec<ChainKey>,
    digests: ChainKey,
}

impl Keys {
    /// From `AUDIT_KEY`, or from the key that every function has. Keys from before (`AUDIT_KEY_BEFORE`,
    /// with commas between) still verify what was written with them.
    pub fn of<H: Host>(host: &H) -> Keys {
        let internal = host.var("INTERNAL_KEY");
        let own = host.var("AUDIT_KEY");
        let before = host.var("AUDIT_KEY_BEFORE").unwrap_or_default();
        let before = before.split(',').map(str::trim).filter(|key| !key.is_empty());
        let secrets: Vec<String> =
            own.into_iter().chain(internal).chain(before.map(str::to_owned)).collect();
        let of = |label| move |secret: &String| ChainKey::derive(secret, label);
        let fallback = String::new();
        let first = secrets.first().unwrap_or(&fallback);
        Keys {
            digests: of("audit.digest")(first),
            chain: match secrets.is_empty() {
                true => vec![of("audit.chain")(first)],
                false => secrets.iter().map(of("audit.chain")).collect(),
            },
        }
    }

    /// What new entries are keyed with.
    pub fn current(&self) -> &ChainKey {
        // Invariant: there is one at least.
        self.chain.first().unwrap_or(&self.digests)
    }

    /// What stands for a text that is not to be read: equal texts have equal digests.
    pub fn digest(&self, text: &str) -> String {
        let digest = self.digests.sign(&[text]);
        format!("hmac:{}", digest.get(..32).unwrap_or(&digest))
    }

    pub fn head(&self, seq: i64, hash: &str) -> NotedHead {
        let signature = head_hash(self.current(), seq, hash);
        NotedHead { seq, hash: hash.to_owned(), signature }
    }

    fn signed(&self, head: &NotedHead) -> bool {
        self.chain.iter().any(|key| head_hash(key, head.seq, &head.hash) == head.signature)
    }
}

/// Notes the end of the log where the database is not. May be late, never wrong: a log that does
/// not reach so far has been cut.
pub(super) async fn note_outside<H: Host>(host: &H, first: i64, head: &NotedHead) {
    if first > 1 && (first - 1) / NOTE_EVERY == head.seq / NOTE_EVERY {
        return;
    }
    // Invariant: a head serialises.
    let text = serde_json::to_string(head).unwrap_or_default();
    host.cache_put(NOTED, &text, NOTED_TTL_S).await;
}

pub(super) async fn noted_outside<H: Host>(host: &H, keys: &Keys) -> Option<NotedHead> {
    let text = host.cache_get(NOTED).await?;
    let head: NotedHead = serde_json::from_str(&text).ok()?;
    keys.signed(&head).then_some(head)
}

/// A walk along the chain, page by page.
pub(super) struct Walk<'a> {
    keys: &'a Keys,
    outside: Option<NotedHead>,
    hash: String,
    last: i64,
    /// Entries from here on are keyed: one without a key behind them is forged.
    keyed: bool,
    broken: Option<i64>,
}

impl<'a> Walk<'a> {
    pub fn new(keys: &'a Keys, outside: Option<NotedHead>) -> Walk<'a> {
        Walk { keys, outside, hash: GENESIS.to_owned(), last: 0, keyed: false, broken: None }
    }

    /// The last entry that holds.
    pub fn last(&self) -> i64 {
        self.last
    }

    pub fn hash(&self) -> &str {
        &self.hash
    }

    pub fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    pub fn go_on(&mut self, rows: &[Row]) {
        for row in rows {
            let outside = self.outside.as_ref().filter(|noted| noted.seq == row.seq);
            let as_noted = outside.is_none_or(|noted| noted.hash == row.hash);
            if row.seq != self.last + 1 || !self.holds(row) || !as_noted {
                self.broken = Some(self.last + 1);
                return;
            }
            self.keyed |= row.version > 1;
            self.hash.clone_from(&row.hash);
            self.last = row.seq;
        }
    }

    fn holds(&self, row: &Row) -> bool {
        let entry = row.entry();
        match row.version {
            1 => !self.keyed && row.hash == unkeyed_hash(&self.hash, &entry),
            2 => self.keys.chain.iter().any(|key| row.hash == entry_hash(key, &self.hash, &entry)),
            _ => false,
        }
    }

    /// Where it is broken, if it is: within, or at an end that is not the one that was noted.
    pub fn end(&self, noted: Option<&NotedHead>) -> Option<i64> {
        if self.broken.is_some() {
            return self.broken;
        }
        let beside = match noted {
            // Nothing is noted where nothing was written since there are keys.
            None => !self.keyed,
            Some(noted) => {
                self.keys.signed(noted) && noted.seq == self.last && noted.hash == self.hash
            }
        };
        let outside = self.outside.as_ref().is_none_or(|noted| noted.seq <= self.last);
        (!beside || !outside).then_some(self.last + 1)
    }
}
