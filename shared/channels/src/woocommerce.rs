//! WooCommerce: orders and customers of a WordPress shop.
//!
//! WooCommerce never tries a delivery again, so what was lost is read by its API, not here.

mod order;

use crate::channel::{
    Channel, DEFAULT_COUNTRY, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest,
    Parsed, Reject, Reply, Verified,
};
use crate::{crypto, json, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "woocommerce",
        label: Label { zh: "WooCommerce", en: "WooCommerce" },
        summary: Label {
            zh: "接收 WooCommerce 店铺的订单和顾客事件。",
            en: "Receives orders and customers of a WooCommerce shop.",
        },
        secrets: &[Field::required("secret", "密钥（Secret）", "Secret")],
        settings: &[DEFAULT_COUNTRY],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "HMAC-SHA256",
        format: "json",
        steps: &[
            Label {
                zh: "在 WooCommerce「设置 → 高级 → Webhook」添加，投递 URL 填 {url}，密钥与此处一致。",
                en: "Under Settings, Advanced, Webhooks, add one with the delivery URL {url} and the same secret.",
            },
            Label {
                zh: "为订单与客户的每个主题各建一个。",
                en: "One each for the topics of orders and customers.",
            },
        ],
        unverified: "",
        source: "WooCommerce: class-wc-webhook.php; REST API webhooks",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Topics that are kept under a name of their own; the rest is unknown.
const TOPICS: &[&str] = &[
    "customer.created",
    "customer.deleted",
    "customer.updated",
    "order.created",
    "order.deleted",
    "order.updated",
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "secret")?;
    let Ok(given) = signed::header(request, "x-wc-webhook-signature") else {
        return ping(request);
    };
    let given = crypto::base64_decode(given).ok_or(Reject::UNAUTHENTICATED)?;
    let mac = |secret: &&str| crypto::hmac_sha256(secret.as_bytes(), &request.body);
    signed::genuine(secrets.iter().any(|secret| crypto::same(&given, &mac(secret))))
}

/// Saving the webhook sends `webhook_id=7`, unsigned, and wants exactly 200. It says nothing else
/// and nothing is kept of it.
fn ping(request: &InboundRequest) -> Result<Verified, Reject> {
    let id = request.body.strip_prefix(b"webhook_id=").ok_or(Reject::UNAUTHENTICATED)?;
    if id.is_empty() || id.len() > 20 || !id.iter().all(u8::is_ascii_digit) {
        return Err(Reject::UNAUTHENTICATED);
    }
    Ok(Verified { handshake: Some(Reply::empty(200)), ..Verified::default() })
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let header = |name: &str| request.header(&format!("x-wc-webhook-{name}")).unwrap_or_default();
    let topic = header("topic").to_ascii_lowercase();
    let is_order = topic.starts_with("order.");
    // Two orders of one second share a delivery id, so the content is the key.
    let delivery_id = digest(&[header("id").as_bytes(), topic.as_bytes(), request.body.as_slice()]);
    let mut context = json!({ "topic": topic, "source": header("source") });
    if let (Some(traits), Some(context)) = (order::traits(&topic, &body), context.as_object_mut()) {
        context.insert("traits".to_owned(), traits);
    }
    let whole = Draft {
        delivery_id,
        name: TOPICS.iter().find(|it| **it == topic).unwrap_or(&"woocommerce.unknown").to_string(),
        occurred_at: ["date_modified_gmt", "date_created_gmt"]
            .iter()
            .find_map(|name| values::utc(body.get(*name))),
        identifiers: identifiers(config, &topic, &body),
        properties: json!({ "raw": body }),
        context,
    };
    let drafts = if is_order { order::drafts(whole, &body) } else { vec![whole] };
    Ok(Parsed { drafts, dropped: Vec::new(), reply: Reply::empty(200) })
}

fn identifiers(
    config: &EndpointConfig,
    topic: &str,
    body: &Map<String, Value>,
) -> Vec<RawIdentifier> {
    let billing = body.get("billing").and_then(Value::as_object);
    let bill = |name: &str| values::text(billing?.get(name));
    let is_customer = topic.starts_with("customer.");
    let customer = values::text(body.get(if is_customer { "id" } else { "customer_id" }))
        // A guest.
        .filter(|id| id != "0");
    let account = values::text(body.get("email"));
    let country = bill("country");
    let order = values::text(body.get("id")).filter(|_| topic.starts_with("order."));
    [
        (Kind::WooCustomer, customer),
        (Kind::Email, account.or_else(|| bill("email"))),
        (Kind::Phone, bill("phone")),
        (Kind::Cart, order.map(|id| format!("order:{id}"))),
    ]
    .into_iter()
    .filter_map(|(kind, value)| {
        let scope = if kind.scoped() { config.id.as_str() } else { "" };
        Some(RawIdentifier::new(kind, scope, &value?).in_country(country.as_deref()))
    })
    .collect()
}

#[cfg(test)]
mod tests;
