//! Draining: running a function's waiting work within what one invocation may use.

use crate::{clock, host::EdgeHost, log, panics};
use std::cell::Cell;
use std::time::Duration;
use tributary_service::{App, Drained, Host};
use tributary_store::{Db, DbError};
use worker::Delay;

/// For a tick: the platform ends what runs on after an answer at 30 s.
pub const TICK_MS: i64 = 25_000;
/// For a poke: who pokes decides when to go on, so that requests get their turn.
pub const POKE_MS: i64 = 100;
/// The platform allows 1,000 queries an invocation; one drain of a function stays below 200 from
/// here on.
const MAX_QUERIES: u32 = 800;

thread_local! {
    /// Drains running in this isolate right now.
    static RUNNING: Cell<u32> = const { Cell::new(0) };
    /// What all drains of this isolate have done since the last tick asked.
    static DONE: Cell<u64> = const { Cell::new(0) };
}

/// Drains until nothing is left or the budget of this invocation is used up.
pub async fn drain<A: App + 'static>(host: &EdgeHost, max_ms: i64) -> Result<Drained, DbError> {
    if let Some(message) = panics::take_drain_panic() {
        log::failure(A::NAME, "drain_panicked", &message);
        A::after_panic(host, &message).await;
    }
    RUNNING.set(RUNNING.get() + 1);
    let drained = panics::watch(pages::<A>(host, max_ms)).await;
    RUNNING.set(RUNNING.get().saturating_sub(1));
    if let Ok(drained) = &drained {
        DONE.set(DONE.get() + drained.done);
    }
    drained
}

async fn pages<A: App + 'static>(host: &EdgeHost, max_ms: i64) -> Result<Drained, DbError> {
    let started = clock::wall_ms();
    let mut total = Drained::default();
    loop {
        let page = A::drain(host).await?;
        total.done += page.done;
        total.more = page.more;
        let spent = clock::wall_ms() - started > max_ms || host.db().queries() > MAX_QUERIES;
        // More to do but nothing done: somebody else is at it.
        if !page.more || page.done == 0 || spent {
            return Ok(total);
        }
    }
}

/// Notes that the minute came, for `GET /health`.
pub async fn ticked<A: App>(host: &EdgeHost) -> Result<(), DbError> {
    let note = tributary_store::consumers::ticked(A::NAME, host.now().0);
    host.db().run(vec![note]).await.map(|_| ())
}

/// Waits for other drains of this isolate, so that a tick's answer "nothing left" is true. A
/// drain whose request was cancelled never ends, hence the limit.
pub async fn others_ended() {
    for _ in 0..200 {
        if RUNNING.get() == 0 {
            return;
        }
        Delay::from(Duration::from_millis(5)).await;
    }
}

/// What all drains of this isolate have done since this was last asked.
pub fn take_done() -> u64 {
    DONE.replace(0)
}
