//! `endpoints`: configured accounts of channels. Written by admin.

use crate::{Param, Sql, Statement};
use serde::{Deserialize, Serialize};

pub const PUT: Sql = Sql::new(
    "endpoints.put",
    "INSERT INTO endpoints (channel, id, secrets, settings, lookup, created_at, updated_at, owner, \
       label) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8) \
     ON CONFLICT (channel, id) DO UPDATE SET secrets = excluded.secrets, \
       settings = excluded.settings, lookup = excluded.lookup, \
       updated_at = excluded.updated_at, owner = excluded.owner, label = excluded.label",
);

pub const GET: Sql = Sql::new(
    "endpoints.get",
    "SELECT channel, id, secrets, settings, lookup, created_at, updated_at, owner, label \
     FROM endpoints \
     WHERE channel = ?1 AND id = ?2",
);

pub const DELETE: Sql =
    Sql::new("endpoints.delete", "DELETE FROM endpoints WHERE channel = ?1 AND id = ?2");

/// All of some channels (`?1`: ids as JSON; null: every channel).
pub const LIST: Sql = Sql::scanning(
    "endpoints.list",
    "an installation has tens of endpoints",
    "SELECT channel, id, secrets, settings, lookup, created_at, updated_at, owner, label \
     FROM endpoints \
     WHERE ?1 IS NULL OR channel IN (SELECT value FROM json_each(?1)) ORDER BY channel, id",
);

/// The endpoint a secret routes to (the collector's write key), by the secret's HMAC.
pub const BY_LOOKUP: Sql = Sql::scanning(
    "endpoints.by_lookup",
    "an installation has tens of endpoints, and the answer is cached",
    "SELECT e.channel, e.id, e.secrets, e.settings, e.lookup, e.created_at, e.updated_at, e.owner, \
       e.label \
     FROM endpoints e WHERE e.channel = ?1 \
       AND EXISTS (SELECT 1 FROM json_each(e.lookup) WHERE value = ?2) ORDER BY e.id LIMIT 1",
);

/// What each endpoint has delivered, exact to this moment: the totals and the rows after them.
pub const DELIVERIES: Sql = Sql::scanning(
    "endpoints.deliveries",
    "totals has one row per channel, endpoint and name",
    "SELECT channel, endpoint, sum(count) AS delivered, max(last_seen_at) AS last_delivery_at FROM \
       (SELECT channel, endpoint, count, last_seen_at FROM touchpoint_totals \
        UNION ALL SELECT channel, endpoint, 1, received_at FROM touchpoints \
          WHERE seq > (SELECT cursor FROM consumers WHERE name = 'touchpoint-totals')) \
     GROUP BY channel, endpoint",
);

#[derive(Clone, Debug, Deserialize)]
pub struct Delivered {
    pub channel: String,
    pub endpoint: String,
    pub delivered: i64,
    pub last_delivery_at: i64,
}

pub fn deliveries() -> Statement {
    DELIVERIES.with(Vec::new())
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub channel: String,
    pub id: String,
    /// JSON: name → encrypted values, newest first.
    pub secrets: String,
    /// JSON: name → value.
    pub settings: String,
    /// JSON: HMACs.
    pub lookup: String,
    pub created_at: i64,
    pub updated_at: i64,
    /// Who in the company answers for it.
    #[serde(default)]
    pub owner: Option<String>,
    /// What people call it; empty: its id.
    #[serde(default)]
    pub label: String,
}

pub fn put(row: &Row, now_ms: i64) -> Statement {
    PUT.with(vec![
        row.channel.as_str().into(),
        row.id.as_str().into(),
        row.secrets.as_str().into(),
        row.settings.as_str().into(),
        row.lookup.as_str().into(),
        Param::Int(now_ms),
        row.owner.as_deref().into(),
        row.label.as_str().into(),
    ])
}

pub fn get(channel: &str, id: &str) -> Statement {
    GET.with(vec![channel.into(), id.into()])
}

pub fn delete(channel: &str, id: &str) -> Statement {
    DELETE.with(vec![channel.into(), id.into()])
}

/// All endpoints, or those of some channels.
pub fn list(channels: Option<&[&str]>) -> Statement {
    let channels = channels.and_then(|channels| serde_json::to_string(channels).ok());
    LIST.with(vec![channels.into()])
}

pub fn by_lookup(channel: &str, hmac: &str) -> Statement {
    BY_LOOKUP.with(vec![channel.into(), hmac.into()])
}
