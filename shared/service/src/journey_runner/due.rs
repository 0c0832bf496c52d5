//! Timers. The fence of the consumer keeps everything that writes runs one after the other, so a
//! timer needs no lease: reading, deciding and writing is database work alone.

use super::book::Book;
use super::ledger::{Cause, Ledger};
use super::plan::{Wants, version_of};
use super::{NAME, Reader};
use crate::consumer::Consume;
use crate::{Drained, Host, consumer};
use std::collections::BTreeMap;
use tributary_core::ids::ProfileId;
use tributary_core::journey::{Input, Run, advance};
use tributary_core::profile::Facts;
use tributary_core::time::Timestamp;
use tributary_store::consumers::Consumer;
use tributary_store::journeys::{self, Found};
use tributary_store::{DbError, one};

const PAGE: i64 = 500;
/// 12,000 timers an invocation; the next one goes on at once.
const MAX_PAGES: u32 = 24;
const FENCE_TRIES: u32 = 5;

/// Fires what is due, page by page.
pub(super) async fn fire<H: Host>(host: &H, reader: &Reader) -> Result<Drained, DbError> {
    let mut drained = Drained::default();
    let mut limit = PAGE;
    let mut fenced = 0;
    for _ in 0..MAX_PAGES {
        let now = host.now();
        let mut read = consumer::fence(host, NAME).await?;
        limit = limit.min(read.page_limit.max(1));
        let answer = one(host.db(), journeys::due(now, limit)).await?;
        let found = journeys::decode(&answer)?;
        if found.is_empty() {
            return Ok(drained);
        }
        let count = found.len();
        if read.page_limit <= 1 {
            // The last drain ended in a panic: if this run is why, it is parked when the next
            // panic comes.
            match park(host, &read, &found, "panic", now).await {
                Ok(()) => read = consumer::fence(host, NAME).await?,
                Err(error) if error.is_fenced() && fenced < FENCE_TRIES => {
                    fenced += 1;
                    continue;
                }
                Err(error) if error.is_fenced() => return Ok(drained),
                Err(error) => return Err(error),
            }
        }
        let outcome = match decide(host, &reader.book, &found, now).await {
            Ok(ledger) => consumer::commit(host, &read, read.cursor, ledger.statements()).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(()) => {
                if reader.holds_at(read.fence) {
                    reader.moved_to(read.fence + 1);
                }
                drained.done += count as u64;
                limit = PAGE;
                fenced = 0;
            }
            Err(error) if error.is_fenced() && fenced < FENCE_TRIES => fenced += 1,
            Err(error) if error.is_fenced() => return Ok(drained),
            Err(DbError::Unavailable(text)) => return Err(DbError::Unavailable(text)),
            Err(_) if count > 1 => limit = (count as i64 / 2).max(1),
            // A single run that cannot be decided or written is parked, so that others go on.
            Err(error) => {
                let reason = match &error {
                    DbError::TooMany(_) => "too_many_facts".to_owned(),
                    other => format!("refused: {other}"),
                };
                park(host, &read, &found, &reason, now).await?;
                drained.done += 1;
            }
        }
    }
    drained.more = true;
    Ok(drained)
}

async fn decide<H: Host>(
    host: &H,
    book: &Book,
    found: &[Found],
    now: Timestamp,
) -> Result<Ledger, DbError> {
    let book = book.with(host, found.iter().map(|found| version_of(&found.run))).await?;
    let mut wants = Wants::default();
    for found in found {
        if let Some(profile) = &found.profile {
            wants.of_run(&book, profile, &found.run, now);
        }
    }
    let facts = wants.load(host).await?;
    let mut ledger = Ledger::new(now);
    for found in found {
        fire_one(&book, &facts, found, &mut ledger, now);
    }
    Ok(ledger)
}

fn fire_one(
    book: &Book,
    facts: &BTreeMap<ProfileId, Facts>,
    found: &Found,
    ledger: &mut Ledger,
    now: Timestamp,
) {
    let run = &found.run;
    let before = run.body.visits;
    let Some(definition) = book.get(&run.journey, run.version) else {
        let mut run = run.clone();
        run.fail("definition_missing", now);
        return ledger.settle(before, &run);
    };
    let nothing = Facts::default();
    let facts = found.profile.as_ref().and_then(|profile| facts.get(profile)).unwrap_or(&nothing);
    let (mut moved, effects) = advance(definition, run.clone(), Input::Timer, facts, now);
    if moved == *run {
        // A step that lets its own timer pass would come back for ever.
        moved.fail("stuck", now);
    }
    ledger.record(definition, before, &moved, effects, &cause(run));
}

/// Takes these runs out of the way for good, with the reason.
async fn park<H: Host>(
    host: &H,
    read: &Consumer,
    found: &[Found],
    reason: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    let mut runs: Vec<Run> = found.iter().map(|found| found.run.clone()).collect();
    runs.iter_mut().for_each(|run| run.fail(reason, now));
    consumer::commit(host, read, read.cursor, journeys::save(&runs)).await
}

fn cause(run: &Run) -> Cause {
    Cause { touchpoint: run.body.entered.touchpoint.clone(), depth: run.body.depth }
}
