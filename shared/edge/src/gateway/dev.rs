//! `/dev/*`, on a development installation only: moving time forward, and waiting until all that
//! follows has happened.

use crate::poke::call;
use crate::{body, clock};
use serde::Deserialize;
use serde_json::{Value, json};
use tributary_core::time::Timestamp;
use tributary_service::{Response, problem};
use worker::Env;
use worker::web_sys;

/// The functions that do work by themselves, in the order in which an event passes them.
const TICKED: &[&str] =
    &["enrich", "profile-merge", "journey-runner", "lead-assign", "message-send"];
/// Who keeps the clock: asked for the time, told to write it down.
const KEEPER: &str = "admin";
/// A rule that never comes to rest must not hold the caller for ever.
const MAX_ROUNDS: u32 = 500;
/// Moments at which something falls due between now and the target.
const MAX_STOPS: u32 = 5_000;

#[derive(Deserialize)]
struct Advance {
    by_seconds: i64,
}

#[derive(Default)]
struct Settled {
    ticks: u64,
    done: u64,
}

pub async fn answer(env: &Env, request: &web_sys::Request, path: &str) -> Response {
    let outcome = match (request.method().as_str(), path) {
        ("POST", "/dev/settle") => settle_now(env).await,
        ("GET", "/dev/usage") => usage(env).await,
        ("POST", "/dev/sign-in-link") => sign_in_link(env, request).await,
        ("POST", "/dev/advance") => {
            let read = match request.body() {
                Some(stream) => body::read(&stream, 4096).await.unwrap_or_default(),
                None => Vec::new(),
            };
            let Ok(advance) = serde_json::from_slice::<Advance>(&read) else {
                return problem(400, "malformed_body", "Expected {\"by_seconds\": n}.");
            };
            if advance.by_seconds < 0 {
                return problem(400, "time_runs_forward", "by_seconds must not be negative.");
            }
            advance_by(env, advance.by_seconds.saturating_mul(1_000)).await
        }
        _ => return problem(404, "not_found", ""),
    };
    outcome.unwrap_or_else(|reason| {
        crate::log::failure("gateway", "advance_failed", &reason);
        problem(503, "function_unavailable", &reason)
    })
}

async fn settle_now(env: &Env) -> Result<Response, String> {
    let mut settled = Settled::default();
    settle(env, &mut settled).await?;
    report(env, &settled).await
}

/// The link that would be sent by mail, for `{"email": …}`.
async fn sign_in_link(env: &Env, request: &web_sys::Request) -> Result<Response, String> {
    let read = match request.body() {
        Some(stream) => body::read(&stream, 4096).await.unwrap_or_default(),
        None => Vec::new(),
    };
    let asked = String::from_utf8_lossy(&read);
    let (status, answer) =
        call(env, "access", "POST", "/internal/sign-in-link", Some(&asked)).await?;
    if status != 200 {
        return Ok(Response::json(status, &answer));
    }
    let url = request.url();
    let (path, _) = crate::http::split_url(&url);
    let origin = url.split(path).next().unwrap_or_default();
    let page = answer.get("path").and_then(Value::as_str).unwrap_or_default();
    Ok(Response::json(200, &json!({"link": format!("{origin}{page}")})))
}

/// What each function has asked of the database since it started.
async fn usage(env: &Env) -> Result<Response, String> {
    let mut all = serde_json::Map::new();
    for function in super::FUNCTIONS {
        let usage = ask(env, function, "GET", "/internal/usage", None).await?;
        all.insert((*function).to_owned(), usage);
    }
    Ok(Response::json(200, &all))
}

/// Stops at each moment at which something falls due, so that a week passes as a week would: what
/// happens on Monday is done before Tuesday comes.
async fn advance_by(env: &Env, by_ms: i64) -> Result<Response, String> {
    let mut settled = Settled::default();
    let now = now(env).await?;
    let target = now.plus_ms(by_ms);
    settle(env, &mut settled).await?;
    let mut reached = now;
    for _ in 0..MAX_STOPS {
        let Some(due) = next_due(env).await?.filter(|due| *due <= target) else { break };
        // What is due but cannot be done now (a provider that fails) does not stop the clock.
        let stop = due.max(reached.plus_ms(1)).min(target);
        set_clock(env, stop).await?;
        settle(env, &mut settled).await?;
        reached = stop;
        if reached >= target {
            break;
        }
    }
    set_clock(env, target).await?;
    settle(env, &mut settled).await?;
    report(env, &settled).await
}

/// Ticks every function until a whole round finds nothing to do.
async fn settle(env: &Env, settled: &mut Settled) -> Result<(), String> {
    for _ in 0..MAX_ROUNDS {
        let mut busy = false;
        for function in TICKED {
            let answer = ask(env, function, "POST", "/internal/tick", None).await?;
            let done = answer.get("done").and_then(Value::as_u64).unwrap_or(0);
            busy |= done > 0 || answer.get("more").and_then(Value::as_bool) == Some(true);
            settled.ticks += 1;
            settled.done += done;
        }
        if !busy {
            return Ok(());
        }
    }
    Err(format!("still not at rest after {MAX_ROUNDS} rounds of ticks"))
}

async fn next_due(env: &Env) -> Result<Option<Timestamp>, String> {
    let mut earliest = None;
    for function in TICKED {
        let answer = ask(env, function, "GET", "/internal/next-due", None).await?;
        if let Some(due) = answer.as_i64().map(Timestamp) {
            earliest = Some(earliest.map_or(due, |other: Timestamp| other.min(due)));
        }
    }
    Ok(earliest)
}

async fn now(env: &Env) -> Result<Timestamp, String> {
    let answer = ask(env, KEEPER, "GET", "/internal/clock", None).await?;
    answer
        .get("now")
        .and_then(Value::as_i64)
        .map(Timestamp)
        .ok_or_else(|| format!("{KEEPER} does not tell the time: {answer}"))
}

/// Every function keeps its own offset, so every one is told.
async fn set_clock(env: &Env, now: Timestamp) -> Result<(), String> {
    let offset_ms = now.since_ms(Timestamp(clock::wall_ms()));
    for function in super::FUNCTIONS {
        let body = json!({"offset_ms": offset_ms, "keep": *function == KEEPER}).to_string();
        ask(env, function, "POST", "/internal/clock", Some(&body)).await?;
    }
    Ok(())
}

async fn report(env: &Env, settled: &Settled) -> Result<Response, String> {
    let now = now(env).await?.to_rfc3339();
    Ok(Response::json(200, &json!({"now": now, "ticks": settled.ticks, "done": settled.done})))
}

async fn ask(
    env: &Env,
    function: &str,
    method: &str,
    path: &str,
    body: Option<&str>,
) -> Result<Value, String> {
    match call(env, function, method, path, body).await? {
        (200, answer) => Ok(answer),
        (status, answer) => Err(format!("{function} answered {status} to {path}: {answer}")),
    }
}
