//! What functions ask each other: `/internal/poke`, `tick`, `next-due`, `usage`, `clock`.

use crate::{bindings, clock, drain, host::EdgeHost, log, poke};
use serde::Deserialize;
use serde_json::json;
use tributary_service::{App, Host, Request, Response, db_problem, problem};
use tributary_store::DbError;
use worker::Context;

#[derive(Deserialize)]
struct SetClock {
    offset_ms: i64,
    /// Also write it down, so that a restart does not forget it.
    #[serde(default)]
    keep: bool,
}

pub async fn answer<A: App + 'static>(
    host: &EdgeHost,
    context: &Context,
    action: &str,
    request: &Request,
) -> Response {
    let outcome = match (request.method.as_str(), action) {
        ("POST", "poke") => drained::<A>(host, context).await,
        ("POST", "tick") => tick::<A>(host, context).await,
        ("GET", "next-due") => A::next_due(host).await.map(|due| Response::json(200, &due)),
        ("GET", "usage") => Ok(Response::json(200, &crate::db::usage())),
        ("GET", "clock") if host.is_development() => Ok(time()),
        ("POST", "clock") if host.is_development() => set_clock(host, request).await,
        _ => Ok(A::internal(host, action, request).await.unwrap_or_else(|| Response::empty(404))),
    };
    outcome.unwrap_or_else(|error| {
        log::failure(A::NAME, "drain_failed", &error.to_string());
        db_problem(&error)
    })
}

/// Does what is waiting and passes the word on.
async fn drained<A: App + 'static>(
    host: &EdgeHost,
    context: &Context,
) -> Result<Response, DbError> {
    let drained = drain::drain::<A>(host, drain::POKE_MS).await?;
    if drained.done > 0 {
        context.wait_until(poke::poke_all(host.env().clone(), A::NAME, A::NEXT));
    }
    Ok(Response::json(200, &json!({"done": drained.done, "more": drained.more})))
}

/// As a poke, but the answer covers all that this function did since the last tick, also for
/// others: it is zero only when it was quiet.
async fn tick<A: App + 'static>(host: &EdgeHost, context: &Context) -> Result<Response, DbError> {
    drain::ticked::<A>(host).await?;
    let mut more = drain::drain::<A>(host, drain::TICK_MS).await?.more;
    drain::others_ended().await;
    more |= drain::drain::<A>(host, drain::TICK_MS).await?.more;
    let done = drain::take_done();
    if done > 0 {
        context.wait_until(poke::poke_all(host.env().clone(), A::NAME, A::NEXT));
    }
    Ok(Response::json(200, &json!({"done": done, "more": more})))
}

async fn set_clock(host: &EdgeHost, request: &Request) -> Result<Response, DbError> {
    let Ok(set) = serde_json::from_slice::<SetClock>(&request.body) else {
        return Ok(problem(400, "malformed_body", "Expected {\"offset_ms\": n}."));
    };
    if set.keep {
        clock::keep(host.db(), set.offset_ms).await?;
    }
    clock::set_offset_ms(set.offset_ms);
    Ok(time())
}

fn time() -> Response {
    Response::json(200, &json!({"now": clock::now(), "offset_ms": clock::offset_ms()}))
}

/// Whether the caller is another function of this suite.
pub fn is_trusted(env: &worker::Env, request: &worker::web_sys::Request) -> bool {
    let expected = bindings::text(env, bindings::INTERNAL_KEY);
    let given = crate::http::header(request, bindings::INTERNAL_HEADER);
    match (expected, given) {
        (Some(expected), Some(given)) => equal(expected.as_bytes(), given.as_bytes()),
        _ => false,
    }
}

/// Takes as long for a wrong key as for the right one; only the length shows.
fn equal(a: &[u8], b: &[u8]) -> bool {
    let differences = a.iter().zip(b).fold(0u8, |sum, (x, y)| sum | (x ^ y));
    a.len() == b.len() && std::hint::black_box(differences) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_opens() {
        assert!(equal(b"secret", b"secret"));
        for wrong in [&b"secreT"[..], b"secre", b"secrets", b""] {
            assert!(!equal(b"secret", wrong), "{wrong:?}");
        }
    }
}
