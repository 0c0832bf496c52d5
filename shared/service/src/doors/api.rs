//! `/api/v1/codes` and `/api/v1/forms`.

use crate::answer::{Answered, failed, limit_of, parameter};
use crate::{Host, Request, Response, problem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tributary_core::doors::code::Code;
use tributary_core::doors::form::Form;
use tributary_core::doors::{CODE_CHANNEL, FORM_CHANNEL};
use tributary_store::doors::{self, Row};
use tributary_store::{NO_ROWS, endpoints, one, reps, rows};

/// One of the two.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    id: &'static str,
    channel: &'static str,
    /// Below the installation's address.
    path: &'static str,
    /// The document as it is kept, or what is wrong with it.
    read: fn(&[u8]) -> Result<Value, String>,
}

pub(super) const CODES: Kind = Kind { id: "code", channel: CODE_CHANNEL, path: "q", read: code };
pub(super) const FORMS: Kind = Kind { id: "form", channel: FORM_CHANNEL, path: "f", read: form };

fn code(body: &[u8]) -> Result<Value, String> {
    read::<Code>(body, |code| code.check().map_err(str::to_owned))
}

fn form(body: &[u8]) -> Result<Value, String> {
    read::<Form>(body, Form::check)
}

fn read<T: DeserializeOwned + Serialize>(
    body: &[u8],
    check: impl Fn(&T) -> Result<(), String>,
) -> Result<Value, String> {
    let document: T = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    check(&document)?;
    serde_json::to_value(&document).map_err(|error| error.to_string())
}

/// Every visitor gets it, and every isolate keeps it.
const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

pub(super) async fn list<H: Host>(host: &H, kind: Kind, request: &Request) -> Answered<Response> {
    let limit = limit_of(request);
    let after = parameter(request, "cursor").unwrap_or_default();
    let statement = doors::list(kind.id, kind.channel, &after, limit);
    let found: Vec<Row> = rows(host.db(), statement).await.map_err(failed)?;
    let last = found.last().filter(|_| found.len() as i64 == limit);
    let next = last.map(|row| row.id.clone());
    let items: Vec<Value> = found.iter().map(|row| document(request, kind, row)).collect();
    Ok(Response::json(200, &json!({"items": items, "next_cursor": next})))
}

pub(super) async fn get<H: Host>(
    host: &H,
    kind: Kind,
    request: &Request,
    id: &str,
) -> Answered<Response> {
    let row = find(host, kind, id).await?.ok_or_else(not_found)?;
    Ok(Response::json(200, &document(request, kind, &row)))
}

pub(super) async fn put<H: Host>(
    host: &H,
    kind: Kind,
    request: &Request,
    id: &str,
) -> Answered<Response> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if id.is_empty() || id.len() > 64 || !id.chars().all(fits) {
        return Err(problem(400, "invalid_door_id", "1 to 64 of a-z, 0-9, dash and underscore."));
    }
    if request.body.len() > MAX_DOCUMENT_BYTES {
        return Err(problem(413, "body_too_large", "A code or a form may have up to 64 KiB."));
    }
    let read = (kind.read)(&request.body).map_err(|wrong| problem(422, "invalid_door", &wrong))?;
    known_names(host, &read).await?;
    let known = find(host, kind, id).await?.is_some();
    let text = read.to_string();
    let row = Row {
        id: id.to_owned(),
        version: tributary_channels::mapping_version(&text),
        document: text,
        updated_at: host.now().0,
        used: 0,
    };
    one(host.db(), doors::put(kind.id, &row)).await.map_err(failed)?;
    Ok(Response::json(if known { 200 } else { 201 }, &document(request, kind, &row)))
}

/// A code names a rep and an endpoint of `web` by their ids: a scan that is counted for an id which
/// nothing has would be counted for nobody.
async fn known_names<H: Host>(host: &H, definition: &Value) -> Answered<()> {
    let said = |field: &str| definition.get(field).and_then(Value::as_str);
    if let Some(rep) = said("rep") {
        let found = one(host.db(), reps::get(rep)).await.map_err(failed)?;
        if found.rows == NO_ROWS {
            let detail = "There is no rep with this id; see /api/v1/reps.";
            return Err(problem(422, "unknown_rep", detail));
        }
    }
    if let Some(site) = said("site") {
        let found = one(host.db(), endpoints::get("web", site)).await.map_err(failed)?;
        if found.rows == NO_ROWS {
            let detail = "There is no endpoint of web with this name; see /api/v1/endpoints.";
            return Err(problem(422, "unknown_endpoint", detail));
        }
    }
    Ok(())
}

pub(super) async fn delete<H: Host>(host: &H, kind: Kind, id: &str) -> Answered<Response> {
    find(host, kind, id).await?.ok_or_else(not_found)?;
    one(host.db(), doors::delete(kind.id, id)).await.map_err(failed)?;
    Ok(Response::empty(204))
}

async fn find<H: Host>(host: &H, kind: Kind, id: &str) -> Answered<Option<Row>> {
    let found: Vec<Row> = rows(host.db(), doors::get(kind.id, id)).await.map_err(failed)?;
    Ok(found.into_iter().next())
}

fn not_found() -> Response {
    problem(404, "door_not_found", "")
}

fn document(request: &Request, kind: Kind, row: &Row) -> Value {
    let host = request.header("host").unwrap_or_default();
    let local = host.starts_with("127.0.0.1") || host.starts_with("localhost");
    let scheme = if local { "http" } else { "https" };
    let origin = if host.is_empty() { String::new() } else { format!("{scheme}://{host}") };
    let definition: Value = serde_json::from_str(&row.document).unwrap_or_default();
    json!({
        "id": row.id,
        "url": format!("{origin}/{}/{}", kind.path, row.id),
        "definition": definition,
        "version": row.version,
        "used": row.used,
        "updated_at": row.updated_at,
    })
}
