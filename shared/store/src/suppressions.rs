//! `suppressions`: addresses that are not written to any more. Written by profile-merge.

use crate::{Param, Sql, Statement, over_set};
use serde::{Deserialize, Serialize};
use tributary_core::identity::Identity;
use tributary_core::ids::ProfileId;
use tributary_core::message::Suppression;

pub const STATEMENTS: &[&Sql] = &[&PUT, &OF, &ORIGINS, &HISTORY, &LIST, &LIST_OF_PROFILE];

/// The last report of each reason. What soft bounces come to is decided anew each time, from all of
/// them: it may go back.
pub const PUT: Sql = Sql::new(
    "suppressions.put",
    "INSERT INTO suppressions (medium, address, reason, detail, at, touchpoint) \
     SELECT value->>'medium', value->>'address', value->>'reason', value->>'detail', \
       value->>'at', value->>'touchpoint' FROM json_each(?1) WHERE true \
     ON CONFLICT (medium, address, reason) DO UPDATE SET detail = excluded.detail, \
       at = excluded.at, touchpoint = excluded.touchpoint \
     WHERE excluded.reason = 'soft_bounces' \
       OR (excluded.at, excluded.touchpoint) > (suppressions.at, suppressions.touchpoint)",
);

/// Every row of these addresses (`[{"medium", "address"}]`).
pub const OF: Sql = Sql::new(
    "suppressions.of",
    "SELECT s.medium, s.address, s.reason, s.detail, s.at, s.touchpoint \
     FROM json_each(?1) a JOIN suppressions s \
       ON s.medium = a.value->>'medium' AND s.address = a.value->>'address'",
);

/// Every address of these people, with the name of the touchpoint that showed it first.
pub const ORIGINS: Sql = Sql::new(
    "identities.origins",
    "SELECT i.identity, coalesce(t.name, '') AS name \
     FROM json_each(?1) p JOIN identities i ON i.profile = p.value \
     LEFT JOIN touchpoints t ON t.id = i.first_touchpoint \
     WHERE i.identity GLOB 'email:*' OR i.identity GLOB 'phone:*'",
);

/// Touchpoints of these names (`?2`) that are recorded under these identities (`?1`), the newest
/// first.
pub const HISTORY: Sql = Sql::new(
    "suppressions.history",
    "SELECT t.seq, t.id, t.channel, t.endpoint, t.name, t.occurred_at, t.received_at, \
       t.identifiers, t.properties, t.context, t.cause, t.depth, NULL AS profile \
     FROM json_each(?1) a CROSS JOIN timeline l ON l.identity = a.value \
       AND l.name IN (SELECT value FROM json_each(?2)) \
     JOIN touchpoints t ON t.seq = l.seq ORDER BY t.occurred_at DESC, t.seq DESC LIMIT ?3",
);

/// In force, the newest first.
pub const LIST: Sql = Sql::new(
    "suppressions.list",
    "SELECT s.medium, s.address, s.reason, s.detail, s.at, s.touchpoint FROM suppressions s \
     WHERE s.at > 0 AND s.reason <> 'lifted' AND (s.at, s.touchpoint) < (?1, ?2) \
       AND NOT EXISTS (SELECT 1 FROM suppressions l WHERE l.medium = s.medium \
         AND l.address = s.address AND l.reason = 'lifted' AND l.at >= s.at) \
     ORDER BY s.at DESC, s.touchpoint DESC LIMIT ?3",
);

/// Every row of the addresses of a profile.
pub const LIST_OF_PROFILE: Sql = Sql::new(
    "suppressions.list_of_profile",
    "SELECT s.medium, s.address, s.reason, s.detail, s.at, s.touchpoint \
     FROM identities i CROSS JOIN suppressions s ON s.address = i.value \
       AND s.medium = CASE WHEN i.identity GLOB 'phone:*' THEN 'sms' ELSE 'email' END \
     WHERE i.profile = ?1 AND (i.identity GLOB 'email:*' OR i.identity GLOB 'phone:*')",
);

/// An address within its medium.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    pub medium: String,
    pub address: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Origin {
    pub identity: Identity,
    /// Empty where the touchpoint is not in the log.
    pub name: String,
}

fn set<T: Serialize>(items: &[T]) -> Param {
    Param::Text(serde_json::to_string(items).unwrap_or_else(|_| "[]".to_owned()))
}

pub fn put(rows: &[Suppression]) -> Vec<Statement> {
    over_set(&PUT, rows, &[])
}

pub fn of(places: &[Place]) -> Statement {
    OF.with(vec![set(places)])
}

pub fn origins(profiles: &[ProfileId]) -> Statement {
    ORIGINS.with(vec![set(profiles)])
}

pub fn history(identities: &[Identity], names: &[String], limit: i64) -> Statement {
    HISTORY.with(vec![set(identities), set(names), Param::Int(limit)])
}

pub fn list(before: (i64, &str), limit: i64) -> Statement {
    LIST.with(vec![Param::Int(before.0), before.1.into(), Param::Int(limit)])
}

pub fn list_of_profile(profile: &str) -> Statement {
    LIST_OF_PROFILE.with(vec![profile.into()])
}
