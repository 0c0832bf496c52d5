//! What rules may ask about a profile: a snapshot, read in a few queries for a whole page of
//! profiles.

use super::{TAG_PREFIX, TraitValue};
use crate::consent::ConsentValue;
use crate::identity::{Identity, Kind};
use crate::ids::{ProfileId, TouchpointId};
use crate::time::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Folded: one value a field. Tags are in here as `tag:<tag>`.
    pub traits: BTreeMap<String, TraitValue>,
    /// Every address that the person's identities gave as a trait, by field, the last word first:
    /// what folding leaves out is still an address they gave.
    pub given: Vec<(String, TraitValue)>,
    /// Oldest first.
    pub identities: Vec<Identity>,
    /// All that is kept: `consent::counted` says which one decides.
    pub consents: Vec<ConsentValue>,
    /// The touchpoints that were asked for by name, oldest first.
    pub events: Vec<Event>,
}

/// A touchpoint as rules see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub profile: ProfileId,
    pub seq: i64,
    pub id: TouchpointId,
    pub channel: String,
    pub name: String,
    pub occurred_at: Timestamp,
    pub properties: Value,
    pub context: Value,
}

impl Facts {
    pub fn trait_value(&self, field: &str) -> Option<&Value> {
        self.traits.get(field).map(|value| &value.value)
    }

    /// A trait as text, numbers included.
    pub fn trait_text(&self, field: &str) -> Option<String> {
        match self.trait_value(field)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    pub fn has_tag(&self, tag: &str) -> bool {
        self.traits.contains_key(&format!("{TAG_PREFIX}{tag}"))
    }

    /// `(tag, reason and origin)`, by tag.
    pub fn tags(&self) -> impl Iterator<Item = (&str, &TraitValue)> {
        self.traits
            .iter()
            .filter_map(|(field, value)| field.strip_prefix(TAG_PREFIX).map(|tag| (tag, value)))
    }

    /// The addresses of a kind, oldest first.
    pub fn addresses(&self, kind: Kind) -> impl Iterator<Item = &Identity> {
        self.identities.iter().filter(move |identity| identity.kind() == kind)
    }
}
