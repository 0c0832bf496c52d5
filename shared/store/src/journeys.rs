//! `journeys`, `journey_runs`, `journey_counts`: definitions, who is where in them, and how many
//! passed.

use crate::{Answer, DbError, Param, Sql, Statement, over_set};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tributary_core::identity::Identity;
use tributary_core::ids::{ProfileId, RunId, TouchpointId};
use tributary_core::journey::{Past, Run, RunState};
use tributary_core::time::Timestamp;

pub const LATEST: Sql = Sql::scanning(
    "journeys.latest",
    "one row a published version; they are few",
    "SELECT j.id, j.version, j.definition, j.source, j.created_at \
     FROM (SELECT id, max(version) AS version FROM journeys GROUP BY id) n \
     JOIN journeys j ON j.id = n.id AND j.version = n.version ORDER BY j.id",
);

/// `?1`: `[{"id", "version"}]`.
pub const VERSIONS: Sql = Sql::new(
    "journeys.versions",
    "SELECT j.id, j.version, j.definition, j.source, j.created_at FROM json_each(?1) w \
     JOIN journeys j ON j.id = w.value->>'id' AND j.version = w.value->>'version'",
);

/// Two that publish at once: the fence lets one through.
pub const PUBLISH: Sql = Sql::new(
    "journeys.publish",
    "INSERT INTO journeys (id, version, definition, source, created_at) \
     VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id, version) DO NOTHING",
);

/// Where these people (`?1`: profile ids) are now. `CROSS JOIN` keeps the order: a journey has many
/// more runs than a person.
pub const ACTIVE: Sql = Sql::new(
    "journey_runs.active",
    "SELECT i.profile, r.id, r.journey, r.version, r.identity, r.entry_key, r.state, r.step, \
       r.due_at, r.reason, r.entered_at, r.ended_at, r.body \
     FROM json_each(?1) p CROSS JOIN identities i ON i.profile = p.value \
     CROSS JOIN journey_runs r ON r.identity = i.identity WHERE r.state = 'active' \
     ORDER BY r.entered_at, r.id",
);

/// Where these people (`?1`) have been, in these journeys (`?2`), and when they last left.
pub const PAST: Sql = Sql::new(
    "journey_runs.past",
    "SELECT i.profile, r.journey, r.entry_key, max(r.ended_at) AS ended_at \
     FROM json_each(?1) p CROSS JOIN identities i ON i.profile = p.value \
     CROSS JOIN journey_runs r ON r.identity = i.identity \
       AND r.journey IN (SELECT value FROM json_each(?2)) \
     WHERE r.state <> 'active' GROUP BY i.profile, r.journey, r.entry_key",
);

/// Whose timer has run out, the longest overdue first.
pub const DUE: Sql = Sql::new(
    "journey_runs.due",
    "SELECT i.profile, r.id, r.journey, r.version, r.identity, r.entry_key, r.state, r.step, \
       r.due_at, r.reason, r.entered_at, r.ended_at, r.body \
     FROM journey_runs r LEFT JOIN identities i ON i.identity = r.identity \
     WHERE r.state = 'active' AND r.due_at <= ?1 ORDER BY r.due_at LIMIT ?2",
);

pub const NEXT_DUE: Sql = Sql::scanning(
    "journey_runs.next_due",
    "the first entry of the index of what is due",
    "SELECT due_at FROM journey_runs WHERE state = 'active' ORDER BY due_at LIMIT 1",
);

pub const SAVE: Sql = Sql::new(
    "journey_runs.save",
    "INSERT INTO journey_runs (id, journey, version, identity, entry_key, state, step, due_at, \
       reason, entered_at, ended_at, body) \
     SELECT value->>'id', value->>'journey', value->>'version', value->>'identity', \
       value->>'entry_key', value->>'state', value->>'step', value->>'due_at', value->>'reason', \
       value->>'entered_at', value->>'ended_at', value->>'body' \
     FROM json_each(?1) WHERE true \
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, step = excluded.step, \
       due_at = excluded.due_at, reason = excluded.reason, ended_at = excluded.ended_at, \
       body = excluded.body",
);

