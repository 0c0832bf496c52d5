//! `tasks`: to-dos for people. Journeys and lead assignment append, lead-assign advances them.

use crate::{Answer, DbError, Param, Scope, Sql, Statement, over_set};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tributary_core::identity::Identity;
use tributary_core::ids::{LeadId, ProfileId, TaskId};
use tributary_core::time::Timestamp;

pub const STATEMENTS: &[&Sql] =
    &[&APPEND, &SETTLE, &SET_STATE, &GET, &LIST, &LIST_ENDED, &LIST_OF_PROFILE, &COUNT, &OF_LEAD];

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

/// `?1`: `[{"identity", "lead", "kind"}]`: the open tasks of that kind about these leads.
pub const SETTLE: Sql = Sql::new(
    "tasks.settle",
    "UPDATE tasks SET state = ?2 WHERE state = 'open' \
     AND identity IN (SELECT value->>'identity' FROM json_each(?1)) \
     AND (lead, kind) IN (SELECT value->>'lead', value->>'kind' FROM json_each(?1))",
);

pub const SET_STATE: Sql = Sql::new("tasks.set_state", "UPDATE tasks SET state = ?2 WHERE id = ?1");

pub const GET: Sql = Sql::new(
    "tasks.get",
    "SELECT t.*, i.profile FROM tasks t LEFT JOIN identities i ON i.identity = t.identity \
     WHERE t.id = ?1 AND (?2 IS NULL OR t.owner IN (SELECT value FROM json_each(?2)))",
);

/// What a task without a time is due at: after every other. The index says the same number.
const NO_TIME: i64 = 9_007_199_254_740_991;

/// The most urgent first, by owner and state where given.
pub const LIST: Sql = Sql::new(
    "tasks.list",
    "SELECT t.*, i.profile FROM tasks t LEFT JOIN identities i ON i.identity = t.identity \
     WHERE (coalesce(t.due_at, 9007199254740991), t.id) > (?1, ?2) \
       AND (?3 IS NULL OR t.owner = ?3) \
       AND (?4 IS NULL OR t.state = ?4) AND (?5 IS NULL OR t.kind = ?5) \
       AND (?7 IS NULL OR t.owner IN (SELECT value FROM json_each(?7))) \
     ORDER BY coalesce(t.due_at, 9007199254740991), t.id LIMIT ?6",
);

/// As `LIST` the other way round: of what is done or canceled the latest is looked for.
pub const LIST_ENDED: Sql = Sql::new(
    "tasks.list_ended",
    "SELECT t.*, i.profile FROM tasks t LEFT JOIN identities i ON i.identity = t.identity \
     WHERE (coalesce(t.due_at, 9007199254740991), t.id) < (?1, ?2) \
       AND (?3 IS NULL OR t.owner = ?3) \
       AND (?4 IS NULL OR t.state = ?4) AND (?5 IS NULL OR t.kind = ?5) \
       AND (?7 IS NULL OR t.owner IN (SELECT value FROM json_each(?7))) \
     ORDER BY coalesce(t.due_at, 9007199254740991) DESC, t.id DESC LIMIT ?6",
);

/// As `LIST`, about one profile: few, found by its identities.
pub const LIST_OF_PROFILE: Sql = Sql::new(
    "tasks.list_of_profile",
    "SELECT t.*, i.profile FROM identities i JOIN tasks t ON t.identity = i.identity \
     WHERE i.profile = ?8 AND (coalesce(t.due_at, 9007199254740991), t.id) > (?1, ?2) \
       AND (?3 IS NULL OR t.owner = ?3) \
       AND (?4 IS NULL OR t.state = ?4) AND (?5 IS NULL OR t.kind = ?5) \
       AND (?7 IS NULL OR t.owner IN (SELECT value FROM json_each(?7))) \
     ORDER BY coalesce(t.due_at, 9007199254740991), t.id LIMIT ?6",
);

pub const COUNT: Sql = Sql::scanning(
    "tasks.count",
    "tasks are for people to do: thousands, asked for by a person",
    "SELECT count(*) AS total FROM tasks WHERE (?1 IS NULL OR owner = ?1) \
       AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR kind = ?3) \
       AND (?4 IS NULL OR owner IN (SELECT value FROM json_each(?4))) \
       AND (?5 IS NULL OR identity IN (SELECT identity FROM identities WHERE profile = ?5))",
);

