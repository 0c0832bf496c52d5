//! `/api/v1/blocked-identities`: numbers and addresses that many people share.

use super::ProfileMerge;
use super::api::write;
use crate::answer::{Answered, failed};
use crate::directory::{country, phones};
use crate::{Handled, Host, Request, Response, consumer, problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tributary_core::identity::{Identity, Kind, KnownPhones, WrittenPhone, normalize};
use tributary_core::ids::TouchpointId;
use tributary_core::profile::{BLOCKED, UNBLOCKED};
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{CONSOLE_CHANNEL, RawIdentifier, Touchpoint};
use tributary_store::profiles::blocked;
use tributary_store::{rows, touchpoints};

/// A company has more hotlines than that in a list of its own, not here.
const MOST: usize = 1_000;

#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = BlockIdentity))]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// `kind:value` as people write it, or `kind@scope:value`.
    identity: String,
    /// `false` frees it.
    #[serde(default = "yes")]
    blocked: bool,
    #[serde(default)]
    reason: String,
}

fn yes() -> bool {
    true
}

/// An identity that joins nobody.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct BlockedIdentity {
    identity: Identity,
    blocked: bool,
    reason: String,
    since: Timestamp,
    touchpoint: TouchpointId,
}

pub(super) async fn list<H: Host>(host: &H) -> Answered<Response> {
    let items = known(host).await?.into_iter().filter(|row| row.blocked != 0).map(document);
    let items: Vec<BlockedIdentity> = items.collect();
    Ok(Response::json(200, &json!({ "items": items, "next_cursor": null })))
}

/// Answers once everybody it held together has come apart.
pub(super) async fn put<H: Host>(host: &H, request: &Request) -> Handled {
    match said(host, request).await {
        Ok(response) => Handled { worked: true, ..response.into() },
        Err(response) => response.into(),
    }
}

async fn said<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let body: Body = serde_json::from_slice(&request.body).map_err(|_| {
        problem(400, "malformed_body", "Send {\"identity\"}, with optional blocked and reason.")
    })?;
    let identity = read(host, &body.identity).await?;
    let rows = known(host).await?;
    let standing = rows.iter().find(|row| row.identity == identity);
    if standing.is_none() && rows.len() >= MOST {
        return Err(problem(422, "too_many_blocked_identities", ""));
    }
    // The later word counts, so one said within the same millisecond must still be the later.
    let now = standing.map_or(host.now(), |row| host.now().max(row.at.plus_ms(1)));
    let word = Touchpoint {
        seq: 0,
        id: TouchpointId::mint(&host.seed(), &[identity.key()]),
        channel: CONSOLE_CHANNEL.to_owned(),
        endpoint: String::new(),
        name: if body.blocked { BLOCKED } else { UNBLOCKED }.to_owned(),
        occurred_at: now,
        received_at: now,
        // It is nobody's.
        identifiers: Vec::new(),
        properties: json!({"identity": identity, "reason": body.reason}),
        context: json!({}),
        cause: None,
        depth: 0,
    };
    write(host, touchpoints::append([&word])).await?;
    consumer::drain(host, &ProfileMerge).await.map_err(failed)?;
    let rows = known(host).await?;
    let said = rows.into_iter().find(|row| row.touchpoint == word.id).map(document);
    // Where it moves more than a batch holds it is a dead letter, with the reason.
    let said = said.ok_or_else(|| {
        problem(422, "region_too_large", "It holds too much together; see the dead letters.")
    })?;
    Ok(Response::json(200, &said))
}

async fn known<H: Host>(host: &H) -> Answered<Vec<blocked::Row>> {
    rows(host.db(), blocked::list()).await.map_err(failed)
}

fn document(row: blocked::Row) -> BlockedIdentity {
    BlockedIdentity {
        identity: row.identity,
        blocked: row.blocked != 0,
        reason: row.reason,
        since: row.at,
        touchpoint: row.touchpoint,
    }
}

/// The identity that a text means. A hotline's number is one, too: it may have joined people before
/// it was known for what it is.
async fn read<H: Host>(host: &H, text: &str) -> Answered<Identity> {
    let bad = || {
        problem(400, "invalid_identity", "Write kind:value or kind@scope:value, e.g. phone:+86…")
    };
    let (head, value) = text.split_once(':').ok_or_else(bad)?;
    let (kind, scope) = head.split_once('@').unwrap_or((head, ""));
    let kind = Kind::parse(kind).ok_or_else(bad)?;
    if kind.scoped() {
        return Identity::parse(text).filter(|_| !scope.is_empty()).ok_or_else(bad);
    }
    if kind == Kind::Phone {
        let written = WrittenPhone { text: value.to_owned(), country: None };
        let found = phones::ask(host, &country(host), vec![written]).await;
        let found: KnownPhones = found.map_err(|_| problem(503, "function_unavailable", ""))?;
        let number = found.numbers().next().ok_or_else(bad)?;
        return Identity::parse(&format!("phone:{}", number.e164)).ok_or_else(bad);
    }
    normalize(&RawIdentifier::new(kind, scope, value), &KnownPhones::default()).map_err(|_| bad())
}
