//! Reading profiles for the API.

use crate::scope::hands;
use crate::{Param, Scope, Sql, Statement, as_set};
use std::collections::BTreeSet;

/// What an id means today: the profile of its founder. An absorbed id leads to the one that
/// absorbed it.
pub const CANONICAL: Sql = Sql::new(
    "profiles.canonical",
    "SELECT i.profile FROM profiles p JOIN identities i ON i.identity = p.founder WHERE p.id = ?1",
);

/// By canonical identity key.
pub const BY_IDENTITY: Sql =
    Sql::new("profiles.by_identity", "SELECT DISTINCT profile FROM identities WHERE identity = ?1");

/// By kind and value, whatever the scope.
pub const BY_VALUE: Sql = Sql::new(
    "profiles.by_value",
    "SELECT DISTINCT profile FROM identities \
     WHERE value = ?1 AND substr(identity, 1, length(?2)) = ?2 LIMIT 50",
);

/// By how a bare value begins, whatever its kind.
pub const BY_VALUE_PREFIX: Sql = Sql::new(
    "profiles.by_value_prefix",
    "SELECT DISTINCT profile FROM identities WHERE value >= ?1 AND value <= ?2 LIMIT ?3",
);

/// Profiles that are somebody today, by id.
pub const LIST: Sql = Sql::new(
    "profiles.list",
    "SELECT p.id AS profile FROM profiles p JOIN identities i ON i.identity = p.founder \
     WHERE p.id > ?1 AND i.profile = p.id ORDER BY p.id LIMIT ?2",
);

/// Every id that leads to this profile, itself included, with its age.
pub const IDS: Sql = Sql::new(
    "profiles.ids",
    "SELECT i.profile, p.id, p.born_at FROM json_each(?1) k \
     JOIN identities i ON i.profile = k.value JOIN profiles p ON p.founder = i.identity \
     ORDER BY p.born_seq, p.id",
);

pub const IDENTITIES: Sql = Sql::new(
    "profiles.identities",
    "SELECT i.profile, i.identity, i.first_at, i.first_touchpoint FROM json_each(?1) k \
     JOIN identities i ON i.profile = k.value ORDER BY i.first_at, i.first_touchpoint, i.identity",
);

pub const COUNTERS: Sql = Sql::new(
    "profiles.counters",
    "SELECT i.profile, c.name, c.currency, sum(c.count) AS count, \
       sum(c.sum_minor) AS sum_minor, max(c.day) AS last_day \
     FROM json_each(?1) k JOIN identities i ON i.profile = k.value \
     JOIN counters c ON c.identity = i.identity GROUP BY i.profile, c.name, c.currency",
);

/// Those of the profiles that sales has in hand.
pub const IN_HAND: Sql = Sql::new(
    "profiles.in_hand",
    "SELECT DISTINCT i.profile FROM json_each(?1) k JOIN identities i ON i.profile = k.value \
     JOIN leads l ON l.identity = i.identity \
     WHERE l.state IN ('sales_ready', 'queued', 'accepted')",
);

/// First and last moment of each profile, and where it was met.
pub const SPAN: Sql = Sql::new(
    "profiles.span",
    "SELECT i.profile, min(l.occurred_at) AS first_seen_at, max(l.occurred_at) AS last_seen_at, \
       count(*) AS touchpoints \
     FROM json_each(?1) k JOIN identities i ON i.profile = k.value \
     JOIN timeline l ON l.identity = i.identity GROUP BY i.profile",
);

/// The edges at a profile's identities, refused and cut ones included, with the far end's profile.
pub const EDGES: Sql = Sql::new(
    "profiles.edges",
    "SELECT DISTINCT e.a, e.b, e.occurred_at, e.touchpoint, e.verdict, e.cut, e.cut_at, \
       e.cut_touchpoint, t.channel, t.endpoint, t.name \
     FROM (SELECT e.a, e.b FROM identities i JOIN identity_edges e ON e.a = i.identity \
         WHERE i.profile = ?1 \
       UNION SELECT e.a, e.b FROM identities i JOIN identity_edges e ON e.b = i.identity \
         WHERE i.profile = ?1) k \
     JOIN identity_edges e ON e.a = k.a AND e.b = k.b \
     LEFT JOIN touchpoints t ON t.id = e.touchpoint \
     ORDER BY e.occurred_at, e.a, e.b",
);

