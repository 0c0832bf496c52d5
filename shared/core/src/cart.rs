//! What is in a cart: said as a whole by a shop, or put together from what was added and removed.

use crate::filter::text_at;
use crate::profile::Event;
use serde_json::Value;
use std::collections::BTreeMap;

/// A cart with nothing in it.
pub const EMPTIED: &str = "cart.emptied";
pub const UPDATED: &str = "cart.updated";

const LISTS: &[&str] = &["line_items", "items", "products", "lines", "cart_items", "cart.items"];
const COUNTS: &[&str] = &[
    "line_count",
    "items_count",
    "item_count",
    "cart_quantity",
    "total_quantity",
    "cart.item_count",
];
/// Events about a single product, as senders call them.
const ADDED: &[&str] = &["Product Added", "add_to_cart"];
const REMOVED: &[&str] = &["Product Removed", "remove_from_cart"];

/// Whether the event says that nothing is in the cart. `sent`: its name as it was sent.
pub fn says_empty(sent: &str, properties: &Value) -> bool {
    match change(sent, properties) {
        Change::Whole(lines) => lines.values().all(|quantity| *quantity <= 0),
        _ => false,
    }
}

/// Whether nothing is left after these changes of one cart, oldest first. Of what was in it before
/// the first of them nothing is known: an addition is needed to tell that all is gone.
pub fn is_empty_after<'a>(events: impl IntoIterator<Item = &'a Event>) -> bool {
    let mut lines: Option<BTreeMap<String, i64>> = None;
    for event in events {
        if event.name == EMPTIED {
            lines = Some(BTreeMap::new());
            continue;
        }
        let sent = event.context.get("sent_as").and_then(Value::as_str).unwrap_or(&event.name);
        match change(sent, &event.properties) {
            Change::Whole(whole) => lines = Some(whole),
            Change::Added(products) => {
                let lines = lines.get_or_insert_default();
                for (product, quantity) in products {
                    *lines.entry(product).or_default() += quantity.unwrap_or(1).max(0);
                }
            }
            Change::Removed(products) => {
                let Some(lines) = &mut lines else { continue };
                for (product, quantity) in products {
                    let Some(there) = lines.get_mut(&product) else { continue };
                    // Without a number the whole line is gone.
                    *there = quantity.map_or(0, |quantity| (*there - quantity.max(1)).max(0));
                }
            }
            Change::Set(product, quantity) => {
                lines.get_or_insert_default().insert(product, quantity);
            }
            Change::Unknown => lines = None,
        }
    }
    lines.is_some_and(|lines| lines.values().all(|quantity| *quantity <= 0))
}

/// What an event does to the cart; quantities where they are said.
enum Change {
    Whole(BTreeMap<String, i64>),
    Added(Vec<(String, Option<i64>)>),
    Removed(Vec<(String, Option<i64>)>),
    Set(String, i64),
    Unknown,
}

fn change(sent: &str, properties: &Value) -> Change {
    let list = LISTS.iter().find_map(|path| crate::filter::at(properties, path)?.as_array());
    let count = COUNTS.iter().find_map(|path| whole(crate::filter::at(properties, path)));
    if count == Some(0) || list.is_some_and(Vec::is_empty) {
        return Change::Whole(BTreeMap::new());
    }
    let is_about_product = ADDED.contains(&sent) || REMOVED.contains(&sent);
    if is_about_product {
        // GA4 lists what was added or removed, Segment names one product.
        let listed = list.into_iter().flatten().filter_map(line).collect::<Vec<_>>();
        let products =
            if listed.is_empty() { line(properties).into_iter().collect() } else { listed };
        return match (ADDED.contains(&sent), products.is_empty()) {
            (true, true) => Change::Added(vec![(String::new(), None)]),
            (true, false) => Change::Added(products),
            (false, true) => Change::Unknown,
            (false, false) => Change::Removed(products),
        };
    }
    if let Some(list) = list {
        let lines = list.iter().enumerate().map(|(index, item)| {
            let (product, quantity) = line(item).unwrap_or_else(|| (index.to_string(), None));
            (product, quantity.unwrap_or(1))
        });
        return Change::Whole(lines.collect());
    }
    match (line(properties), whole(properties.get("quantity"))) {
        (Some((product, _)), Some(quantity)) => Change::Set(product, quantity),
        (None, Some(0)) => Change::Whole(BTreeMap::new()),
        _ => Change::Unknown,
    }
}

