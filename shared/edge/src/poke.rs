//! Poking: telling a function that there is work, without ever having two pokes to it under way.
//!
//! When idle a poke leaves at once. Under load the running one is marked "again", and after a
//! short breath takes everything that has come in meanwhile: so drains read full pages instead of
//! one event each. A lost poke loses nothing, the cron finds the work within a minute.

use crate::bindings::{self, INTERNAL_HEADER, INTERNAL_KEY};
use crate::{clock, log};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;
use tributary_service::join;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::futures::JsFuture;
use worker::web_sys::{Headers, RequestInit, Response};
use worker::{Delay, Env};

/// The pause in which a running poke lets work pile up: some times as long as the last round took,
/// so that draining never takes more than a part of the thread that the front door needs too.
const BREATH_MS: i64 = 100;
const MAX_BREATH_MS: i64 = 2_500;
const BREATHS_PER_ROUND: i64 = 9;
/// After a round that used up its budget: it kept the thread to itself, and who stood at the door
/// could not ask.
const GLANCE_MS: i64 = 20;
/// After a failure, times the number of failures.
const RETRY_MS: i64 = 50;
/// A loop gives way to a new one before the platform cuts it off at 30 s.
const MAX_LOOP_MS: i64 = 20_000;
/// A mark this old belongs to a request that was cancelled.
const DEAD_MS: i64 = 30_000;
/// A function that fails is poked again at once: each panic halves its page, so nine of them find
/// one bad touchpoint among five hundred.
const MAX_FAILURES: u32 = 12;

#[derive(Clone, Copy, Debug)]
struct Mark {
    since_ms: i64,
    again: bool,
}

/// Who is being poked by this isolate. Plain data: nothing here is bound to a request.
#[derive(Default)]
struct Marks(BTreeMap<&'static str, Mark>);

impl Marks {
    /// Takes the mark, or asks whoever holds it to go round once more. The returned time is the
    /// holder's token.
    fn begin(&mut self, target: &'static str, now_ms: i64) -> Option<i64> {
        if let Some(mark) = self.0.get_mut(target)
            && now_ms - mark.since_ms < DEAD_MS
        {
            mark.again = true;
            return None;
        }
        self.0.insert(target, Mark { since_ms: now_ms, again: false });
        Some(now_ms)
    }

    /// Whether all of these are under way; then each is asked to go round once more.
    fn ask_again(&mut self, targets: &[&str], now_ms: i64) -> bool {
        let is_alive = |mark: &Mark| now_ms - mark.since_ms < DEAD_MS;
        if !targets.iter().all(|target| self.0.get(*target).is_some_and(is_alive)) {
            return false;
        }
        for target in targets {
            if let Some(mark) = self.0.get_mut(*target) {
                mark.again = true;
            }
        }
        true
    }

    /// Whether somebody asked since the last look.
    fn take_again(&mut self, target: &str) -> bool {
        self.0.get_mut(target).is_some_and(|mark| std::mem::take(&mut mark.again))
    }

    fn end(&mut self, target: &str, token: i64) {
        if self.0.get(target).is_some_and(|mark| mark.since_ms == token) {
            self.0.remove(target);
        }
    }
}

thread_local! {
    static MARKS: RefCell<Marks> = RefCell::default();
}

/// How one round ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    Done,
    /// The budget ran out before the work did.
    More,
    Failed,
}

/// Runs `work` now, or leaves it to the run that is under way.
pub async fn coalesced<F: Future<Output = Round>>(target: &'static str, work: impl Fn() -> F) {
    let now = clock::wall_ms();
    let Some(token) = MARKS.with_borrow_mut(|marks| marks.begin(target, now)) else { return };
    let mut failures = 0;
    loop {
        let began = clock::wall_ms();
        let late = began - token > MAX_LOOP_MS;
        let round = work().await;
        let took = clock::wall_ms() - began;
        if round == Round::More {
            pause(GLANCE_MS).await;
        }
        let again = MARKS.with_borrow_mut(|marks| marks.take_again(target));
        failures = if round == Round::Failed { failures + 1 } else { 0 };
        if late || failures > MAX_FAILURES || (round == Round::Done && !again) {
            break;
        }
        pause(pause_ms(failures, again, took)).await;
    }
    MARKS.with_borrow_mut(|marks| marks.end(target, token));
}

async fn pause(ms: i64) {
    if ms > 0 {
        Delay::from(Duration::from_millis(ms.unsigned_abs())).await;
    }
}

/// Leaves these to the pokes that are under way; false when one of them is not.
pub fn ask_again(targets: &[&str]) -> bool {
    let now = clock::wall_ms();
    MARKS.with_borrow_mut(|marks| marks.ask_again(targets, now))
}