/// A profile's history, newest first, before `(?2, ?3)`. The page is chosen among keys and names
/// alone; only what is on it is read whole.
pub const TIMELINE: Sql = Sql::new(
    "profiles.timeline",
    concat!(
        "SELECT t.seq, t.id, t.channel, t.endpoint, t.name, t.occurred_at, t.received_at, \
       t.identifiers, t.properties, t.context, t.cause, t.depth, ?1 AS profile \
     FROM (SELECT l.occurred_at, l.seq FROM identities i JOIN timeline l \
         ON l.identity = i.identity AND (l.occurred_at, l.seq) < (?2, ?3) \
       WHERE i.profile = ?1 AND (?8 IS NULL OR i.profile IN (",
        hands!("?8"),
        ")) \
         AND (?6 IS NULL OR l.name IN (SELECT value FROM json_each(?6))) \
         AND (?5 IS NULL OR (SELECT c.channel FROM touchpoints c WHERE c.seq = l.seq) \
           IN (SELECT value FROM json_each(?5))) \
         AND (?7 IS NULL OR (SELECT c.channel FROM touchpoints c WHERE c.seq = l.seq) <> ?7) \
       ORDER BY l.occurred_at DESC, l.seq DESC LIMIT ?4) k \
     JOIN touchpoints t ON t.seq = k.seq ORDER BY k.occurred_at DESC, k.seq DESC"
    ),
);

pub fn canonical(id: &str) -> Statement {
    CANONICAL.with(vec![id.into()])
}

pub fn by_identity(key: &str) -> Statement {
    BY_IDENTITY.with(vec![key.into()])
}

/// `prefix`: `kind@` or `kind:`.
pub fn by_value(value: &str, prefix: &str) -> Statement {
    BY_VALUE.with(vec![value.into(), prefix.into()])
}

pub fn by_whole_value(value: &str, limit: i64) -> Statement {
    BY_VALUE_PREFIX.with(vec![value.into(), value.into(), limit.into()])
}

pub fn by_value_prefix(start: &str, limit: i64) -> Statement {
    BY_VALUE_PREFIX.with(vec![start.into(), format!("{start}{}", char::MAX).into(), limit.into()])
}

pub fn list(after: &str, limit: i64) -> Statement {
    LIST.with(vec![after.into(), Param::Int(limit)])
}

/// The queries of a page of profile documents, in this order: ids, identities, counters, span, in
/// hand, orders.
pub fn documents(profiles: &str) -> Vec<Statement> {
    [&IDS, &IDENTITIES, &COUNTERS, &SPAN, &IN_HAND, &super::orders::OF_PROFILES]
        .into_iter()
        .map(|sql| sql.with(vec![profiles.into()]))
        .collect()
}

pub fn edges(profile: &str) -> Statement {
    EDGES.with(vec![profile.into()])
}

/// Which part of a history is wanted; `None` is all of it.
#[derive(Clone, Debug, Default)]
pub struct Part {
    pub channels: Option<BTreeSet<String>>,
    pub names: Option<BTreeSet<String>>,
    /// What did not come by this channel.
    pub without: Option<&'static str>,
}

pub fn timeline(
    profile: &str,
    before: (i64, i64),
    limit: i64,
    part: &Part,
    scope: &Scope,
) -> Statement {
    TIMELINE.with(vec![
        profile.into(),
        Param::Int(before.0),
        Param::Int(before.1),
        Param::Int(limit),
        as_set(part.channels.as_ref()),
        as_set(part.names.as_ref()),
        part.without.into(),
        scope.param(),
    ])
}