pub const COUNT: Sql = Sql::new(
    "journey_counts.count",
    "INSERT INTO journey_counts (journey, version, what, count) \
     SELECT value->>'journey', value->>'version', value->>'what', value->>'count' \
     FROM json_each(?1) WHERE true \
     ON CONFLICT (journey, version, what) DO UPDATE SET count = count + excluded.count",
);

pub const COUNTS: Sql = Sql::scanning(
    "journey_counts.all",
    "a few rows a version",
    "SELECT journey, version, what, count FROM journey_counts \
     WHERE ?1 IS NULL OR journey = ?1 ORDER BY journey, version, what",
);

/// The newest first, after `(?2, ?3)`.
pub const LIST: Sql = Sql::new(
    "journey_runs.list",
    "SELECT i.profile, r.id, r.journey, r.version, r.identity, r.entry_key, r.state, r.step, \
       r.due_at, r.reason, r.entered_at, r.ended_at, r.body \
     FROM journey_runs r LEFT JOIN identities i ON i.identity = r.identity \
     WHERE r.journey = ?1 AND (r.entered_at, r.id) < (?2, ?3) \
     ORDER BY r.entered_at DESC, r.id DESC LIMIT ?4",
);

/// The same for one person (`?5`), whichever of their ids is asked for.
pub const LIST_OF: Sql = Sql::new(
    "journey_runs.list_of",
    "SELECT i.profile, r.id, r.journey, r.version, r.identity, r.entry_key, r.state, r.step, \
       r.due_at, r.reason, r.entered_at, r.ended_at, r.body \
     FROM profiles p CROSS JOIN identities f ON f.identity = p.founder \
     CROSS JOIN identities i ON i.profile = f.profile \
     CROSS JOIN journey_runs r ON r.identity = i.identity AND r.journey = ?1 \
     WHERE p.id = ?5 AND (r.entered_at, r.id) < (?2, ?3) \
     ORDER BY r.entered_at DESC, r.id DESC LIMIT ?4",
);

/// What people said about products.
pub const KEEP_REVIEWS: Sql = Sql::new(
    "product_reviews.keep",
    "INSERT INTO product_reviews (product, touchpoint, rating, author, text, at) \
     SELECT value->>'product', value->>'touchpoint', value->>'rating', value->>'author', \
       value->>'text', value->>'at' \
     FROM json_each(?1) WHERE true ON CONFLICT (product, touchpoint) DO NOTHING",
);

/// Of these products (`?1`), the best and newest first.
pub const REVIEWS: Sql = Sql::new(
    "product_reviews.of",
    "SELECT r.product, r.touchpoint, r.rating, r.author, r.text, r.at \
     FROM json_each(?1) p JOIN product_reviews r ON r.product = p.value \
     ORDER BY r.rating DESC, r.at DESC LIMIT ?2",
);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductReview {
    pub product: String,
    pub touchpoint: TouchpointId,
    pub rating: f64,
    pub author: String,
    pub text: String,
    pub at: Timestamp,
}

pub fn keep_reviews(reviews: &[ProductReview]) -> Vec<Statement> {
    over_set(&KEEP_REVIEWS, reviews, &[])
}

pub fn reviews(products: &[String], limit: i64) -> Statement {
    REVIEWS.with(vec![set(products), Param::Int(limit)])
}

/// A version of a journey as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub id: String,
    pub version: i64,
    pub definition: String,
    pub source: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Version {
    pub id: String,
    pub version: i64,
}

/// A run with the profile that its identity belongs to at the time of reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub profile: Option<ProfileId>,
    pub run: Run,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub journey: String,
    pub version: i64,
    pub what: String,
    pub count: i64,
}

fn set<T: Serialize>(items: &[T]) -> Param {
    Param::Text(serde_json::to_string(items).unwrap_or_else(|_| "[]".to_owned()))
}

pub fn latest() -> Statement {
    LATEST.with(Vec::new())
}

pub fn versions(wanted: &[Version]) -> Statement {
    VERSIONS.with(vec![set(wanted)])
}

pub fn publish(stored: &Stored) -> Statement {
    PUBLISH.with(vec![
        stored.id.as_str().into(),
        Param::Int(stored.version),
        stored.definition.as_str().into(),
        stored.source.as_str().into(),
        Param::Int(stored.created_at.0),
    ])
}

