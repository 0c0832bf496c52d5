//! Identities: what a person can be recognised by, and how identities become profiles.

mod clean;
mod email;
mod kinds;
mod normalize;
mod partition;
mod phone_tables;
mod phone_text;
mod phones;

pub use kinds::{Class, KINDS, Kind, KindRule};
pub use normalize::{
    Normal, Rejected, RejectedIdentifier, normalize, normalize_all, written_phones,
};
pub use partition::{Component, Edge, EdgeKey, Refusal, Verdict, partition};
pub use phone_tables::PhoneTables;
pub use phones::{KnownPhones, PhoneNumber, Phones, WrittenPhone};

use serde::{Deserialize, Serialize};
use std::fmt;

/// A normal identity as its canonical key: `kind:value`, or `kind@scope:value` where the value is
/// unique only within a scope. The key is what every table stores.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Identity(String);

impl Identity {
    /// From parts that are normal already; see [`normalize`].
    pub(crate) fn from_normal(kind: Kind, scope: &str, value: &str) -> Identity {
        if scope.is_empty() {
            return Identity(format!("{}:{value}", kind.id()));
        }
        // A colon ends the scope, so a scope may not hold one.
        let scope = scope.replace('%', "%25").replace(':', "%3A");
        Identity(format!("{}@{scope}:{value}", kind.id()))
    }

    /// Reads a canonical key back. `None` when the kind is unknown or the value is empty.
    pub fn parse(key: &str) -> Option<Identity> {
        let (head, value) = key.split_once(':')?;
        let kind = head.split('@').next().unwrap_or(head);
        Kind::parse(kind)?;
        (!value.is_empty()).then(|| Identity(key.to_owned()))
    }

    pub fn key(&self) -> &str {
        &self.0
    }

    fn head(&self) -> &str {
        self.0.split_once(':').map_or(self.0.as_str(), |(head, _)| head)
    }

    pub fn kind(&self) -> Kind {
        let head = self.head();
        Kind::parse(head.split('@').next().unwrap_or(head)).unwrap_or(Kind::Ip)
    }

    /// What seeing it together with another proves: see [`Class`].
    pub fn class(&self) -> Class {
        normalize::class_of(self)
    }

    pub fn scope(&self) -> String {
        let scope = self.head().split_once('@').map_or("", |(_, scope)| scope);
        scope.replace("%3A", ":").replace("%25", "%")
    }

    pub fn value(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, value)| value)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
