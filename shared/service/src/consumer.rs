//! Reading the log exactly once: cursor, fence, bisection, dead letters, replay.
//!
//! A page's effects and the cursor's advance are one batch. The batch begins with a fence that
//! fails it when another run of the same consumer was faster: then read again, decide again.
//! A page that cannot be processed is halved until the one bad touchpoint is alone; that one goes
//! to the dead letters and the rest goes on.

use crate::{Drained, Host};
use serde::Deserialize;
use tributary_core::interest::Interest;
use tributary_core::time::{SECOND_MS, Timestamp};
use tributary_store::touchpoints::Logged;
use tributary_store::{
    Answer, Db, DbError, NO_ROWS, Statement, consumers, consumers::Consumer, dead_letters,
    touchpoints,
};

/// How often a run that was overtaken reads again before it leaves the rest to the faster one.
const FENCE_TRIES: u32 = 5;
/// Pages done per drain: who drains looks at the clock between drains, not between pages.
const MAX_PAGES: u32 = 4;
/// Pages read per drain, halved and overtaken ones included: with some queries each, far below
/// D1's 1,000 queries an invocation.
const MAX_READS: u32 = 60;
/// A reader behind profile-merge that finds nothing of interest writes its cursor only this
/// often: an event that concerns no journey and no score then costs it no row.
const LAZY_CURSOR: i64 = 64;

/// Why a page could not be turned into effects.
#[derive(Debug)]
pub enum PlanError {
    Db(DbError),
    /// A rule of ours refused a touchpoint; code and detail go into the dead letter.
    Rule {
        code: &'static str,
        detail: String,
    },
}

impl From<DbError> for PlanError {
    fn from(error: DbError) -> PlanError {
        PlanError::Db(error)
    }
}

/// What of the log a consumer wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Every touchpoint, as the log's first reader.
    Everything,
    /// What may matter, behind profile-merge: with the profile each belongs to now.
    OfInterest(Interest),
    /// Straight from the log: `channel`, all of it, or `channel name`.
    From(Vec<String>),
}

/// A consumer of the log.
pub trait Consume {
    /// As in the table `consumers`.
    const NAME: &'static str;

    fn reads(&self) -> Reads;

