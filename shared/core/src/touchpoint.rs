//! A touchpoint: one thing that happened, on one channel, as one row of the log.

use crate::identity::{Identity, Normal, Rejected};
use crate::ids::TouchpointId;
use crate::time::{Moment, Timestamp};
use crate::{cart, money, payment, privacy, vocabulary};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How often the suite may react to its own touchpoints before it calls a rule a loop.
pub const MAX_DEPTH: u32 = 8;

/// The channel name of what the suite itself did (`$message.sent` …).
pub const SUITE_CHANNEL: &str = "tributary";
/// The channel name of what people did in the console or over the API.
pub const CONSOLE_CHANNEL: &str = "console";

/// Where a touchpoint's context keeps a time that could not be read.
pub const TIME_UNREADABLE: &str = "time_unreadable";

/// What a channel parsed out of a request, before it has an id and normal identities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The provider's own id of this delivery: constant over its retries. With channel and
    /// endpoint it becomes the touchpoint's id.
    pub delivery_id: String,
    pub name: String,
    /// When it happened. `None`: the channel does not say, so the time of arrival counts.
    pub occurred_at: Option<Moment>,
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
    /// ISO 3166 alpha-2: where the address beside it is. A telephone number that names no country is
    /// of that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl RawIdentifier {
    pub fn new(kind: crate::identity::Kind, scope: &str, value: &str) -> RawIdentifier {
        RawIdentifier { kind, scope: scope.to_owned(), value: value.to_owned(), country: None }
    }

    /// With the country of the address it stood beside, where there is one.
    pub fn in_country<'a>(mut self, country: impl Into<Option<&'a str>>) -> RawIdentifier {
        let country = country.into().map(str::trim).filter(|country| country.len() == 2);
        self.country = country.map(str::to_ascii_uppercase);
        self
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
    /// Gives a draft its id, its normal identities and its time. A time that cannot be read stays
    /// as `context.time_unreadable`, and the time of arrival counts.
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
        let (occurred_at, unreadable) = match draft.occurred_at.map(Moment::known) {
            None => (received_at, None),
            Some(Ok(at)) => (at.min(received_at), None),
            Some(Err(text)) => (received_at, Some(text)),
        };
        let Normal { identities: mut identifiers, rejected } =
            crate::identity::normalize_all(&draft.identifiers, phones);
        let (name, context) = named(draft.name, &draft.properties, draft.context);
        let mut context = with_rejected(context, rejected);
        let mut properties = draft.properties;
        let is_placed = name == "order.created" && properties.get(payment::PAYMENT).is_none();
        let paid = is_placed.then(|| payment::of_order(&properties)).flatten();
        if let (Some(paid), Value::Object(properties)) = (paid, &mut properties) {
            properties.insert(payment::PAYMENT.to_owned(), paid.into());
        }
        if let (Some(text), Value::Object(context)) = (unreadable, &mut context) {
            context.insert(TIME_UNREADABLE.to_owned(), text.into());
        }
        // A shop's request about somebody's data is no act of theirs, and makes nobody known.
        if let (true, Value::Object(context)) = (privacy::is_request(&name), &mut context) {
            let about: Vec<Value> =
                identifiers.drain(..).map(|identity| identity.key().into()).collect();
            context.insert(privacy::ABOUT.to_owned(), about.into());
        }
        Touchpoint {
            seq: 0,
            id,
            channel: channel.to_owned(),
            endpoint: endpoint.to_owned(),
            name,
            occurred_at,
            received_at,
            identifiers,
            properties,
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

/// The context's field for what was given as an identifier and identifies nobody.
pub const REJECTED: &str = "rejected_identifiers";

fn with_rejected(mut context: Value, rejected: Vec<Rejected>) -> Value {
    if let (Value::Object(context), false) = (&mut context, rejected.is_empty()) {
        let rejected: Vec<Value> = rejected.into_iter().map(Rejected::document).collect();
        context.insert(REJECTED.to_owned(), rejected.into());
    }
    context
}

/// The vocabulary's name. What the sender called it stays as `context.sent_as`, what it should have
/// said and did not is `context.lacks`, and consents that cannot be read are
/// `context.consents_refused`.
fn named(sent: String, properties: &Value, mut context: Value) -> (String, Value) {
    let name = match vocabulary::canonical(&sent) {
        cart::UPDATED if cart::says_empty(&sent, properties) => cart::EMPTIED,
        // An order that costs nothing is one, and nothing was paid.
        "order.paid" if money::is_nothing(properties) => "order.created",
        name => name,
    };
    let name = name.to_owned();
    let lacks = vocabulary::lacks(&name, properties);
    let refused = crate::consent::refused_consents(&name, properties, &context);
    if let Value::Object(context) = &mut context {
        if name != sent {
            context.insert("sent_as".to_owned(), sent.into());
        }
        if let Some(property) = lacks {
            context.insert("lacks".to_owned(), property.into());
        }
        if let Some(refused) = refused {
            context.insert("consents_refused".to_owned(), refused);
        }
    }
    (name, context)
}
