//! `/api/v1/suppressions`: addresses that are not written to any more, and lifting that by hand.

use super::ProfileMerge;
use super::api::{canonical, write};
use crate::answer::{Answered, Cursor, failed, limit_of, parameter};
use crate::{Handled, Host, Request, Response, consumer, problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tributary_core::identity::{Identity, Kind};
use tributary_core::ids::TouchpointId;
use tributary_core::message::{ADDRESS_LIFTED, Reason, Suppression, in_force};
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{CONSOLE_CHANNEL, Touchpoint};
use tributary_store::suppressions::{self as store, Place};
use tributary_store::{rows, touchpoints};

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Suppression))]
pub(crate) struct Document {
    medium: String,
    address: String,
    /// The address as an identity.
    identity: Option<Identity>,
    reason: Reason,
    /// In the provider's words.
    detail: String,
    at: Timestamp,
    /// The report.
    touchpoint: TouchpointId,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SuppressionLift))]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    medium: String,
    address: String,
    #[serde(default)]
    reason: String,
}

impl From<Suppression> for Document {
    fn from(row: Suppression) -> Document {
        Document {
            identity: identity(&row.medium, &row.address),
            medium: row.medium,
            address: row.address,
            reason: row.reason,
            detail: row.detail,
            at: row.at,
            touchpoint: row.touchpoint,
        }
    }
}

fn identity(medium: &str, address: &str) -> Option<Identity> {
    let kind = match medium {
        "email" => Kind::Email,
        "sms" => Kind::Phone,
        _ => return None,
    };
    Identity::parse(&format!("{}:{address}", kind.id()))
}

pub(super) async fn list<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    if let Some(profile) = parameter(request, "profile") {
        let profile = canonical(host, &profile).await?;
        let statement = store::list_of_profile(profile.as_str());
        let found: Vec<Suppression> = rows(host.db(), statement).await.map_err(failed)?;
        let items: Vec<Document> = in_force(found).into_values().map(Document::from).collect();
        return Ok(Response::json(200, &json!({ "items": items, "next_cursor": null })));
    }
    let limit = limit_of(request);
    let cursor = Cursor::of(request)?;
    let statement = store::list((cursor.at, cursor.id.as_str()), limit);
    let found: Vec<Suppression> = rows(host.db(), statement).await.map_err(failed)?;
    // Behind the last row that was read; what is lifted was left out by the statement.
    let next = Cursor::after(&found, limit, |row| (row.at.0, mark(row)));
    let items: Vec<Document> = found.into_iter().map(Document::from).collect();
    Ok(Response::json(200, &json!({ "items": items, "next_cursor": next })))
}

/// Where a list goes on, without telling the address.
fn mark(row: &Suppression) -> String {
    row.touchpoint.0.clone()
}

pub(super) async fn lift<H: Host>(host: &H, request: &Request) -> Handled {
    match run(host, request).await {
        Ok(response) => Handled { worked: true, ..response.into() },
        Err(response) => response.into(),
    }
}

/// A touchpoint like any other, so that the log alone rebuilds it.
async fn run<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let body: Body = serde_json::from_slice(&request.body).map_err(|_| {
        problem(400, "malformed_body", "Send {\"medium\", \"address\"}, with an optional reason.")
    })?;
    let place = Place { medium: body.medium, address: body.address };
    let found = in_force(of(host, &place).await?);
    let not_found = || problem(404, "suppression_not_found", "This address is not suppressed.");
    let standing = found.into_values().next().ok_or_else(not_found)?;
    let identity = identity(&place.medium, &place.address).ok_or_else(not_found)?;
    // A report of this very moment is lifted, too.
    let now = host.now().max(standing.at);
    let said = Touchpoint {
        seq: 0,
        id: TouchpointId::mint(&host.seed(), &[identity.key()]),
        channel: CONSOLE_CHANNEL.to_owned(),
        endpoint: String::new(),
        name: ADDRESS_LIFTED.to_owned(),
        occurred_at: now,
        received_at: now,
        identifiers: vec![identity],
        properties: json!({
            "medium": place.medium,
            "address": place.address,
            "suppressed_for": standing.reason,
            "reason": body.reason,
        }),
        context: json!({}),
        cause: None,
        depth: 0,
    };
    write(host, touchpoints::append(&[said])).await?;
    // At once, so that the answer tells what became of it; the cron would do it too.
    consumer::drain(host, &ProfileMerge).await.map_err(failed)?;
    Ok(Response::json(200, &Document::from(standing)))
}

async fn of<H: Host>(host: &H, place: &Place) -> Answered<Vec<Suppression>> {
    rows(host.db(), store::of(std::slice::from_ref(place))).await.map_err(failed)
}
