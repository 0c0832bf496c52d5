//! Writing touchpoints of several requests together.
//!
//! The database does one thing at a time, and a commit costs it more than a row. So while one
//! request's rows are being written, the rows of others that arrive meanwhile wait in this isolate,
//! and go as one statement next. A request that comes alone waits for nobody.
//!
//! The one who writes is the leader: it notes for the others what became of their rows and hands
//! the lead to the next of those who wait. Nobody wakes another request, since the runtime ties
//! what a request does to that request: who waits looks again and again, by a timer of its own, and
//! only for so long. A leader whose sender went away may be cancelled in the middle, and writing
//! twice is writing once.
//!
//! What waits is bounded, in rows and in age: beyond that a request is told to come back later
//! before anything of it is written ([`is_overloaded`], ADR 0033). Those who are taken in are
//! answered about as fast as ever, and nothing grows in the isolate.

use crate::clock;
use crate::db::EdgeDb;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;
use tributary_core::touchpoint::Touchpoint;
use tributary_store::{Db, DbError, touchpoints};
use worker::Delay;

/// Rows a group: a statement of this size takes the database some milliseconds.
const MAX_ROWS: usize = 1_000;
/// Rows that may wait: some groups. More are memory, and an answer that comes too late.
const MAX_WAITING_ROWS: usize = 4_000;
/// A queue this old does not come from a burst, it stands: more comes in than is written. Shorter
/// than it, so many requests may wait, as they do when all come at once.
const MAX_AGE_MS: i64 = 200;
const MAX_STANDING: usize = 64;
/// How often who waits looks.
pub(crate) const LOOK_MS: u64 = 2;
/// How long to wait for a leader before writing oneself.
pub(crate) const PATIENCE_MS: i64 = 2_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// Durable; so many rows of the group were new.
    Written(u64),
    /// Nothing of the group was written, and trying at once will not help.
    Unavailable,
    WriteAlone,
    Lead,
}

type Rows = Rc<Vec<Touchpoint>>;

struct Waiting {
    rows: Rows,
    told: Rc<Cell<Option<Told>>>,
}

thread_local! {
    static QUEUE: RefCell<Queue<Waiting>> = RefCell::default();
}

/// Makes the rows durable. How many were new, of these and those written along with them.
pub async fn append(db: &EdgeDb, rows: Vec<Touchpoint>) -> Result<u64, DbError> {
    let rows = Rc::new(rows);
    if QUEUE.with_borrow_mut(|queue| queue.lead(clock::wall_ms())) {
        return lead(db, &rows).await;
    }
    match wait(&rows).await {
        Told::Written(changes) => Ok(changes),
        Told::Lead => lead(db, &rows).await,
        Told::WriteAlone => write(db, &rows, &[]).await,
        Told::Unavailable => {
            Err(DbError::Unavailable("the database did not take the group".to_owned()))
        }
    }
}

/// Whether more comes in than this isolate gets written.
pub fn is_overloaded() -> bool {
    QUEUE.with_borrow(|queue| queue.is_full(clock::wall_ms()))
}

/// Waits for what the leader says, or until patience ends.
async fn wait(rows: &Rows) -> Told {
    let told = Rc::default();
    let waiting = Waiting { rows: Rc::clone(rows), told: Rc::clone(&told) };
    let since = clock::wall_ms();
    let ticket = QUEUE.with_borrow_mut(|queue| queue.wait(waiting, rows.len(), since));
    while clock::wall_ms() - since < PATIENCE_MS {
        Delay::from(Duration::from_millis(LOOK_MS)).await;
        if let Some(told) = told.get() {
            return told;
        }
    }
    QUEUE.with_borrow_mut(|queue| queue.withdraw(ticket));
    Told::WriteAlone
}

/// Writes these rows and all that wait, tells each, and passes the lead on.
async fn lead(db: &EdgeDb, own: &Rows) -> Result<u64, DbError> {
    let room = MAX_ROWS.saturating_sub(own.len());
    let others = QUEUE.with_borrow_mut(|queue| queue.take(room));
    let outcome = write(db, own, &others).await;
    let told = match &outcome {
        Ok(changes) => Told::Written(*changes),
        Err(DbError::Unavailable(_)) => Told::Unavailable,
        // One row may be to blame: each for itself finds out whose.
        Err(_) => Told::WriteAlone,
    };
    others.iter().for_each(|other| other.told.set(Some(told)));
    if let Some(next) = QUEUE.with_borrow_mut(|queue| queue.pass_on(clock::wall_ms())) {
        next.told.set(Some(Told::Lead));
    }
    match outcome {
        Err(error) if told == Told::WriteAlone && !others.is_empty() => {
            crate::log::failure("ingest", "group_refused", &error.to_string());
            write(db, own, &[]).await
        }
        outcome => outcome,
    }
}

async fn write(db: &EdgeDb, own: &Rows, others: &[Waiting]) -> Result<u64, DbError> {
    let rows = own.iter().chain(others.iter().flat_map(|other| other.rows.iter()));
    let answers = db.run(touchpoints::append(rows)).await?;
    Ok(answers.iter().map(|answer| answer.changes).sum())
}

/// Who leads, and who waits. Knows nothing of what they wait for.
pub(crate) struct Queue<T> {
    leader_since_ms: Option<i64>,
    waiting: VecDeque<Place<T>>,
    tickets: u64,
}

struct Place<T> {
    ticket: u64,
    rows: usize,
    since_ms: i64,
    one: T,
}

