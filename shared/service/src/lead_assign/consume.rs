//! From touchpoints to leads: what scores, who becomes ready, and who takes it over. One page, a
//! handful of queries, one batch.

use super::desk::Desk;
use super::{merges, privacy, queue};
use crate::{Consume, Host, PlanError, Reads, facts};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::Gather;
use tributary_core::identity::Identity;
use tributary_core::ids::{LeadId, OpportunityId, ProfileId};
use tributary_core::lead::{Entry, LeadState, Score, Scoring, needs};
use tributary_core::profile::{Event, Facts};
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{MAX_DEPTH, Touchpoint};
use tributary_store::facts::{self as facts_of, Since};
use tributary_store::leads::evidence::{self, Evidence};
use tributary_store::leads::opportunities::NewOpportunity;
use tributary_store::leads::scores::{self, NewEntry};
use tributary_store::leads::{self, Lead};
use tributary_store::touchpoints::Logged;
use tributary_store::{Answer, Db, DbError, Statement, reps};

const MERGED: &str = "$profile.merged";
const UNMERGED: &str = "$profile.unmerged";

pub(super) struct Leads;

impl Consume for Leads {
    const NAME: &'static str = "lead-assign";

    fn reads(&self) -> Reads {
        let mut interest = Scoring::shipped().interest();
        interest.add([MERGED.to_owned(), UNMERGED.to_owned()]);
        interest.add(tributary_core::privacy::NAMES.map(str::to_owned));
        Reads::OfInterest(interest)
    }

    async fn plan<H: Host>(
        &self,
        host: &H,
        page: &[Logged],
        now: Timestamp,
    ) -> Result<Vec<Statement>, PlanError> {
        let concerned: BTreeSet<ProfileId> = page.iter().flat_map(profiles_of).gather();
        let concerned: Vec<ProfileId> = concerned.into_iter().collect();
        // One snapshot: an identity that is chosen here has no lead, and only this consumer, kept
        // apart by its fence, could give it one before the batch.
        let answers = host
            .db()
            .run(vec![
                facts_of::identities(&concerned),
                scores::of_profiles(&concerned),
                leads::of_profiles(&concerned),
                reps::all(),
            ])
            .await?;
        let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
        let mut standings = standings(&answer(0), &answer(1), &answer(2))?;
        let mut desk = Desk::new(host, reps::decode(&answer(3))?, now);

        let mut ready = Vec::new();
        for logged in page {
            desk.effects.tasks.extend(privacy::task(&logged.touchpoint, now));
            ready.extend(read(logged, &mut standings, &mut desk, now));
        }
        open(host, ready, &mut desk, now).await?;
        let effects = desk.close();
        if effects.is_noteworthy() {
            guard(page)?;
        }
        Ok(effects.into_statements(now))
    }

    fn other_work(&self, _now: Timestamp) -> Option<Statement> {
        Some(queue::any())
    }
}

/// The suite reacting to itself too often is a loop. The page is halved down to the one touchpoint
/// that goes on about it.
fn guard(page: &[Logged]) -> Result<(), PlanError> {
    match page.iter().find(|logged| logged.touchpoint.depth >= MAX_DEPTH) {
        Some(deep) => Err(PlanError::Rule {
            code: "loop_limit",
            detail: format!("{} has depth {}", deep.touchpoint.name, deep.touchpoint.depth),
        }),
        None => Ok(()),
    }
}

/// Where a profile stands before this page, and then after each touchpoint of it.
#[derive(Default)]
struct Standing {
    /// Sales talks to a person: a lead stays with what names one best, not with a borrowed device.
    strongest: Option<Identity>,
    entries: BTreeSet<Entry>,
    leads: Vec<Lead>,
    is_opened: bool,
}

/// A profile that became ready, and the touchpoint that did it.
struct Ready<'a> {
    profile: ProfileId,
    identity: Identity,
    episode: u32,
    score: Score,
    cause: &'a Touchpoint,
}

fn standings(
    identities: &Answer,
    entries: &Answer,
    found: &Answer,
) -> Result<BTreeMap<ProfileId, Standing>, DbError> {
    let mut standings: BTreeMap<ProfileId, Standing> = BTreeMap::new();
    // Oldest first, so of equals the oldest stays.
    for (profile, identity) in facts_of::decode_identities(identities)? {
        let strongest = &mut standings.entry(profile).or_default().strongest;
        if strongest.as_ref().is_none_or(|standing| identity.kind() < standing.kind()) {
            *strongest = Some(identity);
        }
    }
    for (profile, entry) in scores::decode(entries)? {
        standings.entry(profile).or_default().entries.insert(entry);
    }
    for lead in leads::decode(found)? {
        let Some(profile) = lead.profile.clone() else { continue };
        standings.entry(profile).or_default().leads.push(lead);
    }
    Ok(standings)
}

/// The profiles a touchpoint is about: its own, and those that a merge or unmerge names.
fn profiles_of(logged: &Logged) -> Vec<ProfileId> {
    let mut profiles: Vec<ProfileId> = logged.profile.iter().cloned().collect();
    if is_regrouping(&logged.touchpoint) {
        let named = ["into", "from", "part"].iter().filter_map(|key| {
            Some(ProfileId(logged.touchpoint.properties.get(*key)?.as_str()?.to_owned()))
        });
        profiles.extend(named);
        profiles.sort();
        profiles.dedup();
    }
    profiles
}

fn is_regrouping(touchpoint: &Touchpoint) -> bool {
    matches!(touchpoint.name.as_str(), MERGED | UNMERGED)
}

