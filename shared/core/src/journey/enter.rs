//! Whether an event starts a run.

use super::definition::{Definition, Reentry};
use super::run::{Body, Entered, Run, RunState};
use crate::identity::Identity;
use crate::ids::RunId;
use crate::profile::{Event, Facts};
use crate::time::Timestamp;
use crate::touchpoint::TIME_UNREADABLE;

/// A run the person had in this journey, under whichever identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    pub entry_key: String,
    /// `None`: still inside.
    pub ended_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Entrance {
    /// Not this journey's event.
    Other,
    Refused(&'static str),
    Run(Box<Run>),
}

/// The run that this event starts, not yet advanced.
pub fn entrance(
    definition: &Definition,
    version: i64,
    event: &Event,
    anchor: &Identity,
    past: &[Past],
    facts: &Facts,
    now: Timestamp,
) -> Entrance {
    let entry = &definition.entry;
    if !entry.matches(event) {
        return Entrance::Other;
    }
    if !definition.enabled {
        return Entrance::Refused("disabled");
    }
    // It may be of years ago.
    if event.context.get(TIME_UNREADABLE).is_some() {
        return Entrance::Refused("time_unreadable");
    }
    if now.since_ms(event.occurred_at) > entry.max_age_ms {
        return Entrance::Refused("too_old");
    }
    let entry_key = entry.key_of(event);
    // What does not say what it is about belongs to the run that is going on.
    let joins = |run: &Past| run.ended_at.is_none() && entry.is_about(event, &run.entry_key);
    if entry.reentry != Reentry::Always && past.iter().any(joins) {
        return Entrance::Refused("reentry");
    }
    if past
        .iter()
        .filter(|run| run.entry_key == entry_key)
        .any(|run| blocks(entry.reentry, run, event))
    {
        return Entrance::Refused("reentry");
    }
    let entered = Entered::by(event);
    // Delivered out of order: what would end the run is known already.
    let is_reached = definition
        .goal
        .as_ref()
        .is_some_and(|goal| goal.is_reached(&facts.events, &entered, &entry_key));
    if is_reached {
        return Entrance::Refused("goal_reached");
    }
    let id = RunId::derive(&[&definition.id, anchor.key(), &entry_key, event.id.as_str()]);
    Entrance::Run(Box::new(Run {
        id,
        journey: definition.id.clone(),
        version,
        identity: anchor.clone(),
        entry_key,
        state: RunState::Active,
        step: String::new(),
        due_at: None,
        reason: String::new(),
        entered_at: event.occurred_at,
        ended_at: None,
        body: Body {
            anchor_at: event.occurred_at,
            step_at: event.occurred_at,
            entered,
            visits: 0,
            depth: 0,
            history: Vec::new(),
        },
    }))
}

fn blocks(reentry: Reentry, run: &Past, event: &Event) -> bool {
    match reentry {
        Reentry::Never => true,
        // What happened while an earlier run was going belongs to that run, however late it comes.
        Reentry::AfterExit => run.ended_at.is_none_or(|ended_at| event.occurred_at <= ended_at),
        Reentry::Always => false,
    }
}
