//! journey-runner: moves people through journeys, by what they do and by time, and answers
//! `/api/v1/journeys`. Sends nothing: messages go to the outbox.

pub(crate) mod api;
mod book;
mod due;
mod ledger;
mod plan;
mod reviews;

use crate::consumer::{self, Consume, PlanError, Reads};
use crate::{App, Drained, Handled, Host, Request};
use book::{Book, Shelf};
use serde::Deserialize;
use std::cell::Cell;
use tributary_core::interest::Interest;
use tributary_core::time::Timestamp;
use tributary_store::touchpoints::Logged;
use tributary_store::{DbError, Statement, journeys};

pub struct JourneyRunner;

pub(crate) const NAME: &str = "journey-runner";

/// Under this the isolate remembers its [`Shelf`].
const SHELF: &str = "journeys";
/// How often a drain whose journeys were out of date reads them anew: each time somebody else has
/// got further.
const STALE_TRIES: u32 = 5;

/// The reader of the log, with the journeys in force while it drains.
struct Reader {
    shelf: Shelf,
    book: Book,
    /// Where the fence stands while the shelf is known to be the newest.
    fence: Cell<i64>,
}

impl Reader {
    /// What this isolate remembers: most drains find nothing to do, and need not read the
    /// journeys again to know.
    fn remembered<H: Host>(host: &H) -> Option<Reader> {
        let shelf = serde_json::from_str(&host.memory_get(SHELF)?).ok()?;
        Some(Reader::new(shelf))
    }

    async fn load<H: Host>(host: &H) -> Result<Reader, DbError> {
        Ok(Reader::new(Shelf::load(host).await?))
    }

    fn new(shelf: Shelf) -> Reader {
        Reader { book: shelf.book(), fence: Cell::new(shelf.fence), shelf }
    }

    fn remember<H: Host>(mut self, host: &H) {
        self.shelf.fence = self.fence.get();
        if let Ok(text) = serde_json::to_string(&self.shelf) {
            host.memory_put(SHELF, &text);
        }
    }
}

impl Consume for Reader {
    const NAME: &'static str = NAME;

    fn reads(&self) -> Reads {
        Reads::OfInterest(Interest::in_names(self.book.wake_names()))
    }

    async fn plan<H: Host>(
        &self,
        host: &H,
        page: &[Logged],
        now: Timestamp,
    ) -> Result<Vec<Statement>, PlanError> {
        plan::plan(host, &self.book, page, now).await
    }

    fn holds_at(&self, fence: i64) -> bool {
        self.fence.get() == fence
    }

    fn moved_to(&self, fence: i64) {
        self.fence.set(fence);
    }

    fn other_work(&self, now: Timestamp) -> Option<Statement> {
        Some(journeys::due(now, 1))
    }
}

impl App for JourneyRunner {
    const NAME: &'static str = NAME;
    // It appends touchpoints of its own, which profile-merge reads first.
    const NEXT: &'static [&'static str] = &["message-send", "profile-merge"];

    async fn handle<H: Host>(host: &H, request: Request) -> Handled {
        api::handle(host, request).await
    }

    async fn drain<H: Host>(host: &H) -> Result<Drained, DbError> {
        let mut reader = match Reader::remembered(host) {
            Some(reader) => reader,
            None => Reader::load(host).await?,
        };
        let mut done = 0;
        for _ in 0..STALE_TRIES {
            let left = consumer::drain(host, &reader).await?;
            done += left.drained.done;
            if left.is_stale {
                reader = Reader::load(host).await?;
                continue;
            }
            // Timers may depend on what lies in the log: first the log.
            let mut more = left.drained.more;
            if !more && left.other_work {
                let fired = due::fire(host, &reader).await?;
                done += fired.done;
                more = fired.more;
            }
            reader.remember(host);
            return Ok(Drained { done, more });
        }
        Ok(Drained { done, more: true })
    }

    async fn next_due<H: Host>(host: &H) -> Result<Option<Timestamp>, DbError> {
        #[derive(Deserialize)]
        struct Row {
            due_at: Timestamp,
        }
        let found: Vec<Row> = tributary_store::rows(host.db(), journeys::next_due()).await?;
        Ok(found.first().map(|row| row.due_at))
    }

    async fn after_panic<H: Host>(host: &H, message: &str) {
        let Ok(reader) = Reader::load(host).await else { return };
        consumer::after_panic(host, &reader, message).await;
    }
}
