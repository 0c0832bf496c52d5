//! Mappings: their versions, and what one would make of a sample.

use crate::answer::{Answered, failed};
use crate::ingest::preview;
use crate::principal::Principal;
use crate::{Host, Request, Response, problem};
use serde_json::json;
use std::collections::BTreeMap;
use tributary_channels::mapping::Mapping;
use tributary_core::time::Timestamp;
use tributary_store::endpoints::Row;
use tributary_store::mappings::{self, Version};
use tributary_store::{Statement, rows};

pub(super) async fn versions<H: Host>(host: &H, channel: &str, id: &str) -> Answered<Response> {
    let found: Vec<Version> = rows(host.db(), mappings::list(channel, id)).await.map_err(failed)?;
    Ok(Response::json(200, &json!({"items": found, "next_cursor": null})))
}

/// ingest owns what reads a body.
pub(super) async fn preview<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    ask(host, preview::ACTION, request.body.clone()).await
}

pub(super) async fn ask<H: Host>(
    host: &H,
    action: &'static str,
    body: Vec<u8>,
) -> Answered<Response> {
    let answer = host.ask("ingest", action, body).await;
    answer.map_err(|_| problem(503, "function_unavailable", ""))
}

/// A mapping that is new at its endpoint becomes a version.
///
/// # Errors
/// `invalid_mapping`, with the place in words.
pub(super) fn changed(
    request: &Request,
    before: Option<&Row>,
    row: &Row,
    now: Timestamp,
) -> Answered<Option<Statement>> {
    let mapping = |row: &Row| {
        let settings: BTreeMap<String, String> =
            serde_json::from_str(&row.settings).unwrap_or_default();
        settings.get("mapping").filter(|text| !text.is_empty()).cloned()
    };
    let Some(document) = mapping(row).filter(|new| before.and_then(mapping).as_ref() != Some(new))
    else {
        return Ok(None);
    };
    Mapping::read(&document).map_err(|invalid| problem(422, "invalid_mapping", &invalid.0))?;
    let version = Version {
        at: now,
        version: tributary_channels::mapping_version(&document),
        document,
        author: Principal::of(request).map(|who| who.actor).unwrap_or_default(),
    };
    Ok(Some(mappings::add(&row.channel, &row.id, &version)))
}
