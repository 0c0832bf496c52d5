//! From questions to answers: claim an account, take its questions, call, settle in one batch. A crash
//! between any two of them asks again; what is told twice is one touchpoint.

use super::token;
use crate::endpoints;
use crate::ingest::keep;
use crate::{Drained, Host};
use std::collections::BTreeMap;
use tributary_channels::enrich::{Answered, Enrich, NotNow, Want};
use tributary_channels::{EndpointConfig, enrichers};
use tributary_core::enrich::Standing;
use tributary_core::ids::digest;
use tributary_core::message::{MAX_TRIES, retry_at};
use tributary_core::time::{MINUTE_MS, SECOND_MS, Timestamp};
use tributary_core::touchpoint::{Draft, RawIdentifier, Touchpoint};
use tributary_store::enrich::{self as store, Account, Settled, Taken, Tally};
use tributary_store::{Db, DbError, touchpoints};

/// How long an account is ours.
const LEASE_MS: i64 = MINUTE_MS;
/// A call may take 15 s: none begins that could outlast the lease.
const CALL_MS: i64 = 20 * SECOND_MS;
/// Calls of one claim, so that accounts take turns.
const MAX_CALLS: i64 = 12;
/// A question that was tried so often without an end may be what spoils its call: it goes alone.
const TOGETHER_TRIES: i64 = 2;
/// Accounts of one drain.
const MAX_ACCOUNTS: u32 = 8;

pub(super) async fn drain<H: Host>(host: &H) -> Result<Drained, DbError> {
    let mut drained = Drained::default();
    for _ in 0..MAX_ACCOUNTS {
        let now = host.now();
        let lease_until = now.plus_ms(LEASE_MS);
        let claimed = tributary_store::one(host.db(), store::claim(now, lease_until)).await?;
        let Some(account) = claimed.decode::<Account>()?.into_iter().next() else {
            return Ok(drained);
        };
        drained.done += work(host, account, now, lease_until).await?;
    }
    drained.more = true;
    Ok(drained)
}

/// What came of the questions of one claim.
struct Work<'a> {
    config: &'a EndpointConfig,
    seed: [u8; 16],
    tally: Tally,
    settled: Vec<Settled>,
    told: Vec<(Taken, Draft)>,
}

