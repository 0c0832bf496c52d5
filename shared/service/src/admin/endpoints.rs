//! `/api/v1/endpoints/{channel}/{id}`. Secrets go in and never come out.

use crate::answer::{Answered, failed};
use crate::endpoints::{ROUTED, SealedSecrets, VALID_SECRETS, Vault, VaultError, forget};
use crate::{Host, Request, Response, problem};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tributary_channels::{Channel, Field, Manifest};
use tributary_core::time::Timestamp;
use tributary_store::endpoints::{self, Delivered, Row};
use tributary_store::{Db, one, rows};

#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = EndpointPut))]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// A new value is valid at once, the one before it stays valid until the next; null removes.
    #[serde(default)]
    secrets: BTreeMap<String, Option<String>>,
    /// Replaces all settings where given.
    settings: Option<BTreeMap<String, String>>,
    /// Who in the company answers for it; kept where not given, empty removes.
    owner: Option<String>,
    /// Ends the validity of the older secrets now.
    #[serde(default)]
    revoke_previous: bool,
}

pub(super) async fn list<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let answers = host
        .db()
        .run(vec![endpoints::list(None), endpoints::deliveries()])
        .await
        .map_err(failed)?;
    let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
    let found: Vec<Row> = answer(0).decode().map_err(failed)?;
    let delivered: Vec<Delivered> = answer(1).decode().map_err(failed)?;
    let items: Vec<Value> = found.iter().map(|row| document(request, row, &delivered)).collect();
    Ok(Response::json(200, &json!({"items": items})))
}

pub(super) async fn get<H: Host>(
    host: &H,
    request: &Request,
    channel: &str,
    id: &str,
) -> Answered<Response> {
    let row = find(host, channel, id).await?.ok_or_else(not_found)?;
    let delivered = delivered(host).await?;
    Ok(Response::json(200, &document(request, &row, &delivered)))
}

pub(super) async fn delete<H: Host>(host: &H, channel: &str, id: &str) -> Answered<Response> {
    let row = find(host, channel, id).await?.ok_or_else(not_found)?;
    one(host.db(), endpoints::delete(channel, id)).await.map_err(failed)?;
    forget(host, &row).await;
    Ok(Response::empty(204))
}

pub(super) async fn put<H: Host>(
    host: &H,
    request: &Request,
    channel: &str,
    id: &str,
) -> Answered<Response> {
    let found: Option<&Channel> = tributary_channels::find(channel);
    let manifest = found.ok_or_else(|| problem(404, "unknown_channel", ""))?.manifest;
    if !is_id(id) {
        return Err(problem(
            400,
            "invalid_endpoint_id",
            "1 to 64 of a-z, A-Z, 0-9, dot, dash and underscore, beginning with a letter or digit.",
        ));
    }
    let body: Body = serde_json::from_slice(&request.body).map_err(|error| {
        // The parser's words name fields, never values.
        let place = format!("line {}, column {}", error.line(), error.column());
        problem(400, "malformed_body", &format!("Expected secrets and settings; {place}."))
    })?;
    let before = find(host, channel, id).await?;
    let now = host.now();
    let row = merge(host, &manifest, id, before.as_ref(), body, now)?;
    one(host.db(), endpoints::put(&row, now.0)).await.map_err(failed)?;
    if let Some(before) = &before {
        forget(host, before).await;
    }
    forget(host, &row).await;
    let status = if before.is_some() { 200 } else { 201 };
    let delivered = delivered(host).await?;
    Ok(Response::json(status, &document(request, &row, &delivered)))
}

fn merge<H: Host>(
    host: &H,
    manifest: &Manifest,
    id: &str,
    before: Option<&Row>,
    body: Body,
    now: Timestamp,
) -> Answered<Row> {
    let vault = Vault::from_base64(host.var("ENDPOINT_KEY").as_deref()).map_err(vault_problem)?;
    let settings = match body.settings {
        Some(settings) => settings,
        None => before.map(|row| parse(&row.settings)).unwrap_or_default(),
    };
    check_settings(manifest, &settings)?;

    let mut sealed: SealedSecrets = before.map(|row| parse(&row.secrets)).unwrap_or_default();
    for (name, value) in &body.secrets {
        if !manifest.secrets.iter().any(|field| field.name == name) {
            return Err(invalid("unknown_secret", name));
        }
        let Some(value) = value.as_deref().filter(|value| !value.is_empty()) else {
            sealed.remove(name);
            continue;
        };
        if value.len() > 4_096 {
            return Err(invalid("secret_too_long", name));
        }
        let values = sealed.entry(name.clone()).or_default();
        let newest = values.first();
        let newest = newest.and_then(|newest| vault.open(manifest.id, id, name, newest).ok());
        if newest.as_deref() != Some(value) {
            let fresh =
                vault.seal(manifest.id, id, name, value, &host.seed()).map_err(vault_problem)?;
            values.insert(0, fresh);
        }
        values.truncate(if body.revoke_previous { 1 } else { VALID_SECRETS });
    }
    if let Some(field) = missing(manifest.secrets, |name| sealed.contains_key(name)) {
        return Err(invalid("missing_secret", field.name));
    }
    let lookup = marks(&vault, manifest.id, id, &sealed).map_err(vault_problem)?;
    Ok(Row {
        channel: manifest.id.to_owned(),
        id: id.to_owned(),
        secrets: to_text(&sealed),
        settings: to_text(&settings),
        lookup: to_text(&lookup),
        created_at: before.map_or(now.0, |row| row.created_at),
        updated_at: now.0,
        owner: match body.owner {
            Some(owner) => Some(owner.trim().to_owned()).filter(|owner| !owner.is_empty()),
            None => before.and_then(|row| row.owner.clone()),
        },
    })
}

