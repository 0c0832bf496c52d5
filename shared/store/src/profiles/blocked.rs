//! `blocked_identities`, and what has to move when one is blocked or freed.

use super::region;
use crate::{Answer, DbError, Param, Sql, Statement, over_set};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::identity::{EdgeKey, Identity};
use tributary_core::ids::TouchpointId;
use tributary_core::profile::{BlockWord, Mark};
use tributary_core::time::Timestamp;

pub const STATEMENTS: &[&Sql] = &[
    &LIST,
    &PUT,
    &RECORDED,
    &EDGES_AT,
    &FORGET_TIMELINE,
    &FORGET_COUNTERS,
    &FORGET_TRAITS,
    &FORGET_CONSENTS,
    &FORGET_ORDERS,
    &FORGET_EDGES,
];

pub const LIST: Sql = Sql::scanning(
    "blocked.list",
    "administrators fill it by hand",
    "SELECT identity, blocked, reason, at, touchpoint FROM blocked_identities ORDER BY identity",
);

pub const PUT: Sql = Sql::new(
    "blocked.put",
    "INSERT INTO blocked_identities (identity, blocked, reason, at, touchpoint) \
     SELECT value->>'identity', value->>'blocked', value->>'reason', value->>'at', \
       value->>'touchpoint' FROM json_each(?1) WHERE true \
     ON CONFLICT (identity) DO UPDATE SET blocked = excluded.blocked, reason = excluded.reason, \
       at = excluded.at, touchpoint = excluded.touchpoint",
);

/// The touchpoints recorded under a set of identities, as profile-merge reads the log. Stops past
/// the limit, so that the caller can tell.
pub const RECORDED: Sql = Sql::new(
    "blocked.recorded",
    "SELECT t.seq, t.id, t.channel, t.endpoint, t.name, t.occurred_at, t.received_at, \
       t.identifiers, t.properties, t.context, t.cause, t.depth, NULL AS profile \
     FROM json_each(?1) k JOIN timeline l ON l.identity = k.value \
     JOIN touchpoints t ON t.seq = l.seq ORDER BY t.seq LIMIT ?2",
);

/// The edges that begin or end in a set of identities.
pub const EDGES_AT: Sql = Sql::new(
    "blocked.edges_at",
    "SELECT e.a, e.b, e.occurred_at, e.touchpoint, e.verdict, e.cut, e.cut_at, e.cut_touchpoint, \
       e.alias_at, e.alias_touchpoint \
     FROM json_each(?1) k JOIN identity_edges e ON e.a = k.value \
     UNION SELECT e.a, e.b, e.occurred_at, e.touchpoint, e.verdict, e.cut, e.cut_at, \
       e.cut_touchpoint, e.alias_at, e.alias_touchpoint \
     FROM json_each(?1) k JOIN identity_edges e ON e.b = k.value",
);

pub const FORGET_TIMELINE: Sql = Sql::new(
    "timeline.forget",
    "DELETE FROM timeline WHERE identity IN (SELECT value FROM json_each(?1))",
);

pub const FORGET_COUNTERS: Sql = Sql::new(
    "counters.forget",
    "DELETE FROM counters WHERE identity IN (SELECT value FROM json_each(?1))",
);

pub const FORGET_TRAITS: Sql = Sql::new(
    "trait_values.forget",
    "DELETE FROM trait_values WHERE identity IN (SELECT value FROM json_each(?1))",
);

/// Not a privacy request's: that is recorded under no identity, and stands.
pub const FORGET_CONSENTS: Sql = Sql::new(
    "consents.forget",
    "DELETE FROM consents WHERE identity IN (SELECT value FROM json_each(?1)) \
       AND EXISTS (SELECT 1 FROM touchpoints l JOIN timeline t ON t.identity = consents.identity \
         AND t.occurred_at = l.occurred_at AND t.seq = l.seq WHERE l.id = consents.touchpoint)",
);

pub const FORGET_ORDERS: Sql = Sql::new(
    "order_facts.forget",
    "DELETE FROM order_facts WHERE identity IN (SELECT value FROM json_each(?1))",
);

pub const FORGET_EDGES: Sql = Sql::new(
    "identity_edges.forget",
    "DELETE FROM identity_edges \
     WHERE (a, b) IN (SELECT value->>'a', value->>'b' FROM json_each(?1))",
);

/// What one word may move. More is not one person's, and would not fit one batch.
pub const MAX_RECORDED: usize = 20_000;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    pub identity: Identity,
    pub blocked: i64,
    pub reason: String,
    pub at: Timestamp,
    pub touchpoint: TouchpointId,
}

pub fn list() -> Statement {
    LIST.with(Vec::new())
}

pub fn decode(answer: &Answer) -> Result<BTreeMap<Identity, BlockWord>, DbError> {
    let word = |row: Row| {
        let mark = Mark { at: row.at, touchpoint: row.touchpoint };
        (row.identity, BlockWord { mark, blocked: row.blocked != 0, reason: row.reason })
    };
    Ok(answer.decode::<Row>()?.into_iter().map(word).collect())
}

pub fn put(words: &BTreeMap<Identity, BlockWord>) -> Vec<Statement> {
    let row = |(identity, word): (&Identity, &BlockWord)| Row {
        identity: identity.clone(),
        blocked: i64::from(word.blocked),
        reason: word.reason.clone(),
        at: word.mark.at,
        touchpoint: word.mark.touchpoint.clone(),
    };
    over_set(&PUT, &words.iter().map(row).collect::<Vec<_>>(), &[])
}

pub fn recorded(identities: &BTreeSet<Identity>) -> Statement {
    let limit = i64::try_from(MAX_RECORDED).unwrap_or(i64::MAX).saturating_add(1);
    RECORDED.with(vec![region::set(&Vec::from_iter(identities)), Param::Int(limit)])
}

pub fn edges_at(identities: &BTreeSet<&Identity>) -> Statement {
    EDGES_AT.with(vec![region::set(&Vec::from_iter(identities))])
}

/// Takes away all that is recorded under these, and these edges.
pub fn forget(identities: &BTreeSet<Identity>, edges: &[EdgeKey]) -> Vec<Statement> {
    let identities = Vec::from_iter(identities);
    // The timeline last: it tells which consents are of what is read anew.
    let recorded =
        [&FORGET_CONSENTS, &FORGET_COUNTERS, &FORGET_TRAITS, &FORGET_ORDERS, &FORGET_TIMELINE];
    let mut statements: Vec<Statement> =
        recorded.into_iter().flat_map(|sql| over_set(sql, &identities, &[])).collect();
    statements.extend(over_set(&FORGET_EDGES, edges, &[]));
    statements
}
