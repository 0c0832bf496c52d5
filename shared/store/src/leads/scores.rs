//! `score_entries`: what matched a scoring rule.

use crate::{Answer, DbError, Sql, Statement, over_set};
use serde::{Deserialize, Serialize};
use tributary_core::identity::Identity;
use tributary_core::ids::{ProfileId, TouchpointId};
use tributary_core::lead::Entry;
use tributary_core::time::Timestamp;

/// No rule needs more than a hundred matches of an identity within a month: a robot that reloads the
/// price page for ever must not cost a row each time, and who comes back later scores anew.
pub const ADD: Sql = Sql::new(
    "score_entries.add",
    "INSERT INTO score_entries (identity, rule, touchpoint, occurred_at) \
     SELECT value->>'identity', value->>'rule', value->>'touchpoint', value->>'occurred_at' \
     FROM json_each(?1) \
     WHERE (SELECT count(*) FROM (SELECT 1 FROM score_entries e \
       WHERE e.identity = value->>'identity' AND e.rule = value->>'rule' \
         AND e.occurred_at > value->>'occurred_at' - 2592000000 LIMIT 100)) < 100 \
     ON CONFLICT DO NOTHING",
);

pub const OF_PROFILES: Sql = Sql::new(
    "score_entries.of_profiles",
    "SELECT i.profile, e.rule, e.touchpoint, e.occurred_at \
     FROM json_each(?1) p JOIN identities i ON i.profile = p.value \
     JOIN score_entries e ON e.identity = i.identity",
);

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewEntry {
    pub identity: Identity,
    #[serde(flatten)]
    pub entry: Entry,
}

pub fn add(entries: &[NewEntry]) -> Vec<Statement> {
    over_set(&ADD, entries, &[])
}

pub fn of_profiles(profiles: &[ProfileId]) -> Statement {
    OF_PROFILES.with(vec![crate::leads::set(profiles)])
}

pub fn decode(answer: &Answer) -> Result<Vec<(ProfileId, Entry)>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        profile: ProfileId,
        rule: String,
        touchpoint: TouchpointId,
        occurred_at: Timestamp,
    }
    let entry = |row: Row| {
        let Row { profile, rule, touchpoint, occurred_at } = row;
        (profile, Entry { rule, occurred_at, touchpoint })
    };
    Ok(answer.decode::<Row>()?.into_iter().map(entry).collect())
}
