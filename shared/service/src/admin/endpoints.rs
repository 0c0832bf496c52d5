//! `/api/v1/endpoints/{channel}/{id}`. Secrets go in and never come out.

use super::mappings;
use crate::answer::{Answered, failed};
use crate::endpoints::{ROUTED, SealedSecrets, VALID_SECRETS, Vault, VaultError, forget};
use crate::ingest::limit;
use crate::ingest::sample::{ACTION, Asked};
use crate::{Host, Request, Response, problem};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tributary_channels::{Field, Manifest};
use tributary_core::Gather;
use tributary_core::outgoing::{self, Refused};
use tributary_core::time::{Timestamp, utc_offset_minutes};
use tributary_store::endpoint_counts::{self, Count};
use tributary_store::endpoints::{self, Delivered, Row};
use tributary_store::{Db, one, quarantine, rows};

/// Longer ones would not fit a row.
const MAX_LABEL_CHARS: usize = 120;
/// A mapping's size, the largest there is.
const MAX_SETTING_BYTES: usize = 64 * 1024;

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
    /// What people call it, in any letters; kept where not given, empty removes.
    label: Option<String>,
    /// Ends the validity of the older secrets now.
    #[serde(default)]
    revoke_previous: bool,
}

pub(super) async fn list<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let found: Vec<Row> = rows(host.db(), endpoints::list(None)).await.map_err(failed)?;
    let history = History::load(host).await?;
    let items: Vec<Value> = found.iter().map(|row| document(request, row, &history)).collect();
    Ok(Response::json(200, &json!({"items": items})))
}

pub(super) async fn get<H: Host>(
    host: &H,
    request: &Request,
    channel: &str,
    id: &str,
) -> Answered<Response> {
    let row = find(host, channel, id).await?.ok_or_else(not_found)?;
    Ok(Response::json(200, &document(request, &row, &History::load(host).await?)))
}

/// Only ingest opens the secret that proves the test.
pub(super) async fn test<H: Host>(host: &H, channel: &str, id: &str) -> Answered<Response> {
    let asked = Asked { channel: channel.to_owned(), endpoint: id.to_owned() };
    // Invariant: two texts always serialise.
    mappings::ask(host, ACTION, serde_json::to_vec(&asked).unwrap_or_default()).await
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
    let manifest =
        tributary_channels::manifest(channel).ok_or_else(|| problem(404, "unknown_channel", ""))?;
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
    let row = merge(host, manifest, id, before.as_ref(), body, now)?;
    // One that was unsigned before keeps the id it has.
    let was_unsigned = before.as_ref().is_some_and(|before| is_unsigned(manifest, before));
    if is_unsigned(manifest, &row) && !was_unsigned {
        unguessable(&row)?;
    }
    let mut batch = vec![endpoints::put(&row, now.0)];
    batch.extend(mappings::changed(request, before.as_ref(), &row, now)?);
    host.db().run(batch).await.map_err(failed)?;
    if let Some(before) = &before {
        forget(host, before).await;
    }
    forget(host, &row).await;
    let status = if before.is_some() { 200 } else { 201 };
    Ok(Response::json(status, &document(request, &row, &History::load(host).await?)))
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
    check_addresses(&settings, host.is_development())?;

    let mut sealed: SealedSecrets = before.map(|row| parse(&row.secrets)).unwrap_or_default();
    let settings_before = before.map(|row| parse(&row.settings)).unwrap_or_default();
    let goes_elsewhere =
        before.is_some() && addresses_of(&settings) != addresses_of(&settings_before);
    if goes_elsewhere {
        told_again(&sealed, &body.secrets)?;
        // What was valid for the old address is not tried at the new one.
        sealed.clear();
    }
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
        label: match body.label {
            Some(label) => label.trim().chars().take(MAX_LABEL_CHARS).collect(),
            None => before.map(|row| row.label.clone()).unwrap_or_default(),
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
        if name == "utc_offset" && !value.is_empty() && utc_offset_minutes(value).is_none() {
            return Err(invalid("invalid_setting", name));
        }
        // Every channel that receives may say where phones without a country code are from, what
        // clock its times without a zone are by, and how much it takes.
        let Some(field) = field else {
            let limit = name == limit::SETTING && manifest.receives;
            if limit && limit::parse(value).is_none() {
                return Err(invalid("invalid_setting", name));
            }
            let clock = name == "utc_offset" && manifest.receives;
            if limit || clock || name == "default_country" && value.len() == 2 {
                continue;
            }
            return Err(invalid("unknown_setting", name));
        };
        if value.len() > MAX_SETTING_BYTES {
            return Err(invalid("invalid_setting", name));
        }
        if !field.choices.is_empty() && !field.choices.contains(&value.as_str()) {
            return Err(invalid("invalid_setting", name));
        }
    }
    match missing(manifest.settings, |name| settings.get(name).is_some_and(|it| !it.is_empty())) {
        Some(field) => Err(invalid("missing_setting", field.name)),
        None => Ok(()),
    }
}

