//! `endpoint_counts`: what became of an endpoint's requests. Written by ingest.

use crate::{Param, Sql, Statement};
use serde::{Deserialize, Serialize};
use tributary_core::time::Timestamp;

pub const STATEMENTS: &[&Sql] = &[&ADD, &ALL];

pub const ADD: Sql = Sql::new(
    "endpoint_counts.add",
    "INSERT INTO endpoint_counts (channel, endpoint, code, count, last_at) \
     SELECT value->>'channel', value->>'endpoint', value->>'code', value->>'count', ?2 \
     FROM json_each(?1) WHERE true \
     ON CONFLICT (channel, endpoint, code) DO UPDATE SET count = count + excluded.count, \
       last_at = max(last_at, excluded.last_at)",
);

pub const ALL: Sql = Sql::scanning(
    "endpoint_counts.all",
    "a few rows an endpoint, and an installation has tens of endpoints",
    "SELECT channel, endpoint, code, count, last_at FROM endpoint_counts",
);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub channel: String,
    pub endpoint: String,
    /// `received` touchpoints, duplicates among them; or why requests were refused.
    pub code: String,
    pub count: u64,
    #[serde(default, skip_serializing)]
    pub last_at: i64,
}

pub fn add(counts: &[Count], now: Timestamp) -> Statement {
    let counts = serde_json::to_string(counts).unwrap_or_default();
    ADD.with(vec![counts.into(), Param::Int(now.0)])
}

pub fn all() -> Statement {
    ALL.with(Vec::new())
}
