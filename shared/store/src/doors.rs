//! `doors`: codes and forms. Written by doors.

use crate::{Param, Sql, Statement};
use serde::{Deserialize, Serialize};

pub const STATEMENTS: &[&Sql] = &[&PUT, &GET, &LIST, &DELETE];

pub const PUT: Sql = Sql::new(
    "doors.put",
    "INSERT INTO doors (kind, id, document, version, updated_at) VALUES (?1, ?2, ?3, ?4, ?5) \
     ON CONFLICT (kind, id) DO UPDATE SET document = excluded.document, \
       version = excluded.version, updated_at = excluded.updated_at",
);

pub const GET: Sql = Sql::new(
    "doors.get",
    "SELECT id, document, version, updated_at FROM doors WHERE kind = ?1 AND id = ?2",
);

/// After `?2`, with how often each was used.
pub const LIST: Sql = Sql::new(
    "doors.list",
    "SELECT d.id, d.document, d.version, d.updated_at, \
       (SELECT coalesce(sum(t.count), 0) FROM touchpoint_totals t \
         WHERE t.channel = ?4 AND t.endpoint = d.id) AS used \
     FROM doors d WHERE d.kind = ?1 AND d.id > ?2 ORDER BY d.id LIMIT ?3",
);

pub const DELETE: Sql = Sql::new("doors.delete", "DELETE FROM doors WHERE kind = ?1 AND id = ?2");

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub id: String,
    /// JSON.
    pub document: String,
    pub version: String,
    pub updated_at: i64,
    #[serde(default)]
    pub used: i64,
}

pub fn put(kind: &str, row: &Row) -> Statement {
    PUT.with(vec![
        kind.into(),
        row.id.as_str().into(),
        row.document.as_str().into(),
        row.version.as_str().into(),
        Param::Int(row.updated_at),
    ])
}

pub fn get(kind: &str, id: &str) -> Statement {
    GET.with(vec![kind.into(), id.into()])
}

pub fn list(kind: &str, channel: &str, after: &str, limit: i64) -> Statement {
    LIST.with(vec![kind.into(), after.into(), Param::Int(limit), channel.into()])
}

pub fn delete(kind: &str, id: &str) -> Statement {
    DELETE.with(vec![kind.into(), id.into()])
}
