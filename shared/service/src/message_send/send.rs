//! The way out: gate, mark, call, record. A crash between any two of them loses nothing and, where
//! the provider cannot tell a repeat, sends nothing twice.

use super::NAME;
use super::call::{Called, call};
use super::filling::{Filling, Given, Unready, rendered};
use super::leaving::NoWayOut;
use super::outcome::Records;
use super::providers::{Carrier, Providers};
use super::render::Rendered;
use super::snapshot::{self, Due, Parsed, Snapshot};
use crate::way_out::Links;
use crate::{Drained, Host, join, sealed};
use serde::Deserialize;
use std::collections::BTreeSet;
use tributary_channels::OutboundMessage;
use tributary_core::ids::MessageId;
use tributary_core::message::{Candidate, Standing, Verdict, decide, way_out};
use tributary_core::profile::Facts;
use tributary_core::time::{MINUTE_MS, SECOND_MS, Timestamp};
use tributary_store::access::mails;
use tributary_store::messages::{self, Change, Message};
use tributary_store::{Db, DbError, Statement, consumers};

const PAGE: i64 = 50;
/// 1,000 messages an invocation: with their calls below the platform's limit of subrequests.
const MAX_PAGES: u32 = 20;
const FENCE_TRIES: u32 = 5;
/// The platform's limit of connections that are open at once.
const CALLS_AT_ONCE: usize = 6;
/// How long a message is ours to send.
const LEASE_MS: i64 = MINUTE_MS;
/// A call may take 15 s: none begins that could outlast the lease.
const CALL_MS: i64 = 20 * SECOND_MS;
/// How long a message waits for the installation to be given its address.
const NO_WAY_OUT_MS: i64 = 15 * MINUTE_MS;
/// How long to let the reader of the log catch up.
const BEHIND_MS: i64 = 15 * SECOND_MS;

/// A message on its way to a provider.
struct Outgoing {
    message: Message,
    carrier: Carrier,
    outbound: OutboundMessage,
}

pub async fn drain<H: Host>(host: &H) -> Result<Drained, DbError> {
    let mut drained = Drained::default();
    let mut limit = PAGE;
    let mut fenced = 0;
    for _ in 0..MAX_PAGES {
        let now = host.now();
        let mut snapshot = snapshot::due(host, limit, now).await?;
        if snapshot.due.is_empty() {
            return Ok(drained);
        }
        if snapshot.read.page_limit < limit {
            limit = snapshot.read.page_limit.max(1);
            continue;
        }
        let count = snapshot.due.len();
        let outcome = match snapshot.fill(host, now).await {
            Ok(()) => page(host, snapshot, now).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(()) => {
                drained.done += count as u64;
                limit = PAGE;
                fenced = 0;
            }
            Err(error) if error.is_fenced() && fenced < FENCE_TRIES => fenced += 1,
            Err(error) if error.is_fenced() => break,
            Err(DbError::Unavailable(text)) => return Err(DbError::Unavailable(text)),
            Err(_) if count > 1 => limit = (count as i64 / 2).max(1),
            Err(error) => {
                park(host, &error, now).await?;
                drained.done += 1;
            }
        }
    }
    drained.more = true;
    Ok(drained)
}

/// Gate and mark in one fenced batch, then the calls, then their outcomes in one batch.
async fn page<H: Host>(host: &H, mut snapshot: Snapshot, now: Timestamp) -> Result<(), DbError> {
    if snapshot.read.page_limit <= 1 {
        // The last drain ended in a panic: if this message is why, it stays parked.
        return page_after_panic(host, snapshot, now).await;
    }
    let providers = Providers::load(host).await?;
    decide_and_send(host, &mut snapshot, &providers, now).await
}

async fn page_after_panic<H: Host>(
    host: &H,
    mut snapshot: Snapshot,
    now: Timestamp,
) -> Result<(), DbError> {
    let parked: Vec<Change> =
        snapshot.due.iter().map(|due| Change::of(&due.row, "failed", "panic", now)).collect();
    let mut batch = vec![consumers::advance(&snapshot.read, snapshot.read.cursor)];
    batch.extend(messages::change(&parked));
    host.db().run(batch).await?;
    snapshot.read.fence += 1;
    snapshot.due.iter_mut().for_each(|due| due.row.status = "failed".to_owned());
    let providers = Providers::load(host).await?;
    decide_and_send(host, &mut snapshot, &providers, now).await
}

