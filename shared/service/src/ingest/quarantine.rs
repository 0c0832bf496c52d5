//! Authenticated requests whose body does not fit are kept, sealed, for 30 days: seen in the
//! console, and tried again once the mapping or the channel has been mended.

use super::{keep as rows, unavailable, unknown_endpoint};
use crate::endpoints::{self, ROUTED, Vault};
use crate::{Host, Response, problem};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tributary_channels::{EndpointConfig, InboundRequest, Reject, Verified};
use tributary_core::ids::{QuarantineId, digest};
use tributary_store::quarantine::{self, Quarantined};
use tributary_store::{one, rows as query};

/// `POST /internal/quarantined`: what a kept request said.
pub const SHOW: &str = "quarantined";
/// `POST /internal/replay`
pub const REPLAY: &str = "replay";

/// A larger body, sealed, would not fit a row.
const MAX_BODY_BYTES: usize = 512 * 1024;
/// They prove who sent it, which has been checked.
const NOT_KEPT: &[&str] = &["authorization", "cookie", "x-api-key", "x-write-key"];
/// What attacks look like is refused and not kept.
const REFUSED: &[Reject] = &[Reject::TOO_LARGE, Reject::TOO_DEEP, Reject::DOCTYPE];

#[derive(Serialize, Deserialize)]
struct Kept {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    /// In clear where the channel encrypts; base64.
    body: String,
    was_encrypted: bool,
}

/// Body and reason: `{"id"}` of a kept request.
#[derive(Serialize, Deserialize)]
pub(crate) struct Asked {
    pub id: String,
}

/// A write key is public: whoever has it has proven nothing, and may not fill the table.
pub fn is_for(config: &EndpointConfig, reject: Reject) -> bool {
    config.channel != ROUTED.0 && matches!(reject.status, 400 | 422) && !REFUSED.contains(&reject)
}

/// Makes the request durable and says so; `None` where it is too large to be kept.
///
/// # Errors
/// 503 where nothing was kept.
pub async fn keep<H: Host>(
    host: &H,
    config: &EndpointConfig,
    request: &InboundRequest,
    verified: &Verified,
    code: &str,
) -> Result<Option<Response>, Response> {
    let body = verified.plaintext.as_deref().unwrap_or(&request.body);
    if body.len() > MAX_BODY_BYTES {
        return Ok(None);
    }
    let id = QuarantineId::derive(&[
        &config.channel,
        &config.id,
        &digest(&[request.path.as_bytes(), body]),
    ]);
    let kept = Kept {
        method: request.method.clone(),
        path: request.path.clone(),
        query: request.query.clone(),
        headers: request
            .headers
            .iter()
            .filter(|(name, _)| !NOT_KEPT.contains(&name.as_str()))
            .cloned()
            .collect(),
        body: STANDARD.encode(body),
        was_encrypted: verified.plaintext.is_some(),
    };
    let text = serde_json::to_string(&kept).unwrap_or_default();
    let sealed = vault(host)?
        .seal(&config.channel, &config.id, id.as_str(), &text, &host.seed())
        .map_err(|_| problem(503, "endpoint_key_missing", ""))?;
    let row = Quarantined {
        channel: config.channel.clone(),
        endpoint: config.id.clone(),
        code: code.to_owned(),
        sealed,
        bytes: i64::try_from(body.len()).unwrap_or(i64::MAX),
        tries: 1,
        state: "kept".to_owned(),
        at: host.now(),
        id,
    };
    one(host.db(), quarantine::keep(&row)).await.map_err(|error| unavailable(&error))?;
    Ok(Some(Response::json(202, &json!({"quarantined": row.id, "code": code}))))
}

