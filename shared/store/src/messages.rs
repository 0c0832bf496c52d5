//! `messages`: the outbox. Journeys and lead assignment append, message-send advances.

mod listed;

pub use listed::{LIST_OF_OWNERS, Listing, To, list};

use crate::scope::hands;
use crate::{Param, Scope, Sql, Statement, over_set};
use serde::{Deserialize, Serialize};
use tributary_core::identity::Identity;
use tributary_core::ids::{MessageId, ProfileId, TouchpointId};
use tributary_core::time::Timestamp;

/// The same message twice is one: its id is derived from run, step and visit.
pub const APPEND: Sql = Sql::new(
    "messages.append",
    "INSERT INTO messages (id, journey, run, step, entry_key, identity, recipient, media, \
       purpose, content, gate, cause, depth, status, reason, due_at, created_at, updated_at) \
     SELECT value->>'id', value->>'journey', value->>'run', value->>'step', value->>'entry_key', \
       value->>'identity', value->>'recipient', value->>'media', value->>'purpose', \
       value->>'content', value->>'gate', value->>'cause', value->>'depth', 'queued', '', \
       value->>'due_at', value->>'created_at', value->>'created_at' \
     FROM json_each(?1) WHERE true ON CONFLICT (id) DO NOTHING",
);

/// The `journey` of the links that people sign in with. What they say is nobody else's business.
pub const SIGN_IN: &str = "sign-in";

/// A message for the outbox. Text columns that hold JSON are named so in their comments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewMessage {
    pub id: MessageId,
    /// The journey, or `lead-assign` for notices to staff.
    pub journey: String,
    pub run: Option<String>,
    pub step: String,
    /// What the journey's run is about (a cart); empty where it is about the person.
    pub entry_key: String,
    /// Whom it goes to, by the run's anchor identity: the address is chosen when it is sent.
    /// `None` for a message to staff, which has a `recipient`.
    pub identity: Option<Identity>,
    /// JSON `{"medium": address}` of a fixed recipient (staff); `None`: from the profile.
    pub recipient: Option<String>,
    /// JSON array of media in order of preference: `["sms","push"]`.
    pub media: String,
    /// `marketing`, `transactional`, `staff`.
    pub purpose: String,
    /// JSON: templates per medium and the data to fill them.
    pub content: String,
    /// JSON: what the gate checks again at the moment of sending (the journey's goal, `unless`).
    pub gate: String,
    pub cause: Option<TouchpointId>,
    pub depth: u32,
    pub due_at: Timestamp,
    pub created_at: Timestamp,
}

pub fn append(messages: &[NewMessage]) -> Vec<Statement> {
    over_set(&APPEND, messages, &[])
}

/// What is to be looked at, the longest overdue first: new ones, tries, and sends whose lease ran
/// out.
pub const DUE: Sql = Sql::new(
    "messages.due",
    "SELECT m.id, m.journey, m.run, m.step, m.entry_key, m.identity, m.recipient, m.media, \
       m.purpose, m.content, m.gate, m.cause, m.depth, m.status, m.reason, m.due_at, m.attempts, \
       m.medium, m.address, m.provider, m.provider_ref, m.rendered, m.created_at, m.updated_at, \
       i.profile \
     FROM messages m LEFT JOIN identities i ON i.identity = m.identity \
     WHERE m.status IN ('queued', 'sending') AND m.due_at <= ?1 ORDER BY m.due_at LIMIT ?2",
);

pub const NEXT_DUE: Sql = Sql::scanning(
    "messages.next_due",
    "the first entry of the index of what is due",
    "SELECT due_at FROM messages WHERE status IN ('queued', 'sending') ORDER BY due_at LIMIT 1",
);

/// What these people (`?1`) got from these journeys (`?2`), or are about to get. `CROSS JOIN` keeps
/// the order: a journey has many more messages than a person.
pub const STANDING: Sql = Sql::new(
    "messages.standing",
    "SELECT i.profile, m.id, m.run, m.journey, m.step, m.entry_key, m.created_at \
     FROM json_each(?1) p CROSS JOIN identities i ON i.profile = p.value \
     CROSS JOIN messages m ON m.identity = i.identity \
     WHERE m.status IN ('sending', 'sent', 'unknown') \
       AND m.journey IN (SELECT value FROM json_each(?2))",
);