pub fn active(profiles: &[ProfileId]) -> Statement {
    ACTIVE.with(vec![set(profiles)])
}

pub fn past(profiles: &[ProfileId], journeys: &[String]) -> Statement {
    PAST.with(vec![set(profiles), set(journeys)])
}

pub fn due(now: Timestamp, limit: i64) -> Statement {
    DUE.with(vec![Param::Int(now.0), Param::Int(limit)])
}

pub fn next_due() -> Statement {
    NEXT_DUE.with(Vec::new())
}

pub fn count(counts: &[Count]) -> Vec<Statement> {
    over_set(&COUNT, counts, &[])
}

pub fn counts(journey: Option<&str>) -> Statement {
    COUNTS.with(vec![journey.into()])
}

/// The newest first, after `(entered_at, id)`; of one person where a profile is given.
pub fn list(journey: &str, before: (i64, &str), limit: i64, profile: Option<&str>) -> Statement {
    let mut params = vec![journey.into(), Param::Int(before.0), before.1.into(), Param::Int(limit)];
    match profile {
        None => LIST.with(params),
        Some(profile) => {
            params.push(profile.into());
            LIST_OF.with(params)
        }
    }
}

#[derive(Serialize)]
struct NewRow<'a> {
    id: &'a RunId,
    journey: &'a str,
    version: i64,
    identity: &'a Identity,
    entry_key: &'a str,
    state: RunState,
    step: &'a str,
    due_at: Option<Timestamp>,
    reason: &'a str,
    entered_at: Timestamp,
    ended_at: Option<Timestamp>,
    body: String,
}

/// Writes each run as it is now, new or not.
pub fn save<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Vec<Statement> {
    let rows: Vec<NewRow> = runs
        .into_iter()
        .map(|run| NewRow {
            id: &run.id,
            journey: &run.journey,
            version: run.version,
            identity: &run.identity,
            entry_key: &run.entry_key,
            state: run.state,
            step: &run.step,
            due_at: run.due_at,
            reason: &run.reason,
            entered_at: run.entered_at,
            ended_at: run.ended_at,
            body: serde_json::to_string(&run.body).unwrap_or_else(|_| "null".to_owned()),
        })
        .collect();
    over_set(&SAVE, &rows, &[])
}

/// Rows of any of the queries above that select whole runs.
pub fn decode(answer: &Answer) -> Result<Vec<Found>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        profile: Option<ProfileId>,
        id: RunId,
        journey: String,
        version: i64,
        identity: Identity,
        entry_key: String,
        state: RunState,
        step: String,
        due_at: Option<Timestamp>,
        reason: String,
        entered_at: Timestamp,
        ended_at: Option<Timestamp>,
        body: String,
    }
    let found = |row: Row| {
        let body = serde_json::from_str(&row.body)
            .map_err(|error| DbError::Shape(format!("{}: {error}", row.id)))?;
        let run = Run {
            id: row.id,
            journey: row.journey,
            version: row.version,
            identity: row.identity,
            entry_key: row.entry_key,
            state: row.state,
            step: row.step,
            due_at: row.due_at,
            reason: row.reason,
            entered_at: row.entered_at,
            ended_at: row.ended_at,
            body,
        };
        Ok(Found { profile: row.profile, run })
    };
    answer.decode::<Row>()?.into_iter().map(found).collect()
}

/// What people did before, by profile and journey.
pub fn decode_past(answer: &Answer) -> Result<BTreeMap<(ProfileId, String), Vec<Past>>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        profile: ProfileId,
        journey: String,
        entry_key: String,
        ended_at: Option<Timestamp>,
    }
    let mut past: BTreeMap<(ProfileId, String), Vec<Past>> = BTreeMap::new();
    for row in answer.decode::<Row>()? {
        // A run that ended at an unknown moment still ended.
        let ended_at = Some(row.ended_at.unwrap_or_default());
        let one = Past { entry_key: row.entry_key, ended_at };
        past.entry((row.profile, row.journey)).or_default().push(one);
    }
    Ok(past)
}
