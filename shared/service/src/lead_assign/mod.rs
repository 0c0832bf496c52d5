//! `lead-assign`: scores what people do, hands who is ready to sales, and answers `/leads`,
//! `/opportunities`, `/tasks` and `/reps`.

pub(crate) mod api;
mod card;
mod consume;
mod desk;
mod effects;
mod merges;
mod notice;
mod privacy;
mod queue;

use crate::{App, Drained, Handled, Host, Request};
use tributary_store::DbError;

pub struct LeadAssign;

impl App for LeadAssign {
    const NAME: &'static str = "lead-assign";
    const NEXT: &'static [&'static str] = &["message-send", "profile-merge"];

    async fn handle<H: Host>(host: &H, request: Request) -> Handled {
        api::handle(host, request).await
    }

    async fn drain<H: Host>(host: &H) -> Result<Drained, DbError> {
        let left = crate::drain(host, &consume::Leads).await?;
        let log = left.drained;
        // After the log: what it just queued may find somebody who came on shift meanwhile.
        let queue = if left.other_work { queue::drain(host).await? } else { Drained::default() };
        Ok(Drained { done: log.done + queue.done, more: log.more || queue.more })
    }

    async fn after_panic<H: Host>(host: &H, message: &str) {
        crate::after_panic(host, &consume::Leads, message).await;
    }
}
