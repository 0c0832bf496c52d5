//! `/api/v1/quarantine`: authenticated requests whose body did not fit.

use super::mappings::ask;
use crate::answer::{Answered, Cursor, failed, limit_of, parameter};
use crate::ingest::quarantine::{Asked, REPLAY, SHOW};
use crate::{Host, Request, Response};
use serde_json::json;
use tributary_store::quarantine::{self, Quarantined};
use tributary_store::rows;

pub(super) async fn list<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let (limit, cursor) = (limit_of(request), Cursor::of(request)?);
    let (channel, endpoint) = (parameter(request, "channel"), parameter(request, "endpoint"));
    let of = (channel.as_deref(), endpoint.as_deref());
    let statement = quarantine::list((cursor.at, &cursor.id), of, limit, host.now());
    let items: Vec<Quarantined> = rows(host.db(), statement).await.map_err(failed)?;
    let next = Cursor::after(&items, limit, |last| (last.at.0, last.id.clone()));
    Ok(Response::json(200, &json!({"items": items, "next_cursor": next})))
}

/// Only ingest opens what it has sealed.
pub(super) async fn get<H: Host>(host: &H, id: &str) -> Answered<Response> {
    ask(host, SHOW, asked(id)).await
}

pub(super) async fn replay<H: Host>(host: &H, id: &str) -> Answered<Response> {
    ask(host, REPLAY, asked(id)).await
}

fn asked(id: &str) -> Vec<u8> {
    // Invariant: a text always serialises.
    serde_json::to_vec(&Asked { id: id.to_owned() }).unwrap_or_default()
}