/// What it said: `{path, query, headers, body, base64}`.
pub async fn show<H: Host>(host: &H, body: &[u8]) -> Response {
    match find(host, body).await {
        Ok((row, kept)) => {
            let bytes = STANDARD.decode(&kept.body).unwrap_or_default();
            let (body, base64) = match String::from_utf8(bytes) {
                Ok(text) => (text, false),
                Err(_) => (kept.body, true),
            };
            let headers: serde_json::Map<String, Value> =
                kept.headers.into_iter().map(|(name, value)| (name, value.into())).collect();
            let mut document = serde_json::to_value(&row).unwrap_or_default();
            if let Value::Object(document) = &mut document {
                let request = json!({
                    "method": kept.method, "path": kept.path, "query": kept.query,
                    "headers": headers, "body": body, "base64": base64,
                });
                document.insert("request".to_owned(), request);
            }
            Response::json(200, &document)
        }
        Err(response) => response,
    }
}

/// Tries it again with the endpoint as it is now.
pub async fn replay<H: Host>(host: &H, body: &[u8]) -> Response {
    match try_again(host, body).await {
        Ok(response) | Err(response) => response,
    }
}

async fn try_again<H: Host>(host: &H, body: &[u8]) -> Result<Response, Response> {
    let (row, kept) = find(host, body).await?;
    let channel = tributary_channels::receiver(&row.channel).ok_or_else(unknown_endpoint)?;
    let inbound = channel.inbound.as_ref().ok_or_else(unknown_endpoint)?;
    let config = endpoints::config(host, &row.channel, &row.endpoint).await;
    let fresh = config.map_err(|error| unavailable(&error))?.ok_or_else(unknown_endpoint)?;
    // What is remembered may be older than the mending.
    let fresh = match endpoints::reload(host, &fresh).await {
        Ok(reloaded) => reloaded.unwrap_or(fresh),
        Err(error) => return Err(unavailable(&error)),
    };
    let bytes = STANDARD.decode(&kept.body).unwrap_or_default();
    let plaintext = kept.was_encrypted.then(|| bytes.clone());
    let request = InboundRequest {
        method: kept.method,
        path: kept.path,
        query: kept.query,
        headers: kept.headers,
        body: bytes,
        ip: None,
    };
    let verified = Verified { plaintext, ..Verified::default() };
    // It arrived then, whenever it is read.
    let parsed = (inbound.parse)(&fresh.config, &request, &verified, row.at)
        .map_err(|reject| problem(422, "still_does_not_fit", reject.code))?;
    let found = rows::rows(host, &fresh.config, parsed.drafts, row.at).await?;
    let touchpoints: Vec<_> = found.iter().map(|one| one.id.clone()).collect();
    let new = rows::append(host, found).await?;
    let left = parsed.dropped.first().map(|(_, code)| *code);
    if left.is_none() {
        let done = one(host.db(), quarantine::done(row.id.as_str())).await;
        done.map_err(|error| unavailable(&error))?;
    }
    Ok(Response::json(200, &json!({"touchpoints": touchpoints, "new": new, "left": left})))
}

async fn find<H: Host>(host: &H, body: &[u8]) -> Result<(Quarantined, Kept), Response> {
    let asked: Asked =
        serde_json::from_slice(body).map_err(|_| problem(400, "malformed_body", "{\"id\"}"))?;
    let found: Vec<Quarantined> = query(host.db(), quarantine::get(&asked.id, host.now()))
        .await
        .map_err(|error| unavailable(&error))?;
    let row = found.into_iter().next().ok_or_else(|| problem(404, "quarantined_not_found", ""))?;
    let opened = vault(host)?.open(&row.channel, &row.endpoint, row.id.as_str(), &row.sealed);
    let kept = opened.ok().and_then(|text| serde_json::from_str(&text).ok());
    match kept {
        Some(kept) => Ok((row, kept)),
        None => Err(problem(500, "endpoint_secret_unreadable", "")),
    }
}

fn vault<H: Host>(host: &H) -> Result<Vault, Response> {
    Vault::from_base64(host.var("ENDPOINT_KEY").as_deref())
        .map_err(|_| problem(503, "endpoint_key_missing", ""))
}
