//! Writing what a page changed: one statement per table, whatever the page's size.

use crate::{Sql, Statement, over_set};
use serde::Serialize;
use tributary_core::consent::ConsentValue;
use tributary_core::identity::Identity;
use tributary_core::ids::{ProfileId, TouchpointId};
use tributary_core::profile::{KnownEdge, KnownIdentity, Minted};
use tributary_core::time::Timestamp;

pub const IDENTITIES: Sql = Sql::new(
    "identities.upsert",
    "INSERT INTO identities (identity, profile, value, first_at, first_touchpoint) \
     SELECT value->>'identity', value->>'profile', value->>'value', value->>'first_at', \
       value->>'first_touchpoint' FROM json_each(?1) WHERE true \
     ON CONFLICT (identity) DO UPDATE SET profile = excluded.profile, \
       first_at = excluded.first_at, first_touchpoint = excluded.first_touchpoint",
);

pub const EDGES: Sql = Sql::new(
    "identity_edges.upsert",
    "INSERT INTO identity_edges (a, b, occurred_at, touchpoint, verdict, cut, cut_at, \
       cut_touchpoint, alias_at, alias_touchpoint) \
     SELECT value->>'a', value->>'b', value->>'occurred_at', value->>'touchpoint', \
       value->>'verdict', value->>'cut', value->>'cut_at', value->>'cut_touchpoint', \
       value->>'alias_at', value->>'alias_touchpoint' \
     FROM json_each(?1) WHERE true \
     ON CONFLICT (a, b) DO UPDATE SET occurred_at = excluded.occurred_at, \
       touchpoint = excluded.touchpoint, verdict = excluded.verdict, cut = excluded.cut, \
       cut_at = excluded.cut_at, cut_touchpoint = excluded.cut_touchpoint, \
       alias_at = excluded.alias_at, alias_touchpoint = excluded.alias_touchpoint",
);

pub const MINTED: Sql = Sql::new(
    "profiles.mint",
    "INSERT INTO profiles (id, founder, born_seq, born_at) \
     SELECT value->>'id', value->>'founder', value->>'born_seq', value->>'born_at' \
     FROM json_each(?1)",
);

/// The highest rank wins per field, of equals the last write, of those that only fill a gap
/// (rank 0) the first.
pub const TRAITS: Sql = Sql::new(
    "trait_values.upsert",
    "INSERT INTO trait_values (identity, field, value, occurred_at, touchpoint, channel, rank) \
     SELECT value->>'identity', value->>'field', value->>'value', value->>'occurred_at', \
       value->>'touchpoint', value->>'channel', value->>'rank' FROM json_each(?1) WHERE true \
     ON CONFLICT (identity, field) DO UPDATE SET value = excluded.value, \
       occurred_at = excluded.occurred_at, touchpoint = excluded.touchpoint, \
       channel = excluded.channel, rank = excluded.rank \
     WHERE (excluded.rank, \
         CASE excluded.rank WHEN 0 THEN -excluded.occurred_at ELSE excluded.occurred_at END, \
         excluded.touchpoint) \
       > (trait_values.rank, \
         CASE trait_values.rank WHEN 0 THEN -trait_values.occurred_at \
           ELSE trait_values.occurred_at END, \
         trait_values.touchpoint)",
);

pub const COUNTERS: Sql = Sql::new(
    "counters.add",
    "INSERT INTO counters (identity, name, day, currency, count, sum_minor) \
     SELECT value->>'identity', value->>'name', value->>'day', value->>'currency', \
       value->>'count', value->>'sum_minor' FROM json_each(?1) WHERE true \
     ON CONFLICT (identity, name, day, currency) DO UPDATE SET count = count + excluded.count, \
       sum_minor = sum_minor + excluded.sum_minor",
);

/// The latest statement of each state and source stays: which one counts, the core says.
pub const CONSENTS: Sql = Sql::new(
    "consents.upsert",
    "INSERT INTO consents (identity, medium, purpose, state, source, occurred_at, touchpoint) \
     SELECT value->>'identity', value->>'medium', value->>'purpose', value->>'state', \
       value->>'source', value->>'occurred_at', value->>'touchpoint' \
     FROM json_each(?1) WHERE true \
     ON CONFLICT (identity, medium, purpose, state, source) DO UPDATE SET \
       occurred_at = excluded.occurred_at, touchpoint = excluded.touchpoint \
     WHERE (excluded.occurred_at, excluded.touchpoint) \
       > (consents.occurred_at, consents.touchpoint)",
);

pub const TIMELINE: Sql = Sql::new(
    "timeline.add",
    "INSERT INTO timeline (identity, occurred_at, seq, name) \
     SELECT value->>'identity', value->>'occurred_at', value->>'seq', value->>'name' \
     FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING",
);

