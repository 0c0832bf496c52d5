//! Shopify: orders, checkouts, carts, refunds and customers of a shop.
//!
//! `app/uninstalled` is kept and has no effect.

mod buyer;
mod order;

use crate::channel::{
    Channel, DEFAULT_COUNTRY, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest,
    Parsed, Reject, Reply, Verified,
};
use crate::{crypto, json, values};
use buyer::Buyer;
use serde_json::{Map, Value, json};
use tributary_core::time::{Moment, Timestamp};
use tributary_core::touchpoint::Draft;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "shopify",
        label: Label { zh: "Shopify", en: "Shopify" },
        summary: Label {
            zh: "接收 Shopify 店铺的订单、结账、购物车、退款和顾客事件。",
            en: "Receives orders, checkouts, carts, refunds and customers of a Shopify shop.",
        },
        secrets: &[Field::required(
            "webhook_secret",
            "应用密钥（Client secret）",
            "App client secret",
        )],
        settings: &[DEFAULT_COUNTRY],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "HMAC-SHA256",
        format: "json",
        steps: &[
            Label {
                zh: "在 Shopify 后台「设置 → 通知 → Webhook」新建，格式 JSON，地址 {url}。",
                en: "Under Settings, Notifications, Webhooks, create webhooks as JSON with {url}.",
            },
            Label {
                zh: "选择订单、结账、购物车、退款、客户与营销同意主题。",
                en: "Choose the topics of orders, checkouts, carts, refunds, customers and their marketing consent.",
            },
            Label {
                zh: "把页面显示的签名密钥复制到密钥。",
                en: "Copy the signing secret shown there.",
            },
        ],
        unverified: "",
        source: "Shopify: Verify webhook deliveries; Structure of a webhook delivery",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

/// An order with hundreds of lines, taxes and discounts.
const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;

/// A longer body is read but not kept whole, so that a row stays well below D1's 2 MB.
const MAX_RAW_BYTES: usize = 512 * 1024;

/// Both generations of headers, "X-Shopify-Topic" and "Shopify-Topic".
const PREFIXES: [&str; 2] = ["x-shopify-", "shopify-"];

/// Topic, our name.
const TOPICS: &[(&str, &str)] = &[
    ("app/uninstalled", "shopify.app_uninstalled"),
    ("carts/create", "cart.updated"),
    ("carts/update", "cart.updated"),
    ("checkouts/create", "checkout.started"),
    ("checkouts/update", "checkout.started"),
    ("customers/create", "customer.created"),
    ("customers/data_request", "privacy.access_requested"),
    ("customers/redact", "privacy.erasure_requested"),
    ("customers/update", "customer.updated"),
    ("customers_email_marketing_consent/update", "consent.updated"),
    ("customers_marketing_consent/update", "consent.updated"),
    ("orders/cancelled", "order.cancelled"),
    ("orders/create", "order.created"),
    ("orders/fulfilled", "order.fulfilled"),
    ("orders/paid", "order.paid"),
    ("orders/updated", "order.updated"),
    ("refunds/create", "order.refunded"),
    ("shop/redact", "privacy.shop_erasure_requested"),
];

/// The delivery's headers, of whichever generation carries the signature.
fn header<'a>(request: &'a InboundRequest, name: &str) -> Option<&'a str> {
    let prefix =
        PREFIXES.iter().find(|prefix| request.header(&format!("{prefix}hmac-sha256")).is_some())?;
    request.header(&format!("{prefix}{name}")).map(str::trim).filter(|value| !value.is_empty())
}

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    if request.method != "POST" {
        return Err(Reject::METHOD);
    }
    if request.body.len() > MAX_BODY_BYTES {
        return Err(Reject::TOO_LARGE);
    }
    let secrets = config.secrets("webhook_secret");
    if secrets.is_empty() {
        return Err(Reject::MISCONFIGURED);
    }
    let given = header(request, "hmac-sha256")
        .and_then(crypto::base64_decode)
        .ok_or(Reject::UNAUTHENTICATED)?;
    // "Empty body = invalid": an empty text has a valid MAC too, but no delivery is empty.
    let genuine = !request.body.is_empty()
        && secrets.iter().any(|secret| {
            !secret.is_empty()
                && crypto::same(&given, &crypto::hmac_sha256(secret.as_bytes(), &request.body))
        });
    if genuine { Ok(Verified::default()) } else { Err(Reject::UNAUTHENTICATED) }
}

fn parse(
    _config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    const MISSING_HEADER: Reject = Reject::new(400, "missing_header");
    let topic = header(request, "topic").ok_or(MISSING_HEADER)?.to_ascii_lowercase();
    let shop = header(request, "shop-domain").ok_or(MISSING_HEADER)?.to_ascii_lowercase();
    let delivery_id = header(request, "webhook-id").ok_or(MISSING_HEADER)?.to_owned();
    let Value::Object(body) = json::parse(&request.body, MAX_BODY_BYTES)? else {
        return Err(Reject::MALFORMED);
    };
    let name = TOPICS
        .iter()
        .find(|(known, _)| *known == topic)
        .map_or("shopify.unknown", |(_, name)| name);
    let triggered_at = header(request, "triggered-at").and_then(Timestamp::parse_rfc3339);
    let occurred_at = triggered_at
        .map(Moment::At)
        .or_else(|| values::time(body.get("updated_at")))
        .or_else(|| values::time(body.get("created_at")));
    let mut context = json!({ "topic": topic, "shop": shop });
    for (key, value) in [
        ("event_id", header(request, "event-id").map(str::to_owned)),
        ("ip", values::text(body.get("browser_ip"))),
    ] {
        if let (Some(value), Some(context)) = (value, context.as_object_mut()) {
            context.insert(key.to_owned(), value.into());
        }
    }
    let buyer = Buyer::of(&topic, &body);
    let identifiers = buyer.identifiers(&shop);
    let consents = buyer.consents();
    if let (Some(traits), Some(context)) = (buyer.traits(), context.as_object_mut()) {
        context.insert("traits".to_owned(), traits);
    }
    let is_test = order::is_test(&topic, &body);
    let mut properties = properties(&topic, body, request.body.len());
    if is_test {
        properties.insert("tested".to_owned(), name.into());
    }
    let is_about_consent = name == "consent.updated";
    let place = if is_about_consent { Some(&mut properties) } else { context.as_object_mut() };
    if let Some(place) = place.filter(|_| !consents.is_empty()) {
        place.insert("consents".to_owned(), consents.into());
    }
    let draft = Draft {
        delivery_id,
        name: if is_test { "order.tested" } else { name }.to_owned(),
        occurred_at,
        identifiers,
        properties: Value::Object(properties),
        context,
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::empty(200) })
}

fn properties(topic: &str, body: Map<String, Value>, body_bytes: usize) -> Map<String, Value> {
    let mut properties = order::normal(topic, &body);
    properties.insert("topic".to_owned(), topic.into());
    match body_bytes > MAX_RAW_BYTES {
        true => properties.insert("raw_bytes".to_owned(), body_bytes.into()),
        false => properties.insert("raw".to_owned(), Value::Object(body)),
    };
    properties
}

#[cfg(test)]
mod tests;
