//! What an event says about an order, and about the buyer.

use crate::values::{self, text};
use serde_json::{Map, Value, json};
use tributary_core::money::minor_digits;

type Object = Map<String, Value>;

/// The name of a checkout that is completed, and how it stands with the payment: a bank debit or a
/// voucher is still to be paid, a trial costs nothing, and a setup only keeps a card.
/// Source: Stripe, "Fulfill orders": `payment_status`.
pub fn of_session(session: &Object) -> (&'static str, Option<&'static str>) {
    let field = |name: &str| session.get(name).and_then(Value::as_str).unwrap_or_default();
    match (field("mode"), field("payment_status")) {
        ("setup", _) => ("stripe.setup_completed", None),
        (_, "paid") => ("order.paid", Some("done")),
        (_, "no_payment_required") => ("order.created", Some("not_required")),
        (_, "unpaid") => ("order.created", Some("awaited")),
        // Older versions of the API do not say.
        (_, "") => ("order.paid", None),
        _ => ("order.created", None),
    }
}

/// The order goes by the payment; the session, the invoice and what the shop's own code wrote
/// beside the payment are other ids of it.
pub fn properties(amount: &str, object: Object) -> Object {
    let mut properties = Map::new();
    let currency = text(object.get("currency")).unwrap_or_default().to_ascii_uppercase();
    if let Some(minor) = object.get(amount).and_then(Value::as_i64) {
        properties.insert("total_minor".to_owned(), in_units_of_iso(minor, &currency).into());
    }
    if !currency.is_empty() {
        properties.insert("currency".to_owned(), currency.into());
    }
    if amount == "amount_refunded" {
        // What has been paid back so far, this time and before.
        properties.insert("is_total".to_owned(), true.into());
    }
    let metadata = object.get("metadata").and_then(Value::as_object);
    let written = ["order_id", "orderId", "order_number", "orderNumber", "order_no", "order"];
    let written = written.iter().filter_map(|name| text(metadata?.get(*name)));
    let own = ["payment_intent", "id"].iter().filter_map(|name| text(object.get(*name)));
    let ids: Vec<String> = own.chain(written).collect();
    if let Some((first, others)) = ids.split_first() {
        properties.insert("order_id".to_owned(), first.as_str().into());
        if !others.is_empty() {
            properties.insert("order_ids".to_owned(), others.into());
        }
    }
    properties.insert("raw".to_owned(), Value::Object(object));
    properties
}

/// Stripe counts some currencies otherwise than ISO 4217 does.
/// Source: Stripe, "Supported currencies": special cases.
fn in_units_of_iso(minor: i64, currency: &str) -> i64 {
    match (currency, minor_digits(currency)) {
        ("ISK" | "UGX", 0) => minor / 100,
        ("MGA", 2) => minor.saturating_mul(100),
        _ => minor,
    }
}

/// Name and place of the customer. Where goods are sent says nothing about who pays.
pub fn traits(kind: &str, object: &Object) -> Option<Value> {
    let own = Some(object).filter(|_| kind.starts_with("customer."));
    let details = ["customer_details", "billing_details"];
    let details = details.iter().find_map(|name| object.get(*name)?.as_object()).or(own)?;
    let address = details.get("address").and_then(Value::as_object);
    let place = |name: &str| text(address?.get(name));
    let mut traits = Map::new();
    if let Some(name) = values::text(details.get("name")) {
        traits.insert("name".to_owned(), name.into());
    }
    let places = [("country", "country"), ("state", "province"), ("city", "city")];
    let places: Object = places
        .iter()
        .filter_map(|(theirs, ours)| Some(((*ours).to_owned(), place(theirs)?.into())))
        .collect();
    if !places.is_empty() {
        traits.insert("address".to_owned(), json!(places));
    }
    (!traits.is_empty()).then_some(Value::Object(traits))
}