fn read<'a>(
    logged: &'a Logged,
    standings: &mut BTreeMap<ProfileId, Standing>,
    desk: &mut Desk,
    now: Timestamp,
) -> Vec<Ready<'a>> {
    let touchpoint = &logged.touchpoint;
    let entries = Scoring::shipped().entries(touchpoint);
    let is_regrouping = is_regrouping(touchpoint);
    if entries.is_empty() && !is_regrouping {
        return Vec::new();
    }
    if let Some(anchor) = touchpoint.anchor() {
        let new = entries.iter().cloned();
        desk.effects.entries.extend(new.map(|entry| NewEntry { identity: anchor.clone(), entry }));
    }
    let mut ready = Vec::new();
    for profile in profiles_of(logged) {
        let standing = standings.entry(profile.clone()).or_default();
        if logged.profile.as_ref() == Some(&profile) {
            standing.entries.extend(entries.iter().cloned());
        }
        if is_regrouping {
            merges::settle(desk, &mut standing.leads, touchpoint, now);
        }
        if standing.is_opened || standing.leads.iter().any(|lead| lead.state.is_open()) {
            continue;
        }
        let finished_at = standing.leads.iter().filter_map(Lead::finished_at).max();
        let score = Scoring::shipped().readiness(&standing.entries, finished_at, now);
        if let (Some(identity), Some(score)) = (standing.strongest.clone(), score) {
            standing.is_opened = true;
            let before = standing.leads.iter().map(|lead| lead.episode).max().unwrap_or_default();
            let episode = before.saturating_add(1);
            ready.push(Ready { profile, identity, episode, score, cause: touchpoint });
        }
    }
    ready
}

/// Opens a lead for each and hands it to somebody, in order.
async fn open<H: Host>(
    host: &H,
    ready: Vec<Ready<'_>>,
    desk: &mut Desk,
    now: Timestamp,
) -> Result<(), DbError> {
    if ready.is_empty() {
        return Ok(());
    }
    let wanted: Vec<Since> =
        ready.iter().map(|one| Since { profile: one.profile.clone(), since: now }).collect();
    let facts = facts::load(host, &wanted, &[]).await?;
    let evidence: Vec<Evidence> = ready.iter().flat_map(evidence_of).collect();
    let answer = tributary_store::one(host.db(), evidence::events(&evidence)).await?;
    let mut events: BTreeMap<ProfileId, Vec<Event>> = BTreeMap::new();
    for event in facts_of::decode_events(&answer)? {
        events.entry(event.profile.clone()).or_default().push(event);
    }
    for one in ready {
        let nothing = Facts::default();
        let facts = facts.get(&one.profile).unwrap_or(&nothing);
        let scored: Vec<&Event> = events.get(&one.profile).into_iter().flatten().collect();
        let name = super::card::name(facts, &one.identity);
        let mut lead = Lead {
            id: lead_id(&one.identity, one.episode),
            identity: one.identity,
            episode: one.episode,
            profile: Some(one.profile.clone()),
            state: LeadState::SalesReady,
            reason: json!({"threshold": Scoring::shipped().threshold, "score": one.score}),
            needs: needs(facts, &scored),
            owner: None,
            merged_into: None,
            state_before_merge: None,
            note: None,
            cause: Some(one.cause.id.clone()),
            created_at: now,
            updated_at: now,
            assigned_at: None,
            accepted_at: None,
        };
        announce(desk, &lead, one.cause, now);
        let assignment = desk.route(&lead);
        match assignment.rep.clone() {
            Some(rep) => {
                desk.hand_over(&mut lead, &rep, assignment.explanation, &name, Some(one.cause));
            }
            None => desk.enqueue(&mut lead, &assignment, &name, Some(one.cause)),
        }
        desk.effects.opened.push(lead);
    }
    Ok(())
}

/// The first lead of an identity has the id it had before there were episodes.
fn lead_id(identity: &Identity, episode: u32) -> LeadId {
    match episode {
        1 => LeadId::derive(&[identity.key()]),
        _ => LeadId::derive(&[identity.key(), &episode.to_string()]),
    }
}

fn evidence_of(ready: &Ready) -> Vec<Evidence> {
    let ids = ready.score.parts.iter().flat_map(|part| &part.evidence);
    ids.map(|id| Evidence { profile: ready.profile.clone(), touchpoint: id.clone() }).collect()
}

/// `$lead.sales_ready` with the reason, and the opportunity.
fn announce(desk: &mut Desk, lead: &Lead, cause: &Touchpoint, now: Timestamp) {
    let opportunity = OpportunityId::derive(&[lead.id.as_str()]);
    let mut tell = |name: &str, properties: Value| {
        let anchor = Some(lead.identity.clone());
        let key = [lead.id.as_str()];
        let own = Touchpoint::own(name, &key, anchor, Some(cause), properties, now);
        desk.effects.touchpoints.push(own);
    };
    let score = lead.reason.get("score").cloned().unwrap_or_default();
    let threshold = lead.reason.get("threshold").cloned().unwrap_or_default();
    tell(
        "$lead.sales_ready",
        json!({
            "lead": lead.id, "episode": lead.episode, "score": score, "threshold": threshold,
        }),
    );
    tell(
        "$opportunity.created",
        json!({"opportunity": opportunity, "lead": lead.id, "stage": "new"}),
    );
    desk.effects.opportunities.push(NewOpportunity {
        id: opportunity,
        lead: lead.id.clone(),
        identity: lead.identity.clone(),
        created_at: now,
    });
}
