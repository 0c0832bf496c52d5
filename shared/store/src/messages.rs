//! `messages`: the outbox. Journeys and lead assignment append, message-send advances.

use crate::{Sql, Statement, over_set};
use serde::{Deserialize, Serialize};
use tributary_core::identity::Identity;
use tributary_core::ids::{MessageId, TouchpointId};
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
