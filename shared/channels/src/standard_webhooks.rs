//! Standard Webhooks 1.0.0, both ways: the generic door for tills, ERP, IoT, forms and whatever
//! has no channel of its own, and the signed webhooks that journeys send.
//!
//! Asymmetric signatures (`v1a`) are not taken.

mod send;

use crate::channel::{
    Channel, DEFAULT_COUNTRY, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest,
    Outbound, Parsed, Reject, Reply, TESTED, UTC_OFFSET, Verified,
};
use crate::identifiers::{Scopes, written};
use crate::resend::events as resend;
use crate::{crypto, json, people, values};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tributary_core::time::{SECOND_MS, Timestamp};
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "standard-webhooks",
        label: Label { zh: "通用 Webhook", en: "Standard Webhooks" },
        summary: Label {
            zh: "按 Standard Webhooks 规范收发签名事件：POS、ERP、IoT、表单等任何系统。",
            en: "Takes and sends signed events of any system: tills, ERP, IoT, forms.",
        },
        secrets: &[Field::required(
            "signing_secret",
            "签名密钥（whsec_…）",
            "Signing secret (whsec_…)",
        )],
        settings: &[
            DEFAULT_COUNTRY,
            UTC_OFFSET,
            Field::optional(
                "identifiers",
                r#"身份字段映射（JSON，例如 {"phone":"/data/tel"}）"#,
                r#"Identifier map (JSON, such as {"phone":"/data/tel"})"#,
            ),
        ],
        sends: &["webhook"],
        receives: true,
        unsigned: false,
        tests: true,
        signature: "HMAC-SHA256 `v1`",
        format: "json",
        steps: &[
            Label {
                zh: "在发送方新建 Webhook，地址填 {url}。",
                en: "Create a webhook at the sender with the address {url}.",
            },
            Label {
                zh: "把对方给的签名密钥（whsec_…）复制到密钥。",
                en: "Copy the signing secret it shows (whsec_…).",
            },
        ],
        unverified: "",
        source: "Standard Webhooks 1.0.0 specification",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: Some(sample) }),
    outbound: Some(Outbound {
        compose: send::compose,
        outcome: send::outcome,
        idempotent: true,
        vendor_text: false,
    }),
    enrich: None,
};

const MAX_BODY_BYTES: usize = 512 * 1024;

/// The specification's tolerance, either way.
const MAX_AGE_MS: i64 = 300 * SECOND_MS;

/// More values of one identifier are a list, not a person.
const MAX_VALUES: usize = 5;

/// The signing key in a secret: base64 behind `whsec_`.
fn key(secret: &str) -> Option<Vec<u8>> {
    let secret = secret.trim();
    let key = crypto::base64_decode(secret.strip_prefix("whsec_").unwrap_or(secret))?;
    (!key.is_empty()).then_some(key)
}

/// The endpoint's signing keys, newest first.
fn keys(config: &EndpointConfig) -> Result<Vec<Vec<u8>>, Reject> {
    let keys: Vec<Vec<u8>> =
        config.secrets("signing_secret").iter().filter_map(|secret| key(secret)).collect();
    if keys.is_empty() { Err(Reject::MISCONFIGURED) } else { Ok(keys) }
}