async fn decide_and_send<H: Host>(
    host: &H,
    snapshot: &mut Snapshot,
    providers: &Providers,
    now: Timestamp,
) -> Result<(), DbError> {
    let offset = host.var("UTC_OFFSET_MINUTES").and_then(|text| text.parse().ok()).unwrap_or(480);
    let links = Links::new(host);
    let mut records = Records::new(now);
    let mut outgoing = Vec::new();
    let due = std::mem::take(&mut snapshot.due);
    for due in &due {
        let given = Given { providers, links: links.as_ref(), utc_offset_minutes: offset, now };
        let decided = decide_one(snapshot, &given, due, &mut records);
        let Some(sending) = decided else { continue };
        if let Some(profile) = &due.row.profile {
            snapshot.stands(profile, standing(&due.row));
        }
        outgoing.push(sending);
    }
    let mut batch = vec![
        consumers::advance(&snapshot.read, snapshot.read.cursor),
        messages::hold(NAME, snapshot.head, &snapshot.names, &snapshot.identities),
    ];
    batch.extend(records.statements());
    batch.extend(forgotten(due.iter().map(|due| &due.row)));
    let answers = host.db().run(batch).await?;
    let moved = moved(&answers)?;
    outgoing.retain(|one| moved.contains(&one.message.id));
    send(host, outgoing, now.plus_ms(LEASE_MS)).await
}

/// The messages that were still where they had been read. Others were settled by a call that
/// answered late.
fn moved(answers: &[tributary_store::Answer]) -> Result<BTreeSet<MessageId>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        id: MessageId,
    }
    let mut moved = BTreeSet::new();
    for answer in answers.iter().filter(|answer| !answer.rows.is_empty()) {
        moved.extend(answer.decode::<Row>()?.into_iter().map(|row| row.id));
    }
    Ok(moved)
}

fn standing(row: &Message) -> Standing {
    Standing {
        id: row.id.clone(),
        run: row.run.clone(),
        journey: row.journey.clone(),
        step: row.step.clone(),
        entry_key: row.entry_key.clone(),
        created_at: row.created_at,
    }
}

/// Records the gate's verdict on one message; what it may send comes back.
fn decide_one(
    snapshot: &Snapshot,
    given: &Given,
    due: &Due,
    records: &mut Records,
) -> Option<Outgoing> {
    let (row, now) = (&due.row, given.now);
    // Its lease ran out: the call was made, and nobody knows what came of it.
    if row.status == "sending" && !row.provider.as_deref().is_some_and(Providers::is_idempotent) {
        records.refuse(row, "unknown", "lease_expired", "");
        return None;
    }
    let parsed = match &due.parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            records.refuse(row, "failed", "content_invalid", error);
            return None;
        }
    };
    let facts = snapshot.facts_of(due);
    match gate(snapshot, due, parsed, &facts, now) {
        Verdict::Skip { reason, consent } => {
            let detail = consent.map(|consent| consent.to_string()).unwrap_or_default();
            records.refuse(row, "skipped", reason, &detail);
            None
        }
        Verdict::Defer { until, reason } => {
            records.verdict(row, "gate", "defer", reason, &until.to_rfc3339());
            let mut change = Change::of(row, "queued", reason, now);
            change.due_at = until;
            records.change(change);
            None
        }
        Verdict::Send { medium, address, consent } => {
            let Some(carrier) = given.providers.for_medium(&medium) else {
                let mut row = row.clone();
                row.medium = Some(medium);
                row.address = Some(address);
                records.refuse(&row, "failed", "no_provider", "");
                return None;
            };
            let data = Filling { snapshot, parsed, facts: &facts, given, carrier: &carrier };
            match rendered(row, &medium, &address, &data) {
                Ok(rendered) => {
                    let consent = consent.map(|consent| format!("; {consent}")).unwrap_or_default();
                    let detail = format!("{medium} {address} via {}{consent}", carrier.name());
                    records.verdict(row, "gate", "send", "", &detail);
                    Some(mark(row, carrier, &medium, &address, rendered, records, now))
                }
                Err(Unready::Template(error)) => {
                    records.refuse(row, "failed", "template_error", &error);
                    None
                }
                // What is missing can be supplied; the gate's expiry ends the wait.
                Err(Unready::NoWayOut(NoWayOut(why))) => {
                    records.verdict(row, "gate", "defer", "no_way_out", why);
                    let mut change = Change::of(row, "queued", "no_way_out", now);
                    change.due_at = now.plus_ms(NO_WAY_OUT_MS);
                    records.change(change);
                    None
                }
            }
        }
    }
}

fn gate(snapshot: &Snapshot, due: &Due, parsed: &Parsed, facts: &Facts, now: Timestamp) -> Verdict {
    if snapshot.is_behind {
        return Verdict::Defer { until: now.plus_ms(BEHIND_MS), reason: "log_behind" };
    }
    let candidate = Candidate {
        id: &due.row.id,
        run: due.row.run.as_deref(),
        journey: &due.row.journey,
        step: &due.row.step,
        entry_key: &due.row.entry_key,
        media: &parsed.media,
        purpose: &due.row.purpose,
        recipient: parsed.recipient.as_ref(),
        gate: &parsed.gate,
        data: &parsed.content.data,
    };
    decide(&candidate, facts, &snapshot.book, snapshot.standing_of(due), now)
}

