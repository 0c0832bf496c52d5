//! `spent_proofs`: what a proof that does not cover the body first came with. Written by ingest.

use crate::{Param, Sql, Statement};
use serde::Deserialize;
use tributary_core::time::{DAY_MS, Timestamp};

pub const STATEMENTS: &[&Sql] = &[&SPEND, &EXPIRE];

/// Later the vendor tries no more, and the proof is too old.
const KEPT_MS: i64 = 3 * DAY_MS;

/// The first to come decides; whoever comes later is told what it was.
pub const SPEND: Sql = Sql::new(
    "spent_proofs.spend",
    "INSERT INTO spent_proofs (channel, endpoint, token, content, at) VALUES (?1, ?2, ?3, ?4, ?5) \
     ON CONFLICT (channel, endpoint, token) DO UPDATE SET content = spent_proofs.content \
     RETURNING content",
);

pub const EXPIRE: Sql = Sql::new("spent_proofs.expire", "DELETE FROM spent_proofs WHERE at < ?1");

#[derive(Deserialize)]
pub struct Spent {
    pub content: String,
}

pub fn spend(
    channel: &str,
    endpoint: &str,
    token: &str,
    content: &str,
    now: Timestamp,
) -> Statement {
    let texts = [channel, endpoint, token, content].map(Param::from);
    SPEND.with(texts.into_iter().chain([Param::Int(now.0)]).collect())
}

pub fn expire(now: Timestamp) -> Statement {
    EXPIRE.with(vec![Param::Int(now.plus_ms(-KEPT_MS).0)])
}
