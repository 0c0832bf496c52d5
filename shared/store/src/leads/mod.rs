//! `leads`: who is ready for sales, and in whose hands. Beside it, in files of their own, what
//! hangs on a lead.

pub mod evidence;
pub mod opportunities;
pub mod scores;

use crate::facts::parse;
use crate::{Answer, DbError, Param, Sql, Statement, as_set, over_set};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tributary_core::identity::Identity;
use tributary_core::ids::{AssignmentId, LeadId, ProfileId, TouchpointId};
use tributary_core::lead::{LeadState, LeadView, Needs, RepId, Stage};
use tributary_core::time::Timestamp;

pub const STATEMENTS: &[&Sql] = &[
    &INSERT,
    &SAVE,
    &OF_PROFILES,
    &GET,
    &LIST,
    &LIST_OF_PROFILE,
    &COUNT,
    &QUEUED,
    &ASSIGNED,
    &ASSIGNMENTS,
    &opportunities::INSERT,
    &opportunities::FOLLOW,
    &opportunities::LIST,
    &opportunities::COUNT,
    &opportunities::OF_LEAD,
    &scores::ADD,
    &scores::OF_PROFILES,
    &evidence::EVENTS,
    &evidence::EARLIEST,
    &evidence::FOR_ANSWERS,
    &evidence::MAILS,
];

/// An identity has one lead an episode: a second one would refuse the batch.
pub const INSERT: Sql = Sql::new(
    "leads.insert",
    "INSERT INTO leads (id, identity, episode, state, reason, places, product_line, owner, cause, \
       created_at, updated_at, assigned_at) \
     SELECT value->>'id', value->>'identity', value->>'episode', value->>'state', \
       value->>'reason', value->>'places', value->>'product_line', value->>'owner', value->>'cause', \
       value->>'created_at', value->>'created_at', value->>'assigned_at' \
     FROM json_each(?1)",
);

/// Writes what may change. Behind the consumer's fence, so nothing is overwritten unseen.
pub const SAVE: Sql = Sql::new(
    "leads.save",
    "UPDATE leads SET state = v.value->>'state', owner = v.value->>'owner', \
       merged_into = v.value->>'merged_into', \
       state_before_merge = v.value->>'state_before_merge', note = v.value->>'note', \
       updated_at = v.value->>'updated_at', assigned_at = v.value->>'assigned_at', \
       accepted_at = v.value->>'accepted_at' \
     FROM json_each(?1) v WHERE leads.id = v.value->>'id'",
);

pub const OF_PROFILES: Sql = Sql::new(
    "leads.of_profiles",
    "SELECT l.*, i.profile FROM json_each(?1) p JOIN identities i ON i.profile = p.value \
     JOIN leads l ON l.identity = i.identity ORDER BY l.created_at, l.id",
);

pub const GET: Sql = Sql::new(
    "leads.get",
    "SELECT l.*, i.profile FROM leads l LEFT JOIN identities i ON i.identity = l.identity \
     WHERE l.id = ?1",
);

/// Newest first, by state and owner where given.
pub const LIST: Sql = Sql::new(
    "leads.list",
    "SELECT l.*, i.profile FROM leads l LEFT JOIN identities i ON i.identity = l.identity \
     WHERE (l.created_at, l.id) < (?1, ?2) AND (?3 IS NULL OR l.state = ?3) \
       AND (?4 IS NULL OR l.owner = ?4) \
       AND (?6 IS NULL OR l.owner IN (SELECT value FROM json_each(?6))) \
     ORDER BY l.created_at DESC, l.id DESC LIMIT ?5",
);

/// As `LIST`, of one profile: few, found by its identities.
pub const LIST_OF_PROFILE: Sql = Sql::new(
    "leads.list_of_profile",
    "SELECT l.*, i.profile FROM identities i JOIN leads l ON l.identity = i.identity \
     WHERE i.profile = ?7 AND (l.created_at, l.id) < (?1, ?2) AND (?3 IS NULL OR l.state = ?3) \
       AND (?4 IS NULL OR l.owner = ?4) \
       AND (?6 IS NULL OR l.owner IN (SELECT value FROM json_each(?6))) \
     ORDER BY l.created_at DESC, l.id DESC LIMIT ?5",
);