/// Marks it as sending, before anybody is called.
fn mark(
    row: &Message,
    carrier: Carrier,
    medium: &str,
    address: &str,
    rendered: Rendered,
    records: &mut Records,
    now: Timestamp,
) -> Outgoing {
    let mut change = Change::of(row, "sending", "", now);
    change.due_at = now.plus_ms(LEASE_MS);
    change.attempts = row.attempts + 1;
    change.medium = Some(medium.to_owned());
    change.address = Some(address.to_owned());
    change.provider = Some(carrier.name());
    change.rendered = serde_json::to_string(&rendered).ok();
    let message = Message {
        status: "sending".to_owned(),
        due_at: change.due_at,
        attempts: change.attempts,
        medium: change.medium.clone(),
        address: change.address.clone(),
        provider: change.provider.clone(),
        rendered: change.rendered.clone(),
        ..row.clone()
    };
    records.change(change);
    let url = &rendered.unsubscribe_url;
    let headers = if url.is_empty() { Vec::new() } else { way_out::headers(url) };
    let outbound = OutboundMessage {
        headers,
        key: row.id.as_str().to_owned(),
        medium: medium.to_owned(),
        to: address.to_owned(),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        template_code: rendered.template_code,
        data: rendered.data,
    };
    Outgoing { message, carrier, outbound }
}

/// Calls the providers and records every outcome. One bad recipient fails alone.
async fn send<H: Host>(
    host: &H,
    outgoing: Vec<Outgoing>,
    lease_until: Timestamp,
) -> Result<(), DbError> {
    let mut outcomes: Vec<(&Message, Option<Called>)> = Vec::new();
    for chunk in outgoing.chunks(CALLS_AT_ONCE) {
        if host.now().plus_ms(CALL_MS) > lease_until {
            outcomes.extend(chunk.iter().map(|one| (&one.message, None)));
            continue;
        }
        let outbound: Vec<OutboundMessage> = chunk.iter().map(|one| unsealed(host, one)).collect();
        let calls = chunk.iter().zip(&outbound);
        let calls = calls.map(|(one, outbound)| call(host, &one.carrier, outbound)).collect();
        let called = join(calls).await;
        outcomes.extend(chunk.iter().map(|one| &one.message).zip(called.into_iter().map(Some)));
    }
    let now = host.now();
    let mut records = Records::new(now);
    for (message, called) in outcomes {
        match called {
            Some(called) => records.answer(message, called, &host.seed()),
            None => {
                // Not called: back in the queue as if nothing had been.
                let mut change = Change::of(message, "queued", "lease_too_short", now);
                change.due_at = now;
                change.attempts = message.attempts - 1;
                records.change(change);
            }
        }
    }
    if records.is_empty() {
        return Ok(());
    }
    let mut batch = records.statements();
    batch.extend(forgotten(outgoing.iter().map(|one| &one.message)));
    host.db().run(batch).await.map(|_| ())
}

/// What only the recipient may read is gone with the message's end, sent or not.
fn forgotten<'a>(rows: impl Iterator<Item = &'a Message>) -> Option<Statement> {
    let secret = |row: &&Message| row.journey == messages::SIGN_IN;
    let ids: Vec<MessageId> = rows.filter(secret).map(|row| row.id.clone()).collect();
    (!ids.is_empty()).then(|| mails::forget(&ids))
}

/// What is called with: only here the recipient's secrets are in clear.
fn unsealed<H: Host>(host: &H, one: &Outgoing) -> OutboundMessage {
    let id = one.message.id.as_str();
    OutboundMessage {
        text: sealed::open(host, id, &one.outbound.text),
        html: sealed::open(host, id, &one.outbound.html),
        ..one.outbound.clone()
    }
}

/// Takes the one message that cannot be decided or written out of the way, with the reason.
async fn park<H: Host>(host: &H, error: &DbError, now: Timestamp) -> Result<(), DbError> {
    let reason = match error {
        DbError::TooMany(_) => "too_many_facts",
        _ => "refused",
    };
    let snapshot = snapshot::due(host, 1, now).await?;
    let mut records = Records::new(now);
    for due in &snapshot.due {
        records.refuse(&due.row, "failed", reason, &error.to_string());
    }
    let mut batch = vec![consumers::advance(&snapshot.read, snapshot.read.cursor)];
    batch.extend(records.statements());
    host.db().run(batch).await.map(|_| ())
}
