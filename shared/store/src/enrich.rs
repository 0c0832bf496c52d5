//! `enrichments` and `enrich_accounts`: what vendors are asked, and how things stand with them.
//! Written by enrich.

use crate::{Param, Sql, Statement, over_set};
use serde::{Deserialize, Serialize};
use tributary_core::enrich::Standing;
use tributary_core::identity::Identity;
use tributary_core::ids::TouchpointId;
use tributary_core::time::{DAY_MS, Timestamp};

pub const STATEMENTS: &[&Sql] = &[
    &WANT, &WAKE, &ANY_DUE, &NEXT_DUE, &CLAIM, &TAKE, &SETTLE, &FORGET, &RELEASE, &ACCOUNTS,
    &ASK_AGAIN, &RESUME,
];

/// What a vendor knew nothing of is asked again when it comes up after this long.
pub const ASK_AGAIN_MS: i64 = 7 * DAY_MS;

/// A question that is new, or whose last answer was none and is old (`?2`: from before then).
pub const WANT: Sql = Sql::new(
    "enrichments.want",
    "INSERT INTO enrichments (channel, endpoint, subject, state, due_at, expires_at, about, cause, \
       depth) \
     SELECT value->>'channel', value->>'endpoint', value->>'subject', 'waiting', \
       value->>'due_at', value->>'expires_at', value->>'about', value->>'cause', value->>'depth' \
     FROM json_each(?1) WHERE true \
     ON CONFLICT (channel, endpoint, subject) DO UPDATE SET state = 'waiting', \
       due_at = excluded.due_at, about = excluded.about, cause = excluded.cause, \
       depth = excluded.depth, tries = 0 \
     WHERE state IN ('unknown', 'failed') AND settled_at <= ?2",
);

/// The accounts of those of them that wait are worked no later than that.
pub const WAKE: Sql = Sql::new(
    "enrich_accounts.wake",
    "INSERT INTO enrich_accounts (channel, endpoint, due_at) \
     SELECT DISTINCT e.channel, e.endpoint, e.due_at FROM json_each(?1) w \
       JOIN enrichments e ON e.channel = w.value->>'channel' \
         AND e.endpoint = w.value->>'endpoint' AND e.subject = w.value->>'subject' \
     WHERE e.state = 'waiting' \
     ON CONFLICT (channel, endpoint) DO UPDATE \
       SET due_at = min(coalesce(due_at, excluded.due_at), excluded.due_at)",
);

const ACCOUNTS_ARE_FEW: &str = "one row an endpoint that asks, and there are tens of endpoints";

pub const ANY_DUE: Sql = Sql::scanning(
    "enrich_accounts.any_due",
    ACCOUNTS_ARE_FEW,
    "SELECT 1 AS due FROM enrich_accounts \
     WHERE due_at <= ?1 AND lease_until <= ?1 AND paused_until <= ?1 LIMIT 1",
);

pub const NEXT_DUE: Sql = Sql::scanning(
    "enrich_accounts.next_due",
    ACCOUNTS_ARE_FEW,
    "SELECT min(max(due_at, lease_until, paused_until)) AS due_at FROM enrich_accounts \
     WHERE due_at IS NOT NULL",
);

/// Takes the account that has waited longest; nobody else gets it before `?2`.
pub const CLAIM: Sql = Sql::scanning(
    "enrich_accounts.claim",
    ACCOUNTS_ARE_FEW,
    "UPDATE enrich_accounts SET lease_until = ?2 WHERE (channel, endpoint) IN \
       (SELECT channel, endpoint FROM enrich_accounts \
        WHERE due_at <= ?1 AND lease_until <= ?1 AND paused_until <= ?1 ORDER BY due_at LIMIT 1) \
     RETURNING channel, endpoint, token, token_until, paused_until, failures, reason, minute, calls",
);

