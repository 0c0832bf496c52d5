//! Reading the part of the identity graph that a page touches.

use crate::{Answer, DbError, Param, Sql, Statement};
use serde::{Deserialize, Serialize};
use tributary_core::identity::{EdgeKey, Identity};
use tributary_core::ids::{ProfileId, TouchpointId};
use tributary_core::profile::{KnownEdge, KnownIdentity, Mark, Minted};
use tributary_core::time::Timestamp;

/// `?1`: identity keys as JSON.
pub const IDENTITIES: Sql = Sql::new(
    "region.identities",
    "SELECT i.identity, i.profile, i.first_at, i.first_touchpoint \
     FROM json_each(?1) k JOIN identities i ON i.identity = k.value",
);

/// `?1`: `[{"a", "b"}]`.
pub const EDGES: Sql = Sql::new(
    "region.edges",
    "SELECT e.a, e.b, e.occurred_at, e.touchpoint, e.verdict, e.cut, e.cut_at, e.cut_touchpoint, \
       e.alias_at, e.alias_touchpoint \
     FROM json_each(?1) k JOIN identity_edges e \
       ON e.a = k.value->>'a' AND e.b = k.value->>'b'",
);

/// Everything connected with the given identities by any edge, refused and cut ones included. What
/// a blocked identity is seen with does not hang together by that. Stops past the limit, so that the caller can tell.
pub const CLOSURE: Sql = Sql::new(
    "region.closure",
    "WITH RECURSIVE region (identity) AS ( \
       SELECT value FROM json_each(?1) \
       UNION SELECT e.b FROM region r JOIN identity_edges e ON e.a = r.identity \
         AND e.verdict <> 'refused:blocked' \
       UNION SELECT e.a FROM region r JOIN identity_edges e ON e.b = r.identity \
         AND e.verdict <> 'refused:blocked' \
       LIMIT 20001) \
     SELECT identity FROM region",
);

/// The edges that begin in a set of identities; of a closed region these are all.
pub const EDGES_FROM: Sql = Sql::new(
    "region.edges_from",
    "SELECT e.a, e.b, e.occurred_at, e.touchpoint, e.verdict, e.cut, e.cut_at, e.cut_touchpoint, \
       e.alias_at, e.alias_touchpoint \
     FROM json_each(?1) k JOIN identity_edges e ON e.a = k.value",
);

/// The profile ids minted for a set of identities.
pub const MINTED: Sql = Sql::new(
    "region.minted",
    "SELECT p.id, p.founder, p.born_seq FROM json_each(?1) k JOIN profiles p ON p.founder = k.value",
);

/// A larger region is not one person's but an accident (a test number, a shared terminal).
pub const MAX_REGION: usize = 5_000;
/// What a page may load at once; a page that needs more is halved.
pub const MAX_PAGE_REGION: usize = 20_000;

pub(super) fn set<T: Serialize>(items: &[T]) -> Param {
    Param::Text(serde_json::to_string(items).unwrap_or_else(|_| "[]".to_owned()))
}

pub fn identities(keys: &[&Identity]) -> Statement {
    IDENTITIES.with(vec![set(keys)])
}

pub fn edges(keys: &[&EdgeKey]) -> Statement {
    EDGES.with(vec![set(keys)])
}

pub fn closure(roots: &[&Identity]) -> Statement {
    CLOSURE.with(vec![set(roots)])
}

pub fn edges_from(identities: &[&Identity]) -> Statement {
    EDGES_FROM.with(vec![set(identities)])
}

pub fn minted(founders: &[&Identity]) -> Statement {
    MINTED.with(vec![set(founders)])
}

pub fn decode_closure(answer: &Answer) -> Result<Vec<Identity>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        identity: Identity,
    }
    Ok(answer.decode::<Row>()?.into_iter().map(|row| row.identity).collect())
}

pub fn decode_identities(answer: &Answer) -> Result<Vec<KnownIdentity>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        identity: Identity,
        profile: ProfileId,
        first_at: Timestamp,
        first_touchpoint: TouchpointId,
    }
    let known = |row: Row| KnownIdentity {
        identity: row.identity,
        profile: row.profile,
        first: Mark { at: row.first_at, touchpoint: row.first_touchpoint },
    };
    Ok(answer.decode::<Row>()?.into_iter().map(known).collect())
}

pub fn decode_edges(answer: &Answer) -> Result<Vec<KnownEdge>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        a: Identity,
        b: Identity,
        occurred_at: Option<Timestamp>,
        touchpoint: Option<TouchpointId>,
        verdict: String,
        cut: i64,
        cut_at: Option<Timestamp>,
        cut_touchpoint: Option<TouchpointId>,
        alias_at: Option<Timestamp>,
        alias_touchpoint: Option<TouchpointId>,
    }
    let mark = |at: Option<Timestamp>, touchpoint: Option<TouchpointId>| {
        at.zip(touchpoint).map(|(at, touchpoint)| Mark { at, touchpoint })
    };
    let known = |row: Row| KnownEdge {
        key: EdgeKey { a: row.a, b: row.b },
        evidence: mark(row.occurred_at, row.touchpoint),
        verdict: row.verdict,
        cut: row.cut != 0,
        cut_mark: mark(row.cut_at, row.cut_touchpoint),
        alias: mark(row.alias_at, row.alias_touchpoint),
    };
    Ok(answer.decode::<Row>()?.into_iter().map(known).collect())
}

pub fn decode_minted(answer: &Answer) -> Result<Vec<Minted>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        id: ProfileId,
        founder: Identity,
        born_seq: i64,
    }
    let minted = |row: Row| Minted { id: row.id, founder: row.founder, born_seq: row.born_seq };
    Ok(answer.decode::<Row>()?.into_iter().map(minted).collect())
}