/// Moves messages that still are where they were read. Returns those it moved.
pub const CHANGE: Sql = Sql::new(
    "messages.change",
    "UPDATE messages SET status = x.status, reason = x.reason, due_at = x.due_at, \
       attempts = x.attempts, medium = x.medium, address = x.address, provider = x.provider, \
       provider_ref = x.provider_ref, rendered = x.rendered, updated_at = x.updated_at \
     FROM (SELECT value->>'id' AS id, value->>'was_status' AS was_status, \
         value->>'was_attempts' AS was_attempts, value->>'status' AS status, \
         value->>'reason' AS reason, value->>'due_at' AS due_at, value->>'attempts' AS attempts, \
         value->>'medium' AS medium, value->>'address' AS address, \
         value->>'provider' AS provider, value->>'provider_ref' AS provider_ref, \
         value->>'rendered' AS rendered, value->>'updated_at' AS updated_at \
       FROM json_each(?1)) x \
     WHERE messages.id = x.id AND messages.status = x.was_status \
       AND messages.attempts = x.was_attempts RETURNING messages.id",
);

pub const RECORD: Sql = Sql::new(
    "deliveries.record",
    "INSERT INTO deliveries (message, n, at, kind, verdict, reason, detail) \
     SELECT value->>'message', \
       (SELECT coalesce(max(d.n), 0) + 1 FROM deliveries d WHERE d.message = value->>'message'), \
       value->>'at', value->>'kind', value->>'verdict', value->>'reason', value->>'detail' \
     FROM json_each(?1)",
);

/// Refuses the batch when after `?2` a touchpoint of these names (`?3`) by one of these identities
/// (`?4`) became durable: what the gate decided would be out of date.
pub const HOLD: Sql = Sql::new(
    "messages.hold",
    "UPDATE consumers SET ok = NOT EXISTS (SELECT 1 FROM touchpoints t WHERE t.seq > ?2 \
       AND t.name IN (SELECT value FROM json_each(?3)) \
       AND EXISTS (SELECT 1 FROM json_each(t.identifiers) j \
         WHERE j.value IN (SELECT value FROM json_each(?4)))) WHERE name = ?1",
);

/// Touchpoints after `?1` of these names (`?2`) by one of these identities (`?3`).
pub const TAIL: Sql = Sql::new(
    "messages.tail",
    "SELECT t.seq, t.id, t.channel, t.endpoint, t.name, t.occurred_at, t.received_at, \
       t.identifiers, t.properties, t.context, t.cause, t.depth, NULL AS profile \
     FROM touchpoints t WHERE t.seq > ?1 AND t.name IN (SELECT value FROM json_each(?2)) \
       AND EXISTS (SELECT 1 FROM json_each(t.identifiers) j \
         WHERE j.value IN (SELECT value FROM json_each(?3))) ORDER BY t.seq LIMIT ?4",
);

pub const LIST: Sql = Sql::new(
    "messages.list",
    "SELECT m.id, m.journey, m.run, m.step, m.entry_key, m.identity, m.recipient, m.media, \
       m.purpose, m.content, m.gate, m.cause, m.depth, m.status, m.reason, m.due_at, m.attempts, \
       m.medium, m.address, m.provider, m.provider_ref, m.rendered, m.created_at, m.updated_at, \
       i.profile \
     FROM messages m LEFT JOIN identities i ON i.identity = m.identity \
     WHERE (m.created_at, m.id) < (?1, ?2) AND (?3 IS NULL OR m.status = ?3) \
       AND (?7 IS NULL OR m.purpose <> 'staff') \
     ORDER BY m.created_at DESC, m.id DESC LIMIT ?4",
);

/// Notices to the company's own people: few among many, so they have an index of their own.
pub const LIST_TO_STAFF: Sql = Sql::new(
    "messages.list_to_staff",
    "SELECT m.id, m.journey, m.run, m.step, m.entry_key, m.identity, m.recipient, m.media, \
       m.purpose, m.content, m.gate, m.cause, m.depth, m.status, m.reason, m.due_at, m.attempts, \
       m.medium, m.address, m.provider, m.provider_ref, m.rendered, m.created_at, m.updated_at, \
       i.profile \
     FROM messages m LEFT JOIN identities i ON i.identity = m.identity \
     WHERE m.purpose = 'staff' AND (m.created_at, m.id) < (?1, ?2) \
       AND (?3 IS NULL OR m.status = ?3) AND (?5 IS NULL OR m.journey = ?5) \
     ORDER BY m.created_at DESC, m.id DESC LIMIT ?4",
);

