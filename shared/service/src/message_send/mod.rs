//! message-send: the one way out. Asks the gate, marks, calls the provider, records the answer, and
//! answers `/api/v1/messages`. Decides nothing itself: the gate does, in the core.

pub(crate) mod api;
mod budget;
mod call;
mod filling;
mod leaving;
mod outcome;
mod providers;
pub(crate) mod render;
mod send;
mod snapshot;

use crate::{App, Drained, Handled, Host, Request};
use serde::Deserialize;
use tributary_core::time::Timestamp;
use tributary_store::{Db, DbError, consumers, messages};

pub(crate) use render::templates_compile;

pub struct MessageSend;

const NAME: &str = "message-send";

impl App for MessageSend {
    const NAME: &'static str = NAME;
    // It appends touchpoints of its own.
    const NEXT: &'static [&'static str] = &["profile-merge"];

    async fn handle<H: Host>(host: &H, request: Request) -> Handled {
        api::handle(host, request).await
    }

    async fn drain<H: Host>(host: &H) -> Result<Drained, DbError> {
        send::drain(host).await
    }

    async fn next_due<H: Host>(host: &H) -> Result<Option<Timestamp>, DbError> {
        #[derive(Deserialize)]
        struct Row {
            due_at: Timestamp,
        }
        let found: Vec<Row> = tributary_store::rows(host.db(), messages::next_due()).await?;
        Ok(found.first().map(|row| row.due_at))
    }

    /// One message at a time from here on, each parked before it is touched: the one that brings
    /// the function down stays parked.
    async fn after_panic<H: Host>(host: &H, _message: &str) {
        // A failure here is harmless: the next panic comes back to this place.
        let _ = host.db().run(vec![consumers::limit_page(NAME, 1)]).await;
    }
}
