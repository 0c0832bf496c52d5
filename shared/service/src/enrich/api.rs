//! `/api/v1/enrichments`: what vendors were asked, endpoint by endpoint, and asking again.

use crate::answer::{Answered, failed};
use crate::{Handled, Host, Request, Response, problem};
use serde_json::json;
use tributary_store::enrich::{self, Summary};
use tributary_store::{Db, rows};

pub(super) async fn handle<H: Host>(host: &H, request: Request) -> Handled {
    let segments = request.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["api", "v1", "enrichments"]) => {
            list(host).await.unwrap_or_else(|refused| refused).into()
        }
        ("POST", ["api", "v1", "enrichments", channel, endpoint, "ask-again"]) => {
            match ask_again(host, channel, endpoint).await {
                Ok(response) => Handled { worked: true, ..response.into() },
                Err(refused) => refused.into(),
            }
        }
        _ => problem(404, "not_found", "").into(),
    }
}

async fn list<H: Host>(host: &H) -> Answered<Response> {
    let items: Vec<Summary> = rows(host.db(), enrich::accounts()).await.map_err(failed)?;
    Ok(Response::json(200, &json!({"items": items})))
}

/// What was given up is asked again, and a pause is over.
async fn ask_again<H: Host>(host: &H, channel: &str, endpoint: &str) -> Answered<Response> {
    let answers =
        host.db().run(enrich::ask_again(channel, endpoint, host.now())).await.map_err(failed)?;
    let changed = |index: usize| answers.get(index).map_or(0, |answer| answer.changes);
    match changed(1) {
        0 => Err(problem(404, "unknown_endpoint", "Nothing was asked for this endpoint yet.")),
        _ => Ok(Response::json(200, &json!({"asked_again": changed(0)}))),
    }
}
