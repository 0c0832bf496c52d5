//! The data that templates are filled with, from what is known about the person.
//!
//! Every item of a list has the same keys, so that no template stumbles over a missing one.

use super::content::{Coupon, ViewedProducts};
use crate::filter::text_at;
use crate::ids::{MessageId, digest};
use crate::profile::Facts;
use crate::time::{DAY_MS, MINUTE_MS, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Interests fade: nothing older than this is worth recommending.
pub const VIEWED_WINDOW_MAX_MS: i64 = 366 * DAY_MS;

/// The same message gets the same code, however often it is tried. `expires_at` is exact,
/// `expires_on` the local day for people to read.
pub fn coupon(
    spec: &Coupon,
    message: &MessageId,
    created_at: Timestamp,
    utc_offset_minutes: i64,
) -> Value {
    let lapses_at = created_at.plus_ms(spec.valid_ms);
    let local = lapses_at.plus_ms(utc_offset_minutes.saturating_mul(MINUTE_MS)).to_rfc3339();
    let code: String = digest(&[b"coupon", message.as_str().as_bytes()]).chars().take(8).collect();
    json!({
        "code": format!("{}{}", spec.prefix, code.to_uppercase()),
        "expires_at": lapses_at.to_rfc3339(),
        "expires_on": local.chars().take(10).collect::<String>(),
    })
}

/// The distinct products among these events, the latest first.
pub fn viewed_products(spec: &ViewedProducts, facts: &Facts, now: Timestamp) -> Vec<Value> {
    let since = now.plus_ms(-spec.within_ms.clamp(0, VIEWED_WINDOW_MAX_MS));
    let mut seen = BTreeSet::new();
    facts
        .events
        .iter()
        .rev()
        .filter(|event| {
            event.occurred_at >= since && crate::vocabulary::is_one_of(&spec.events, &event.name)
        })
        .filter_map(|event| product(&event.properties))
        .filter(|product| seen.insert(product.get("product_id").map(Value::to_string)))
        .take(spec.limit)
        .collect()
}

/// What is in the cart, from the event that last changed it.
pub fn cart_items(entry: &Value) -> Vec<Value> {
    let lists = ["items", "products", "line_items"];
    let list = lists.iter().find_map(|key| entry.get(key).and_then(Value::as_array));
    match list {
        Some(items) => items.iter().filter_map(product).collect(),
        None => product(entry).into_iter().collect(),
    }
}

/// The ids of the products in the cart.
pub fn cart_products(entry: &Value) -> Vec<String> {
    cart_items(entry).iter().filter_map(|item| text_at(item, "product_id")).collect()
}

/// A product under the names that Segment, Shopify and the standard webhooks use.
fn product(value: &Value) -> Option<Value> {
    let first = |keys: &[&str]| keys.iter().find_map(|key| text_at(value, key));
    let id = first(&["product_id", "sku", "variant_id", "product.id"]);
    let name = first(&["name", "product_name", "title", "product.name"]);
    if id.is_none() && name.is_none() {
        return None;
    }
    let name = name.or_else(|| id.clone()).unwrap_or_default();
    Some(json!({
        "product_id": id.unwrap_or_else(|| name.clone()),
        "name": name,
        "url": first(&["url", "product_url", "link"]).unwrap_or_default(),
        "image": first(&["image_url", "image"]).unwrap_or_default(),
        "price": first(&["price"]).unwrap_or_default(),
        "quantity": first(&["quantity"]).unwrap_or_default(),
    }))
}
