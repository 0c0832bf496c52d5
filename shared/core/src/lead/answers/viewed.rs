//! Which products and pages somebody looked at.

use super::text;
use crate::ids::TouchpointId;
use crate::profile::Event;
use crate::time::Timestamp;
use crate::vocabulary::{canonical, is_one_of};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Viewed {
    /// The page's or the product's name.
    pub name: String,
    /// The product's name or number, where it was a product.
    pub product: Option<String>,
    /// Without query and fragment.
    pub url: Option<String>,
    pub count: u32,
    pub last_at: Timestamp,
    /// The last view.
    pub touchpoint: TouchpointId,
}

pub(super) const NAMES: &[&str] =
    &["page.viewed", "product.viewed", "product_list.viewed", "screen.viewed"];

/// More do not fit a card.
const MAX_VIEWED: usize = 50;

pub(super) fn viewed(events: &[Event]) -> Vec<Viewed> {
    let mut by_key: BTreeMap<String, Viewed> = BTreeMap::new();
    for event in events {
        if !is_one_of(NAMES, &event.name) {
            continue;
        }
        let one = of(event);
        let key = one.product.clone().or_else(|| one.url.clone()).unwrap_or(one.name.clone());
        let standing = by_key.entry(key).or_insert_with(|| Viewed { count: 0, ..one.clone() });
        let count = standing.count.saturating_add(1);
        *standing = if one.last_at >= standing.last_at { one } else { standing.clone() };
        standing.count = count;
    }
    let mut viewed: Vec<Viewed> = by_key.into_values().collect();
    viewed.sort_by(|a, b| (b.last_at, &b.touchpoint).cmp(&(a.last_at, &a.touchpoint)));
    viewed.truncate(MAX_VIEWED);
    viewed
}

fn of(event: &Event) -> Viewed {
    let properties = &event.properties;
    let product =
        text(properties, &["product_name", "product", "product.name", "sku"]).or_else(|| {
            let product = canonical(&event.name) == "product.viewed";
            text(properties, &["name", "product_id"]).filter(|_| product)
        });
    let url = text(properties, &["url", "path"])
        .or_else(|| text(&event.context, &["page.url", "page.path"]))
        .and_then(|url| Some(url.split(['?', '#']).next()?.to_owned()));
    let title =
        text(properties, &["name", "title"]).or_else(|| text(&event.context, &["page.title"]));
    let name =
        product.clone().or(title).or_else(|| url.clone()).unwrap_or_else(|| event.name.clone());
    Viewed {
        name,
        product,
        url,
        count: 1,
        last_at: event.occurred_at,
        touchpoint: event.id.clone(),
    }
}