/// Rolls the log up to profile-merge's cursor into the totals, once enough of it is new: a row a
/// channel, endpoint and name for hundreds of events instead of one each.
pub const TOTALS: Sql = Sql::new(
    "touchpoint_totals.roll_up",
    "INSERT INTO touchpoint_totals (channel, endpoint, name, count, first_seen_at, last_seen_at) \
     SELECT t.channel, t.endpoint, t.name, count(*), min(t.received_at), max(t.received_at) \
     FROM touchpoints t \
     WHERE t.seq > (SELECT cursor FROM consumers WHERE name = 'touchpoint-totals') \
       AND t.seq <= (SELECT CASE WHEN p.cursor - c.cursor >= 256 THEN p.cursor ELSE 0 END \
         FROM consumers p, consumers c \
         WHERE p.name = 'profile-merge' AND c.name = 'touchpoint-totals') \
     GROUP BY t.channel, t.endpoint, t.name \
     ON CONFLICT (channel, endpoint, name) DO UPDATE SET count = count + excluded.count, \
       last_seen_at = max(last_seen_at, excluded.last_seen_at)",
);

/// Goes with `TOTALS`, in the same batch and after it.
pub const TOTALS_CURSOR: Sql = Sql::new(
    "touchpoint_totals.advance",
    "UPDATE consumers SET \
       cursor = (SELECT cursor FROM consumers WHERE name = 'profile-merge') \
     WHERE name = 'touchpoint-totals' \
       AND (SELECT cursor FROM consumers WHERE name = 'profile-merge') - cursor >= 256",
);

pub fn identities(rows: &[KnownIdentity]) -> Vec<Statement> {
    #[derive(Serialize)]
    struct Row<'a> {
        identity: &'a Identity,
        profile: &'a ProfileId,
        value: &'a str,
        first_at: Timestamp,
        first_touchpoint: &'a TouchpointId,
    }
    let rows: Vec<Row> = rows
        .iter()
        .map(|row| Row {
            identity: &row.identity,
            profile: &row.profile,
            value: row.identity.value(),
            first_at: row.first.at,
            first_touchpoint: &row.first.touchpoint,
        })
        .collect();
    over_set(&IDENTITIES, &rows, &[])
}

pub fn edges(rows: &[KnownEdge]) -> Vec<Statement> {
    #[derive(Serialize)]
    struct Row<'a> {
        a: &'a Identity,
        b: &'a Identity,
        occurred_at: Option<Timestamp>,
        touchpoint: Option<&'a TouchpointId>,
        verdict: &'a str,
        cut: i64,
        cut_at: Option<Timestamp>,
        cut_touchpoint: Option<&'a TouchpointId>,
        alias_at: Option<Timestamp>,
        alias_touchpoint: Option<&'a TouchpointId>,
    }
    let rows: Vec<Row> = rows
        .iter()
        .map(|row| Row {
            a: &row.key.a,
            b: &row.key.b,
            occurred_at: row.evidence.as_ref().map(|mark| mark.at),
            touchpoint: row.evidence.as_ref().map(|mark| &mark.touchpoint),
            verdict: &row.verdict,
            cut: i64::from(row.cut),
            cut_at: row.cut_mark.as_ref().map(|mark| mark.at),
            cut_touchpoint: row.cut_mark.as_ref().map(|mark| &mark.touchpoint),
            alias_at: row.alias.as_ref().map(|mark| mark.at),
            alias_touchpoint: row.alias.as_ref().map(|mark| &mark.touchpoint),
        })
        .collect();
    over_set(&EDGES, &rows, &[])
}

pub fn minted(rows: &[Minted], now: Timestamp) -> Vec<Statement> {
    #[derive(Serialize)]
    struct Row<'a> {
        id: &'a ProfileId,
        founder: &'a Identity,
        born_seq: i64,
        born_at: Timestamp,
    }
    let rows: Vec<Row> = rows
        .iter()
        .map(|row| Row { id: &row.id, founder: &row.founder, born_seq: row.born_seq, born_at: now })
        .collect();
    over_set(&MINTED, &rows, &[])
}

#[derive(Clone, Debug, Serialize)]
pub struct TraitRow {
    pub identity: Identity,
    pub field: String,
    /// JSON as text.
    pub value: String,
    pub occurred_at: Timestamp,
    pub touchpoint: TouchpointId,
    pub channel: String,
    /// See [`tributary_core::profile::Rank::number`].
    pub rank: i64,
}

#[derive(Clone, Debug, Serialize)]
pub struct CounterRow {
    pub identity: Identity,
    pub name: String,
    /// Days since the epoch, UTC.
    pub day: i64,
    pub currency: String,
    pub count: i64,
    pub sum_minor: i64,
}

#[derive(Clone, Debug, Serialize)]
pub struct TimelineRow {
    pub identity: Identity,
    pub occurred_at: Timestamp,
    pub seq: i64,
    pub name: String,
}

pub fn traits(rows: &[TraitRow]) -> Vec<Statement> {
    over_set(&TRAITS, rows, &[])
}

pub fn counters(rows: &[CounterRow]) -> Vec<Statement> {
    over_set(&COUNTERS, rows, &[])
}

pub fn consents(rows: &[ConsentValue]) -> Vec<Statement> {
    over_set(&CONSENTS, rows, &[])
}

pub fn timeline(rows: &[TimelineRow]) -> Vec<Statement> {
    over_set(&TIMELINE, rows, &[])
}

pub fn totals() -> [Statement; 2] {
    [TOTALS.with(Vec::new()), TOTALS_CURSOR.with(Vec::new())]
}