/// A product and how many of it.
fn line(item: &Value) -> Option<(String, Option<i64>)> {
    let ids =
        ["variant_id", "sku", "product_id", "item_id", "id", "product.id", "name", "item_name"];
    let product = ids.iter().find_map(|path| text_at(item, path))?;
    Some((product, whole(item.get("quantity"))))
}

fn whole(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|it| it as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ProfileId, TouchpointId};
    use crate::time::Timestamp;
    use serde_json::json;

    #[test]
    fn a_cart_that_is_said_to_be_empty() {
        for (sent, properties, expect) in [
            ("cart.updated", json!({"line_items": []}), true),
            ("cart.updated", json!({"items": [], "cart_id": "c1"}), true),
            ("Cart Updated", json!({"products": []}), true),
            ("cart.updated", json!({"line_count": 0}), true),
            ("cart.updated", json!({"item_count": "0"}), true),
            ("cart.updated", json!({"quantity": 0}), true),
            ("cart.updated", json!({"cart": {"items": []}}), true),
            ("cart.updated", json!({"line_items": [{"product_id": 1, "quantity": 0}]}), true),
            ("Product Removed", json!({"product_id": "p1", "products": []}), true),
            ("remove_from_cart", json!({"items": [{"item_id": "p1", "quantity": 1}]}), false),
            ("Product Removed", json!({"product_id": "p1"}), false),
            ("cart.updated", json!({"product_id": "p1", "quantity": 0}), false),
            ("cart.updated", json!({"line_items": [{"product_id": 1}]}), false),
            ("cart.updated", json!({"cart_id": "c1"}), false),
            ("cart.updated", json!(null), false),
        ] {
            assert_eq!(says_empty(sent, &properties), expect, "{sent} {properties}");
        }
    }

    #[track_caller]
    fn check(changes: &[(&str, Value)], expect: bool) {
        let event = |(index, (sent, properties)): (usize, &(&str, Value))| Event {
            profile: ProfileId("prf_1".into()),
            seq: index as i64,
            id: TouchpointId::derive(&[&index.to_string()]),
            channel: "web".into(),
            name: UPDATED.into(),
            occurred_at: Timestamp(index as i64),
            properties: properties.clone(),
            context: json!({ "sent_as": sent }),
        };
        let events: Vec<Event> = changes.iter().enumerate().map(event).collect();
        assert_eq!(is_empty_after(&events), expect, "{changes:?}");
    }

    #[test]
    fn a_cart_of_which_the_last_product_was_removed() {
        let added = |id: &str| ("Product Added", json!({"product_id": id}));
        let removed = |id: &str| ("Product Removed", json!({"product_id": id}));
        check(&[added("a"), removed("a")], true);
        check(&[added("a"), added("b"), removed("a")], false);
        check(&[added("a"), added("b"), removed("a"), removed("b")], true);
        check(&[added("a"), removed("a"), added("a")], false);
        check(&[removed("a")], false);
        check(&[removed("a"), added("b"), removed("b")], true);
        let two = ("Product Added", json!({"sku": "a", "quantity": 2}));
        let one_less = ("Product Removed", json!({"sku": "a", "quantity": 1}));
        check(&[two.clone(), one_less.clone()], false);
        check(&[two.clone(), one_less.clone(), one_less], true);
        let ga = |name: &'static str| (name, json!({"items": [{"item_id": "a", "quantity": 1}]}));
        check(&[ga("add_to_cart"), ga("remove_from_cart")], true);
        let whole = ("cart.updated", json!({"line_items": [{"product_id": "a", "quantity": 1}]}));
        check(&[whole.clone(), removed("a")], true);
        check(&[whole, removed("b")], false);
        let set =
            |quantity: i64| ("cart.updated", json!({"product_id": "a", "quantity": quantity}));
        check(&[set(2), set(0)], true);
        check(&[added("a"), removed("a"), ("cart.updated", json!({}))], false);
        let unnamed = |sent: &'static str| (sent, json!({"cart_id": "c1"}));
        check(&[unnamed("Product Added")], false);
        check(&[added("a"), unnamed("Product Removed")], false);
        check(&[], false);
    }
}