/// Takes its questions. Counting the try before it is made keeps one that brings the function down
/// from doing so for ever.
pub const TAKE: Sql = Sql::new(
    "enrichments.take",
    "UPDATE enrichments SET tries = tries + 1, due_at = ?4 \
     WHERE channel = ?1 AND endpoint = ?2 AND subject IN \
       (SELECT subject FROM enrichments WHERE channel = ?1 AND endpoint = ?2 \
          AND state = 'waiting' AND due_at <= ?3 ORDER BY due_at LIMIT ?5) \
     RETURNING subject, tries, expires_at, about, cause, depth",
);

pub const SETTLE: Sql = Sql::new(
    "enrichments.settle",
    "UPDATE enrichments SET state = s.value->>'state', due_at = s.value->>'due_at', \
       tries = s.value->>'tries', reason = s.value->>'reason', settled_at = ?2 \
     FROM json_each(?1) s \
     WHERE enrichments.channel = ?3 AND enrichments.endpoint = ?4 \
       AND enrichments.subject = s.value->>'subject'",
);

/// What is good once and settled needs no memory.
pub const FORGET: Sql = Sql::new(
    "enrichments.forget",
    "DELETE FROM enrichments WHERE channel = ?2 AND endpoint = ?3 \
       AND subject IN (SELECT value FROM json_each(?1)) \
       AND expires_at IS NOT NULL AND state <> 'waiting'",
);

pub const RELEASE: Sql = Sql::new(
    "enrich_accounts.release",
    "UPDATE enrich_accounts SET lease_until = 0, token = ?3, token_until = ?4, paused_until = ?5, \
       failures = ?6, reason = ?7, minute = ?8, calls = ?9, told = told + ?10, \
       unknown = unknown + ?11, failed = failed + ?12, \
       last_failure = CASE ?13 WHEN '' THEN last_failure ELSE ?13 END, \
       due_at = (SELECT min(due_at) FROM enrichments \
         WHERE channel = ?1 AND endpoint = ?2 AND state = 'waiting') \
     WHERE channel = ?1 AND endpoint = ?2",
);

pub const ACCOUNTS: Sql = Sql::scanning(
    "enrich_accounts.list",
    ACCOUNTS_ARE_FEW,
    "SELECT a.channel, a.endpoint, a.told, a.unknown, a.failed, a.last_failure, a.paused_until, \
       a.reason, (SELECT count(*) FROM enrichments e WHERE e.channel = a.channel \
         AND e.endpoint = a.endpoint AND e.state = 'waiting') AS waiting, \
       (SELECT count(*) FROM enrichments e WHERE e.channel = a.channel \
         AND e.endpoint = a.endpoint AND e.state = 'failed') AS replayable \
     FROM enrich_accounts a ORDER BY a.channel, a.endpoint",
);

pub const ASK_AGAIN: Sql = Sql::new(
    "enrichments.ask_again",
    "UPDATE enrichments SET state = 'waiting', due_at = ?3, tries = 0 \
     WHERE channel = ?1 AND endpoint = ?2 AND state = 'failed'",
);

pub const RESUME: Sql = Sql::new(
    "enrich_accounts.resume",
    "UPDATE enrich_accounts SET paused_until = 0, failures = 0, due_at = ?3 \
     WHERE channel = ?1 AND endpoint = ?2",
);

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Wanted {
    pub channel: String,
    pub endpoint: String,
    pub subject: String,
    pub due_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// JSON: identities.
    pub about: String,
    pub cause: TouchpointId,
    pub depth: u32,
}

impl Wanted {
    pub fn about(identifiers: &[Identity]) -> String {
        serde_json::to_string(identifiers).unwrap_or_else(|_| crate::NO_ROWS.to_owned())
    }
}

/// An account, held.
#[derive(Clone, Debug, Deserialize)]
pub struct Account {
    pub channel: String,
    pub endpoint: String,
    /// Sealed.
    pub token: Option<String>,
    pub token_until: Timestamp,
    #[serde(flatten)]
    pub standing: Standing,
}

/// A question, taken.
#[derive(Clone, Debug, Deserialize)]
pub struct Taken {
    pub subject: String,
    /// This one included.
    pub tries: i64,
    pub expires_at: Option<Timestamp>,
    pub about: String,
    pub cause: TouchpointId,
    pub depth: u32,
}

