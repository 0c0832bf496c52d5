//! What a lead asks of the person who takes it: where it is and what it is about.

use crate::filter::{at, text_at};
use crate::profile::{Event, Facts};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Both may be unknown: then they exclude nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needs {
    /// Names of where the profile is, the one to show first.
    pub places: Vec<String>,
    pub product_line: Option<String>,
}

impl Needs {
    pub fn region(&self) -> Option<&str> {
        self.places.first().map(String::as_str)
    }
}

const PLACES: &[&str] = &["region", "province", "state", "city", "country"];
const PRODUCT_TRAITS: &[&str] = &["product_line", "product_interest"];
const PRODUCT_PROPERTIES: &[&str] = &["properties.product_line", "properties.product"];
/// Longer texts are not names.
const MAX_NAME_CHARS: usize = 64;

/// Traits say it best; else the most recent scored touchpoint that says anything.
/// `scored`: the events that earned the score, oldest first.
pub fn needs(facts: &Facts, scored: &[&Event]) -> Needs {
    let documents: Vec<Value> = scored
        .iter()
        .rev()
        .map(|event| serde_json::json!({"properties": event.properties, "context": event.context}))
        .collect();
    let mut places: Vec<String> = PLACES.iter().filter_map(|at| facts.trait_text(at)).collect();
    if places.is_empty()
        && let Some(address) = facts.trait_value("address")
    {
        places = PLACES.iter().filter_map(|path| text_at(address, path)).collect();
    }
    if places.is_empty() {
        let found = documents.iter().map(|document| {
            let paths = PLACES.iter().flat_map(|place| {
                [format!("context.location.{place}"), format!("context.{place}")]
            });
            paths.filter_map(|path| text_at(document, &path)).collect::<Vec<String>>()
        });
        places = found.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    }
    places.retain(|place| place.chars().count() <= MAX_NAME_CHARS);
    let mut seen = std::collections::BTreeSet::new();
    places.retain(|place| seen.insert(super::region::normal(place)));

    let of_traits = PRODUCT_TRAITS.iter().find_map(|field| name(facts.trait_value(field)?));
    let product_line = of_traits.or_else(|| {
        documents.iter().find_map(|document| {
            PRODUCT_PROPERTIES.iter().find_map(|path| name(at(document, path)?))
        })
    });
    Needs { places, product_line }
}

/// A name, or the first of a list of names.
fn name(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim(),
        Value::Array(items) => items.first()?.as_str()?.trim(),
        _ => return None,
    };
    (!text.is_empty() && text.chars().count() <= MAX_NAME_CHARS).then(|| text.to_owned())
}
