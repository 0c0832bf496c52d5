//! profile-merge: the log's first reader. Keeps identities, profiles and what is recorded under
//! each identity, and answers `/api/v1/profiles`.

mod addresses;
pub(crate) mod api;
mod block;
pub(crate) mod blocked;
pub(crate) mod document;
mod plan;
pub(crate) mod suppressions;
pub(crate) mod unmerge;

use crate::consumer::{self, Consume, PlanError, Reads};
use crate::{App, Drained, Handled, Host, Request};
use tributary_core::time::Timestamp;
use tributary_store::touchpoints::Logged;
use tributary_store::{DbError, Statement};

pub(crate) use api::TouchpointDocument;

pub struct ProfileMerge;

impl Consume for ProfileMerge {
    const NAME: &'static str = "profile-merge";

    fn reads(&self) -> Reads {
        Reads::Everything
    }

    async fn plan<H: Host>(
        &self,
        host: &H,
        page: &[Logged],
        now: Timestamp,
    ) -> Result<Vec<Statement>, PlanError> {
        plan::plan(host, page, now).await
    }
}

impl App for ProfileMerge {
    const NAME: &'static str = "profile-merge";
    const NEXT: &'static [&'static str] = &["journey-runner", "lead-assign"];
    const ASKS: &'static [&'static str] = &["directory"];

    async fn handle<H: Host>(host: &H, request: Request) -> Handled {
        api::handle(host, request).await
    }

    async fn drain<H: Host>(host: &H) -> Result<Drained, DbError> {
        Ok(consumer::drain(host, &ProfileMerge).await?.drained)
    }

    async fn after_panic<H: Host>(host: &H, message: &str) {
        consumer::after_panic(host, &ProfileMerge, message).await;
    }
}
