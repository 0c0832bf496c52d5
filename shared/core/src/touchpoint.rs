//! A touchpoint: one thing that happened, on one channel, as one row of the log.

use crate::identity::Identity;
use crate::ids::TouchpointId;
use crate::time::Timestamp;
use crate::vocabulary;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How often the suite may react to its own touchpoints before it calls a rule a loop.
pub const MAX_DEPTH: u32 = 8;

/// The channel name of what the suite itself did (`$message.sent` …).
pub const SUITE_CHANNEL: &str = "tributary";
/// The channel name of what people did in the console or over the API.
pub const CONSOLE_CHANNEL: &str = "console";

/// What a channel parsed out of a request, before it has an id and normal identities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The provider's own id of this delivery: constant over its retries. With channel and
    /// endpoint it becomes the touchpoint's id.
    pub delivery_id: String,
    pub name: String,
    /// When it happened. `None`: the channel does not say, so the time of arrival counts.
    pub occurred_at: Option<Timestamp>,
    /// As sent, not yet normal: `identity::normalize` has the last word.
    pub identifiers: Vec<RawIdentifier>,
    pub properties: Value,
    pub context: Value,
}

/// An identifier as a channel sent it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawIdentifier {
    pub kind: crate::identity::Kind,
    /// What the value is unique within: app id, shop, endpoint; empty for global kinds.
    pub scope: String,
    pub value: String,
}

impl RawIdentifier {
    pub fn new(kind: crate::identity::Kind, scope: &str, value: &str) -> RawIdentifier {
        RawIdentifier { kind, scope: scope.to_owned(), value: value.to_owned() }
    }
}

/// A row of the log. Never updated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Touchpoint {
    /// Position in the log; 0 while not yet appended.
    pub seq: i64,
    pub id: TouchpointId,
    pub channel: String,
    pub endpoint: String,
    pub name: String,
    pub occurred_at: Timestamp,
    pub received_at: Timestamp,
    /// Normal, distinct, strongest first. The first is the anchor: the touchpoint is recorded
    /// under it and never moves.
    pub identifiers: Vec<Identity>,
    pub properties: Value,
    pub context: Value,
    /// The touchpoint that made the suite produce this one.
    pub cause: Option<TouchpointId>,
    /// How many times the suite reacted to itself to get here; see [`MAX_DEPTH`].
    pub depth: u32,
}

impl Touchpoint {
    /// Gives a draft its id, its normal identities and its time.
    ///
    /// `occurred_at` never lies after `received_at`: a clock that runs ahead would otherwise win
    /// every last-write-wins for ever.
    pub fn accept(
        channel: &str,
        endpoint: &str,
        draft: Draft,
        phones: &impl crate::identity::Phones,
        received_at: Timestamp,
    ) -> Touchpoint {
        let id = TouchpointId::of_delivery(channel, endpoint, &draft.delivery_id);
        let occurred_at = draft.occurred_at.unwrap_or(received_at).min(received_at);
        let identifiers = crate::identity::normalize_all(&draft.identifiers, phones);
        let (name, context) = named(draft.name, &draft.properties, draft.context);
        Touchpoint {
            seq: 0,
            id,
            channel: channel.to_owned(),
            endpoint: endpoint.to_owned(),
            name,
            occurred_at,
            received_at,
            identifiers,
            properties: draft.properties,
            context,
            cause: None,
            depth: 0,
        }
    }

    /// The identity this touchpoint is recorded under.
    pub fn anchor(&self) -> Option<&Identity> {
        self.identifiers.first()
    }

    /// A fact the suite produced itself. `key` makes it unique: the same fact twice is one row.
    pub fn own(
        name: &str,
        key: &[&str],
        anchor: Option<Identity>,
        cause: Option<&Touchpoint>,
        properties: Value,
        now: Timestamp,
    ) -> Touchpoint {
        let mut parts = vec![SUITE_CHANNEL, name];
        parts.extend_from_slice(key);
        Touchpoint {
            seq: 0,
            id: TouchpointId::derive(&parts),
            channel: SUITE_CHANNEL.to_owned(),
            endpoint: String::new(),
            name: name.to_owned(),
            occurred_at: now,
            received_at: now,
            identifiers: anchor.into_iter().collect(),
            properties,
            context: Value::Object(Default::default()),
            cause: cause.map(|touchpoint| touchpoint.id.clone()),
            depth: cause.map_or(0, |touchpoint| touchpoint.depth.saturating_add(1)),
        }
    }
}

/// The vocabulary's name. What the sender called it stays as `context.sent_as`, and what it should
/// have said and did not is `context.lacks`.
fn named(sent: String, properties: &Value, mut context: Value) -> (String, Value) {
    let name = vocabulary::canonical(&sent).to_owned();
    let lacks = vocabulary::lacks(&name, properties);
    if let Value::Object(context) = &mut context {
        if name != sent {
            context.insert("sent_as".to_owned(), sent.into());
        }
        if let Some(property) = lacks {
            context.insert("lacks".to_owned(), property.into());
        }
    }
    (name, context)
}
