//! `api_keys`.

use crate::{Sql, Statement};
use serde::Deserialize;
use tributary_core::time::Timestamp;

pub const STATEMENTS: &[&Sql] = &[&INSERT, &BY_HASH, &USED, &REVOKE, &LIST];

pub const INSERT: Sql = Sql::new(
    "api_keys.insert",
    "INSERT INTO api_keys (id, hash, name, scopes, created_by, created_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
);

pub const BY_HASH: Sql =
    Sql::new("api_keys.by_hash", "SELECT * FROM api_keys WHERE hash = ?1 AND revoked_at IS NULL");

pub const USED: Sql =
    Sql::new("api_keys.used", "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1");

pub const REVOKE: Sql = Sql::new(
    "api_keys.revoke",
    "UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1",
);

/// By id, after `?1`.
pub const LIST: Sql =
    Sql::new("api_keys.list", "SELECT * FROM api_keys WHERE id > ?1 ORDER BY id LIMIT ?2");

#[derive(Clone, Debug, Deserialize)]
pub struct ApiKey {
    pub id: String,
    pub name: String,
    /// A JSON list.
    pub scopes: String,
    pub created_by: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

pub fn insert(key: &ApiKey, hash: &str) -> Statement {
    INSERT.with(vec![
        key.id.as_str().into(),
        hash.into(),
        key.name.as_str().into(),
        key.scopes.as_str().into(),
        key.created_by.as_str().into(),
        key.created_at.0.into(),
    ])
}

pub fn by_hash(hash: &str) -> Statement {
    BY_HASH.with(vec![hash.into()])
}

pub fn used(id: &str, now: Timestamp) -> Statement {
    USED.with(vec![id.into(), now.0.into()])
}

pub fn revoke(id: &str, now: Timestamp) -> Statement {
    REVOKE.with(vec![id.into(), now.0.into()])
}

pub fn list(after: &str, limit: i64) -> Statement {
    LIST.with(vec![after.into(), limit.into()])
}
