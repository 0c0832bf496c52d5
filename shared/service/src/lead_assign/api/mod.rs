//! `/api/v1/leads`, `/opportunities`, `/regions`, `/tasks` and `/reps`. Who may ask is the gateway's business.

pub(crate) mod leads;
mod regions;
pub(crate) mod reps;
pub(crate) mod tasks;

use crate::answer::{Answered, failed};
use crate::{Handled, Host, Request, Response, problem};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tributary_store::{Answer, Db, Statement};

/// How often an edit that was overtaken is decided again.
const FENCE_TRIES: u32 = 8;
/// Larger bodies are not edits.
const MAX_BODY_BYTES: usize = 64 * 1024;

pub(super) async fn handle<H: Host>(host: &H, request: Request) -> Handled {
    let segments = request.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let parts = match parts.as_slice() {
        ["api", "v1", rest @ ..] => rest,
        _ => &[],
    };
    let answer = match (request.method.as_str(), parts) {
        ("GET", ["leads"]) => leads::list(host, &request).await,
        ("GET", ["leads", id]) => leads::get(host, id, &request).await,
        ("PATCH", ["leads", id]) => leads::patch(host, id, &request).await,
        ("GET", ["opportunities"]) => leads::opportunities(host, &request).await,
        ("GET", ["tasks"]) => tasks::list(host, &request).await,
        ("PATCH", ["tasks", id]) => tasks::patch(host, id, &request).await,
        ("GET", ["regions"]) => regions::list(&request),
        ("GET", ["reps"]) => reps::list(host).await,
        ("GET", ["reps", id]) => reps::get(host, id).await,
        ("PUT", ["reps", id]) => reps::put(host, id, &request).await,
        (
            _,
            ["leads" | "tasks" | "reps"]
            | ["opportunities" | "regions"]
            | ["leads" | "tasks" | "reps", _],
        ) => Err(problem(405, "method_not_allowed", "")),
        _ => Err(problem(404, "not_found", "")),
    };
    // Every edit may make room or free somebody: the queue and the log have work.
    let worked = answer.is_ok() && request.method != "GET";
    Handled { worked, ..answer.unwrap_or_else(|answer| answer).into() }
}

/// The body as a document of ours. Unknown fields are refused: a typo must not pass as an edit.
fn body<T: DeserializeOwned>(request: &Request) -> Answered<T> {
    if request.body.len() > MAX_BODY_BYTES {
        return Err(problem(413, "body_too_large", ""));
    }
    let value: Value = serde_json::from_slice(&request.body)
        .map_err(|_| problem(400, "malformed_body", "The body is not JSON."))?;
    serde_json::from_value(value).map_err(|error| problem(422, "invalid_body", &error.to_string()))
}

/// Decides and writes behind the consumer's fence, so that an edit and a drain never both act on
/// what only one of them saw. No effects: nothing is written.
async fn fenced<H: Host, T>(
    host: &H,
    decide: impl AsyncFn() -> Answered<(Vec<Statement>, T)>,
) -> Answered<T> {
    for _ in 0..FENCE_TRIES {
        let read = crate::fence(host, "lead-assign").await.map_err(failed)?;
        let (effects, value) = decide().await?;
        if effects.is_empty() {
            return Ok(value);
        }
        match crate::commit(host, &read, read.cursor, effects).await {
            Ok(()) => return Ok(value),
            Err(error) if error.is_fenced() => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Err(problem(503, "busy", "Others are changing leads at this moment. Please try again."))
}

/// A page and the count of all, read as one.
async fn page<H: Host>(host: &H, list: Statement, count: Statement) -> Answered<(Answer, i64)> {
    #[derive(Deserialize)]
    struct Total {
        total: i64,
    }
    let answers = host.db().run(vec![list, count]).await.map_err(failed)?;
    let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
    let total: Vec<Total> = answer(1).decode().map_err(failed)?;
    Ok((answer(0), total.first().map_or(0, |row| row.total)))
}

/// `{items, total, next_cursor}`
fn listed(items: Value, total: i64, next: Option<String>) -> Response {
    Response::json(200, &json!({"items": items, "total": total, "next_cursor": next}))
}