/// Those that ended otherwise than by being sent: few among many, so they have an index of their own.
pub const LIST_OF_END: Sql = Sql::new(
    "messages.list_of_end",
    "SELECT m.id, m.journey, m.run, m.step, m.entry_key, m.identity, m.recipient, m.media, \
       m.purpose, m.content, m.gate, m.cause, m.depth, m.status, m.reason, m.due_at, m.attempts, \
       m.medium, m.address, m.provider, m.provider_ref, m.rendered, m.created_at, m.updated_at, \
       i.profile \
     FROM messages m LEFT JOIN identities i ON i.identity = m.identity \
     WHERE m.status = ?3 AND m.status IN ('skipped', 'failed', 'unknown') \
       AND (m.created_at, m.id) < (?1, ?2) AND (?5 IS NULL OR m.journey = ?5) \
       AND (?7 IS NULL OR m.purpose <> 'staff') \
     ORDER BY m.created_at DESC, m.id DESC LIMIT ?4",
);

pub const LIST_WAITING: Sql = Sql::scanning(
    "messages.list_waiting",
    "the index holds what still waits, nothing else",
    "SELECT m.id, m.journey, m.run, m.step, m.entry_key, m.identity, m.recipient, m.media, \
       m.purpose, m.content, m.gate, m.cause, m.depth, m.status, m.reason, m.due_at, m.attempts, \
       m.medium, m.address, m.provider, m.provider_ref, m.rendered, m.created_at, m.updated_at, \
       i.profile \
     FROM messages m INDEXED BY messages_due LEFT JOIN identities i ON i.identity = m.identity \
     WHERE m.status = ?3 AND m.status IN ('queued', 'sending') \
       AND (m.created_at, m.id) < (?1, ?2) AND (?5 IS NULL OR m.journey = ?5) \
       AND (?7 IS NULL OR m.purpose <> 'staff') \
     ORDER BY m.created_at DESC, m.id DESC LIMIT ?4",
);

pub const LIST_OF_JOURNEY: Sql = Sql::new(
    "messages.list_of_journey",
    "SELECT m.id, m.journey, m.run, m.step, m.entry_key, m.identity, m.recipient, m.media, \
       m.purpose, m.content, m.gate, m.cause, m.depth, m.status, m.reason, m.due_at, m.attempts, \
       m.medium, m.address, m.provider, m.provider_ref, m.rendered, m.created_at, m.updated_at, \
       i.profile \
     FROM messages m LEFT JOIN identities i ON i.identity = m.identity \
     WHERE (m.created_at, m.id) < (?1, ?2) AND (?3 IS NULL OR m.status = ?3) AND m.journey = ?5 \
       AND (?7 IS NULL OR m.purpose <> 'staff') \
     ORDER BY m.created_at DESC, m.id DESC LIMIT ?4",
);

pub const LIST_OF_PROFILE: Sql = Sql::new(
    "messages.list_of_profile",
    "SELECT m.id, m.journey, m.run, m.step, m.entry_key, m.identity, m.recipient, m.media, \
       m.purpose, m.content, m.gate, m.cause, m.depth, m.status, m.reason, m.due_at, m.attempts, \
       m.medium, m.address, m.provider, m.provider_ref, m.rendered, m.created_at, m.updated_at, \
       i.profile \
     FROM identities i CROSS JOIN messages m ON m.identity = i.identity \
     WHERE (m.created_at, m.id) < (?1, ?2) AND (?3 IS NULL OR m.status = ?3) AND i.profile = ?6 \
       AND (?5 IS NULL OR m.journey = ?5) \
       AND (?7 IS NULL OR m.purpose <> 'staff') \
     ORDER BY m.created_at DESC, m.id DESC LIMIT ?4",
);

