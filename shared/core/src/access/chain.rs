//! The audit log's chain: each entry's hash covers the one before it, so that a changed, removed or
//! inserted entry breaks every hash behind it.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// What the first entry stands on.
pub const GENESIS: &str = "tributary";

/// What an entry says. Nothing else of a row is covered by its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    pub seq: i64,
    pub at: i64,
    pub actor: &'a str,
    pub actor_kind: &'a str,
    pub action: &'a str,
    pub object: &'a str,
    pub detail: &'a str,
}

/// SHA-256 over the hash before and every field, each preceded by its length, in hex.
pub fn entry_hash(previous: &str, entry: &Entry) -> String {
    let (seq, at) = (entry.seq.to_string(), entry.at.to_string());
    let parts = [
        previous,
        &seq,
        &at,
        entry.actor,
        entry.actor_kind,
        entry.action,
        entry.object,
        entry.detail,
    ];
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let mut hex = String::with_capacity(64);
    for byte in hasher.finalize() {
        // Invariant: writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
