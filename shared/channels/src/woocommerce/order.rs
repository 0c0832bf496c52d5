//! What becomes of an order: each update says the whole of it, payment and refunds included.

use crate::values::{self, minor_of, text};
use serde_json::{Map, Value, json};
use tributary_core::payment::{PAYMENT, unpaid};
use tributary_core::time::Moment;
use tributary_core::touchpoint::Draft;

type Object = Map<String, Value>;

/// The delivery itself, and what it shows to have happened once: paid, called off, each refund.
pub fn drafts(whole: Draft, body: &Object) -> Vec<Draft> {
    let Some(id) = text(body.get("id")) else { return vec![whole] };
    let status = text(body.get("status")).unwrap_or_default();
    let currency = text(body.get("currency")).unwrap_or_default();
    let is_test = is_test(body);
    let mut properties = json!({
        "order_id": id,
        "order_number": text(body.get("number")),
        "status": status,
        PAYMENT: payment(&status, body),
        // Where the buyer can still pay.
        "checkout_url": text(body.get("payment_url")),
        "currency": currency,
        "total_minor": body.get("total").and_then(|total| minor_of(total, &currency)),
    });
    leave_out_nulls(&mut properties);
    let raw = whole.properties.get("raw").cloned().unwrap_or_default();
    let with_raw = |mut properties: Value| {
        if let Some(properties) = properties.as_object_mut() {
            properties.insert("raw".to_owned(), raw.clone());
        }
        properties
    };
    let draft = |key: String, name: &str, occurred_at: Option<Moment>, properties: Value| {
        let mut draft = Draft {
            delivery_id: key,
            name: name.to_owned(),
            occurred_at,
            identifiers: whole.identifiers.clone(),
            properties,
            context: whole.context.clone(),
        };
        if is_test && name.starts_with("order.") {
            draft.name = "order.tested".to_owned();
            if let Some(properties) = draft.properties.as_object_mut() {
                properties.insert("tested".to_owned(), name.into());
            }
        }
        draft
    };
    let name = match (whole.name.as_str(), status.as_str()) {
        // The buyer is still filling in the checkout's form.
        ("order.created" | "order.updated", "checkout-draft" | "auto-draft") => "checkout.started",
        (name, _) => name,
    };
    let changed_at = whole.occurred_at.clone();
    let own = with_raw(properties.clone());
    let mut drafts = vec![draft(whole.delivery_id.clone(), name, changed_at.clone(), own)];
    // An order says in every later update that it is paid: it was paid once.
    if is_paid(&status, body) {
        let paid_at = values::utc(body.get("date_paid_gmt"));
        drafts.push(draft(format!("paid:{id}"), "order.paid", paid_at, with_raw(properties)));
    }
    let about = json!({ "order_id": id, "status": status });
    if status == "cancelled" {
        let key = format!("cancelled:{id}");
        drafts.push(draft(key, "order.cancelled", changed_at.clone(), about));
    }
    let refunds = body.get("refunds").and_then(Value::as_array);
    for refund in refunds.into_iter().flatten() {
        let Some(refund_id) = text(refund.get("id")) else { continue };
        // Written as what is taken off the order.
        let minor = refund.get("total").and_then(|total| minor_of(total, &currency));
        let mut properties = json!({
            "order_id": id,
            "refund_id": refund_id,
            "total_minor": minor.map(i64::saturating_abs),
            "currency": currency,
            "reason": text(refund.get("reason")),
        });
        leave_out_nulls(&mut properties);
        let key = format!("refund:{refund_id}");
        drafts.push(draft(key, "order.refunded", changed_at.clone(), properties));
    }
    drafts
}

fn leave_out_nulls(properties: &mut Value) {
    if let Some(properties) = properties.as_object_mut() {
        properties.retain(|_, value| !value.is_null() && value.as_str() != Some(""));
    }
}

/// Paid on delivery is paid when the courier has the money: then WooCommerce says when.
fn is_paid(status: &str, body: &Object) -> bool {
    let has_date = text(body.get("date_paid_gmt")).is_some();
    matches!(status, "processing" | "completed")
        && (has_date || unpaid(methods(body)) != "on_delivery")
}

fn payment(status: &str, body: &Object) -> Option<&'static str> {
    match status {
        "processing" | "completed" | "refunded" => {
            Some(if is_paid(status, body) || status == "refunded" { "done" } else { "on_delivery" })
        }
        "pending" | "failed" => Some(unpaid(methods(body))),
        // Money that the buyer has sent or the provider holds: nothing is left for the buyer to do
        // online.
        "on-hold" => Some(match unpaid(methods(body)) {
            "awaited" => "authorized",
            offline => offline,
        }),
        _ => None,
    }
}

fn methods(body: &Object) -> impl Iterator<Item = &str> {
    ["payment_method", "payment_method_title"]
        .into_iter()
        .filter_map(|name| body.get(name)?.as_str())
}

/// WooPayments says which mode it took the payment in.
fn is_test(body: &Object) -> bool {
    let meta = body.get("meta_data").and_then(Value::as_array);
    let is = |entry: &Value, name: &str, value: &str| {
        entry.get(name).and_then(Value::as_str).is_some_and(|found| found == value)
    };
    meta.into_iter().flatten().any(|it| is(it, "key", "_wcpay_mode") && is(it, "value", "test"))
}

/// What the shop knows of the person. Where it is sent to says nothing about the buyer.
pub fn traits(topic: &str, body: &Object) -> Option<Value> {
    let billing = body.get("billing").and_then(Value::as_object);
    let own = Some(body).filter(|_| topic.starts_with("customer."));
    let part =
        |name: &str| own.and_then(|own| text(own.get(name))).or_else(|| text(billing?.get(name)));
    let bill = |name: &str| text(billing?.get(name));
    let mut address = json!({
        "country": bill("country"), "province": bill("state"), "city": bill("city"),
    });
    leave_out_nulls(&mut address);
    let has_address = address.as_object().is_some_and(|address| !address.is_empty());
    let mut traits = json!({
        "first_name": part("first_name"),
        "last_name": part("last_name"),
        "company": bill("company"),
        "address": has_address.then_some(address),
    });
    leave_out_nulls(&mut traits);
    traits.as_object().is_some_and(|traits| !traits.is_empty()).then_some(traits)
}
