//! Where the runtime calls in: a request, or the minute.

use crate::returns::Returns;
use crate::{append, bindings, clock, drain, host::EdgeHost, http, internal, log, panics, poke};
use std::cell::RefCell;
use std::pin::Pin;
use tributary_service::{App, Response, problem};
use worker::web_sys;
use worker::{Context, Env, Result, ScheduleContext, ScheduledEvent};

/// Answers a request as this function.
pub async fn fetch<A: App + 'static>(
    request: web_sys::Request,
    env: Env,
    context: Context,
) -> Result<web_sys::Response> {
    panics::install();
    let answer = answer::<A>(&request, env, &context).await;
    Ok(http::response(&answer))
}

async fn answer<A: App + 'static>(
    incoming: &web_sys::Request,
    env: Env,
    context: &Context,
) -> Response {
    let url = incoming.url();
    let (path, _) = http::split_url(&url);
    if http::is_guarded(path) && !internal::is_trusted(&env, incoming) {
        return Response::empty(404);
    }
    let host = match host::<A>(env).await {
        Ok(host) => host,
        Err(missing) => return misconfigured(A::NAME, &missing),
    };
    let request = match http::request(incoming).await {
        Ok(request) => request,
        Err(refusal) => return refusal,
    };
    if let Some(action) = path.strip_prefix("/internal/") {
        return internal::answer::<A>(&host, context, action, &request).await;
    }
    if append::is_overloaded() {
        return overloaded();
    }
    let handled = A::respond(&host, request).await;
    if !handled.pokes.is_empty() {
        context.wait_until(poke::poke_all(host.env().clone(), A::NAME, handled.pokes));
    }
    // Under load the poke under way takes this one along, and the request is over with its answer.
    if handled.worked && (A::OWN_WORK || !poke::ask_again(A::NEXT)) {
        context.wait_until(follow_up::<A>(host));
    }
    handled.response
}

/// Something was written: this function's own waiting work first, since the others read it.
async fn follow_up<A: App + 'static>(host: EdgeHost) {
    if A::OWN_WORK {
        poke::coalesced(A::NAME, || async {
            match drain::drain::<A>(&host, drain::POKE_MS).await {
                Ok(drained) if drained.more => poke::Round::More,
                Ok(_) => poke::Round::Done,
                Err(error) => {
                    log::failure(A::NAME, "drain_failed", &error.to_string());
                    poke::Round::Failed
                }
            }
        })
        .await;
    }
    poke::poke_all(host.env().clone(), A::NAME, A::NEXT).await;
}

/// The minute: whatever is due, whatever a lost poke left.
pub async fn scheduled<A: App + 'static>(
    _event: ScheduledEvent,
    env: Env,
    _context: ScheduleContext,
) {
    panics::install();
    let host = match host::<A>(env).await {
        Ok(host) => host,
        Err(missing) => return log::failure(A::NAME, "function_misconfigured", &missing),
    };
    if let Err(error) = drain::ticked::<A>(&host).await {
        log::failure(A::NAME, "tick_not_noted", &error.to_string());
    }
    let own: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async {
        match drain::drain::<A>(&host, drain::TICK_MS).await {
            Ok(drained) if drained.done > 0 => {
                poke::poke_all(host.env().clone(), A::NAME, A::NEXT).await;
            }
            Ok(_) => {}
            Err(error) => log::failure(A::NAME, "tick_failed", &error.to_string()),
        }
    });
    // The minute is also that of the functions without a clock: none waits for another's queue.
    let woken = Box::pin(poke::tick_all(host.env(), A::NAME, A::WAKES));
    tributary_service::join(vec![own, woken]).await;
}

async fn host<A: App + 'static>(env: Env) -> std::result::Result<EdgeHost, String> {
    bindings::check(&env, true, &[A::NEXT, A::WAKES, A::ASKS].concat())?;
    match bindings::database(&env) {
        Some(database) => Ok(EdgeHost::new(env, database).await),
        None => Err("missing in this function's configuration: DB (D1 database)".to_owned()),
    }
}

thread_local! {
    static RETURNS: RefCell<Returns> = RefCell::default();
}

/// Nothing of the request was looked at.
pub(crate) fn overloaded() -> Response {
    let after_s = RETURNS.with_borrow_mut(|returns| returns.after_s(clock::wall_ms()));
    let mut response = problem(503, "overloaded", "Nothing was written. Please try again.");
    response.headers.retain(|(name, _)| name != "retry-after");
    response.with_header("retry-after", &after_s.to_string())
}

pub(crate) fn misconfigured(function: &str, missing: &str) -> Response {
    log::failure(function, "function_misconfigured", missing);
    problem(503, "function_misconfigured", &format!("{function}: {missing}"))
}