async fn work<H: Host>(
    host: &H,
    mut account: Account,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<u64, DbError> {
    let found = endpoints::current(host, &account.channel, &account.endpoint).await?;
    let channel = enrichers().find(|channel| channel.id == account.channel);
    let enrich = channel.and_then(|channel| channel.enrich());
    let (config, enrich) = match (found, enrich) {
        (Some(config), Some(enrich)) => (config, enrich),
        // The endpoint is gone; were it to come back, its questions would be there.
        _ => {
            account.standing.failed("unknown_endpoint", None, &host.seed(), now);
            host.db().run(vec![store::release(&account, &Tally::default())]).await?;
            return Ok(0);
        }
    };
    let calls = account.standing.allowance(now).min(MAX_CALLS);
    let limit = calls.saturating_mul(i64::try_from(enrich.at_once).unwrap_or(1));
    let taken = store::take(&account, now, lease_until, limit);
    let taken: Vec<Taken> = tributary_store::one(host.db(), taken).await?.decode()?;
    let count = taken.len() as u64;
    let mut work = Work {
        config: &config,
        seed: host.seed(),
        tally: Tally::default(),
        settled: Vec::new(),
        told: Vec::new(),
    };
    let last_call_at = lease_until.plus_ms(-CALL_MS);
    for group in groups(taken, enrich.at_once, now, &mut work) {
        let may = account.standing.allowance(host.now()) > 0 && host.now() <= last_call_at;
        if !may {
            work.put_back(&group, now);
            continue;
        }
        let answered = ask(host, &enrich, &mut account, &config, &group).await;
        work.take_answer(group, answered, &mut account.standing, host.now());
    }
    settle(host, account, work, count).await
}

/// So many to a call.
fn groups(taken: Vec<Taken>, at_once: usize, now: Timestamp, work: &mut Work) -> Vec<Vec<Taken>> {
    let mut fresh = Vec::new();
    let mut groups = Vec::new();
    for one in taken {
        if one.expires_at.is_some_and(|at| at <= now) {
            work.fail(&one, "expired", now);
        } else if one.tries > MAX_TRIES {
            work.fail(&one, "tries_exhausted", now);
        } else if one.tries > TOGETHER_TRIES {
            groups.push(vec![one]);
        } else {
            fresh.push(one);
        }
    }
    while !fresh.is_empty() {
        let rest = fresh.split_off(at_once.clamp(1, fresh.len()));
        groups.insert(0, std::mem::replace(&mut fresh, rest));
    }
    groups
}

/// One call, and a second one where the first showed that the token does not hold any more.
async fn ask<H: Host>(
    host: &H,
    enrich: &Enrich,
    account: &mut Account,
    config: &EndpointConfig,
    group: &[Taken],
) -> Answered {
    let subjects: Vec<String> = group.iter().map(|one| one.subject.clone()).collect();
    for want in [Want::Any, Want::Another] {
        let token = match token::get(host, config, enrich.token.as_ref(), account, want).await {
            Ok(token) => token,
            Err(not_now) => return Answered::NotNow(not_now),
        };
        let Some(request) = (enrich.compose)(config, &token, &subjects) else {
            return not_now("not_configured");
        };
        account.standing.call(host.now());
        let Ok(answer) = host.fetch(request).await else { return not_now("no_answer") };
        let answered = (enrich.read)(config, &subjects, &answer, host.now());
        if answered != Answered::TokenRefused || enrich.token.is_none() {
            return answered;
        }
    }
    not_now("token_refused")
}

fn not_now(reason: &str) -> Answered {
    Answered::NotNow(NotNow { reason: reason.to_owned(), after_ms: None })
}

impl Work<'_> {
    fn take_answer(
        &mut self,
        group: Vec<Taken>,
        answered: Answered,
        standing: &mut Standing,
        now: Timestamp,
    ) {
        match answered {
            Answered::Told(drafts) => {
                standing.answered();
                let drafts = drafts.into_iter().chain(std::iter::repeat(None));
                for (one, draft) in group.into_iter().zip(drafts) {
                    match draft {
                        Some(draft) => {
                            self.tally.told += 1;
                            self.close(&one, "told", "", now);
                            self.told.push((one, draft));
                        }
                        None => {
                            self.tally.unknown += 1;
                            self.close(&one, "unknown", "", now);
                        }
                    }
                }
            }
            Answered::NotNow(NotNow { reason, after_ms }) => {
                standing.failed(&reason, after_ms, &self.seed, now);
                // It is the vendor's or the account's fault: no question has used up a try.
                self.put_back(&group, now);
            }
            Answered::TokenRefused => {
                standing.failed("token_refused", None, &self.seed, now);
                self.put_back(&group, now);
            }
            Answered::Refused { reason } => {
                standing.answered();
                match group.as_slice() {
                    [one] => self.fail(one, &reason, now),
                    // One of them is to blame: next time each goes alone.
                    several => {
                        for one in several {
                            let tries = one.tries.max(TOGETHER_TRIES);
                            self.wait(one, tries, retry_at(1, None, &self.seed, now), &reason);
                        }
                    }
                }
            }
        }
    }

    fn fail(&mut self, one: &Taken, reason: &str, now: Timestamp) {
        self.tally.failed += 1;
        reason.clone_into(&mut self.tally.last_failure);
        self.close(one, "failed", reason, now);
    }

    fn close(&mut self, one: &Taken, state: &'static str, reason: &str, now: Timestamp) {
        let (subject, tries) = (one.subject.clone(), one.tries);
        let reason = reason.to_owned();
        self.settled.push(Settled { subject, state, due_at: now, tries, reason });
    }

    /// Not asked after all: due as before, whenever the account may be asked again.
    fn put_back(&mut self, group: &[Taken], now: Timestamp) {
        for one in group {
            self.wait(one, one.tries - 1, now, "");
        }
    }

    fn wait(&mut self, one: &Taken, tries: i64, due_at: Timestamp, reason: &str) {
        let (subject, reason) = (one.subject.clone(), reason.to_owned());
        self.settled.push(Settled { subject, state: "waiting", due_at, tries, reason });
    }
}

/// What was told becomes durable with what became of the questions, in one batch.
async fn settle<H: Host>(
    host: &H,
    account: Account,
    work: Work<'_>,
    count: u64,
) -> Result<u64, DbError> {
    let now = host.now();
    let rows = touchpoints_of(host, work.config, work.told, now).await?;
    let mut batch = touchpoints::append(&rows);
    batch.extend(store::settle(&account, &work.settled, now));
    batch.push(store::release(&account, &work.tally));
    host.db().run(batch).await?;
    Ok(count)
}

/// The answer is about whom the question was about, and caused by what raised it.
async fn touchpoints_of<H: Host>(
    host: &H,
    config: &EndpointConfig,
    told: Vec<(Taken, Draft)>,
    now: Timestamp,
) -> Result<Vec<Touchpoint>, DbError> {
    let mut drafts = Vec::new();
    let mut causes = BTreeMap::new();
    for (asked, mut draft) in told {
        draft.delivery_id =
            digest(&[b"enrich", asked.about.as_bytes(), draft.delivery_id.as_bytes()]);
        draft.identifiers.extend(asked.identities().iter().map(|identity| {
            RawIdentifier::new(identity.kind(), &identity.scope(), identity.value())
        }));
        causes.insert(drafts.len(), (asked.cause, asked.depth));
        drafts.push(draft);
    }
    let rows = keep::rows(host, config, drafts, now).await;
    let mut rows = rows.map_err(|_| {
        // The lease runs out, and it is asked again.
        DbError::Unavailable("directory gave no answer".to_owned())
    })?;
    for (index, row) in rows.iter_mut().enumerate() {
        if let Some((cause, depth)) = causes.remove(&index) {
            row.cause = Some(cause);
            row.depth = depth.saturating_add(1);
        }
    }
    Ok(rows)
}
