//! journey-runner: moves people through journeys, by what they do and by time, and answers
//! `/api/v1/journeys`. Sends nothing: messages go to the outbox.

pub(crate) mod api;
mod book;
mod due;
mod ledger;
mod plan;
mod reviews;

use crate::consumer::{self, Consume, PlanError};
use crate::{App, Drained, Handled, Host, Request};
use book::Book;
use serde::Deserialize;
use tributary_core::time::Timestamp;
use tributary_store::touchpoints::Logged;
use tributary_store::{DbError, Statement, journeys};

pub struct JourneyRunner;

pub(crate) const NAME: &str = "journey-runner";

/// The reader of the log, with the journeys in force while it drains.
struct Reader {
    book: Book,
}

impl Consume for Reader {
    const NAME: &'static str = NAME;

    fn names(&self) -> Option<Vec<String>> {
        Some(self.book.wake_names())
    }

    async fn plan<H: Host>(
        &self,
        host: &H,
        page: &[Logged],
        now: Timestamp,
    ) -> Result<Vec<Statement>, PlanError> {
        plan::plan(host, &self.book, page, now).await
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
        let reader = Reader { book: Book::load(host).await? };
        let read = consumer::drain(host, &reader).await?;
        if read.more {
            // Timers may depend on what lies in the log: first the log.
            return Ok(read);
        }
        let fired = due::fire(host, &reader.book).await?;
        Ok(Drained { done: read.done + fired.done, more: fired.more })
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
        let Ok(book) = Book::load(host).await else { return };
        consumer::after_panic(host, &Reader { book }, message).await;
    }
}
