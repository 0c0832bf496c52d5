//! enrich: asks vendors for what their webhooks leave out (a unionid, a lead's answers), once the
//! touchpoint is durable. What they tell is a touchpoint of its own. Nothing waits for it.

pub(crate) mod api;
mod ask;
mod token;
mod want;

use crate::{App, Drained, Handled, Host, Request};
use serde::Deserialize;
use tributary_core::time::Timestamp;
use tributary_store::{DbError, enrich, rows};

pub struct Enrich;

/// Who ingest pokes where a touchpoint raises a question.
pub const NAME: &str = "enrich";

impl App for Enrich {
    const NAME: &'static str = NAME;
    // It appends what it was told.
    const NEXT: &'static [&'static str] = &["profile-merge"];
    const ASKS: &'static [&'static str] = &["directory"];

    async fn handle<H: Host>(host: &H, request: Request) -> Handled {
        api::handle(host, request).await
    }

    async fn drain<H: Host>(host: &H) -> Result<Drained, DbError> {
        let left = crate::drain(host, &want::Questions).await?;
        let log = left.drained;
        let asked = if left.other_work { ask::drain(host).await? } else { Drained::default() };
        Ok(Drained { done: log.done + asked.done, more: log.more || asked.more })
    }

    async fn next_due<H: Host>(host: &H) -> Result<Option<Timestamp>, DbError> {
        #[derive(Deserialize)]
        struct Row {
            due_at: Option<Timestamp>,
        }
        let found: Vec<Row> = rows(host.db(), enrich::next_due()).await?;
        Ok(found.first().and_then(|row| row.due_at))
    }

    async fn after_panic<H: Host>(host: &H, message: &str) {
        crate::after_panic(host, &want::Questions, message).await;
    }
}
