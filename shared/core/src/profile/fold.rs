//! Folding what each identity says into what the profile says: per field the highest rank wins,
//! of equals the last write.

use super::Rank;
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
    /// How much it counts against what others said.
    pub rank: Rank,
    pub identity: Identity,
}

impl TraitValue {
    /// What was typed in the console stands until somebody types again, what a person stated
    /// against what a shop or a chat shows.
    pub fn weight(&self) -> (Rank, i64, &TouchpointId) {
        (self.rank, self.rank.moment(self.occurred_at), &self.touchpoint)
    }
}

/// The profile's value of each field. A field whose last value is null is gone.
pub fn fold_traits(
    values: impl IntoIterator<Item = (String, TraitValue)>,
) -> BTreeMap<String, TraitValue> {
    let mut folded: BTreeMap<String, TraitValue> = BTreeMap::new();
    for (field, value) in values {
        match folded.get(&field) {
            Some(standing) if standing.weight() >= value.weight() => {}
            _ => {
                folded.insert(field, value);
            }
        }
    }
    folded.retain(|_, value| !value.value.is_null());
    folded
}
