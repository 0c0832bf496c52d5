//! What arrived, and what could not be processed.

use crate::answer::{Answered, Cursor, failed, limit_of, parameter};
use crate::profile_merge::TouchpointDocument;
use crate::{Host, Request, Response, problem, scope_of};
use serde_json::json;
use tributary_core::time::Timestamp;
use tributary_core::vocabulary::canonical;
use tributary_store::dead_letters::{self, DeadLetter};
use tributary_store::{Db, endpoints, one, rows, touchpoints};

/// What arrives where: the company's inventory of touchpoints.
#[derive(serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct InventoryItem {
    channel: String,
    endpoint: String,
    /// The touchpoint's name.
    name: String,
    count: i64,
    first_seen_at: Timestamp,
    last_seen_at: Timestamp,
    /// Who in the company answers for the endpoint.
    owner: Option<String>,
    /// How it arrives: `json`, `xml`, `form` or `any` of them; `own` for what the suite itself did.
    format: &'static str,
}

pub(super) async fn inventory<H: Host>(host: &H) -> Answered<Response> {
    #[derive(serde::Deserialize)]
    struct Row {
        channel: String,
        endpoint: String,
        name: String,
        count: i64,
        first_seen_at: Timestamp,
        last_seen_at: Timestamp,
    }
    let batch = vec![touchpoints::inventory(), endpoints::list(None)];
    let answers = host.db().run(batch).await.map_err(failed)?;
    let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
    let found: Vec<Row> = answer(0).decode().map_err(failed)?;
    let known: Vec<endpoints::Row> = answer(1).decode().map_err(failed)?;
    let owner = |channel: &str, id: &str| {
        let own = known.iter().find(|it| it.channel == channel && it.id == id);
        own.and_then(|it| it.owner.clone())
    };
    let items: Vec<InventoryItem> = found
        .into_iter()
        .map(|row| InventoryItem {
            owner: owner(&row.channel, &row.endpoint),
            format: format_of(&row.channel),
            channel: row.channel,
            endpoint: row.endpoint,
            name: row.name,
            count: row.count,
            first_seen_at: row.first_seen_at,
            last_seen_at: row.last_seen_at,
        })
        .collect();
    Ok(Response::json(200, &json!({"items": items, "next_cursor": null})))
}

fn format_of(channel: &str) -> &'static str {
    tributary_channels::manifest(channel).map_or("own", |manifest| manifest.format)
}

/// `GET /touchpoints?channel=&endpoint=&name=&limit=&cursor=`: newest first, with the exact total.
/// A page may hold fewer items than asked for and still have a `next_cursor`: a filter that rarely
/// matches looks at a bounded part of the log at a time.
pub(super) async fn list<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let filter = |name: &str| parameter(request, name);
    let (channel, endpoint) = (filter("channel"), filter("endpoint"));
    let name = filter("name").map(|name| canonical(&name).to_owned());
    let (channel, endpoint, name) = (channel.as_deref(), endpoint.as_deref(), name.as_deref());
    let (limit, scope) = (limit_of(request), scope_of(request));
    let head = one(host.db(), touchpoints::head()).await.map_err(failed)?;
    #[derive(serde::Deserialize)]
    struct Head {
        head: i64,
    }
    let head = head.decode::<Head>().map_err(failed)?.first().map_or(0, |row| row.head);
    let before = match request.query_param("cursor") {
        None => head + 1,
        Some(cursor) => cursor.parse().map_err(|_| problem(400, "invalid_cursor", ""))?,
    };
    let answers = host
        .db()
        .run(vec![
            touchpoints::list(before, channel, endpoint, name, &scope, limit),
            touchpoints::total(channel, endpoint, name, &scope),
        ])
        .await
        .map_err(failed)?;
    #[derive(serde::Deserialize)]
    struct Total {
        total: i64,
    }
    let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
    let found = touchpoints::decode(&answer(0)).map_err(failed)?;
    let total = answer(1).decode::<Total>().map_err(failed)?.first().map_or(0, |row| row.total);
    let window_end = before - touchpoints::LIST_WINDOW;
    let next = match found.last() {
        Some(last) if found.len() as i64 == limit => Some(last.touchpoint.seq),
        _ => Some(window_end),
    };
    let next = next.filter(|next| *next > 1).map(|next| next.to_string());
    let items: Vec<TouchpointDocument> = found.into_iter().map(TouchpointDocument::from).collect();
    Ok(Response::json(200, &json!({"items": items, "total": total, "next_cursor": next})))
}

pub(super) async fn get<H: Host>(host: &H, id: &str, request: &Request) -> Answered<Response> {
    let answer = one(host.db(), touchpoints::get(id, &scope_of(request))).await.map_err(failed)?;
    let found = touchpoints::decode(&answer).map_err(failed)?;
    let one = found.into_iter().next().ok_or_else(|| problem(404, "touchpoint_not_found", ""))?;
    Ok(Response::json(200, &TouchpointDocument::from(one)))
}

pub(super) async fn dead_letters<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let limit = limit_of(request);
    let cursor = Cursor::of(request)?;
    let items: Vec<DeadLetter> =
        rows(host.db(), dead_letters::list(cursor.at, &cursor.id, limit)).await.map_err(failed)?;
    let next = Cursor::after(&items, limit, |last| (last.at.0, last.id.clone()));
    Ok(Response::json(200, &json!({"items": items, "next_cursor": next})))
}

pub(super) async fn replay<H: Host>(host: &H, id: &str) -> Answered<Response> {
    let answers = host
        .db()
        .run(vec![dead_letters::replay(id), dead_letters::get(id)])
        .await
        .map_err(failed)?;
    let letters: Vec<DeadLetter> =
        answers.get(1).cloned().unwrap_or_default().decode().map_err(failed)?;
    let letter = letters.first().ok_or_else(|| problem(404, "dead_letter_not_found", ""))?;
    Ok(Response::json(202, letter))
}
