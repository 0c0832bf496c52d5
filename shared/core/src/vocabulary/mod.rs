//! The vocabulary of touchpoints: what happened, named without the vendor, so that a segment or a
//! journey holds for every channel.
//!
//! Names outside the vocabulary are the company's own and pass as they are.

mod terms;

use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use terms::MEANINGS;
pub use terms::TERMS;

/// One thing that happens: `order.paid`.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Term {
    /// `noun.past`.
    pub name: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// Without these it cannot be acted on.
    pub required: &'static [Property],
    /// What SDKs and older systems call it; understood wherever a name is given.
    pub also: &'static [&'static str],
}

/// A [`Term`] as far as rules and receivers need it.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    pub name: &'static str,
    pub required: &'static [Property],
    pub also: &'static [&'static str],
}

/// A property of a touchpoint.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TermProperty))]
pub struct Property {
    /// Any one of these carries it.
    pub names: &'static [&'static str],
    pub kind: Kind,
}

/// What kind of value a property is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TermPropertyKind))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Not empty; a number is taken as its digits.
    Text,
    Number,
}

impl Property {
    fn is_in(&self, properties: &Value) -> bool {
        self.names.iter().any(|name| match (self.kind, properties.get(name)) {
            (Kind::Text, Some(Value::String(text))) => !text.trim().is_empty(),
            (Kind::Text | Kind::Number, Some(Value::Number(_))) => true,
            _ => false,
        })
    }
}

/// The term of that name, also by another of its names.
pub fn term(name: &str) -> Option<&'static Meaning> {
    static BY_NAME: LazyLock<BTreeMap<&'static str, &'static Meaning>> = LazyLock::new(|| {
        let named = |term: &'static Meaning| {
            term.also.iter().chain([&term.name]).map(move |name| (*name, term))
        };
        MEANINGS.iter().flat_map(named).collect()
    });
    BY_NAME.get(name).copied()
}

/// The vocabulary's name of it; a name of the company's own stays.
pub fn canonical(name: &str) -> &str {
    term(name).map_or(name, |term| term.name)
}

/// The first required property that these lack, under its first name.
pub fn lacks(name: &str, properties: &Value) -> Option<&'static str> {
    let missing = term(name)?.required.iter().find(|property| !property.is_in(properties))?;
    missing.names.first().copied()
}

/// Whether one of these names means what happened.
pub fn is_one_of<S: AsRef<str>>(names: &[S], happened: &str) -> bool {
    let happened = canonical(happened);
    names.iter().any(|name| canonical(name.as_ref()) == happened)
}

/// All the names under which these may lie in the log.
pub fn all_names<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for name in names {
        all.insert(name.to_owned());
        if let Some(term) = term(name) {
            all.extend(term.also.iter().chain([&term.name]).map(|name| (*name).to_owned()));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn terms_are_sorted_and_no_name_means_two_things() {
        assert!(TERMS.is_sorted_by_key(|term| term.name));
        let mut seen = BTreeSet::new();
        for term in TERMS {
            let form = term.name.split_once('.').is_some_and(|(noun, past)| {
                [noun, past].iter().all(|part| {
                    !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                })
            });
            assert!(form, "{} is not noun.past", term.name);
            for name in term.also.iter().chain([&term.name]) {
                assert!(seen.insert(*name), "{name} is there twice");
            }
        }
    }

    #[test]
    fn names_of_sdks_are_understood() {
        assert_eq!(canonical("Order Completed"), "order.paid");
        assert_eq!(canonical("order.paid"), "order.paid");
        assert_eq!(canonical("Kettle Descaled"), "Kettle Descaled");
        assert!(is_one_of(&["purchase"], "Order Completed"));
        assert!(!is_one_of(&["purchase"], "order.created"));
        assert!(is_one_of(&["Kettle Descaled"], "Kettle Descaled"));
        let all = all_names(["Order Completed", "Kettle Descaled"]);
        assert!(["order.paid", "purchase", "Kettle Descaled"].iter().all(|one| all.contains(*one)));
    }

    #[test]
    fn what_is_missing_is_named() {
        let check = |properties, expect| assert_eq!(lacks("order.paid", &properties), expect);
        check(json!({"order_id": "o1"}), None);
        check(json!({"order_id": 820982911946154508_i64}), None);
        check(json!({"order_id": " "}), Some("order_id"));
        check(json!({"order_id": null}), Some("order_id"));
        check(json!(null), Some("order_id"));
        assert_eq!(lacks("Kettle Descaled", &json!({})), None);
        assert_eq!(lacks("device.reported", &json!({"device": "d1"})), Some("value"));
        assert_eq!(lacks("device.reported", &json!({"device": "d1", "value": 3})), None);
        assert_eq!(lacks("device.reported", &json!({"device": "d1", "value": "3"})), Some("value"));
    }
}
