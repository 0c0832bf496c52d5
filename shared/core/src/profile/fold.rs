//! Folding what each identity says into what the profile says: the last write wins per field,
//! the strictest consent wins.

use crate::identity::Identity;
use crate::ids::TouchpointId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Tags are traits whose field starts so; their value is the reason, null when taken off.
pub const TAG_PREFIX: &str = "tag:";

/// A value with its origin: who said it, where and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TraitValue {
    pub value: Value,
    pub occurred_at: Timestamp,
    pub touchpoint: TouchpointId,
    pub channel: String,
    pub identity: Identity,
}

impl TraitValue {
    /// A person's correction outranks machines: what was typed in the console stands until
    /// somebody types again.
    fn rank(&self) -> (bool, Timestamp, &TouchpointId) {
        let human = self.channel == crate::touchpoint::CONSOLE_CHANNEL;
        (human, self.occurred_at, &self.touchpoint)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    Granted,
    /// Stricter than granted.
    Withdrawn,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentValue {
    pub medium: String,
    pub purpose: String,
    pub state: ConsentState,
    pub occurred_at: Timestamp,
    pub touchpoint: TouchpointId,
    pub identity: Identity,
}

/// The profile's value of each field. A field whose last value is null is gone.
pub fn fold_traits(
    values: impl IntoIterator<Item = (String, TraitValue)>,
) -> BTreeMap<String, TraitValue> {
    let mut folded: BTreeMap<String, TraitValue> = BTreeMap::new();
    for (field, value) in values {
        match folded.get(&field) {
            Some(standing) if standing.rank() >= value.rank() => {}
            _ => {
                folded.insert(field, value);
            }
        }
    }
    folded.retain(|_, value| !value.value.is_null());
    folded
}

/// Per medium and purpose the strictest of what the identities say; of equals the latest.
pub fn fold_consents(values: impl IntoIterator<Item = ConsentValue>) -> Vec<ConsentValue> {
    let mut folded: BTreeMap<(String, String), ConsentValue> = BTreeMap::new();
    for value in values {
        let key = (value.medium.clone(), value.purpose.clone());
        let rank = |one: &ConsentValue| (one.state, one.occurred_at, one.touchpoint.clone());
        match folded.get(&key) {
            Some(standing) if rank(standing) >= rank(&value) => {}
            _ => {
                folded.insert(key, value);
            }
        }
    }
    folded.into_values().collect()
}

/// What holds for a medium and purpose: a withdrawal for all media or all purposes (`*`) counts
/// too. `None`: the person never said.
pub fn strictest<'a>(
    consents: &'a [ConsentValue],
    medium: &str,
    purpose: &str,
) -> Option<&'a ConsentValue> {
    consents
        .iter()
        .filter(|one| one.medium == medium || one.medium == "*")
        .filter(|one| one.purpose == purpose || one.purpose == "*")
        .max_by_key(|one| (one.state, one.occurred_at))
}
