//! What people said about products, kept by product for messages that show it.

use tributary_core::filter::{at, text_at};
use tributary_core::touchpoint::Touchpoint;
use tributary_store::Statement;
use tributary_store::journeys::{self, ProductReview};
use tributary_store::touchpoints::Logged;

/// Segment's "Product Reviewed" and its like.
pub const NAMES: &[&str] = &["Product Reviewed", "product.reviewed"];

/// Longer reviews are cut: a mail shows a few lines.
const MAX_CHARS: usize = 500;

pub fn keep(page: &[Logged]) -> Vec<Statement> {
    let reviews: Vec<ProductReview> =
        page.iter().filter_map(|logged| review(&logged.touchpoint)).collect();
    journeys::keep_reviews(&reviews)
}

fn review(touchpoint: &Touchpoint) -> Option<ProductReview> {
    if !NAMES.contains(&touchpoint.name.as_str()) {
        return None;
    }
    let properties = &touchpoint.properties;
    let first = |keys: &[&str]| keys.iter().find_map(|key| text_at(properties, key));
    let rating = at(properties, "rating").and_then(|value| match value {
        serde_json::Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    })?;
    Some(ProductReview {
        product: first(&["product_id", "sku"])?,
        touchpoint: touchpoint.id.clone(),
        rating,
        author: first(&["author", "reviewer", "reviewer_name"]).unwrap_or_default(),
        text: first(&["review_body", "text", "body", "review"])?.chars().take(MAX_CHARS).collect(),
        at: touchpoint.occurred_at,
    })
}
