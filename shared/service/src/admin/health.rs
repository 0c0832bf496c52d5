//! `GET /api/v1/health`: how far each consumer is behind, and what waits.

use crate::answer::{Answered, failed};
use crate::{Host, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tributary_core::Gather;
use tributary_store::consumers::{self, Consumer};
use tributary_store::{Db, dead_letters, health, touchpoints};

#[derive(Deserialize)]
struct Lag {
    name: String,
    backlog: i64,
    oldest_received_at: Option<i64>,
}

#[derive(Deserialize)]
struct Head {
    head: i64,
}

#[derive(Deserialize)]
struct Count {
    consumer: String,
    count: i64,
}

/// `lag_ms`: the age of the oldest touchpoint the consumer has not looked at; `backlog`: how many
/// there are. A reader behind profile-merge writes its place only now and then where nothing
/// concerned it, so up to 63 such touchpoints may show until the next minute's tick. enrich is not even
/// woken by what does not concern it.
pub(super) async fn get<H: Host>(host: &H) -> Answered<Response> {
    let now = host.now();
    let answers = host
        .db()
        .run(vec![
            consumers::ALL.with(Vec::new()),
            touchpoints::head(),
            health::LAGS.with(Vec::new()),
            dead_letters::counts(),
            health::DUE.with(vec![now.0.into()]),
        ])
        .await
        .map_err(failed)?;
    let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
    let known: Vec<Consumer> = answer(0).decode().map_err(failed)?;
    let head = answer(1).decode::<Head>().map_err(failed)?.first().map_or(0, |row| row.head);
    let lags: BTreeMap<String, Lag> = answer(2)
        .decode::<Lag>()
        .map_err(failed)?
        .into_iter()
        .map(|lag| (lag.name.clone(), lag))
        .gather();
    let dead: BTreeMap<String, i64> = answer(3)
        .decode::<Count>()
        .map_err(failed)?
        .into_iter()
        .map(|row| (row.consumer, row.count))
        .gather();
    let due: Vec<Value> = answer(4).decode().map_err(failed)?;
    let consumers: Vec<Value> = known
        .iter()
        .filter(|consumer| consumer.name != "touchpoint-totals")
        .map(|consumer| {
            let reads_log = consumer.name != "message-send";
            let lag = lags.get(&consumer.name).filter(|_| reads_log);
            let oldest = lag.and_then(|lag| lag.oldest_received_at);
            json!({
                "name": consumer.name,
                "cursor": consumer.cursor,
                "backlog": lag.map_or(0, |lag| lag.backlog),
                "lag_ms": oldest.map_or(0, |at| (now.0 - at).max(0)),
                "last_tick_at": consumer.last_tick_at,
                "dead_letters": dead.get(&consumer.name).copied().unwrap_or(0),
            })
        })
        .collect();
    Ok(Response::json(
        200,
        &json!({
            "now": now,
            "head": head,
            "database_bytes": Some(answer(0).database_bytes).filter(|bytes| *bytes > 0),
            "consumers": consumers,
            "due": due.first(),
        }),
    ))
}
