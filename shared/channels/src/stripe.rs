//! Stripe: checkouts, invoices, refunds and customers of an account.
//!
//! Thin events (`v2.core.event`) name a thing and do not hold it; they are kept as they come.

mod order;

use crate::channel::{
    Channel, DEFAULT_COUNTRY, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest,
    Parsed, Reject, Reply, Verified,
};
use crate::identifiers::Scopes;
use crate::{crypto, json, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::payment::PAYMENT;
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
        format: "json",
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
const COMPLETED: &str = "checkout.session.completed";
/// What Stripe's own libraries tolerate.
const MAX_AGE_MS: i64 = 300 * SECOND_MS;

/// Stripe's type, our name, the field with the amount.
const EVENTS: &[(&str, &str, &str)] = &[
    ("charge.refunded", "order.refunded", "amount_refunded"),
    ("checkout.session.async_payment_failed", "payment.failed", "amount_total"),
    ("checkout.session.async_payment_succeeded", "order.paid", "amount_total"),
    (COMPLETED, "order.paid", "amount_total"),
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
    let is_test = event.get("livemode").and_then(Value::as_bool) == Some(false);
    let object = match event.get_mut("data").and_then(|data| data.get_mut("object")) {
        Some(Value::Object(object)) => std::mem::take(object),
        _ => event,
    };
    let scope = account.as_deref().unwrap_or(&config.id);
    let mut context = json!({ "type": kind, "account": account });
    let mut put = |name: &str, value: Value| {
        if let Some(context) = context.as_object_mut() {
            context.insert(name.to_owned(), value);
        }
    };
    if let Some(traits) = order::traits(&kind, &object) {
        put("traits", traits);
    }
    if is_test {
        put("test", true.into());
    }
    let ours = known.map_or("stripe.unknown", |(_, ours, _)| *ours);
    let (ours, payment) = if kind == COMPLETED { order::of_session(&object) } else { (ours, None) };
    let identifiers = identifiers(config, scope, &kind, &object);
    let mut properties = order::properties(known.map_or("", |(.., amount)| *amount), object);
    properties.extend(payment.map(|payment| (PAYMENT.to_owned(), payment.into())));
    // No money moves in test mode, whatever the event says.
    let is_sale = !ours.starts_with("customer.") && !ours.starts_with("stripe.");
    let tested = is_test && is_sale;
    if tested {
        properties.insert("tested".to_owned(), ours.into());
    }
    let draft = Draft {
        delivery_id,
        name: if tested { "order.tested" } else { ours }.to_owned(),
        occurred_at,
        identifiers,
        properties: Value::Object(properties),
        context,
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::empty(200) })
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
    let address = details.unwrap_or(object).get("address");
    let country = address.and_then(|address| values::text(address.get("country")));
    let mut found: Vec<RawIdentifier> =
        [(Kind::StripeCustomer, customer), (Kind::Email, email), (Kind::Phone, phone)]
            .into_iter()
            .filter_map(|(kind, value)| {
                let scope = if kind.scoped() { scope } else { "" };
                Some(RawIdentifier::new(kind, scope, &value?).in_country(country.as_deref()))
            })
            .collect();
    // What the company's own code wrote beside the payment.
    if let Some(metadata) = object.get("metadata").and_then(Value::as_object) {
        let scopes = Scopes { app: &config.id, corp: &config.id, endpoint: &config.id };
        found.extend(scopes.within(metadata));
    }
    found
}

#[cfg(test)]
mod tests;
