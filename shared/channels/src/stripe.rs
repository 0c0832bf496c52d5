//! Stripe: checkouts, invoices, refunds and customers of an account.
//!
//! Thin events (`v2.core.event`) name a thing and do not hold it; they are kept as they come.

use crate::channel::{
    Channel, DEFAULT_COUNTRY, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest,
    Parsed, Reject, Reply, Verified,
};
use crate::identifiers::Scopes;
use crate::{crypto, json, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::time::{SECOND_MS, Timestamp};
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "stripe",
        label: Label { zh: "Stripe", en: "Stripe" },
        summary: Label {
            zh: "接收 Stripe 的支付、账单、退款和客户事件。",
            en: "Receives payments, invoices, refunds and customers of a Stripe account.",
        },
        secrets: &[Field::required(
            "signing_secret",
            "签名密钥（whsec_…）",
            "Signing secret (whsec_…)",
        )],
        settings: &[DEFAULT_COUNTRY],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "HMAC-SHA256 `v1`",
        steps: &[
            Label {
                zh: "在 Stripe 的 Developers → Webhooks 添加端点 {url}。",
                en: "Under Developers, Webhooks, add the endpoint {url}.",
            },
            Label {
                zh: "勾选 checkout、charge、invoice、customer 事件。",
                en: "Choose the events of checkout, charge, invoice and customer.",
            },
            Label {
                zh: "把 Signing secret（whsec_…）复制到密钥。",
                en: "Copy the signing secret (whsec_…).",
            },
        ],
        unverified: "for how long it tries again",
        source: "Stripe: Verify webhook signatures; Types of events",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 1024 * 1024;
/// What Stripe's own libraries tolerate.
const MAX_AGE_MS: i64 = 300 * SECOND_MS;

/// Stripe's type, our name, the field with the amount.
const EVENTS: &[(&str, &str, &str)] = &[
    ("charge.refunded", "order.refunded", "amount_refunded"),
    ("checkout.session.completed", "order.paid", "amount_total"),
    ("checkout.session.expired", "checkout.expired", "amount_total"),
    ("customer.created", "customer.created", ""),
    ("customer.updated", "customer.updated", ""),
    ("invoice.paid", "invoice.paid", "amount_paid"),
    ("invoice.payment_failed", "payment.failed", "amount_due"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    // The secret is the key as it is given, `whsec_` included.
    let secrets = signed::secrets(config, "signing_secret")?;
    let parts = || signed::header(request, "stripe-signature").map(|it| it.split(','));
    let timestamp =
        parts()?.find_map(|part| part.trim().strip_prefix("t=")).ok_or(Reject::UNAUTHENTICATED)?;
    signed::fresh(timestamp, now, MAX_AGE_MS)?;
    let mut message = format!("{timestamp}.").into_bytes();
    message.extend_from_slice(&request.body);
    let macs: Vec<String> = secrets
        .iter()
        .map(|secret| crypto::hex(&crypto::hmac_sha256(secret.as_bytes(), &message)))
        .collect();
    let is_good = |given: &str| macs.iter().any(|mac| crypto::same_hex(given, mac));
    signed::genuine(parts()?.filter_map(|part| part.trim().strip_prefix("v1=")).any(is_good))
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let mut event = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let delivery_id = values::text(event.get("id")).ok_or(Reject::MALFORMED)?;
    let kind = values::text(event.get("type")).unwrap_or_default();
    let known = EVENTS.iter().find(|(theirs, ..)| *theirs == kind);
    let account = values::text(event.get("account"));
    let occurred_at = values::time(event.get("created"));
    let object = match event.get_mut("data").and_then(|data| data.get_mut("object")) {
        Some(Value::Object(object)) => std::mem::take(object),
        _ => event,
    };
    let scope = account.as_deref().unwrap_or(&config.id);
    let draft = Draft {
        delivery_id,
        name: known.map_or("stripe.unknown", |(_, ours, _)| *ours).to_owned(),
        occurred_at,
        identifiers: identifiers(config, scope, &kind, &object),
        properties: properties(known.map_or("", |(.., amount)| *amount), object),
        context: json!({ "type": kind, "account": account }),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::empty(200) })
}

/// Amounts are in the currency's smallest unit already.
fn properties(amount: &str, object: Map<String, Value>) -> Value {
    let mut properties = Map::new();
    if let Some(minor) = object.get(amount).and_then(Value::as_i64) {
        properties.insert("total_minor".to_owned(), minor.into());
    }
    if let Some(currency) = values::text(object.get("currency")) {
        properties.insert("currency".to_owned(), currency.to_ascii_uppercase().into());
    }
    if let Some(id) = values::first_text(&object, &["payment_intent", "id"]) {
        properties.insert("order_id".to_owned(), id.into());
    }
    properties.insert("raw".to_owned(), Value::Object(object));
    Value::Object(properties)
}

fn identifiers(
    config: &EndpointConfig,
    scope: &str,
    kind: &str,
    object: &Map<String, Value>,
) -> Vec<RawIdentifier> {
    let details = ["customer_details", "billing_details"]
        .iter()
        .find_map(|name| object.get(*name).and_then(Value::as_object));
    let detail = |name: &str| values::text(details?.get(name));
    let customer = if kind.starts_with("customer.") && object.get("customer").is_none() {
        values::text(object.get("id"))
    } else {
        values::text(object.get("customer"))
    };
    let email = detail("email")
        .or_else(|| values::first_text(object, &["email", "customer_email", "receipt_email"]));
    let phone =
        detail("phone").or_else(|| values::first_text(object, &["phone", "customer_phone"]));
    let mut found: Vec<RawIdentifier> =
        [(Kind::StripeCustomer, customer), (Kind::Email, email), (Kind::Phone, phone)]
            .into_iter()
            .filter_map(|(kind, value)| {
                let scope = if kind.scoped() { scope } else { "" };
                Some(RawIdentifier::new(kind, scope, &value?))
            })
            .collect();
    // What the company's own code wrote beside the payment.
    if let Some(metadata) = object.get("metadata").and_then(Value::as_object) {
        let scopes = Scopes { app: &config.id, corp: &config.id, endpoint: &config.id };
        found.extend(scopes.within(metadata));
    }
    found
}