/// The marks of the secrets that requests are routed by.
fn marks(
    vault: &Vault,
    channel: &str,
    id: &str,
    sealed: &SealedSecrets,
) -> Result<Vec<String>, VaultError> {
    if channel != ROUTED.0 {
        return Ok(Vec::new());
    }
    let values = sealed.get(ROUTED.1).map(Vec::as_slice).unwrap_or_default();
    values.iter().map(|value| Ok(vault.mark(&vault.open(channel, id, ROUTED.1, value)?))).collect()
}

fn check_settings(manifest: &Manifest, settings: &BTreeMap<String, String>) -> Answered<()> {
    for (name, value) in settings {
        let field = manifest.settings.iter().find(|field| field.name == name);
        // Every channel that receives may say where phones without a country code are from.
        let Some(field) = field else {
            if name == "default_country" && value.len() == 2 {
                continue;
            }
            return Err(invalid("unknown_setting", name));
        };
        if !field.choices.is_empty() && !field.choices.contains(&value.as_str()) {
            return Err(invalid("invalid_setting", name));
        }
    }
    match missing(manifest.settings, |name| settings.get(name).is_some_and(|it| !it.is_empty())) {
        Some(field) => Err(invalid("missing_setting", field.name)),
        None => Ok(()),
    }
}

fn missing(fields: &[Field], has: impl Fn(&str) -> bool) -> Option<&Field> {
    fields.iter().find(|field| field.required && !has(field.name))
}

fn invalid(code: &'static str, name: &str) -> Response {
    problem(422, code, name)
}

fn vault_problem(error: VaultError) -> Response {
    match error {
        VaultError::NoKey => problem(503, "endpoint_key_missing", "Set the secret ENDPOINT_KEY."),
        VaultError::Damaged => problem(500, "endpoint_secret_unreadable", ""),
    }
}

fn not_found() -> Response {
    problem(404, "unknown_endpoint", "")
}

fn is_id(id: &str) -> bool {
    let starts = id.starts_with(|c: char| c.is_ascii_alphanumeric());
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    starts && id.len() <= 64 && id.chars().all(allowed)
}

async fn find<H: Host>(host: &H, channel: &str, id: &str) -> Answered<Option<Row>> {
    let found: Vec<Row> = rows(host.db(), endpoints::get(channel, id)).await.map_err(failed)?;
    Ok(found.into_iter().next())
}

async fn delivered<H: Host>(host: &H) -> Answered<Vec<Delivered>> {
    rows(host.db(), endpoints::deliveries()).await.map_err(failed)
}

fn parse<T: serde::de::DeserializeOwned + Default>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_default()
}

fn to_text<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// What may be seen of an endpoint: of a secret only that it is set, and how many are valid.
fn document(request: &Request, row: &Row, delivered: &[Delivered]) -> Value {
    let sealed: SealedSecrets = parse(&row.secrets);
    let settings: Value = parse(&row.settings);
    let secrets: BTreeMap<&String, Value> =
        sealed.iter().map(|(name, values)| (name, json!({"valid": values.len()}))).collect();
    // On one's own machine there is no certificate.
    let local = |host: &str| host.starts_with("127.0.0.1") || host.starts_with("localhost");
    let scheme = |host: &str| if local(host) { "http" } else { "https" };
    let host = request.header("host").unwrap_or_default();
    let host = if host.is_empty() { String::new() } else { format!("{}://{host}", scheme(host)) };
    let own = delivered.iter().find(|it| it.channel == row.channel && it.endpoint == row.id);
    json!({
        "channel": row.channel,
        "id": row.id,
        "secrets": secrets,
        "settings": settings,
        "webhook_url": format!("{host}/in/{}/{}", row.channel, row.id),
        "owner": row.owner,
        "delivered": own.map_or(0, |own| own.delivered),
        "last_delivery_at": own.map(|own| own.last_delivery_at),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    })
}