/// The settings that say where the suite sends this endpoint's secrets; empty: the vendor's own.
fn addresses_of(settings: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    let addresses = settings.iter().filter(|(name, value)| {
        (name.as_str() == "base_url" || name.ends_with("_base_url")) && !value.is_empty()
    });
    addresses.map(|(name, value)| (name.as_str(), value.trim_end_matches('/'))).gather()
}

fn check_addresses(settings: &BTreeMap<String, String>, development: bool) -> Answered<()> {
    for (name, address) in addresses_of(settings) {
        outgoing::check(address, development).map_err(|refused| match refused {
            Refused::Malformed => problem(422, "address_malformed", name),
            Refused::NotHttps => problem(422, "address_not_https", name),
            Refused::NotPublic => problem(422, "address_not_public", name),
        })?;
    }
    Ok(())
}

/// Where secrets are sent somewhere else from now on, whoever says so must know them: else a change
/// of the address would give them away to somebody who was never told.
fn told_again(sealed: &SealedSecrets, told: &BTreeMap<String, Option<String>>) -> Answered<()> {
    let is_told = |name: &String| told.contains_key(name);
    match sealed.keys().find(|name| !is_told(name)) {
        Some(name) => Err(problem(
            422,
            "secret_needed_again",
            &format!("{name}: send it again, its address has changed."),
        )),
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

/// Whether nothing proves the sender but the address.
fn is_unsigned(manifest: &Manifest, row: &Row) -> bool {
    let settings: BTreeMap<String, String> = parse(&row.settings);
    manifest.unsigned || settings.get("authentication").is_some_and(|how| how == "address")
}

/// The address of an unsigned endpoint must be a secret: 128 random bits at least, as hexadecimal
/// digits, so that no word passes.
fn unguessable(row: &Row) -> Answered<()> {
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let distinct: BTreeSet<char> = row.id.chars().gather();
    if row.id.len() >= 32 && row.id.chars().all(hex) && distinct.len() >= 8 {
        return Ok(());
    }
    Err(problem(
        422,
        "guessable_endpoint_id",
        "Nothing signs these requests: the id must be 32 to 64 random hexadecimal digits.",
    ))
}

fn parse<T: serde::de::DeserializeOwned + Default>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_default()
}

fn to_text<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// What all endpoints have brought and refused.
struct History {
    delivered: Vec<Delivered>,
    counts: Vec<Count>,
    quarantined: Vec<quarantine::Count>,
}

impl History {
    async fn load<H: Host>(host: &H) -> Answered<History> {
        let batch =
            vec![endpoints::deliveries(), endpoint_counts::all(), quarantine::counts(host.now())];
        let answers = host.db().run(batch).await.map_err(failed)?;
        let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
        Ok(History {
            delivered: answer(0).decode().map_err(failed)?,
            counts: answer(1).decode().map_err(failed)?,
            quarantined: answer(2).decode().map_err(failed)?,
        })
    }
}

/// What may be seen of an endpoint: of a secret only that it is set, and how many are valid.
fn document(request: &Request, row: &Row, history: &History) -> Value {
    let sealed: SealedSecrets = parse(&row.secrets);
    let settings: Value = parse(&row.settings);
    let secrets: BTreeMap<&String, Value> =
        sealed.iter().map(|(name, values)| (name, json!({"valid": values.len()}))).gather();
    // On one's own machine there is no certificate.
    let local = |host: &str| host.starts_with("127.0.0.1") || host.starts_with("localhost");
    let scheme = |host: &str| if local(host) { "http" } else { "https" };
    let host = request.header("host").unwrap_or_default();
    let host = if host.is_empty() { String::new() } else { format!("{}://{host}", scheme(host)) };
    let is_own = |channel: &str, endpoint: &str| channel == row.channel && endpoint == row.id;
    let own = history.delivered.iter().find(|it| is_own(&it.channel, &it.endpoint));
    let delivered = own.map_or(0, |own| own.delivered);
    let counted = history.counts.iter().filter(|it| is_own(&it.channel, &it.endpoint));
    let counts: BTreeMap<&str, Value> = counted
        .clone()
        .map(|it| (it.code.as_str(), json!({"count": it.count, "last_at": it.last_at})))
        .gather();
    let received = counted.clone().find(|it| it.code == "received").map_or(0, |it| it.count);
    let duplicates = i64::try_from(received).unwrap_or(i64::MAX).saturating_sub(delivered).max(0);
    let waiting = history.quarantined.iter().find(|it| is_own(&it.channel, &it.endpoint));
    json!({
        "channel": row.channel,
        "id": row.id,
        "secrets": secrets,
        "settings": settings,
        "webhook_url": format!("{host}/in/{}/{}", row.channel, row.id),
        "owner": row.owner,
        "label": row.label,
        "delivered": delivered,
        "duplicates": duplicates,
        "quarantined": waiting.map_or(0, |waiting| waiting.count),
        "counts": counts,
        "last_delivery_at": own.map(|own| own.last_delivery_at),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    })
}