pub const COUNT: Sql = Sql::scanning(
    "leads.count",
    "leads are the people sales talks to: thousands, asked for by a person",
    "SELECT count(*) AS total FROM leads \
     WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR owner = ?2) \
       AND (?3 IS NULL OR owner IN (SELECT value FROM json_each(?3))) \
       AND (?4 IS NULL OR identity IN (SELECT identity FROM identities WHERE profile = ?4))",
);

/// The queue, oldest first, after `(?1, ?2)`.
pub const QUEUED: Sql = Sql::new(
    "leads.queued",
    "SELECT l.*, i.profile FROM leads l LEFT JOIN identities i ON i.identity = l.identity \
     WHERE l.state = 'queued' AND (l.created_at, l.id) > (?1, ?2) \
     ORDER BY l.created_at, l.id LIMIT ?3",
);

pub const ASSIGNED: Sql = Sql::new(
    "assignments.insert",
    "INSERT INTO assignments (lead, n, id, at, rep, explanation) \
     SELECT value->>'lead', \
       (SELECT coalesce(max(a.n), 0) + 1 FROM assignments a WHERE a.lead = value->>'lead'), \
       value->>'id', value->>'at', value->>'rep', value->>'explanation' \
     FROM json_each(?1)",
);

/// Of one lead, in order: the last one holds.
pub const ASSIGNMENTS: Sql = Sql::new(
    "assignments.of_lead",
    "SELECT lead, at, id, rep, explanation FROM assignments WHERE lead = ?1 ORDER BY n",
);

#[derive(Clone, Debug, PartialEq)]
pub struct Lead {
    pub id: LeadId,
    pub identity: Identity,
    /// 1, 2, 3 …: how many times the person became a lead by then.
    pub episode: u32,
    /// The profile its identity belongs to now; `None` only if the identity is gone.
    pub profile: Option<ProfileId>,
    pub state: LeadState,
    /// `{"threshold": points, "score": Score}` when it became one.
    pub reason: Value,
    pub needs: Needs,
    pub owner: Option<RepId>,
    pub merged_into: Option<LeadId>,
    pub state_before_merge: Option<LeadState>,
    pub note: Option<String>,
    pub cause: Option<TouchpointId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub assigned_at: Option<Timestamp>,
    pub accepted_at: Option<Timestamp>,
}

impl Lead {
    pub fn view(&self) -> LeadView {
        LeadView {
            id: self.id.clone(),
            state: self.state,
            owner: self.owner.clone(),
            created_at: self.created_at,
            merged_into: self.merged_into.clone(),
        }
    }

    /// When it was rejected or closed: after that a lead changes no more.
    pub fn finished_at(&self) -> Option<Timestamp> {
        matches!(self.state, LeadState::Rejected | LeadState::Closed).then_some(self.updated_at)
    }

