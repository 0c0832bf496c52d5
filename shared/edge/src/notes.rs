//! Writing entries of the audit log of several requests together.
//!
//! Each entry stands on the one before it, so two that are written at once compete for one place.
//! While one request's entry is being written, those of others wait in this isolate and go as one
//! batch next; see [`crate::append`] for how the lead is passed on and what a cancelled leader means.

use crate::append::{LOOK_MS, PATIENCE_MS, Queue};
use crate::clock;
use crate::host::EdgeHost;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use tributary_service::access::{NewEntry, write_entries};
use tributary_store::DbError;
use worker::Delay;

/// Entries a batch.
const MAX_ENTRIES: usize = 200;

#[derive(Clone, Copy, Debug)]
enum Told {
    /// Durable, with this number; none where the same view was noted before.
    Written(Option<i64>),
    Unavailable,
    WriteAlone,
    Lead,
}

struct Waiting {
    entry: NewEntry,
    told: Rc<Cell<Option<Told>>>,
}

thread_local! {
    static QUEUE: RefCell<Queue<Waiting>> = RefCell::default();
}

pub async fn note(host: &EdgeHost, entry: NewEntry) -> Result<Option<i64>, DbError> {
    if QUEUE.with_borrow_mut(|queue| queue.lead(clock::wall_ms())) {
        return lead(host, entry).await;
    }
    match wait(entry.clone()).await {
        Told::Written(number) => Ok(number),
        Told::Lead => lead(host, entry).await,
        Told::WriteAlone => alone(host, entry).await,
        Told::Unavailable => {
            Err(DbError::Unavailable("the database did not take the entries".to_owned()))
        }
    }
}

async fn alone(host: &EdgeHost, entry: NewEntry) -> Result<Option<i64>, DbError> {
    let numbers = write_entries(host, &[entry]).await?;
    Ok(numbers.into_iter().next().flatten())
}

async fn wait(entry: NewEntry) -> Told {
    let told = Rc::default();
    let waiting = Waiting { entry, told: Rc::clone(&told) };
    let ticket = QUEUE.with_borrow_mut(|queue| queue.wait(waiting, 1, clock::wall_ms()));
    let since = clock::wall_ms();
    while clock::wall_ms() - since < PATIENCE_MS {
        Delay::from(Duration::from_millis(LOOK_MS)).await;
        if let Some(told) = told.get() {
            return told;
        }
    }
    QUEUE.with_borrow_mut(|queue| queue.withdraw(ticket));
    // Noting a view twice is noting it once; a change noted twice is a change too many in the log,
    // not one too few.
    Told::WriteAlone
}

/// Writes this entry and all that wait, tells each, and passes the lead on.
async fn lead(host: &EdgeHost, own: NewEntry) -> Result<Option<i64>, DbError> {
    let others = QUEUE.with_borrow_mut(|queue| queue.take(MAX_ENTRIES - 1));
    let mut entries = vec![own.clone()];
    entries.extend(others.iter().map(|other| other.entry.clone()));
    let outcome = write_entries(host, &entries).await;
    match &outcome {
        Ok(numbers) => {
            let told = numbers.iter().skip(1).map(|number| Told::Written(*number));
            others.iter().zip(told).for_each(|(other, told)| other.told.set(Some(told)));
        }
        Err(error) => {
            let told = match error {
                DbError::Unavailable(_) => Told::Unavailable,
                _ => Told::WriteAlone,
            };
            others.iter().for_each(|other| other.told.set(Some(told)));
        }
    }
    if let Some(next) = QUEUE.with_borrow_mut(|queue| queue.pass_on(clock::wall_ms())) {
        next.told.set(Some(Told::Lead));
    }
    match outcome {
        Ok(numbers) => Ok(numbers.into_iter().next().flatten()),
        Err(error @ DbError::Unavailable(_)) => Err(error),
        Err(_) if !others.is_empty() => alone(host, own).await,
        Err(error) => Err(error),
    }
}
