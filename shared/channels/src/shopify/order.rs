//! What orders, checkouts, carts and refunds have in common, in one shape.

use crate::values::{first_text, minor_of, text};
use serde_json::{Map, Value, json};
use tributary_core::payment::{PAYMENT, unpaid};

/// More lines than this are counted, not listed.
const MAX_LINES: usize = 250;
const MAX_TITLE_CHARS: usize = 200;

/// `order_id`, `order_name`, `cart_id`, `checkout_url`, `total_minor` and `currency`,
/// `line_items` and `line_count`, each where the topic has it.
pub fn normal(topic: &str, body: &Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            out.insert(name.to_owned(), value);
        }
    };
    put("order_id", order_id(topic, body).map(Value::from));
    match resource(topic) {
        "orders" => {
            put("order_name", text(body.get("name")).map(Value::from));
            put("order_number", text(body.get("order_number")).map(Value::from));
            put(PAYMENT, payment(body).map(Value::from));
        }
        "refunds" => put("refund_id", text(body.get("id")).map(Value::from)),
        _ => {}
    }
    let cart_id = cart_token(topic, body).or_else(|| checkout_token(topic, body));
    put("cart_id", cart_id.map(Value::from));
    let url = first_text(body, &["abandoned_checkout_url", "order_status_url"]);
    put("checkout_url", url.map(Value::from));
    if let Some((total_minor, currency)) = total(topic, body) {
        put("total_minor", Some(total_minor.into()));
        put("currency", Some(currency.into()));
    }
    if let Some(lines) = body.get("line_items").and_then(Value::as_array) {
        put("line_count", Some(lines.len().into()));
        put("line_items", Some(lines.iter().take(MAX_LINES).map(line).collect()));
    }
    out
}

fn resource(topic: &str) -> &str {
    topic.split('/').next().unwrap_or_default()
}

pub fn order_id(topic: &str, body: &Map<String, Value>) -> Option<String> {
    match resource(topic) {
        "orders" => text(body.get("id")),
        "refunds" => text(body.get("order_id")),
        _ => None,
    }
}

pub fn cart_token(topic: &str, body: &Map<String, Value>) -> Option<String> {
    match resource(topic) {
        "carts" => first_text(body, &["token", "id"]),
        "checkouts" | "orders" => text(body.get("cart_token")),
        _ => None,
    }
    .map(|token| bare(&token))
}

pub fn checkout_token(topic: &str, body: &Map<String, Value>) -> Option<String> {
    match resource(topic) {
        "checkouts" => text(body.get("token")),
        "orders" => text(body.get("checkout_token")),
        _ => None,
    }
}

/// How it stands with the money: `done`, `authorized`, or how it will be paid.
fn payment(body: &Map<String, Value>) -> Option<&'static str> {
    let status = text(body.get("financial_status"))?.to_ascii_lowercase();
    match status.as_str() {
        "paid" | "partially_refunded" | "refunded" => Some("done"),
        "authorized" => Some("authorized"),
        "pending" | "unpaid" | "partially_paid" => {
            let names = body.get("payment_gateway_names").and_then(Value::as_array);
            let names = names.into_iter().flatten().filter_map(Value::as_str);
            let own = body.get("gateway").and_then(Value::as_str);
            // To be paid until a date: against an invoice.
            let terms = body.get("payment_terms").filter(|it| !it.is_null()).map(|_| "invoice");
            Some(unpaid(names.chain(own).chain(terms)))
        }
        _ => None,
    }
}

/// Whether it was an order in the shop's test mode, or a refund of one.
pub fn is_test(topic: &str, body: &Map<String, Value>) -> bool {
    let flag = |value: Option<&Value>| value.and_then(Value::as_bool) == Some(true);
    match resource(topic) {
        "orders" => flag(body.get("test")),
        "refunds" => {
            let transactions = body.get("transactions").and_then(Value::as_array);
            transactions
                .is_some_and(|it| !it.is_empty() && it.iter().all(|one| flag(one.get("test"))))
        }
        _ => false,
    }
}

/// Carts of the Storefront API carry their access key behind a question mark.
fn bare(token: &str) -> String {
    token.split('?').next().unwrap_or_default().to_owned()
}

/// Amount and currency. Of a refund: what was paid back. Shopify's decimals are strings.
fn total(topic: &str, body: &Map<String, Value>) -> Option<(i64, String)> {
    if resource(topic) != "refunds" {
        let currency = first_text(body, &["currency", "presentment_currency"])?;
        return Some((minor_of(body.get("total_price")?, &currency)?, currency));
    }
    let paid_back = body.get("transactions")?.as_array()?.iter().filter(|transaction| {
        let is = |name: &str, value: &str| {
            transaction.get(name).and_then(Value::as_str).is_none_or(|found| found == value)
        };
        is("kind", "refund") && is("status", "success")
    });
    let mut sum: Option<(i64, String)> = None;
    for transaction in paid_back {
        let currency = text(transaction.get("currency"))?;
        let minor = minor_of(transaction.get("amount")?, &currency)?;
        sum = match sum {
            None => Some((minor, currency)),
            Some((total, first)) if first == currency => Some((total.checked_add(minor)?, first)),
            // Two currencies have no sum.
            Some(_) => return None,
        };
    }
    sum
}

fn amount(value: Option<&Value>) -> Option<String> {
    text(value).or_else(|| value?.as_f64().map(|number| number.to_string()))
}

fn line(item: &Value) -> Value {
    let title: Option<String> =
        text(item.get("title")).map(|title| title.chars().take(MAX_TITLE_CHARS).collect());
    json!({
        "product_id": text(item.get("product_id")),
        "title": title,
        "quantity": item.get("quantity").and_then(Value::as_i64),
        "price": amount(item.get("price")),
    })
}
