//! A page of the log: who enters, whose run moves, whose run ends.

use super::book::Book;
use super::ledger::{Cause, Ledger};
use super::reviews;
use crate::consumer::PlanError;
use crate::{Host, facts};
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::Gather;
use tributary_core::ids::ProfileId;
use tributary_core::journey::{Entrance, Input, Past, Run, advance, entrance};
use tributary_core::profile::{Event, Facts};
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::MAX_DEPTH;
use tributary_core::vocabulary::is_one_of;
use tributary_store::facts::Since;
use tributary_store::journeys::{self, Version};
use tributary_store::touchpoints::Logged;
use tributary_store::{Db, DbError, Statement};

/// What the page's people did so far and where they are.
struct Snapshot {
    book: Book,
    active: BTreeMap<ProfileId, Vec<Run>>,
    past: BTreeMap<(ProfileId, String), Vec<Past>>,
    facts: BTreeMap<ProfileId, Facts>,
}

pub async fn plan<H: Host>(
    host: &H,
    book: &Book,
    page: &[Logged],
    now: Timestamp,
) -> Result<Vec<Statement>, PlanError> {
    let events: Vec<(&Logged, Event)> =
        page.iter().filter_map(|logged| Some((logged, event(logged)?))).collect();
    let mut snapshot = load(host, book, &events, now).await?;
    let mut ledger = Ledger::new(now);
    for (logged, event) in &events {
        snapshot.decide(&mut ledger, logged, event, now)?;
    }
    let mut statements = ledger.statements();
    statements.extend(reviews::keep(page));
    Ok(statements)
}

/// As rules see it. Nobody's touchpoint concerns no journey.
fn event(logged: &Logged) -> Option<Event> {
    let touchpoint = &logged.touchpoint;
    touchpoint.anchor()?;
    Some(Event {
        profile: logged.profile.clone()?,
        seq: touchpoint.seq,
        id: touchpoint.id.clone(),
        channel: touchpoint.channel.clone(),
        name: touchpoint.name.clone(),
        occurred_at: touchpoint.occurred_at,
        properties: touchpoint.properties.clone(),
        context: touchpoint.context.clone(),
    })
}

async fn load<H: Host>(
    host: &H,
    book: &Book,
    events: &[(&Logged, Event)],
    now: Timestamp,
) -> Result<Snapshot, DbError> {
    let profiles: BTreeSet<&ProfileId> = events.iter().map(|(_, event)| &event.profile).gather();
    let profiles: Vec<ProfileId> = profiles.into_iter().cloned().collect();
    let entered: Vec<String> = book
        .current()
        .filter(|(definition, _)| {
            events.iter().any(|(_, event)| is_one_of(&definition.entry.events, &event.name))
        })
        .map(|(definition, _)| definition.id.clone())
        .collect();
    let answers = host
        .db()
        .run(vec![journeys::active(&profiles), journeys::past(&profiles, &entered)])
        .await?;
    let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
    let found = journeys::decode(&answer(0))?;
    let book = book.with(host, found.iter().map(|found| version_of(&found.run))).await?;

    let mut wants = Wants::default();
    for found in &found {
        let Some(profile) = &found.profile else { continue };
        wants.of_run(&book, profile, &found.run, now);
    }
    for (_, event) in events {
        for (definition, _) in book.current().filter(|(one, _)| one.entry.matches(event)) {
            let since = definition.facts_since(event.occurred_at, now);
            wants.add(&event.profile, since, definition.fact_names());
        }
    }
    let facts = wants.load(host).await?;
    let mut active: BTreeMap<ProfileId, Vec<Run>> = BTreeMap::new();
    for found in found {
        let Some(profile) = found.profile else { continue };
        active.entry(profile).or_default().push(found.run);
    }
    Ok(Snapshot { book, active, past: journeys::decode_past(&answer(1))?, facts })
}

pub fn version_of(run: &Run) -> Version {
    Version { id: run.journey.clone(), version: run.version }
}

/// Which events of whom the decisions need.
#[derive(Default)]
pub struct Wants {
    since: BTreeMap<ProfileId, Timestamp>,
    names: BTreeSet<String>,
}

impl Wants {
    pub fn add(&mut self, profile: &ProfileId, since: Timestamp, names: BTreeSet<String>) {
        let entry = self.since.entry(profile.clone()).or_insert(since);
        *entry = since.min(*entry);
        self.names.extend(names);
    }

    pub fn of_run(&mut self, book: &Book, profile: &ProfileId, run: &Run, now: Timestamp) {
        let Some(definition) = book.get(&run.journey, run.version) else { return };
        let since = definition.facts_since(run.body.entered.occurred_at, now);
        self.add(profile, since, definition.fact_names());
    }

    pub async fn load<H: Host>(self, host: &H) -> Result<BTreeMap<ProfileId, Facts>, DbError> {
        let wanted: Vec<Since> =
            self.since.into_iter().map(|(profile, since)| Since { profile, since }).collect();
        let names: Vec<String> = self.names.into_iter().collect();
        facts::load(host, &wanted, &names).await
    }
}

impl Snapshot {
    /// One touchpoint, after all before it.
    fn decide(
        &mut self,
        ledger: &mut Ledger,
        logged: &Logged,
        event: &Event,
        now: Timestamp,
    ) -> Result<(), PlanError> {
        let nothing = Facts::default();
        let facts = self.facts.get(&event.profile).unwrap_or(&nothing);
        let touchpoint = &logged.touchpoint;
        let cause = Cause { touchpoint: touchpoint.id.clone(), depth: touchpoint.depth };
        let standing = self.active.entry(event.profile.clone()).or_default();
        for run in standing.iter_mut() {
            let Some(definition) = self.book.get(&run.journey, run.version) else { continue };
            let before = run.body.visits;
            let (moved, effects) =
                advance(definition, run.clone(), Input::Touchpoint(event), facts, now);
            if moved == *run {
                continue;
            }
            if !effects.is_empty() {
                refuse_loop(touchpoint.depth, &run.journey)?;
            }
            ledger.record(definition, before, &moved, effects, &cause);
            *run = moved;
        }
        for (definition, version) in self.book.current() {
            let key = (event.profile.clone(), definition.id.clone());
            let mut past = self.past.get(&key).cloned().unwrap_or_default();
            past.extend(
                standing
                    .iter()
                    .filter(|run| run.journey == definition.id)
                    .map(|run| Past { entry_key: run.entry_key.clone(), ended_at: run.ended_at }),
            );
            let Some(anchor) = touchpoint.anchor() else { continue };
            let entrance = entrance(definition, version, event, anchor, &past, facts, now);
            let Entrance::Run(mut run) = entrance else { continue };
            refuse_loop(touchpoint.depth, &definition.id)?;
            run.body.depth = touchpoint.depth;
            let (run, effects) = advance(definition, *run, Input::Start, facts, now);
            ledger.record(definition, 0, &run, effects, &cause);
            standing.push(run);
        }
        Ok(())
    }
}

/// A rule that triggers itself stops here, visibly.
fn refuse_loop(depth: u32, journey: &str) -> Result<(), PlanError> {
    if depth < MAX_DEPTH {
        return Ok(());
    }
    Err(PlanError::Rule {
        code: "loop_limit",
        detail: format!("journey {journey} reacts to what it caused itself, {depth} times over"),
    })
}