impl Taken {
    pub fn identities(&self) -> Vec<Identity> {
        serde_json::from_str(&self.about).unwrap_or_default()
    }
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settled {
    pub subject: String,
    pub state: &'static str,
    pub due_at: Timestamp,
    pub tries: i64,
    pub reason: String,
}

/// What one endpoint's vendor was asked, for people to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = EnrichmentAccount))]
pub struct Summary {
    pub channel: String,
    pub endpoint: String,
    /// Questions that are still to be asked.
    pub waiting: i64,
    /// Answered with something new.
    pub told: i64,
    /// The vendor knew nothing more.
    pub unknown: i64,
    /// Given up, ever.
    pub failed: i64,
    /// Of those, the ones that can be asked again.
    pub replayable: i64,
    /// Why the last one was given up; empty where none was.
    pub last_failure: String,
    /// Nobody is asked before.
    pub paused_until: Timestamp,
    /// Why the vendor does not answer (`errcode_40164`); empty where it does.
    pub reason: String,
}

/// Notes questions and wakes their accounts.
pub fn want(wanted: &[Wanted], now: Timestamp) -> Vec<Statement> {
    let old = Param::Int(now.0.saturating_sub(ASK_AGAIN_MS));
    let mut statements = over_set(&WANT, wanted, &[old]);
    statements.extend(over_set(&WAKE, wanted, &[]));
    statements
}

pub fn any_due(now: Timestamp) -> Statement {
    ANY_DUE.with(vec![Param::Int(now.0)])
}

pub fn next_due() -> Statement {
    NEXT_DUE.with(Vec::new())
}

pub fn claim(now: Timestamp, lease_until: Timestamp) -> Statement {
    CLAIM.with(vec![Param::Int(now.0), Param::Int(lease_until.0)])
}

pub fn take(account: &Account, now: Timestamp, lease_until: Timestamp, limit: i64) -> Statement {
    TAKE.with(vec![
        account.channel.as_str().into(),
        account.endpoint.as_str().into(),
        Param::Int(now.0),
        Param::Int(lease_until.0),
        Param::Int(limit),
    ])
}

/// Notes what became of questions of one account.
pub fn settle(account: &Account, settled: &[Settled], now: Timestamp) -> Vec<Statement> {
    let place = [Param::from(account.channel.as_str()), account.endpoint.as_str().into()];
    let rest = [&[Param::Int(now.0)][..], &place].concat();
    let subjects: Vec<&str> = settled.iter().map(|one| one.subject.as_str()).collect();
    let mut statements = over_set(&SETTLE, settled, &rest);
    statements.extend(over_set(&FORGET, &subjects, &place));
    statements
}

/// How many ended in which way, and why the last of them failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub told: i64,
    pub unknown: i64,
    pub failed: i64,
    pub last_failure: String,
}

pub fn release(account: &Account, tally: &Tally) -> Statement {
    let standing = &account.standing;
    RELEASE.with(vec![
        account.channel.as_str().into(),
        account.endpoint.as_str().into(),
        account.token.as_deref().into(),
        Param::Int(account.token_until.0),
        Param::Int(standing.paused_until.0),
        Param::Int(standing.failures),
        standing.reason.as_str().into(),
        Param::Int(standing.minute),
        Param::Int(standing.calls),
        Param::Int(tally.told),
        Param::Int(tally.unknown),
        Param::Int(tally.failed),
        tally.last_failure.as_str().into(),
    ])
}

pub fn accounts() -> Statement {
    ACCOUNTS.with(Vec::new())
}

/// Asks again what was given up, and at once.
pub fn ask_again(channel: &str, endpoint: &str, now: Timestamp) -> Vec<Statement> {
    let params = || vec![channel.into(), endpoint.into(), Param::Int(now.0)];
    vec![ASK_AGAIN.with(params()), RESUME.with(params())]
}
