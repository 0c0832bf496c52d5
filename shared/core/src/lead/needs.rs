//! What a lead asks of the person who takes it: where it is and what it is about.

use crate::filter::{at, text_at};
use crate::place::Place;
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

/// The smaller places first, the country last.
const PLACES: &[&str] = &["region", "province", "state", "city", "district", "country"];
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
    let mut places = places_at(|place| facts.trait_text(place));
    if let Some(address) = facts.trait_value("address") {
        if places.is_empty() {
            places = places_at(|place| text_at(address, place));
        }
        // A street says where somebody is only as far as the table reads it.
        places.extend(address.as_str().and_then(Place::named).map(Place::name));
    }
    if places.is_empty() {
        let found = documents.iter().map(|document| {
            let within =
                |path: &str| places_at(|place| text_at(document, &format!("{path}.{place}")));
            [within("context.location"), within("context")].concat()
        });
        places = found.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    }
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

/// What a person's fields say of places; a country's code becomes its name.
fn places_at(field: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let text = |place: &&str| {
        let text = field(place).filter(|text| text.chars().count() <= MAX_NAME_CHARS)?;
        let code = (*place == "country" && text.len() == 2).then(|| Place::of_code(&text));
        Some(code.flatten().map_or(text, Place::name))
    };
    PLACES.iter().filter_map(text).collect()
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
