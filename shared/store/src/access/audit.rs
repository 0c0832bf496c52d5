//! `audit` and `audit_head`: appended, never changed. The number is the place in the chain, so of
//! two writers who saw the same end only one succeeds.

use crate::{DbError, Param, Sql, Statement};
use serde::{Deserialize, Serialize};
use tributary_core::access::Entry;

pub const STATEMENTS: &[&Sql] = &[
    &HEAD,
    &APPEND,
    &PUT_HEAD,
    &NOTED_HEAD,
    &VIEWED,
    &LIST,
    &LIST_OF_ACTOR,
    &LIST_OF_ACTION,
    &CHAIN,
];

pub const HEAD: Sql =
    Sql::new("audit.head", "SELECT seq, hash FROM audit WHERE seq = (SELECT max(seq) FROM audit)");

/// Several entries in one statement, in order.
pub const APPEND: Sql = Sql::new(
    "audit.append",
    "INSERT INTO audit (seq, at, actor, actor_kind, action, object, detail, view, hash, version) \
     SELECT value->>'seq', value->>'at', value->>'actor', value->>'actor_kind', \
       value->>'action', value->>'object', value->>'detail', value->>'view', value->>'hash', \
       value->>'version' \
     FROM json_each(?1)",
);

/// Where the log ends now.
pub const PUT_HEAD: Sql = Sql::new(
    "audit_head.put",
    "INSERT INTO audit_head (id, seq, hash, signature) VALUES (1, ?1, ?2, ?3) \
     ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, \
       signature = excluded.signature",
);

pub const NOTED_HEAD: Sql =
    Sql::new("audit_head.get", "SELECT seq, hash, signature FROM audit_head WHERE id = 1");

/// Which of these views (`?1`) are noted already.
pub const VIEWED: Sql =
    Sql::new("audit.viewed", "SELECT a.view FROM json_each(?1) v JOIN audit a ON a.view = v.value");

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

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    pub seq: i64,
    pub at: i64,
    pub actor: String,
    pub actor_kind: String,
    pub action: String,
    pub object: String,
    /// A JSON document.
    pub detail: String,
    /// What makes looking at the same thing again the same view.
    pub view: Option<String>,
    pub hash: String,
    /// How the hash is made.
    pub version: i64,
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

/// The end of the log as it is noted beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotedHead {
    pub seq: i64,
    pub hash: String,
    pub signature: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Viewed {
    pub view: String,
}

pub fn head() -> Statement {
    HEAD.with(Vec::new())
}

pub fn noted_head() -> Statement {
    NOTED_HEAD.with(Vec::new())
}

pub fn viewed(views: &[&str]) -> Statement {
    VIEWED.with(vec![json(&views)])
}

/// Entries and the end they make, in one batch.
pub fn append(entries: &[Row], head: &NotedHead) -> Vec<Statement> {
    vec![
        APPEND.with(vec![json(&entries)]),
        PUT_HEAD.with(vec![
            head.seq.into(),
            head.hash.as_str().into(),
            head.signature.as_str().into(),
        ]),
    ]
}

fn json<T: Serialize>(value: &T) -> Param {
    Param::Text(serde_json::to_string(value).unwrap_or_else(|_| "[]".to_owned()))
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
