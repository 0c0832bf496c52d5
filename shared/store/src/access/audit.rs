//! `audit`: appended, never changed. The number is the place in the chain, so of two writers who
//! saw the same end only one succeeds.

use crate::{DbError, Param, Sql, Statement};
use serde::Deserialize;
use tributary_core::access::Entry;

pub const STATEMENTS: &[&Sql] =
    &[&HEAD, &APPEND, &VIEWED, &LIST, &LIST_OF_ACTOR, &LIST_OF_ACTION, &CHAIN];

pub const HEAD: Sql =
    Sql::new("audit.head", "SELECT seq, hash FROM audit WHERE seq = (SELECT max(seq) FROM audit)");

pub const APPEND: Sql = Sql::new(
    "audit.append",
    "INSERT INTO audit (seq, at, actor, actor_kind, action, object, detail, view, hash) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
);

pub const VIEWED: Sql = Sql::new("audit.viewed", "SELECT seq FROM audit WHERE view = ?1");

/// Newest first, before `?1`.
pub const LIST: Sql =
    Sql::new("audit.list", "SELECT * FROM audit WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2");

pub const LIST_OF_ACTOR: Sql = Sql::new(
    "audit.list_of_actor",
    "SELECT * FROM audit WHERE actor = ?3 AND seq < ?1 AND (?4 IS NULL OR action = ?4) \
     ORDER BY seq DESC LIMIT ?2",
);

pub const LIST_OF_ACTION: Sql = Sql::new(
    "audit.list_of_action",
    "SELECT * FROM audit WHERE action = ?3 AND seq < ?1 ORDER BY seq DESC LIMIT ?2",
);

/// In order, after `?1`.
pub const CHAIN: Sql =
    Sql::new("audit.chain", "SELECT * FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2");

#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    pub seq: i64,
    pub at: i64,
    pub actor: String,
    pub actor_kind: String,
    pub action: String,
    pub object: String,
    pub detail: String,
    pub hash: String,
}

impl Row {
    pub fn entry(&self) -> Entry<'_> {
        Entry {
            seq: self.seq,
            at: self.at,
            actor: &self.actor,
            actor_kind: &self.actor_kind,
            action: &self.action,
            object: &self.object,
            detail: &self.detail,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
pub struct Head {
    pub seq: i64,
    pub hash: String,
}

pub fn head() -> Statement {
    HEAD.with(Vec::new())
}

pub fn viewed(view: &str) -> Statement {
    VIEWED.with(vec![view.into()])
}

pub fn append(entry: &Entry, view: Option<&str>, hash: &str) -> Statement {
    APPEND.with(vec![
        entry.seq.into(),
        entry.at.into(),
        entry.actor.into(),
        entry.actor_kind.into(),
        entry.action.into(),
        entry.object.into(),
        entry.detail.into(),
        view.into(),
        hash.into(),
    ])
}

pub fn list(before: i64, limit: i64, actor: Option<&str>, action: Option<&str>) -> Statement {
    let page = vec![Param::Int(before), Param::Int(limit)];
    let with = |sql: &'static Sql, rest: Vec<Param>| sql.with([page.clone(), rest].concat());
    match (actor, action) {
        (Some(actor), action) => with(&LIST_OF_ACTOR, vec![actor.into(), action.into()]),
        (None, Some(action)) => with(&LIST_OF_ACTION, vec![action.into()]),
        (None, None) => with(&LIST, Vec::new()),
    }
}

pub fn chain(after: i64, limit: i64) -> Statement {
    CHAIN.with(vec![after.into(), limit.into()])
}

/// Whether somebody else took this place of the chain, or noted the same view.
pub fn is_taken(error: &DbError) -> bool {
    matches!(error, DbError::Constraint(text) if text.contains("audit."))
}