/// How long until the next round. Where nobody asked meanwhile there is nobody to give way to.
fn pause_ms(failures: u32, again: bool, took_ms: i64) -> i64 {
    match (failures, again) {
        (0, true) => (took_ms * BREATHS_PER_ROUND).clamp(BREATH_MS, MAX_BREATH_MS),
        (0, false) => 0,
        _ => RETRY_MS * i64::from(failures),
    }
}

/// Passes the minute on to functions that have none of their own: to all of them at once, so that
/// each has the whole of its time.
pub async fn tick_all(env: &Env, from: &'static str, targets: &'static [&'static str]) {
    let tick = async |target: &'static str| {
        let outcome = match call(env, target, "POST", "/internal/tick", None).await {
            Ok((200, _)) => return,
            Ok((status, _)) => format!("{target} answered {status}"),
            Err(reason) => format!("{target}: {reason}"),
        };
        log::failure(from, "tick_failed", &outcome);
    };
    join(targets.iter().map(|target| tick(target)).collect()).await;
}

/// Pokes all of these functions at once: one with a long queue holds no other up.
pub async fn poke_all(env: Env, from: &'static str, targets: &'static [&'static str]) {
    let env = &env;
    let pokes = targets.iter().map(|target| coalesced(target, move || poke(env, from, target)));
    join(pokes.collect()).await;
}

async fn poke(env: &Env, from: &str, target: &str) -> Round {
    match call(env, target, "POST", "/internal/poke", None).await {
        Ok((200, answer)) => {
            if answer.get("more").and_then(serde_json::Value::as_bool) == Some(true) {
                Round::More
            } else {
                Round::Done
            }
        }
        Ok((status, _)) => {
            log::failure(from, "poke_failed", &format!("{target} answered {status}"));
            Round::Failed
        }
        Err(reason) => {
            log::failure(from, "poke_failed", &format!("{target}: {reason}"));
            Round::Failed
        }
    }
}

/// Calls another function's internal address; its status and JSON answer.
pub async fn call(
    env: &Env,
    target: &str,
    method: &str,
    path: &str,
    body: Option<&str>,
) -> Result<(u16, serde_json::Value), String> {
    let (status, text) = call_text(env, target, method, path, body).await?;
    Ok((status, serde_json::from_str(&text).unwrap_or_default()))
}

/// As [`call`], the answer as it came.
pub async fn call_text(
    env: &Env,
    target: &str,
    method: &str,
    path: &str,
    body: Option<&str>,
) -> Result<(u16, String), String> {
    let service = bindings::function(env, target)
        .ok_or_else(|| format!("no service binding {}", bindings::binding_name(target)))?;
    let key = bindings::text(env, INTERNAL_KEY).unwrap_or_default();
    let attempt = async {
        let headers = Headers::new()?;
        headers.set(INTERNAL_HEADER, &key)?;
        let init = RequestInit::new();
        init.set_method(method);
        init.set_headers(&headers);
        if let Some(body) = body {
            init.set_body(&JsValue::from_str(body));
        }
        // The host is not used for routing; it only reads well in the logs.
        let url = format!("http://{target}{path}");
        let promise = service.fetch_with_str_and_init(&url, &init)?;
        let response: Response = JsFuture::from(promise).await?.unchecked_into();
        let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
        Ok((response.status(), text))
    };
    attempt.await.map_err(|error: JsValue| crate::http::error_text(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_poke_at_a_time_and_nobody_is_forgotten() {
        let mut marks = Marks::default();
        let first = marks.begin("a", 1_000);
        assert_eq!(first, Some(1_000));
        assert_eq!(marks.begin("b", 1_000), Some(1_000), "targets are independent");
        assert!(!marks.take_again("a"));
        assert_eq!(marks.begin("a", 1_001), None);
        assert!(marks.take_again("a"), "the second is taken along");
        assert!(!marks.take_again("a"), "once");
        marks.end("a", 1_000);
        assert_eq!(marks.begin("a", 1_002), Some(1_002));
    }

    #[test]
    fn asking_again_needs_all_of_them_under_way() {
        let mut marks = Marks::default();
        marks.begin("a", 1_000);
        assert!(!marks.ask_again(&["a", "b"], 1_001));
        assert!(!marks.take_again("a"), "nobody was asked");
        marks.begin("b", 1_001);
        assert!(marks.ask_again(&["a", "b"], 1_002));
        assert!(marks.take_again("a") && marks.take_again("b"));
        assert!(!marks.ask_again(&["a", "b"], 1_000 + DEAD_MS), "a dead one helps nobody");
    }

    #[test]
    fn a_dead_mark_is_replaced_and_cannot_end_its_successor() {
        let mut marks = Marks::default();
        assert_eq!(marks.begin("a", 0), Some(0));
        assert_eq!(marks.begin("a", DEAD_MS - 1), None);
        assert_eq!(marks.begin("a", DEAD_MS), Some(DEAD_MS));
        marks.end("a", 0);
        assert_eq!(marks.begin("a", DEAD_MS + 1), None, "the successor still holds it");
    }
}
