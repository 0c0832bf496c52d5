//! `sign_in_links`, `oidc_attempts` and `sessions`: the ways in, and being in.

use super::mails;
use super::users::User;
use crate::messages::NewMessage;
use crate::{Param, Sql, Statement};
use serde::{Deserialize, Serialize};
use tributary_core::time::Timestamp;

pub const STATEMENTS: &[&Sql] = &[
    &PUT_LINK,
    &MAIL_LINK,
    &TAKE_LINK,
    &FORGET_LINKS,
    &PUT_ATTEMPT,
    &TAKE_ATTEMPT,
    &FORGET_ATTEMPTS,
    &PUT_SESSION,
    &SESSION,
    &SEEN,
    &END,
    &END_OF_USER,
    &FORGET_SESSIONS,
];

/// One that is not mailed: printed where the suite is developed.
pub const PUT_LINK: Sql = Sql::new(
    "sign_in_links.put",
    "INSERT INTO sign_in_links (hash, user, created_at, expires_at, mailed) \
     VALUES (?1, ?2, ?3, ?4, 0)",
);

/// One to mail, where the user (`?2`) is active and fewer than `?6` were mailed since `?5`: decided
/// in the statement that writes it, so that many at once cannot pass.
pub const MAIL_LINK: Sql = Sql::new(
    "sign_in_links.mail",
    "INSERT INTO sign_in_links (hash, user, created_at, expires_at, mailed) \
     SELECT ?1, u.id, ?3, ?4, 1 FROM users u WHERE u.id = ?2 AND u.state = 'active' \
       AND (SELECT count(*) FROM sign_in_links l \
         WHERE l.user = u.id AND l.created_at > ?5 AND l.mailed = 1) < ?6",
);

/// The first to use it is the only one.
pub const TAKE_LINK: Sql = Sql::new(
    "sign_in_links.take",
    "UPDATE sign_in_links SET used_at = ?2 WHERE hash = ?1 AND used_at IS NULL \
     RETURNING user, expires_at",
);

/// A user's links that were sent before `?2`.
pub const FORGET_LINKS: Sql = Sql::new(
    "sign_in_links.forget",
    "DELETE FROM sign_in_links WHERE user = ?1 AND created_at < ?2",
);

pub const PUT_ATTEMPT: Sql = Sql::new(
    "oidc_attempts.put",
    "INSERT INTO oidc_attempts (state, browser, nonce, verifier, return_to, expires_at) \
     SELECT value->>'state', value->>'browser', value->>'nonce', value->>'verifier', \
       value->>'return_to', value->>'expires_at' FROM json_each(?1)",
);

pub const TAKE_ATTEMPT: Sql =
    Sql::new("oidc_attempts.take", "DELETE FROM oidc_attempts WHERE state = ?1 RETURNING *");

pub const FORGET_ATTEMPTS: Sql = Sql::scanning(
    "oidc_attempts.forget",
    "holds the sign-ins of the last ten minutes",
    "DELETE FROM oidc_attempts WHERE expires_at < ?1",
);

pub const PUT_SESSION: Sql = Sql::new(
    "sessions.put",
    "INSERT INTO sessions (hash, user, created_at, last_seen_at, expires_at) \
     VALUES (?1, ?2, ?3, ?3, ?4)",
);

/// A session's user; disabled people have none.
pub const SESSION: Sql = Sql::new(
    "sessions.get",
    "SELECT u.*, s.last_seen_at, s.expires_at FROM sessions s JOIN users u ON u.id = s.user \
     WHERE s.hash = ?1 AND s.expires_at > ?2 AND u.state = 'active'",
);

pub const SEEN: Sql =
    Sql::new("sessions.seen", "UPDATE sessions SET last_seen_at = ?2 WHERE hash = ?1");

pub const END: Sql = Sql::new("sessions.end", "DELETE FROM sessions WHERE hash = ?1");

pub const END_OF_USER: Sql =
    Sql::new("sessions.end_of_user", "DELETE FROM sessions WHERE user = ?1");

/// A user's sessions that have run out.
pub const FORGET_SESSIONS: Sql =
    Sql::new("sessions.forget", "DELETE FROM sessions WHERE user = ?1 AND expires_at < ?2");

#[derive(Clone, Debug, Deserialize)]
pub struct Link {
    pub user: String,
    pub expires_at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attempt {
    pub state: String,
    pub browser: String,
    pub nonce: String,
    pub verifier: String,
    pub return_to: String,
    pub expires_at: Timestamp,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Session {
    #[serde(flatten)]
    pub user: User,
    pub expires_at: Timestamp,
}

pub fn put_link(hash: &str, user: &str, now: Timestamp, expires_at: Timestamp) -> Vec<Statement> {
    vec![
        PUT_LINK.with(vec![hash.into(), user.into(), now.0.into(), expires_at.0.into()]),
        FORGET_LINKS.with(vec![user.into(), now.plus_ms(-86_400_000).0.into()]),
    ]
}

/// How many links are mailed to one user, and since when.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    pub most: i64,
    pub since: Timestamp,
}

/// The link and the mail that carries it, both or neither. The same statements run for a user whom
/// there is not.
pub fn mail_link(
    hash: &str,
    user: &str,
    mail: &NewMessage,
    allowance: Allowance,
    now: Timestamp,
    expires_at: Timestamp,
) -> Vec<Statement> {
    vec![
        MAIL_LINK.with(vec![
            hash.into(),
            user.into(),
            now.0.into(),
            expires_at.0.into(),
            allowance.since.0.into(),
            allowance.most.into(),
        ]),
        mails::put(hash, mail),
        FORGET_LINKS.with(vec![user.into(), now.plus_ms(-86_400_000).0.into()]),
    ]
}

pub fn take_link(hash: &str, now: Timestamp) -> Statement {
    TAKE_LINK.with(vec![hash.into(), now.0.into()])
}

pub fn put_attempt(attempt: &Attempt, now: Timestamp) -> Vec<Statement> {
    // Invariant: an attempt serialises.
    let row = serde_json::to_string(&[attempt]).unwrap_or_default();
    vec![PUT_ATTEMPT.with(vec![row.into()]), FORGET_ATTEMPTS.with(vec![now.0.into()])]
}

pub fn take_attempt(state: &str) -> Statement {
    TAKE_ATTEMPT.with(vec![state.into()])
}

pub fn put_session(
    hash: &str,
    user: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Vec<Statement> {
    vec![
        PUT_SESSION.with(vec![hash.into(), user.into(), now.0.into(), expires_at.0.into()]),
        FORGET_SESSIONS.with(vec![user.into(), Param::Int(now.0)]),
    ]
}

pub fn session(hash: &str, now: Timestamp) -> Statement {
    SESSION.with(vec![hash.into(), now.0.into()])
}

pub fn seen(hash: &str, now: Timestamp) -> Statement {
    SEEN.with(vec![hash.into(), now.0.into()])
}

pub fn end(hash: &str) -> Statement {
    END.with(vec![hash.into()])
}

pub fn end_of_user(user: &str) -> Statement {
    END_OF_USER.with(vec![user.into()])
}
