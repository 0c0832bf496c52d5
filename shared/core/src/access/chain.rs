//! The audit log's chain: each entry's hash covers the one before it, so that a changed, removed or
//! inserted entry breaks every hash behind it.
//!
//! From version 2 on the hash is keyed with a secret that is not in the database: whoever can write
//! the table cannot write a chain that holds.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// What the first entry stands on.
pub const GENESIS: &str = "tributary";

/// The version that new entries are of.
pub const VERSION: i64 = 2;

/// The secret that entries are chained with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainKey([u8; 32]);

impl ChainKey {
    /// Of a secret of the installation. The label keeps it apart from whatever else the secret is
    /// for.
    pub fn derive(secret: &str, label: &str) -> ChainKey {
        ChainKey(hmac(secret.as_bytes(), &[label.as_bytes()]))
    }

    /// HMAC-SHA256 (RFC 2104) over the parts, each preceded by its length, in hex.
    pub fn sign(&self, parts: &[&str]) -> String {
        hex(&framed(parts, |parts| hmac(&self.0, parts)))
    }
}

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

/// The hash of an entry of the current version.
pub fn entry_hash(key: &ChainKey, previous: &str, entry: &Entry) -> String {
    let (seq, at) = (entry.seq.to_string(), entry.at.to_string());
    let [previous, rest @ ..] = parts(previous, &seq, &at, entry);
    let [seq, at, actor, kind, action, object, detail] = rest;
    key.sign(&["entry", "2", previous, seq, at, actor, kind, action, object, detail])
}

/// The hash of an entry of version 1: SHA-256 without a key.
pub fn unkeyed_hash(previous: &str, entry: &Entry) -> String {
    let (seq, at) = (entry.seq.to_string(), entry.at.to_string());
    hex(&framed(&parts(previous, &seq, &at, entry), digest))
}

/// What is noted outside the log about its end.
pub fn head_hash(key: &ChainKey, seq: i64, hash: &str) -> String {
    key.sign(&["head", &seq.to_string(), hash])
}

fn parts<'a>(previous: &'a str, seq: &'a str, at: &'a str, entry: &Entry<'a>) -> [&'a str; 8] {
    [previous, seq, at, entry.actor, entry.actor_kind, entry.action, entry.object, entry.detail]
}

fn framed(parts: &[&str], hash: impl Fn(&[&[u8]]) -> [u8; 32]) -> [u8; 32] {
    let lengths: Vec<[u8; 8]> =
        parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
    let framed: Vec<&[u8]> = lengths
        .iter()
        .zip(parts)
        .flat_map(|(length, part)| [length.as_slice(), part.as_bytes()])
        .collect();
    hash(&framed)
}

fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().into()
}

const BLOCK: usize = 64;

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let short = match key.len() > BLOCK {
        true => digest(&[key]).to_vec(),
        false => key.to_vec(),
    };
    let padded = |with: u8| -> Vec<u8> {
        let filled = short.iter().copied().chain(std::iter::repeat(0)).take(BLOCK);
        filled.map(|byte| byte ^ with).collect()
    };
    let (inner, outer) = (padded(0x36), padded(0x5C));
    let inside = digest(&[&[inner.as_slice()], parts].concat());
    digest(&[&outer, &inside])
}

fn hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Invariant: writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        let jefe = hmac(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(hex(&jefe), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let long = hmac(&[0xaa; 131], &[b"Test Using Larger Than Block-Size Key - Hash Key First"]);
        assert_eq!(hex(&long), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    #[test]
    fn a_changed_moved_or_missing_entry_breaks_the_chain() {
        let entry = Entry {
            seq: 1,
            at: 5,
            actor: "usr_1",
            actor_kind: "user",
            action: "changed",
            object: "endpoints/web/site",
            detail: "{}",
        };
        let key = ChainKey::derive("secret", "audit");
        for version in [1, 2] {
            let of = |previous: &str, entry: &Entry| match version {
                1 => unkeyed_hash(previous, entry),
                _ => entry_hash(&key, previous, entry),
            };
            let hash = of(GENESIS, &entry);
            assert_eq!(hash.len(), 64);
            for other in [
                Entry { seq: 2, ..entry },
                Entry { at: 6, ..entry },
                Entry { actor: "usr_2", ..entry },
                Entry { actor_kind: "token", ..entry },
                Entry { action: "viewed", ..entry },
                Entry { object: "endpoints/web/sit", detail: "e{}", ..entry },
            ] {
                assert_ne!(hash, of(GENESIS, &other));
            }
            assert_ne!(hash, of(&hash, &entry));
        }
        // Nobody writes one without the key, nor with another secret or for another purpose.
        let hash = entry_hash(&key, GENESIS, &entry);
        assert_ne!(hash, unkeyed_hash(GENESIS, &entry));
        for other in [ChainKey::derive("secreT", "audit"), ChainKey::derive("secret", "search")] {
            assert_ne!(hash, entry_hash(&other, GENESIS, &entry));
        }
        // Entries of version 1 hash as they always did.
        assert_eq!(unkeyed_hash(GENESIS, &entry), unkeyed_hash(GENESIS, &Entry { ..entry }),);
    }
}
