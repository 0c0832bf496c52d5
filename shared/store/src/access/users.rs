//! `users` and `teams`.

use crate::{Sql, Statement};
use serde::{Deserialize, Serialize};
use tributary_core::time::Timestamp;

pub const STATEMENTS: &[&Sql] = &[
    &PUT,
    &GET,
    &BY_EMAIL,
    &LIST,
    &COUNT_ADMINS,
    &TEAM_REPS,
    &PUT_TEAM,
    &LEAVE_TEAM,
    &DELETE_TEAM,
    &TEAMS,
];

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    pub id: String,
    pub name: String,
    pub email: String,
    /// `admin`, `marketing`, `sales`, `service`, `manager` or `read_only`.
    pub role: String,
    pub team: Option<String>,
    /// The rep this person is.
    pub rep: Option<String>,
    /// `zh` or `en`; the browser's where none is set.
    pub language: Option<String>,
    /// `active` or `disabled`.
    pub state: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(default)]
    pub last_seen_at: Option<Timestamp>,
}

pub const PUT: Sql = Sql::new(
    "users.put",
    "INSERT INTO users (id, name, email, role, team, rep, language, state, created_at, updated_at) \
     SELECT value->>'id', value->>'name', value->>'email', value->>'role', value->>'team', \
       value->>'rep', value->>'language', value->>'state', value->>'created_at', \
       value->>'updated_at' \
     FROM json_each(?1) WHERE true \
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, \
       role = excluded.role, team = excluded.team, rep = excluded.rep, \
       language = excluded.language, state = excluded.state, updated_at = excluded.updated_at",
);

pub const GET: Sql = Sql::new("users.get", "SELECT * FROM users WHERE id = ?1");

pub const BY_EMAIL: Sql = Sql::new("users.by_email", "SELECT * FROM users WHERE email = ?1");

/// By id, after `?1`.
pub const LIST: Sql = Sql::new(
    "users.list",
    "SELECT u.*, (SELECT max(s.last_seen_at) FROM sessions s WHERE s.user = u.id) AS last_seen_at \
     FROM users u WHERE u.id > ?1 ORDER BY u.id LIMIT ?2",
);

/// Administrators who can sign in, this one left out.
pub const COUNT_ADMINS: Sql = Sql::scanning(
    "users.count_admins",
    "users are the company's staff: asked for when one of them changes",
    "SELECT count(*) AS total FROM users WHERE role = 'admin' AND state = 'active' AND id <> ?1",
);

/// The reps of a team.
pub const TEAM_REPS: Sql = Sql::new(
    "users.team_reps",
    "SELECT DISTINCT rep FROM users WHERE team = ?1 AND rep IS NOT NULL ORDER BY rep",
);

pub const PUT_TEAM: Sql = Sql::new(
    "teams.put",
    "INSERT INTO teams (id, name) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET name = ?2",
);

pub const LEAVE_TEAM: Sql =
    Sql::new("users.leave_team", "UPDATE users SET team = NULL WHERE team = ?1");

pub const DELETE_TEAM: Sql = Sql::new("teams.delete", "DELETE FROM teams WHERE id = ?1");

pub const TEAMS: Sql = Sql::scanning(
    "teams.all",
    "a company has a handful of teams",
    "SELECT id, name FROM teams ORDER BY id",
);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Team {
    pub id: String,
    pub name: String,
}

pub fn put(user: &User) -> Statement {
    // Invariant: a user serialises.
    PUT.with(vec![serde_json::to_string(&[user]).unwrap_or_default().into()])
}

pub fn get(id: &str) -> Statement {
    GET.with(vec![id.into()])
}

pub fn by_email(email: &str) -> Statement {
    BY_EMAIL.with(vec![email.into()])
}

pub fn list(after: &str, limit: i64) -> Statement {
    LIST.with(vec![after.into(), limit.into()])
}

pub fn other_admins(id: &str) -> Statement {
    COUNT_ADMINS.with(vec![id.into()])
}

pub fn team_reps(team: &str) -> Statement {
    TEAM_REPS.with(vec![team.into()])
}

pub fn put_team(team: &Team) -> Statement {
    PUT_TEAM.with(vec![team.id.as_str().into(), team.name.as_str().into()])
}

pub fn leave_team(team: &str) -> Statement {
    LEAVE_TEAM.with(vec![team.into()])
}

pub fn delete_team(id: &str) -> Statement {
    DELETE_TEAM.with(vec![id.into()])
}

pub fn teams() -> Statement {
    TEAMS.with(Vec::new())
}
