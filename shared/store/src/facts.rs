//! What rules may ask about a page of profiles, a query for the whole page each.

use crate::{Answer, DbError, Param, Sql, Statement};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tributary_core::consent::{ConsentSource, ConsentState, ConsentValue};
use tributary_core::identity::Identity;
use tributary_core::ids::{ProfileId, TouchpointId};
use tributary_core::profile::{Event, Rank, TraitValue};
use tributary_core::time::Timestamp;

/// `?1`: profile ids as JSON. Oldest identity first.
pub const IDENTITIES: Sql = Sql::new(
    "facts.identities",
    "SELECT i.profile, i.identity FROM json_each(?1) p JOIN identities i ON i.profile = p.value \
     ORDER BY i.profile, i.first_at, i.first_touchpoint, i.identity",
);

pub const TRAITS: Sql = Sql::new(
    "facts.traits",
    "SELECT i.profile, t.identity, t.field, t.value, t.occurred_at, t.touchpoint, t.channel, \
       t.rank \
     FROM json_each(?1) p JOIN identities i ON i.profile = p.value \
     JOIN trait_values t ON t.identity = i.identity",
);

pub const CONSENTS: Sql = Sql::new(
    "facts.consents",
    "SELECT i.profile, c.identity, c.medium, c.purpose, c.state, c.source, c.occurred_at, \
       c.touchpoint \
     FROM json_each(?1) p JOIN identities i ON i.profile = p.value \
     JOIN consents c ON c.identity = i.identity",
);

/// `?1`: `[{"profile", "since"}]`, `?2`: names. Oldest first; `?3` is one more than may be.
pub const EVENTS: Sql = Sql::new(
    "facts.events",
    "SELECT i.profile, t.seq, t.id, t.channel, t.name, t.occurred_at, t.properties, t.context \
     FROM json_each(?1) p JOIN identities i ON i.profile = p.value->>'profile' \
     JOIN timeline l ON l.identity = i.identity AND l.occurred_at >= p.value->>'since' \
       AND l.name IN (SELECT value FROM json_each(?2)) \
     JOIN touchpoints t ON t.seq = l.seq \
     ORDER BY t.occurred_at, t.seq LIMIT ?3",
);

/// What the memory of an isolate holds. More are an error and never a part of them: a rule that
/// sees some of the events decides on what never was.
pub const MAX_EVENTS: usize = 20_000;

/// Which profile's events are wanted, and from when on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Since {
    pub profile: ProfileId,
    pub since: Timestamp,
}

fn set<T: Serialize>(items: &[T]) -> Param {
    Param::Text(serde_json::to_string(items).unwrap_or_else(|_| "[]".to_owned()))
}

pub fn identities(profiles: &[ProfileId]) -> Statement {
    IDENTITIES.with(vec![set(profiles)])
}

pub fn traits(profiles: &[ProfileId]) -> Statement {
    TRAITS.with(vec![set(profiles)])
}

pub fn consents(profiles: &[ProfileId]) -> Statement {
    CONSENTS.with(vec![set(profiles)])
}

pub fn events(wanted: &[Since], names: &[String]) -> Statement {
    EVENTS.with(vec![set(wanted), set(names), Param::Int(MAX_EVENTS as i64 + 1)])
}

pub fn decode_identities(answer: &Answer) -> Result<Vec<(ProfileId, Identity)>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        profile: ProfileId,
        identity: Identity,
    }
    Ok(answer.decode::<Row>()?.into_iter().map(|row| (row.profile, row.identity)).collect())
}

/// `(profile, field, value)`, not yet folded.
pub fn decode_traits(answer: &Answer) -> Result<Vec<(ProfileId, String, TraitValue)>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        profile: ProfileId,
        identity: Identity,
        field: String,
        value: String,
        occurred_at: Timestamp,
        touchpoint: TouchpointId,
        channel: String,
        rank: i64,
    }
    answer
        .decode::<Row>()?
        .into_iter()
        .map(|row| {
            let value = TraitValue {
                value: parse(&row.value)?,
                occurred_at: row.occurred_at,
                touchpoint: row.touchpoint,
                channel: row.channel,
                rank: Rank::from_number(row.rank),
                identity: row.identity,
            };
            Ok((row.profile, row.field, value))
        })
        .collect()
}

/// All that is kept.
pub fn decode_consents(answer: &Answer) -> Result<Vec<(ProfileId, ConsentValue)>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        profile: ProfileId,
        identity: Identity,
        medium: String,
        purpose: String,
        state: ConsentState,
        source: ConsentSource,
        occurred_at: Timestamp,
        touchpoint: TouchpointId,
    }
    let value = |row: Row| {
        let consent = ConsentValue {
            medium: row.medium,
            purpose: row.purpose,
            state: row.state,
            source: row.source,
            occurred_at: row.occurred_at,
            touchpoint: row.touchpoint,
            identity: row.identity,
        };
        (row.profile, consent)
    };
    Ok(answer.decode::<Row>()?.into_iter().map(value).collect())
}

/// # Errors
/// [`DbError::TooMany`] where there are more than [`MAX_EVENTS`]: ask for fewer profiles at once.
pub fn decode_events(answer: &Answer) -> Result<Vec<Event>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        profile: ProfileId,
        seq: i64,
        id: TouchpointId,
        channel: String,
        name: String,
        occurred_at: Timestamp,
        properties: String,
        context: String,
    }
    let rows = answer.decode::<Row>()?;
    if rows.len() > MAX_EVENTS {
        return Err(DbError::TooMany(format!("more than {MAX_EVENTS} events to decide on")));
    }
    rows.into_iter()
        .map(|row| {
            Ok(Event {
                profile: row.profile,
                seq: row.seq,
                id: row.id,
                channel: row.channel,
                name: row.name,
                occurred_at: row.occurred_at,
                properties: parse(&row.properties)?,
                context: parse(&row.context)?,
            })
        })
        .collect()
}

pub(crate) fn parse(text: &str) -> Result<Value, DbError> {
    serde_json::from_str(text).map_err(|error| DbError::Shape(error.to_string()))
}
