//! Consent: what a touchpoint says about it, under which names it is kept, and which statement
//! counts.
//!
//! What a channel hands over: a touchpoint `consent.updated` with `{"medium", "purpose", "state"}`,
//! or a list of them as `consents` in the properties of `consent.updated`, `$identify`,
//! `customer.created` and `customer.updated`, or in the context of any touchpoint:
//! `[{"medium", "purpose", "state", "at", "by"}]`. `at` is when the person said it, `by` who
//! reports it. See [`consents_of`].

mod counted;
mod reply;
mod statements;
mod words;

pub use counted::{counted, fold_consents};
pub use reply::{Reply, read_reply};
pub use statements::{CONSENT_NAMES, CONSENT_UPDATED, Statement, consents_of, refused_consents};
pub use words::{Read, medium, purpose, state};

use crate::identity::Identity;
use crate::ids::TouchpointId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    Granted,
    Withdrawn,
}

/// Where a statement comes from: it decides what a grant can undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsentSource {
    /// The person's own act.
    Person,
    /// A "YES": it takes a withdrawal back and says nothing where there is none.
    Answer,
    /// What another says of the person: an import, a colleague, a list that a machine copies.
    Copy,
}

/// A statement as it is kept: per identity the latest of each medium, purpose, state and source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentValue {
    /// `*`: all media.
    pub medium: String,
    /// `*`: all purposes.
    pub purpose: String,
    pub state: ConsentState,
    pub source: ConsentSource,
    pub occurred_at: Timestamp,
    pub touchpoint: TouchpointId,
    pub identity: Identity,
}

/// As the gate's verdict names the statement that counted.
impl fmt::Display for ConsentValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            ConsentState::Granted => "granted",
            ConsentState::Withdrawn => "withdrawn",
        };
        let ConsentValue { medium, purpose, occurred_at, touchpoint, .. } = self;
        let touchpoint = touchpoint.as_str();
        write!(f, "consent {state}: {medium}, {purpose}, {occurred_at}, {touchpoint}")
    }
}

#[cfg(test)]
mod tests;