/// Tasks about a lead are recorded under the lead's identity. Oldest first.
pub const OF_LEAD: Sql = Sql::new(
    "tasks.of_lead",
    "SELECT t.*, i.profile FROM tasks t LEFT JOIN identities i ON i.identity = t.identity \
     WHERE t.identity = ?1 AND t.lead = ?2 ORDER BY t.created_at, t.id",
);

/// As the API shows it; times are milliseconds UTC.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Task {
    pub id: TaskId,
    pub kind: String,
    pub title: String,
    pub identity: Option<Identity>,
    pub profile: Option<ProfileId>,
    pub lead: Option<LeadId>,
    pub owner: Option<String>,
    pub due_at: Option<Timestamp>,
    pub source: String,
    pub detail: Value,
    /// `open`, `done`, `canceled`.
    pub state: String,
    pub created_at: Timestamp,
}

/// The open tasks of one kind about a lead.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct About {
    pub identity: Identity,
    pub lead: LeadId,
    pub kind: &'static str,
}

/// Settles before it appends: a new task of the same kind is not settled with the old ones.
pub fn settle(about: &[About], state: &str) -> Vec<Statement> {
    over_set(&SETTLE, about, &[state.into()])
}

pub fn set_state(id: &TaskId, state: &str) -> Statement {
    SET_STATE.with(vec![id.as_str().into(), state.into()])
}

pub fn get(id: &str, scope: &Scope) -> Statement {
    GET.with(vec![id.into(), scope.param()])
}

/// Which tasks a list is about.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub owner: Option<String>,
    pub state: Option<String>,
    pub kind: Option<String>,
    pub profile: Option<String>,
    pub scope: Scope,
}

impl Wanted {
    /// Whether the list goes back in time: only what is over, and of everybody.
    pub fn is_ended(&self) -> bool {
        self.profile.is_none() && matches!(self.state.as_deref(), Some("done" | "canceled"))
    }
}

impl Task {
    /// Where the task stands in a list.
    pub fn place(&self) -> i64 {
        self.due_at.map_or(NO_TIME, |at| at.0)
    }
}

/// `after`: the place and id of the last one on the page before.
pub fn list(wanted: &Wanted, after: (i64, &str), limit: i64) -> Statement {
    let mut params = vec![
        Param::Int(after.0),
        after.1.into(),
        wanted.owner.clone().into(),
        wanted.state.clone().into(),
        wanted.kind.clone().into(),
        Param::Int(limit),
        wanted.scope.param(),
    ];
    match &wanted.profile {
        None if wanted.is_ended() => LIST_ENDED.with(params),
        None => LIST.with(params),
        Some(profile) => {
            params.push(profile.as_str().into());
            LIST_OF_PROFILE.with(params)
        }
    }
}

pub fn count(wanted: &Wanted) -> Statement {
    COUNT.with(vec![
        wanted.owner.clone().into(),
        wanted.state.clone().into(),
        wanted.kind.clone().into(),
        wanted.scope.param(),
        wanted.profile.clone().into(),
    ])
}

pub fn of_lead(identity: &Identity, lead: &LeadId) -> Statement {
    OF_LEAD.with(vec![identity.key().into(), lead.as_str().into()])
}

pub fn decode(answer: &Answer) -> Result<Vec<Task>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        id: TaskId,
        kind: String,
        title: String,
        identity: Option<Identity>,
        profile: Option<ProfileId>,
        lead: Option<LeadId>,
        owner: Option<String>,
        due_at: Option<Timestamp>,
        source: String,
        detail: String,
        state: String,
        created_at: Timestamp,
    }
    let task = |row: Row| {
        Ok(Task {
            detail: crate::facts::parse(&row.detail)?,
            id: row.id,
            kind: row.kind,
            title: row.title,
            identity: row.identity,
            profile: row.profile,
            lead: row.lead,
            owner: row.owner,
            due_at: row.due_at,
            source: row.source,
            state: row.state,
            created_at: row.created_at,
        })
    };
    answer.decode::<Row>()?.into_iter().map(task).collect()
}