impl<T> Default for Queue<T> {
    fn default() -> Queue<T> {
        Queue { leader_since_ms: None, waiting: VecDeque::new(), tickets: 0 }
    }
}

impl<T> Queue<T> {
    /// Whether the caller leads now: nobody does, or whoever did was cancelled.
    pub(crate) fn lead(&mut self, now_ms: i64) -> bool {
        let is_led = self.leader_since_ms.is_some_and(|since| now_ms - since < PATIENCE_MS);
        if !is_led {
            self.leader_since_ms = Some(now_ms);
        }
        !is_led
    }

    pub(crate) fn wait(&mut self, one: T, rows: usize, now_ms: i64) -> u64 {
        self.tickets += 1;
        self.waiting.push_back(Place { ticket: self.tickets, rows, since_ms: now_ms, one });
        self.tickets
    }

    /// Whether one more may not wait.
    fn is_full(&self, now_ms: i64) -> bool {
        let rows: usize = self.waiting.iter().map(|place| place.rows).sum();
        let age_ms = self.waiting.front().map_or(0, |oldest| now_ms - oldest.since_ms);
        rows >= MAX_WAITING_ROWS || (age_ms >= MAX_AGE_MS && self.waiting.len() >= MAX_STANDING)
    }

    /// Takes those who wait, in order, as long as there is room.
    pub(crate) fn take(&mut self, mut room: usize) -> Vec<T> {
        let mut taken = Vec::new();
        while let Some(next) = self.waiting.front()
            && next.rows <= room
        {
            room -= next.rows;
            taken.extend(self.waiting.pop_front().map(|place| place.one));
        }
        taken
    }

    /// Gives the lead to the next who waits; to nobody when none does.
    pub(crate) fn pass_on(&mut self, now_ms: i64) -> Option<T> {
        let next = self.waiting.pop_front().map(|place| place.one);
        self.leader_since_ms = next.as_ref().map(|_| now_ms);
        next
    }

    pub(crate) fn withdraw(&mut self, ticket: u64) {
        self.waiting.retain(|place| place.ticket != ticket);
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_AGE_MS, MAX_STANDING, MAX_WAITING_ROWS, Queue};

    const LONG_MS: i64 = super::PATIENCE_MS;

    fn queue(sizes: &[usize]) -> Queue<usize> {
        let mut queue = Queue::default();
        assert!(queue.lead(0));
        for size in sizes {
            queue.wait(*size, *size, 0);
        }
        queue
    }

    #[test]
    fn what_waits_is_bounded_in_rows() {
        let mut queue = queue(&[]);
        for n in 0..MAX_WAITING_ROWS / 100 {
            assert!(!queue.is_full(0), "{n}");
            queue.wait(n, 100, 0);
        }
        assert!(queue.is_full(0), "whatever its age");
        assert_eq!(queue.take(1_000).len(), 10);
        assert!(!queue.is_full(0), "there is room again");
    }

    #[test]
    fn a_burst_may_wait_and_a_standing_queue_may_not_grow() {
        let mut queue = queue(&[1; 1_000]);
        assert!(!queue.is_full(MAX_AGE_MS - 1), "a thousand at once");
        assert!(queue.is_full(MAX_AGE_MS));
        assert_eq!(queue.take(1_000 - MAX_STANDING + 1).len(), 1_000 - MAX_STANDING + 1);
        assert!(!queue.is_full(10 * MAX_AGE_MS), "few may be old: the database is slow, not full");
        queue.wait(1, 1, MAX_AGE_MS);
        assert!(queue.is_full(10 * MAX_AGE_MS));
        assert_eq!(queue.take(1_000).len(), MAX_STANDING);
        assert!(!queue.is_full(10 * MAX_AGE_MS), "back to normal at once");
    }

    #[test]
    fn who_comes_alone_leads_and_who_comes_next_waits() {
        let mut queue = queue(&[]);
        assert!(!queue.lead(1));
        assert_eq!(queue.pass_on(2), None);
        assert!(queue.lead(3), "the lead was given back");
    }

    #[test]
    fn the_lead_goes_to_the_next_who_waits() {
        let mut queue = queue(&[1, 2, 3]);
        assert_eq!(queue.pass_on(5), Some(1));
        assert!(!queue.lead(6), "somebody leads");
        assert_eq!(queue.take(100), [2, 3]);
        assert_eq!(queue.pass_on(7), None);
    }

    #[test]
    fn a_group_has_a_size_and_keeps_the_order() {
        let mut queue = queue(&[2, 2, 500, 1]);
        assert_eq!(queue.take(4), [2, 2]);
        assert!(queue.take(4).is_empty(), "nobody overtakes the large one");
        assert_eq!(queue.pass_on(1), Some(500), "which leads its own");
        assert_eq!(queue.take(500), [1]);
    }

    #[test]
    fn a_leader_who_was_cancelled_is_replaced() {
        let mut queue = queue(&[1]);
        assert!(!queue.lead(LONG_MS - 1));
        assert!(queue.lead(LONG_MS));
        assert_eq!(queue.take(10), [1], "and who waited for him is taken along");
    }

    #[test]
    fn who_lost_patience_is_not_written_for() {
        let mut queue = queue(&[]);
        let (first, _) = (queue.wait(1, 1, 0), queue.wait(2, 1, 0));
        queue.withdraw(first);
        assert_eq!(queue.take(10), [2]);
    }
}
