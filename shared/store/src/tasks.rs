//! `tasks`: to-dos for people. Journeys and lead assignment append, lead-assign advances them.

use crate::{Sql, Statement, over_set};
use serde::{Deserialize, Serialize};
use tributary_core::identity::Identity;
use tributary_core::ids::{LeadId, TaskId};
use tributary_core::time::Timestamp;

/// The same task twice is one: its id is derived from what raised it.
pub const APPEND: Sql = Sql::new(
    "tasks.append",
    "INSERT INTO tasks (id, kind, title, identity, lead, owner, due_at, source, detail, state, \
       created_at) \
     SELECT value->>'id', value->>'kind', value->>'title', value->>'identity', value->>'lead', \
       value->>'owner', value->>'due_at', value->>'source', value->>'detail', 'open', \
       value->>'created_at' \
     FROM json_each(?1) WHERE true ON CONFLICT (id) DO NOTHING",
);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewTask {
    pub id: TaskId,
    /// `phone_care`, `follow_up_lead`, `assign_lead` …
    pub kind: String,
    pub title: String,
    /// Whom it is about.
    pub identity: Option<Identity>,
    pub lead: Option<LeadId>,
    /// The rep who is to do it; `None`: waits in the queue for somebody.
    pub owner: Option<String>,
    pub due_at: Option<Timestamp>,
    /// What raised it: `journey:<journey>/<step>`, `lead:<lead>`.
    pub source: String,
    /// More about it, as a JSON document in text.
    pub detail: String,
    pub created_at: Timestamp,
}

pub fn append(tasks: &[NewTask]) -> Vec<Statement> {
    over_set(&APPEND, tasks, &[])
}
