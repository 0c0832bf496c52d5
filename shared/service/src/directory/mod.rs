//! directory: finding people. By identity as it is typed, by name, by any id of ours.

pub(crate) mod phones;
pub(crate) mod search;

use crate::answer::{self, Answered, failed, limit_of};
use crate::profile_merge::api::ids;
use crate::profile_merge::document;
use crate::{App, Handled, Host, Request, Response, problem};
use serde_json::json;
use tributary_core::identity::{Kind, PhoneTables, normalize};
use tributary_core::ids::ProfileId;
use tributary_core::touchpoint::RawIdentifier;
use tributary_store::profiles::read;

pub struct Directory;

impl App for Directory {
    const NAME: &'static str = "directory";
    const OWN_WORK: bool = false;

    async fn handle<H: Host>(host: &H, request: Request) -> Handled {
        let segments = request.segments();
        let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
        let answer = match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["api", "v1", "profiles"]) => list(host, &request).await,
            ("GET", ["api", "v1", "search"]) => search::search(host, &request).await,
            (_, ["api", "v1", "profiles" | "search"]) => {
                Err(problem(405, "method_not_allowed", ""))
            }
            _ => Err(problem(404, "not_found", "")),
        };
        answer.unwrap_or_else(|answer| answer).into()
    }

    async fn internal<H: Host>(_host: &H, action: &str, request: &Request) -> Option<Response> {
        if (request.method.as_str(), action) != ("POST", phones::ACTION) {
            return None;
        }
        Some(phones::answer(&request.body))
    }
}

async fn list<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let Some(identity) = answer::identity_of(request) else {
        let limit = limit_of(request);
        let after = request.query_param("cursor").unwrap_or_default();
        let found = ids(host, read::list(&after, limit)).await?;
        let next = found.last().filter(|_| found.len() as i64 == limit).cloned();
        let items = document::load(host, &found).await.map_err(failed)?;
        return Ok(Response::json(200, &json!({"items": items, "next_cursor": next})));
    };
    let found = look_up(host, &identity).await?;
    let items = document::load(host, &found).await.map_err(failed)?;
    let total = items.len();
    Ok(Response::json(200, &json!({"items": items, "total": total, "next_cursor": null})))
}

/// `kind:value` as a person would type it (`phone:138 0013 8000`), or `kind@scope:value`.
async fn look_up<H: Host>(host: &H, text: &str) -> Answered<Vec<ProfileId>> {
    let bad = || {
        problem(400, "invalid_identity", "Write kind:value or kind@scope:value, e.g. phone:+86…")
    };
    let (head, value) = text.split_once(':').ok_or_else(bad)?;
    let (kind, scope) = head.split_once('@').unwrap_or((head, ""));
    let kind = Kind::parse(kind).ok_or_else(bad)?;
    if kind.scoped() && scope.is_empty() {
        return ids(host, read::by_value(value.trim(), &format!("{}@", kind.id()))).await;
    }
    let raw = RawIdentifier::new(kind, scope, value);
    match normalize(&raw, &PhoneTables(&country(host))) {
        Ok(identity) => ids(host, read::by_identity(identity.key())).await,
        // Not a value of that kind, so nobody has it.
        Err(_) => Ok(Vec::new()),
    }
}

pub(crate) fn country<H: Host>(host: &H) -> String {
    host.var("DEFAULT_COUNTRY").unwrap_or_else(|| "CN".to_owned())
}