    fn row(&self) -> Row {
        Row {
            id: self.id.clone(),
            identity: self.identity.clone(),
            episode: self.episode,
            profile: None,
            state: self.state,
            reason: self.reason.to_string(),
            places: serde_json::json!(self.needs.places).to_string(),
            product_line: self.needs.product_line.clone(),
            owner: self.owner.clone(),
            merged_into: self.merged_into.clone(),
            state_before_merge: self.state_before_merge,
            note: self.note.clone(),
            cause: self.cause.clone(),
            created_at: self.created_at,
            updated_at: self.updated_at,
            assigned_at: self.assigned_at,
            accepted_at: self.accepted_at,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Row {
    id: LeadId,
    identity: Identity,
    episode: u32,
    profile: Option<ProfileId>,
    state: LeadState,
    reason: String,
    places: String,
    product_line: Option<String>,
    owner: Option<RepId>,
    merged_into: Option<LeadId>,
    state_before_merge: Option<LeadState>,
    note: Option<String>,
    cause: Option<TouchpointId>,
    created_at: Timestamp,
    updated_at: Timestamp,
    assigned_at: Option<Timestamp>,
    accepted_at: Option<Timestamp>,
}

/// A set as one parameter.
pub(crate) fn set<T: Serialize>(items: &[T]) -> Param {
    Param::Text(serde_json::to_string(items).unwrap_or_else(|_| "[]".to_owned()))
}

/// Rows of any query above that selects whole leads.
pub fn decode(answer: &Answer) -> Result<Vec<Lead>, DbError> {
    let lead = |row: Row| {
        let places: Vec<String> =
            serde_json::from_str(&row.places).map_err(|error| DbError::Shape(error.to_string()))?;
        Ok(Lead {
            id: row.id,
            identity: row.identity,
            episode: row.episode,
            profile: row.profile,
            state: row.state,
            reason: parse(&row.reason)?,
            needs: Needs { places, product_line: row.product_line },
            owner: row.owner,
            merged_into: row.merged_into,
            state_before_merge: row.state_before_merge,
            note: row.note,
            cause: row.cause,
            created_at: row.created_at,
            updated_at: row.updated_at,
            assigned_at: row.assigned_at,
            accepted_at: row.accepted_at,
        })
    };
    answer.decode::<Row>()?.into_iter().map(lead).collect()
}

pub fn insert(leads: &[Lead]) -> Vec<Statement> {
    over_set(&INSERT, &leads.iter().map(Lead::row).collect::<Vec<_>>(), &[])
}

pub fn save<'a>(leads: impl IntoIterator<Item = &'a Lead>) -> Vec<Statement> {
    over_set(&SAVE, &leads.into_iter().map(Lead::row).collect::<Vec<_>>(), &[])
}

pub fn of_profiles(profiles: &[ProfileId]) -> Statement {
    OF_PROFILES.with(vec![set(profiles)])
}

pub fn get(id: &str) -> Statement {
    GET.with(vec![id.into()])
}

/// Which leads a list is about.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub state: Option<String>,
    pub owner: Option<String>,
    pub profile: Option<String>,
    /// Only what is in the hands of these.
    pub owners: Option<Vec<String>>,
}

pub fn list(wanted: &Wanted, before: (i64, &str), limit: i64) -> Statement {
    let mut params = vec![
        Param::Int(before.0),
        before.1.into(),
        wanted.state.clone().into(),
        wanted.owner.clone().into(),
        Param::Int(limit),
        as_set(wanted.owners.as_ref()),
    ];
    match &wanted.profile {
        None => LIST.with(params),
        Some(profile) => {
            params.push(profile.as_str().into());
            LIST_OF_PROFILE.with(params)
        }
    }
}

pub fn count(wanted: &Wanted) -> Statement {
    COUNT.with(vec![
        wanted.state.clone().into(),
        wanted.owner.clone().into(),
        as_set(wanted.owners.as_ref()),
        wanted.profile.clone().into(),
    ])
}

pub fn queued(after: (i64, &str), limit: i64) -> Statement {
    QUEUED.with(vec![Param::Int(after.0), after.1.into(), Param::Int(limit)])
}

/// A decision about who takes a lead.
#[derive(Clone, Debug, PartialEq)]
pub struct Assigned {
    pub lead: LeadId,
    pub at: Timestamp,
    pub id: AssignmentId,
    pub rep: Option<RepId>,
    pub explanation: Vec<Stage>,
}

#[derive(Serialize, Deserialize)]
struct AssignedRow {
    lead: LeadId,
    at: Timestamp,
    id: AssignmentId,
    rep: Option<RepId>,
    explanation: String,
}

pub fn assigned(assignments: &[Assigned]) -> Vec<Statement> {
    let rows: Vec<AssignedRow> = assignments
        .iter()
        .map(|one| AssignedRow {
            lead: one.lead.clone(),
            at: one.at,
            id: one.id.clone(),
            rep: one.rep.clone(),
            explanation: serde_json::json!(one.explanation).to_string(),
        })
        .collect();
    over_set(&ASSIGNED, &rows, &[])
}

pub fn assignments(lead: &LeadId) -> Statement {
    ASSIGNMENTS.with(vec![lead.as_str().into()])
}

pub fn decode_assignments(answer: &Answer) -> Result<Vec<Assigned>, DbError> {
    let assigned = |row: AssignedRow| {
        Ok(Assigned {
            lead: row.lead,
            at: row.at,
            id: row.id,
            rep: row.rep,
            explanation: serde_json::from_str(&row.explanation)
                .map_err(|error| DbError::Shape(error.to_string()))?,
        })
    };
    answer.decode::<AssignedRow>()?.into_iter().map(assigned).collect()
}
