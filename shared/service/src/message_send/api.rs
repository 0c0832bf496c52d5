//! `/api/v1/messages`: what was sent or not, and why.

use super::render::Rendered;
use crate::answer::{self, Answered, Cursor, failed, limit_of};
use crate::{Handled, Host, Principal, Request, Response, problem, scope_of};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use tributary_core::identity::{Identity, Kind};
use tributary_core::ids::{MessageId, ProfileId};
use tributary_core::time::Timestamp;
use tributary_store::messages::{self, Delivery, Listing, Message, To};
use tributary_store::profiles::read;
use tributary_store::{Statement, rows};

pub(super) async fn handle<H: Host>(host: &H, request: Request) -> Handled {
    let segments = request.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let answer = match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["api", "v1", "messages"]) => list(host, &request).await,
        ("GET", ["api", "v1", "messages", id]) => get(host, id, &request).await,
        (_, ["api", "v1", "messages"] | ["api", "v1", "messages", _]) => {
            Err(problem(405, "method_not_allowed", ""))
        }
        _ => Err(problem(404, "not_found", "")),
    };
    answer.unwrap_or_else(|answer| answer).into()
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Message))]
pub(crate) struct MessageDocument {
    id: MessageId,
    journey: String,
    step: String,
    run: Option<String>,
    key: String,
    profile: Option<ProfileId>,
    identity: Option<Identity>,
    purpose: String,
    status: String,
    /// Why it has this status; for a queued one why it waits.
    reason: String,
    medium: Option<String>,
    address: Option<String>,
    provider: Option<String>,
    provider_ref: Option<String>,
    rendered: Option<Rendered>,
    attempts: i64,
    due_at: Timestamp,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// Every verdict and answer, in order.
    deliveries: Vec<DeliveryDocument>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Delivery))]
pub(crate) struct DeliveryDocument {
    n: i64,
    at: Timestamp,
    kind: String,
    verdict: String,
    reason: String,
    detail: String,
}

async fn list<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let cursor = Cursor::of(request)?;
    let before = (cursor.at, cursor.id.as_str());
    let (status, journey) = (request.query_param("status"), request.query_param("journey"));
    let profile = match (request.query_param("profile"), answer::identity_of(request)) {
        (Some(profile), _) => Some(person(host, read::canonical(&profile)).await?),
        (None, Some(identity)) => {
            let identity = identity_of(&identity)?;
            Some(person(host, read::by_identity(identity.key())).await?)
        }
        (None, None) => None,
    };
    let to = match request.query_param("to").as_deref() {
        None => None,
        Some("customers") => Some(To::Customers),
        Some("staff") => Some(To::Staff),
        Some(_) => return Err(problem(400, "invalid_recipients", "`customers` or `staff`.")),
    };
    let (limit, scope) = (limit_of(request), scope_of(request));
    let listing = Listing {
        before,
        status: status.as_deref(),
        journey: journey.as_deref(),
        // Nobody has this id or identity, so nobody got a message.
        profile: profile.as_ref().map(|profile| profile.as_ref().map_or("", ProfileId::as_str)),
        to,
        limit,
        scope: &scope,
    };
    let found: Vec<Message> = rows(host.db(), messages::list(&listing)).await.map_err(failed)?;
    let next = Cursor::after(&found, limit, |last| (last.created_at.0, last.id.clone()));
    let items = documents(host, found, is_clear(request)).await?;
    Ok(Response::json(200, &json!({ "items": items, "next_cursor": next })))
}

async fn person<H: Host>(host: &H, statement: Statement) -> Answered<Option<ProfileId>> {
    #[derive(Deserialize)]
    struct Row {
        profile: ProfileId,
    }
    let found: Vec<Row> = rows(host.db(), statement).await.map_err(failed)?;
    Ok(found.into_iter().next().map(|row| row.profile))
}

/// As the profile shows it: normalizing what people type is profile-merge's, whose tables of phone
/// numbers this function does not carry.
fn identity_of(text: &str) -> Answered<Identity> {
    let text = text.trim();
    let text = if text.starts_with("email:") { text.to_lowercase() } else { text.to_owned() };
    let identity = Identity::parse(&text).filter(|identity| {
        let phone = identity.kind() == Kind::Phone;
        !phone || identity.value().starts_with('+')
    });
    identity.ok_or_else(|| {
        problem(400, "invalid_identity", "Write the identity as its profile shows it: phone:+86…")
    })
}

async fn get<H: Host>(host: &H, id: &str, request: &Request) -> Answered<Response> {
    let statement = messages::get(id, &scope_of(request));
    let found: Vec<Message> = rows(host.db(), statement).await.map_err(failed)?;
    let documents = documents(host, found, is_clear(request)).await?;
    let document = documents
        .first()
        .ok_or_else(|| problem(404, "message_not_found", "There is no message with this id."))?;
    Ok(Response::json(200, document))
}

/// Whether the answer shows personal data.
fn is_clear(request: &Request) -> bool {
    Principal::of(request).is_some_and(|principal| principal.clear)
}

async fn documents<H: Host>(
    host: &H,
    found: Vec<Message>,
    clear: bool,
) -> Answered<Vec<MessageDocument>> {
    let ids: Vec<MessageId> = found.iter().map(|message| message.id.clone()).collect();
    let deliveries: Vec<Delivery> =
        rows(host.db(), messages::deliveries(&ids)).await.map_err(failed)?;
    let mut by_message: BTreeMap<MessageId, Vec<DeliveryDocument>> = BTreeMap::new();
    for one in deliveries {
        by_message.entry(one.message).or_default().push(DeliveryDocument {
            n: one.n,
            at: one.at,
            kind: one.kind,
            verdict: one.verdict,
            reason: one.reason,
            detail: one.detail,
        });
    }
    Ok(found
        .into_iter()
        .map(|message| MessageDocument {
            deliveries: by_message.remove(&message.id).unwrap_or_default(),
            // Whoever reads a sign-in link can use it.
            rendered: message
                .rendered
                .as_deref()
                .filter(|_| message.journey != messages::SIGN_IN)
                .and_then(|text| serde_json::from_str(text).ok())
                .map(|rendered: Rendered| if clear { rendered } else { without_link(rendered) }),
            id: message.id,
            journey: message.journey,
            step: message.step,
            run: message.run,
            key: message.entry_key,
            profile: message.profile,
            identity: message.identity,
            purpose: message.purpose,
            status: message.status,
            reason: message.reason,
            medium: message.medium,
            address: message.address,
            provider: message.provider,
            provider_ref: message.provider_ref,
            attempts: message.attempts,
            due_at: message.due_at,
            created_at: message.created_at,
            updated_at: message.updated_at,
        })
        .collect())
}

/// The link speaks for the person: who may not see who that is may not use it either.
fn without_link(mut rendered: Rendered) -> Rendered {
    let url = std::mem::take(&mut rendered.unsubscribe_url);
    if let Some((place, _)) = url.rsplit_once('/') {
        let shown = format!("{place}/…");
        rendered.text = rendered.text.replace(&url, &shown);
        rendered.html = rendered.html.replace(&url, &shown);
        rendered.unsubscribe_url = shown;
    }
    rendered
}
