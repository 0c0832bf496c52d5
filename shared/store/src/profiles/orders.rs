//! What sources say about orders, one row for each.

use crate::{Answer, DbError, Sql, Statement, over_set};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use tributary_core::identity::Identity;
use tributary_core::ids::{ProfileId, TouchpointId};
use tributary_core::money::Money;
use tributary_core::profile::OrderFact;
use tributary_core::time::Timestamp;

/// Of two statements of one source about the same thing the later stands.
pub const STATE: Sql = Sql::new(
    "order_facts.upsert",
    "INSERT INTO order_facts (identity, name, order_id, source, part, also, minor, currency, \
       occurred_at, touchpoint) \
     SELECT value->>'identity', value->>'name', value->>'order_id', value->>'source', \
       value->>'part', value->>'also', value->>'minor', value->>'currency', \
       value->>'occurred_at', value->>'touchpoint' FROM json_each(?1) WHERE true \
     ON CONFLICT (identity, name, order_id, source, part) DO UPDATE SET also = excluded.also, \
       minor = excluded.minor, currency = excluded.currency, \
       occurred_at = excluded.occurred_at, touchpoint = excluded.touchpoint \
     WHERE (excluded.occurred_at, excluded.touchpoint) \
       > (order_facts.occurred_at, order_facts.touchpoint)",
);

/// `?1`: profile ids as JSON.
pub const OF_PROFILES: Sql = Sql::new(
    "order_facts.of_profiles",
    "SELECT i.profile, f.name, f.order_id, f.source, f.part, f.also, f.minor, f.currency, \
       f.occurred_at, f.touchpoint \
     FROM json_each(?1) k JOIN identities i ON i.profile = k.value \
     JOIN order_facts f ON f.identity = i.identity",
);

pub const STATEMENTS: &[&Sql] = &[&STATE, &OF_PROFILES];

/// A statement under the identity it is recorded under.
#[derive(Clone, Debug)]
pub struct OrderRow {
    pub identity: Identity,
    pub fact: OrderFact,
}

pub fn state(rows: &[OrderRow]) -> Vec<Statement> {
    #[derive(Serialize)]
    struct Row<'a> {
        identity: &'a Identity,
        name: &'a str,
        order_id: &'a str,
        source: &'a str,
        part: &'a str,
        also: String,
        minor: Option<i64>,
        currency: &'a str,
        occurred_at: Timestamp,
        touchpoint: &'a TouchpointId,
    }
    let rows: Vec<Row> = rows
        .iter()
        .map(|OrderRow { identity, fact }| Row {
            identity,
            name: &fact.name,
            order_id: &fact.order_id,
            source: &fact.source,
            part: &fact.part,
            also: serde_json::to_string(&fact.also).unwrap_or_else(|_| "[]".to_owned()),
            minor: fact.money.as_ref().map(|money| money.minor),
            currency: fact.money.as_ref().map_or("", |money| money.currency.as_str()),
            occurred_at: fact.occurred_at,
            touchpoint: &fact.touchpoint,
        })
        .collect();
    over_set(&STATE, &rows, &[])
}

pub fn decode(answer: &Answer) -> Result<Vec<(ProfileId, OrderFact)>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        profile: ProfileId,
        name: String,
        order_id: String,
        source: String,
        part: String,
        also: String,
        minor: Option<i64>,
        currency: String,
        occurred_at: Timestamp,
        touchpoint: TouchpointId,
    }
    let fact = |row: Row| {
        let also: BTreeSet<String> =
            serde_json::from_str(&row.also).map_err(|error| DbError::Shape(error.to_string()))?;
        let fact = OrderFact {
            name: row.name,
            order_id: row.order_id,
            source: row.source,
            part: row.part,
            also,
            money: row.minor.map(|minor| Money { minor, currency: row.currency }),
            occurred_at: row.occurred_at,
            touchpoint: row.touchpoint,
        };
        Ok((row.profile, fact))
    };
    answer.decode::<Row>()?.into_iter().map(fact).collect()
}