/// The MAC over `id.timestamp.body`.
fn mac(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> Vec<u8> {
    let mut message = format!("{id}.{timestamp}.").into_bytes();
    message.extend_from_slice(body);
    crypto::hmac_sha256(key, &message)
}

/// A header under its standard name or the older one of Svix.
fn header<'a>(request: &'a InboundRequest, name: &str) -> Option<&'a str> {
    ["webhook-", "svix-"].iter().find_map(|prefix| request.header(&format!("{prefix}{name}")))
}

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    now: Timestamp,
) -> Result<Verified, Reject> {
    if request.method != "POST" {
        return Err(Reject::METHOD);
    }
    if request.body.len() > MAX_BODY_BYTES {
        return Err(Reject::TOO_LARGE);
    }
    let keys = keys(config)?;
    let id = header(request, "id").ok_or(Reject::UNAUTHENTICATED)?;
    let timestamp = header(request, "timestamp").ok_or(Reject::UNAUTHENTICATED)?;
    let signatures = header(request, "signature").ok_or(Reject::UNAUTHENTICATED)?;
    let seconds = timestamp.parse::<i64>().map_err(|_| Reject::UNAUTHENTICATED)?;
    let age_ms = now.since_ms(Timestamp(seconds.saturating_mul(SECOND_MS))).saturating_abs();
    // With a full stop in the id, two different deliveries could have the same signed text.
    if age_ms > MAX_AGE_MS || id.is_empty() || id.contains('.') {
        return Err(Reject::UNAUTHENTICATED);
    }
    let genuine = signatures
        .split_ascii_whitespace()
        .filter_map(|signature| crypto::base64_decode(signature.strip_prefix("v1,")?))
        .any(|given| {
            keys.iter().any(|key| crypto::same(&given, &mac(key, id, timestamp, &request.body)))
        });
    if genuine { Ok(Verified::default()) } else { Err(Reject::UNAUTHENTICATED) }
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let delivery_id = header(request, "id").ok_or(Reject::UNAUTHENTICATED)?.to_owned();
    let body = json::parse(&request.body, MAX_BODY_BYTES)?;
    let reply = Reply::json(202, "{\"accepted\":true}");
    if let Some(drafts) = resend::drafts(config, &delivery_id, &body) {
        return Ok(Parsed { drafts, dropped: Vec::new(), reply });
    }
    let kind = values::text(body.get("type"));
    let name = match kind.as_deref() {
        // Whoever holds the secret may set traits.
        Some("$identify") => Some("$identify".to_owned()),
        Some(kind) => values::event_name(kind),
        None => None,
    };
    let data = match (body.get("data"), &name) {
        (Some(Value::Object(data)), _) => data.clone(),
        (Some(Value::Null) | None, Some(_)) => Map::new(),
        (Some(other), Some(_)) => Map::from_iter([("data".to_owned(), other.clone())]),
        // Not the shape of the specification: all of it is kept.
        (_, None) => match &body {
            Value::Object(object) => object.clone(),
            other => Map::from_iter([("data".to_owned(), other.clone())]),
        },
    };
    let mut identifiers = default_identifiers(config, &data);
    identifiers.extend(mapped_identifiers(config, &body, &data)?);
    let mut context = json!({});
    let mut traits = people::traits_of_event(&data);
    for person in NESTED.iter().filter_map(|name| data.get(*name).and_then(Value::as_object)) {
        traits.extend(people::traits_of_person(person));
    }
    people::state(&mut context, traits);
    let draft = Draft {
        delivery_id,
        occurred_at: values::time(body.get("timestamp")),
        name: name.unwrap_or_else(|| "standard-webhooks.unknown".to_owned()),
        identifiers,
        properties: Value::Object(data),
        context,
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply })
}

fn sample(config: &EndpointConfig, now: Timestamp) -> Option<InboundRequest> {
    let key = keys(config).ok()?.into_iter().next()?;
    let (id, timestamp) = (format!("test_{}", now.0), (now.0 / SECOND_MS).to_string());
    let body = json!({ "type": TESTED, "timestamp": now.to_rfc3339(), "data": {} });
    let signature = mac(&key, &id, &timestamp, body.to_string().as_bytes());
    let headers = [
        ("webhook-id", id),
        ("webhook-timestamp", timestamp),
        ("webhook-signature", format!("v1,{}", crypto::base64_encode(&signature))),
    ];
    Some(InboundRequest::sample("", &headers, &body))
}

/// The objects people are commonly put in.
const NESTED: [&str; 3] = ["customer", "member", "user"];

/// At the top of `data` and in the objects people are commonly put in.
fn default_identifiers(config: &EndpointConfig, data: &Map<String, Value>) -> Vec<RawIdentifier> {
    let objects = NESTED.iter().filter_map(|name| data.get(*name).and_then(Value::as_object));
    std::iter::once(data)
        .chain(objects)
        .flat_map(|object| {
            let (app, corp) = scopes(config, object, data);
            Scopes { app: &app, corp: &corp, endpoint: &config.id }.within(object)
        })
        .collect()
}

/// The WeChat app and the WeCom company that an object's ids belong to: said beside the id, said
/// at the top, else this endpoint.
fn scopes(
    config: &EndpointConfig,
    object: &Map<String, Value>,
    data: &Map<String, Value>,
) -> (String, String) {
    let find = |names: &[&str]| {
        values::first_text(object, names)
            .or_else(|| values::first_text(data, names))
            .unwrap_or_else(|| config.id.clone())
    };
    (find(&["app_id", "appid"]), find(&["corp_id", "corpid"]))
}

/// By the endpoint's own map of names to JSON pointers.
fn mapped_identifiers(
    config: &EndpointConfig,
    body: &Value,
    data: &Map<String, Value>,
) -> Result<Vec<RawIdentifier>, Reject> {
    let Some(setting) = config.setting("identifiers") else { return Ok(Vec::new()) };
    let map: BTreeMap<String, String> =
        serde_json::from_str(setting).map_err(|_| Reject::MISCONFIGURED)?;
    let (app, corp) = scopes(config, data, data);
    let scopes = Scopes { app: &app, corp: &corp, endpoint: &config.id };
    let mut found = Vec::new();
    for (name, pointer) in &map {
        let values: Vec<String> = match body.pointer(pointer) {
            Some(Value::Array(items)) => {
                items.iter().take(MAX_VALUES).filter_map(|item| written(Some(item))).collect()
            }
            one => written(one).into_iter().collect(),
        };
        // A list of addresses is one field: who is written to first is the person.
        let values = if name == "email" { vec![values.join(", ")] } else { values };
        for value in values {
            // A name that is no kind of identifier is a mistake in the setting, not in the event.
            found.push(scopes.named(name, &value).ok_or(Reject::MISCONFIGURED)?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
