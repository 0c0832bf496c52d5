//! `/api/v1/api-keys`: how programs of the company's own ask.

use super::secret;
use super::users::parse;
use crate::answer::{Answered, failed, limit_of, parameter};
use crate::{Host, Principal, Request, Response, problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tributary_core::access::{Grants, is_scope};
use tributary_core::time::Timestamp;
use tributary_store::access::keys::{self, ApiKey};
use tributary_store::{Db, one, rows};

/// What every key begins with, so that one that got lost is recognised for what it is.
pub(super) const PREFIX: &str = "trb_";

#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ApiKeyPost))]
#[serde(deny_unknown_fields)]
pub(crate) struct Post {
    name: String,
    /// `profiles:view`, `leads:edit`, `personal_data:view` …
    scopes: Vec<String>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ApiKey))]
pub(crate) struct Document {
    id: String,
    name: String,
    scopes: Vec<String>,
    created_by: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
    /// In the answer that creates it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl Document {
    fn of(row: ApiKey, key: Option<String>) -> Document {
        Document {
            id: row.id,
            name: row.name,
            scopes: serde_json::from_str(&row.scopes).unwrap_or_default(),
            created_by: row.created_by,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
            key,
        }
    }
}

pub(super) async fn list<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let limit = limit_of(request);
    let after = parameter(request, "cursor").unwrap_or_default();
    let found: Vec<ApiKey> = rows(host.db(), keys::list(&after, limit)).await.map_err(failed)?;
    let next = found.last().filter(|_| found.len() as i64 == limit).map(|last| last.id.clone());
    let items: Vec<Document> = found.into_iter().map(|row| Document::of(row, None)).collect();
    Ok(Response::json(200, &json!({"items": items, "next_cursor": next})))
}

pub(super) async fn create<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let post: Post = parse(request)?;
    let name = post.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 200 {
        return Err(problem(422, "invalid_api_key", "name: 1 to 200 characters."));
    }
    if let Some(unknown) = post.scopes.iter().find(|scope| !is_scope(scope)) {
        return Err(problem(422, "invalid_api_key", &format!("scopes: {unknown:?} is none.")));
    }
    let who = Principal::of(request).unwrap_or_default();
    if !who.grants().covers(&Grants::Scopes(post.scopes.clone())) {
        return Err(super::users::would_grow());
    }
    let secret = secret::fresh(host);
    let key = format!("{PREFIX}{secret}");
    let hash = secret::hash(&key);
    let row = ApiKey {
        id: format!("key_{}", hash.get(..16).unwrap_or_default()),
        name,
        scopes: json!(post.scopes).to_string(),
        created_by: who.actor,
        created_at: host.now(),
        last_used_at: None,
        revoked_at: None,
    };
    one(host.db(), keys::insert(&row, &hash)).await.map_err(failed)?;
    Ok(Response::json(201, &Document::of(row, Some(key))))
}

pub(super) async fn revoke<H: Host>(host: &H, id: &str) -> Answered<Response> {
    let answers = host.db().run(vec![keys::revoke(id, host.now())]).await.map_err(failed)?;
    if answers.first().is_none_or(|answer| answer.changes == 0) {
        return Err(problem(404, "api_key_not_found", "There is no API key with this id."));
    }
    Ok(Response::empty(204))
}
