//! `lookups` and `personal_fields`: what keeps masked data masked.

use crate::{Sql, Statement, over_set};
use serde::{Deserialize, Serialize};
use tributary_core::time::Timestamp;

pub const STATEMENTS: &[&Sql] = &[&LOOK_UP, &FORGET_LOOKUPS, &FIELDS, &CLEAR_FIELDS, &PUT_FIELDS];

/// Counts a lookup where there is room for one: `?4` of different texts since `?5`. The same text
/// again is the same lookup. One row comes back where it may take place.
pub const LOOK_UP: Sql = Sql::new(
    "lookups.count",
    "INSERT INTO lookups (actor, at, digest) \
     SELECT ?1, coalesce((SELECT max(l.at) FROM lookups l \
         WHERE l.actor = ?1 AND l.at > ?5 AND l.digest = ?3), ?2), ?3 \
     WHERE EXISTS (SELECT 1 FROM lookups l WHERE l.actor = ?1 AND l.at > ?5 AND l.digest = ?3) \
       OR (SELECT count(*) FROM lookups l WHERE l.actor = ?1 AND l.at > ?5) < ?4 \
     ON CONFLICT (actor, at, digest) DO UPDATE SET at = excluded.at RETURNING digest",
);

pub const FORGET_LOOKUPS: Sql =
    Sql::new("lookups.forget", "DELETE FROM lookups WHERE actor = ?1 AND at <= ?2");

pub const FIELDS: Sql = Sql::scanning(
    "personal_fields.all",
    "an administrator's list of a hundred at most",
    "SELECT field, name FROM personal_fields ORDER BY field",
);

pub const CLEAR_FIELDS: Sql = Sql::scanning(
    "personal_fields.clear",
    "an administrator's list of a hundred at most",
    "DELETE FROM personal_fields",
);

pub const PUT_FIELDS: Sql = Sql::new(
    "personal_fields.put",
    "INSERT INTO personal_fields (field, name) SELECT value->>'field', value->>'name' \
     FROM json_each(?1) WHERE true ON CONFLICT (field) DO NOTHING",
);

/// A field as it was written, and as it is compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub field: String,
    pub name: String,
}

/// `most` different texts since that moment.
pub fn look_up(
    actor: &str,
    digest: &str,
    most: i64,
    since: Timestamp,
    now: Timestamp,
) -> Vec<Statement> {
    vec![
        LOOK_UP.with(vec![actor.into(), now.0.into(), digest.into(), most.into(), since.0.into()]),
        FORGET_LOOKUPS.with(vec![actor.into(), since.0.into()]),
    ]
}

pub fn fields() -> Statement {
    FIELDS.with(Vec::new())
}

pub fn replace_fields(fields: &[Field]) -> Vec<Statement> {
    let mut statements = vec![CLEAR_FIELDS.with(Vec::new())];
    statements.extend(over_set(&PUT_FIELDS, fields, &[]));
    statements
}