    /// Reads what it needs, decides in the core, and returns the effects as statements.
    /// Writes nothing itself.
    fn plan<H: Host>(
        &self,
        host: &H,
        page: &[Logged],
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<Statement>, PlanError>>;

    /// Whether what this reader knows besides the page (definitions it read earlier) is still so
    /// when the fence stands here. Whoever changes it passes the fence.
    fn holds_at(&self, _fence: i64) -> bool {
        true
    }

    /// A batch of this reader itself moved the fence here.
    fn moved_to(&self, _fence: i64) {}

    /// Answers a row when this function has something to do besides the log (timers, a queue):
    /// asked along with the page, so that an idle drain is one query.
    fn other_work(&self, _now: Timestamp) -> Option<Statement> {
        None
    }
}

/// How a reader left the log.
#[derive(Clone, Copy, Debug, Default)]
pub struct Left {
    pub drained: Drained,
    /// [`Consume::holds_at`] said no: read anew what you know, and follow the log again.
    pub is_stale: bool,
    /// [`Consume::other_work`] may have something.
    pub other_work: bool,
}

struct Page {
    read: Consumer,
    rows: Vec<Logged>,
    replays: Vec<Logged>,
    /// Where the cursor stands when all rows are done.
    end: i64,
    /// There was no more when this was read. What came since has its own poke.
    is_last: bool,
    other_work: bool,
}

/// Reads and processes page by page until nothing is left or the budget is used up.
pub async fn drain<H: Host, C: Consume>(host: &H, consumer: &C) -> Result<Left, DbError> {
    let mut left = Left::default();
    let mut fenced = 0;
    let mut limit = consumers::MAX_PAGE;
    let mut pages = 0;
    for _ in 0..MAX_READS {
        let page = read(host, consumer, limit).await?;
        if !consumer.holds_at(page.read.fence) {
            left.is_stale = true;
            return Ok(left);
        }
        left.other_work |= page.other_work;
        limit = limit.min(page.read.page_limit.max(1));
        let outcome = if page.replays.is_empty() {
            forward(host, consumer, &page, limit).await
        } else {
            replay(host, consumer, &page).await
        };
        match outcome {
            Ok(Progress::Idle) => return Ok(left),
            Ok(Progress::Done(count)) => {
                left.drained.done += count;
                // What was just done may have set a timer or filled a queue.
                left.other_work = true;
                if page.is_last && page.replays.is_empty() {
                    return Ok(left);
                }
                limit = limit.saturating_mul(2).min(consumers::MAX_PAGE);
                fenced = 0;
                pages += 1;
                if pages == MAX_PAGES {
                    break;
                }
            }
            Ok(Progress::Halve(size)) => limit = (size / 2).max(1),
            Err(error) if error.is_fenced() && fenced < FENCE_TRIES => fenced += 1,
            // The faster run goes on where this one leaves off.
            Err(error) if error.is_fenced() => return Ok(left),
            Err(error) => return Err(error),
        }
    }
    left.drained.more = true;
    Ok(left)
}

enum Progress {
    Idle,
    Done(u64),
    /// The page of this size failed: try a smaller one.
    Halve(i64),
}

/// One transaction, so that rows, cursor and fence are of one moment.
async fn read<H: Host, C: Consume>(host: &H, consumer: &C, limit: i64) -> Result<Page, DbError> {
    let reads = consumer.reads();
    let page = match &reads {
        Reads::Everything => touchpoints::page(C::NAME, limit),
        Reads::OfInterest(interest) => touchpoints::page_behind(C::NAME, limit, interest),
        Reads::From(sources) => touchpoints::page_from(C::NAME, limit, sources),
    };
    let mut batch = vec![consumers::get(C::NAME), page, touchpoints::to_replay(C::NAME)];
    // How far there is nothing for it, where its page ends the log.
    match &reads {
        Reads::Everything => {}
        Reads::OfInterest(_) => batch.push(consumers::get("profile-merge")),
        Reads::From(_) => batch.push(touchpoints::head()),
    }
    let other_work = consumer.other_work(host.now());
    let asks_for_other_work = other_work.is_some();
    batch.extend(other_work);
    let answers = host.db().run(batch).await?;
    let other_work =
        asks_for_other_work && answers.last().is_some_and(|answer| answer.rows != NO_ROWS);
    let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
    let read = only(answer(0).decode()?, C::NAME)?;
    let rows = touchpoints::decode(&answer(1))?;
    let limit = limit.min(read.page_limit.max(1));
    let is_last = (rows.len() as i64) < limit;
    let mut end = rows.last().map_or(read.cursor, |row| row.touchpoint.seq);
    if is_last {
        end = end.max(upstream(&reads, &answer(3))?.unwrap_or(end));
    }
    Ok(Page { read, rows, replays: touchpoints::decode(&answer(2))?, end, is_last, other_work })
}

/// The last touchpoint that this reader could have seen.
fn upstream(reads: &Reads, answer: &Answer) -> Result<Option<i64>, DbError> {
    #[derive(Deserialize)]
    struct Head {
        head: i64,
    }
    Ok(match reads {
        Reads::Everything => None,
        Reads::OfInterest(_) => {
            answer.decode::<Consumer>()?.first().map(|upstream| upstream.cursor)
        }
        Reads::From(_) => answer.decode::<Head>()?.first().map(|head| head.head),
    })
}

pub(crate) fn only(found: Vec<Consumer>, name: &str) -> Result<Consumer, DbError> {
    found.into_iter().next().ok_or_else(|| {
        DbError::Shape(format!("consumer {name} is not in the table: migrate first"))
    })
}

async fn forward<H: Host, C: Consume>(
    host: &H,
    consumer: &C,
    page: &Page,
    limit: i64,
) -> Result<Progress, DbError> {
    if page.rows.is_empty() {
        let behind = page.end - page.read.cursor;
        let more = !page.is_last;
        if more || behind >= LAZY_CURSOR || (behind > 0 && just_ticked(host, &page.read)) {
            write(host, consumer, &page.read, page.end, Vec::new()).await?;
        }
        // Passing by a full page is progress, too.
        return Ok(if more { Progress::Done(limit.unsigned_abs()) } else { Progress::Idle });
    }
    let count = page.rows.len() as i64;
    let now = host.now();
    let failure = match consumer.plan(host, &page.rows, now).await {
        Ok(effects) => match write(host, consumer, &page.read, page.end, effects).await {
            Ok(()) => return Ok(Progress::Done(count as u64)),
            Err(error) if is_passing(&error) => return Err(error),
            Err(error) => PlanError::Db(error),
        },
        Err(PlanError::Db(error)) if is_passing(&error) => return Err(error),
        Err(failure) => failure,
    };
    if count > 1 {
        return Ok(Progress::Halve(count.min(limit)));
    }
    let Some(bad) = page.rows.first() else { return Ok(Progress::Idle) };
    let burial = bury::<C>(bad, &failure, now);
    // Only past the bad one: what a short page skips over stays for the next.
    write(host, consumer, &page.read, bad.touchpoint.seq, vec![burial]).await?;
    Ok(Progress::Done(1))
}

/// The minute's tick, noted a moment ago, brings every cursor to its place: at rest `/health` shows
/// no backlog.
fn just_ticked<H: Host>(host: &H, read: &Consumer) -> bool {
    read.last_tick_at.is_some_and(|at| host.now().since_ms(Timestamp(at)) < SECOND_MS)
}

/// One dead letter at a time: each must stand or fall alone.
async fn replay<H: Host, C: Consume>(
    host: &H,
    consumer: &C,
    page: &Page,
) -> Result<Progress, DbError> {
    let Some(letter) = page.replays.first() else { return Ok(Progress::Idle) };
    let now = host.now();
    let planned = consumer.plan(host, std::slice::from_ref(letter), now).await;
    let failure = match planned {
        Ok(mut effects) => {
            effects.push(dead_letters::done(C::NAME, &letter.touchpoint));
            match write(host, consumer, &page.read, page.read.cursor, effects).await {
                Ok(()) => return Ok(Progress::Done(1)),
                Err(error) if is_passing(&error) => return Err(error),
                Err(error) => PlanError::Db(error),
            }
        }
        Err(PlanError::Db(error)) if is_passing(&error) => return Err(error),
        Err(failure) => failure,
    };
    let burial = bury::<C>(letter, &failure, now);
    write(host, consumer, &page.read, page.read.cursor, vec![burial]).await?;
    Ok(Progress::Done(1))
}

/// Another try may succeed by itself: the page is not to blame.
fn is_passing(error: &DbError) -> bool {
    error.is_fenced() || matches!(error, DbError::Unavailable(_))
}

fn bury<C: Consume>(bad: &Logged, failure: &PlanError, now: Timestamp) -> Statement {
    let (code, detail) = match failure {
        PlanError::Rule { code, detail } => (*code, detail.clone()),
        PlanError::Db(error @ DbError::TooMany(_)) => ("too_many_facts", error.to_string()),
        PlanError::Db(error) => ("effects_refused", error.to_string()),
    };
    dead_letters::bury(C::NAME, &bad.touchpoint, code, &detail, now)
}

/// [`commit`] by the reader itself.
async fn write<H: Host, C: Consume>(
    host: &H,
    consumer: &C,
    read: &Consumer,
    cursor: i64,
    effects: Vec<Statement>,
) -> Result<(), DbError> {
    commit(host, read, cursor, effects).await?;
    consumer.moved_to(read.fence + 1);
    Ok(())
}

/// Writes effects and cursor as one batch behind the fence of `read`.
pub async fn commit<H: Host>(
    host: &H,
    read: &Consumer,
    cursor: i64,
    effects: Vec<Statement>,
) -> Result<(), DbError> {
    let mut batch = vec![consumers::advance(read, cursor)];
    batch.extend(effects);
    host.db().run(batch).await.map(|_| ())
}

/// Reads the consumer's row: the fence for a batch that is not about a page of the log (timers,
/// edits over the API).
pub async fn fence<H: Host>(host: &H, name: &str) -> Result<Consumer, DbError> {
    only(tributary_store::rows(host.db(), consumers::get(name)).await?, name)
}

/// A panic ended the last drain of this consumer. Halves the page durably; once the bad
/// touchpoint is alone it becomes a dead letter.
pub async fn after_panic<H: Host, C: Consume>(host: &H, consumer: &C, message: &str) {
    let now = host.now();
    let Ok(page) = read(host, consumer, consumers::MAX_PAGE).await else { return };
    let size = page.rows.len() as i64;
    let batch = match page.rows.first() {
        Some(bad) if size == 1 => {
            let failure = PlanError::Rule { code: "panic", detail: message.to_owned() };
            vec![consumers::advance(&page.read, bad.touchpoint.seq), bury::<C>(bad, &failure, now)]
        }
        _ => vec![consumers::limit_page(C::NAME, (size.min(page.read.page_limit) / 2).max(1))],
    };
    // A failure here is harmless: the next panic comes back to this place.
    let _ = host.db().run(batch).await;
}
