//! `quarantine`: authenticated requests whose body did not fit. Written by ingest.

use crate::{Param, Sql, Statement};
use serde::{Deserialize, Serialize};
use tributary_core::ids::QuarantineId;
use tributary_core::time::{DAY_MS, Timestamp};

pub const STATEMENTS: &[&Sql] = &[&KEEP, &GET, &LIST, &DONE, &EXPIRE, &COUNTS];

/// How long a request is kept.
pub const KEPT_MS: i64 = 30 * DAY_MS;

/// The same request again raises `tries`.
pub const KEEP: Sql = Sql::new(
    "quarantine.keep",
    "INSERT INTO quarantine (id, channel, endpoint, code, sealed, bytes, tries, state, at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, 'kept', ?7) \
     ON CONFLICT (id) DO UPDATE SET tries = tries + 1, state = 'kept', code = excluded.code",
);

pub const GET: Sql = Sql::new(
    "quarantine.get",
    "SELECT id, channel, endpoint, code, sealed, bytes, tries, state, at FROM quarantine \
     WHERE id = ?1 AND at > ?2",
);

/// Newest first, after `(at, id)`, of an endpoint where given.
pub const LIST: Sql = Sql::new(
    "quarantine.list",
    "SELECT id, channel, endpoint, code, '' AS sealed, bytes, tries, state, at FROM quarantine \
     WHERE (at, id) < (?1, ?2) AND at > ?3 AND (?4 IS NULL OR channel = ?4) \
       AND (?5 IS NULL OR endpoint = ?5) \
     ORDER BY at DESC, id DESC LIMIT ?6",
);

pub const DONE: Sql =
    Sql::new("quarantine.done", "UPDATE quarantine SET state = 'replayed' WHERE id = ?1");

pub const EXPIRE: Sql = Sql::new("quarantine.expire", "DELETE FROM quarantine WHERE at <= ?1");

pub const COUNTS: Sql = Sql::scanning(
    "quarantine.counts",
    "what does not fit is kept for 30 days only, and somebody should look at it",
    "SELECT channel, endpoint, count(*) AS count FROM quarantine \
     WHERE state = 'kept' AND at > ?1 GROUP BY channel, endpoint",
);

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quarantined {
    pub id: QuarantineId,
    pub channel: String,
    pub endpoint: String,
    /// Why it was not taken.
    pub code: String,
    #[serde(skip_serializing, default)]
    pub sealed: String,
    pub bytes: i64,
    /// How often the sender sent it.
    pub tries: i64,
    pub state: String,
    pub at: Timestamp,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Count {
    pub channel: String,
    pub endpoint: String,
    pub count: i64,
}

pub fn keep(row: &Quarantined) -> Statement {
    KEEP.with(vec![
        row.id.as_str().into(),
        row.channel.as_str().into(),
        row.endpoint.as_str().into(),
        row.code.as_str().into(),
        row.sealed.as_str().into(),
        Param::Int(row.bytes),
        Param::Int(row.at.0),
    ])
}

pub fn get(id: &str, now: Timestamp) -> Statement {
    GET.with(vec![id.into(), Param::Int(now.0 - KEPT_MS)])
}

pub fn list(
    before: (i64, &str),
    endpoint: (Option<&str>, Option<&str>),
    limit: i64,
    now: Timestamp,
) -> Statement {
    LIST.with(vec![
        Param::Int(before.0),
        before.1.into(),
        Param::Int(now.0 - KEPT_MS),
        endpoint.0.into(),
        endpoint.1.into(),
        Param::Int(limit),
    ])
}

pub fn done(id: &str) -> Statement {
    DONE.with(vec![id.into()])
}

pub fn expire(now: Timestamp) -> Statement {
    EXPIRE.with(vec![Param::Int(now.0 - KEPT_MS)])
}

pub fn counts(now: Timestamp) -> Statement {
    COUNTS.with(vec![Param::Int(now.0 - KEPT_MS)])
}