pub const GET: Sql = Sql::new(
    "messages.get",
    concat!(
        "SELECT m.id, m.journey, m.run, m.step, m.entry_key, m.identity, m.recipient, m.media, \
       m.purpose, m.content, m.gate, m.cause, m.depth, m.status, m.reason, m.due_at, m.attempts, \
       m.medium, m.address, m.provider, m.provider_ref, m.rendered, m.created_at, m.updated_at, \
       i.profile \
     FROM messages m LEFT JOIN identities i ON i.identity = m.identity \
     WHERE m.id = ?1 AND (?2 IS NULL OR i.profile IN (",
        hands!("?2"),
        "))"
    ),
);

pub const DELIVERIES: Sql = Sql::new(
    "deliveries.of",
    "SELECT d.message, d.n, d.at, d.kind, d.verdict, d.reason, d.detail \
     FROM json_each(?1) m JOIN deliveries d ON d.message = m.value ORDER BY d.message, d.n",
);

/// A message as stored, with the profile its identity belongs to at the time of reading.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub journey: String,
    pub run: Option<String>,
    pub step: String,
    pub entry_key: String,
    pub identity: Option<Identity>,
    pub recipient: Option<String>,
    pub media: String,
    pub purpose: String,
    pub content: String,
    pub gate: String,
    pub cause: Option<TouchpointId>,
    pub depth: u32,
    pub status: String,
    pub reason: String,
    pub due_at: Timestamp,
    pub attempts: i64,
    pub medium: Option<String>,
    pub address: Option<String>,
    /// `channel/endpoint`, or `mailbox`.
    pub provider: Option<String>,
    pub provider_ref: Option<String>,
    /// JSON of what was sent.
    pub rendered: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub profile: Option<ProfileId>,
}

/// Where a message moves, and where it must still be for that.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    pub id: MessageId,
    pub was_status: String,
    pub was_attempts: i64,
    pub status: &'static str,
    pub reason: String,
    pub due_at: Timestamp,
    pub attempts: i64,
    pub medium: Option<String>,
    pub address: Option<String>,
    pub provider: Option<String>,
    pub provider_ref: Option<String>,
    pub rendered: Option<String>,
    pub updated_at: Timestamp,
}

impl Change {
    /// To another status, everything else as it is.
    pub fn of(message: &Message, status: &'static str, reason: &str, now: Timestamp) -> Change {
        Change {
            id: message.id.clone(),
            was_status: message.status.clone(),
            was_attempts: message.attempts,
            status,
            reason: reason.to_owned(),
            due_at: message.due_at,
            attempts: message.attempts,
            medium: message.medium.clone(),
            address: message.address.clone(),
            provider: message.provider.clone(),
            provider_ref: message.provider_ref.clone(),
            rendered: message.rendered.clone(),
            updated_at: now,
        }
    }
}

/// A verdict of the gate or an answer of a provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    pub message: MessageId,
    /// Given when written.
    #[serde(default)]
    pub n: i64,
    pub at: Timestamp,
    /// `gate`, `provider`
    pub kind: String,
    pub verdict: String,
    pub reason: String,
    pub detail: String,
}

fn set<T: Serialize>(items: &[T]) -> Param {
    Param::Text(serde_json::to_string(items).unwrap_or_else(|_| "[]".to_owned()))
}

pub fn due(now: Timestamp, limit: i64) -> Statement {
    DUE.with(vec![Param::Int(now.0), Param::Int(limit)])
}

pub fn next_due() -> Statement {
    NEXT_DUE.with(Vec::new())
}

pub fn standing(profiles: &[ProfileId], journeys: &[String]) -> Statement {
    STANDING.with(vec![set(profiles), set(journeys)])
}

pub fn change(changes: &[Change]) -> Vec<Statement> {
    over_set(&CHANGE, changes, &[])
}

pub fn record(deliveries: &[Delivery]) -> Vec<Statement> {
    over_set(&RECORD, deliveries, &[])
}

pub fn hold(consumer: &str, head: i64, names: &[String], identities: &[Identity]) -> Statement {
    HOLD.with(vec![consumer.into(), Param::Int(head), set(names), set(identities)])
}

pub fn tail(after: i64, names: &[String], identities: &[Identity], limit: i64) -> Statement {
    TAIL.with(vec![Param::Int(after), set(names), set(identities), Param::Int(limit)])
}

pub fn get(id: &str, scope: &Scope) -> Statement {
    GET.with(vec![id.into(), scope.param()])
}

pub fn deliveries(messages: &[MessageId]) -> Statement {
    DELIVERIES.with(vec![set(messages)])
}
