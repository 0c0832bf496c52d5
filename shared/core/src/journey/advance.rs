//! Moving a run: the only place that does.
//!
//! Time is the time of the events: a timer that is handled late counts as of its due time, so a
//! night without service shifts nothing after it.

use super::definition::Definition;
use super::run::{Effect, Run};
use super::steps::{Outcome, Scene, Wake};
use crate::profile::{Event, Facts, TAG_PREFIX, TraitValue};
use crate::time::Timestamp;
use serde_json::Value;
use std::borrow::Cow;

/// More steps without a wait are a loop.
pub const MAX_STEPS_PER_TICK: u32 = 50;

/// Why a run is looked at.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// It has just been made.
    Start,
    /// Time has passed.
    Timer,
    Touchpoint(&'a Event),
}

/// The run after this input, and what there is to write. `facts` hold everything known, later
/// touchpoints included.
pub fn advance(
    definition: &Definition,
    run: Run,
    input: Input,
    facts: &Facts,
    now: Timestamp,
) -> (Run, Vec<Effect>) {
    let mut walk = Walk { definition, run, facts: Cow::Borrowed(facts), effects: Vec::new(), now };
    if walk.run.is_active() {
        walk.take(input);
    }
    (walk.run, walk.effects)
}

struct Walk<'a> {
    definition: &'a Definition,
    run: Run,
    /// Tags added on the way are seen by the steps after.
    facts: Cow<'a, Facts>,
    effects: Vec<Effect>,
    now: Timestamp,
}

impl Walk<'_> {
    fn take(&mut self, input: Input) {
        match input {
            Input::Start => {
                self.effects.push(Effect::Entered);
                let at = self.run.body.anchor_at;
                let first = self.definition.steps.first().map(|node| node.id.clone());
                self.go(first, at);
            }
            Input::Timer => {
                let Some(due_at) = self.run.due_at.filter(|due_at| *due_at <= self.now) else {
                    return;
                };
                self.wake(Wake::Timer, due_at);
            }
            Input::Touchpoint(event) => self.touchpoint(event),
        }
    }

    fn touchpoint(&mut self, event: &Event) {
        // The event that started the run does not also move it.
        if event.id == self.run.body.entered.touchpoint {
            return;
        }
        let at = event.occurred_at.max(self.run.body.step_at);
        let entered = &self.run.body.entered;
        let key = &self.run.entry_key;
        if let Some(goal) = &self.definition.goal
            && goal.is_reached_by(event, entered, key)
        {
            return self.exit("goal", at);
        }
        let entry = &self.definition.entry;
        let again = entry.matches(event) && entry.is_about(event, key);
        if again && event.occurred_at >= self.run.body.anchor_at {
            self.run.body.entered.refresh(event);
            return self.wake(Wake::Again(event), at);
        }
        self.wake(Wake::Event(event), at);
    }

    fn wake(&mut self, wake: Wake, at: Timestamp) {
        if self.goal_is_reached() {
            return self.exit("goal", at);
        }
        let Some(node) = self.definition.node(&self.run.step) else {
            self.run.fail("step_missing", at);
            return;
        };
        let outcome = node.step.wake(&self.scene(), wake);
        self.follow(outcome, at);
    }

    /// Enters step after step until one waits or the run ends.
    fn go(&mut self, first: Option<String>, at: Timestamp) {
        let mut next = first;
        for _ in 0..MAX_STEPS_PER_TICK {
            if self.goal_is_reached() {
                return self.exit("goal", at);
            }
            let Some(id) = next else { return self.exit("completed", at) };
            let Some(node) = self.definition.node(&id) else {
                self.run.fail("step_missing", at);
                return;
            };
            self.run.visit(&id, at);
            let from = self.effects.len();
            let mut effects = std::mem::take(&mut self.effects);
            let outcome = node.step.enter(&self.scene(), &mut effects);
            self.effects = effects;
            self.see_tags(from);
            next = match outcome {
                Outcome::Next => self.definition.after(&id).map(|node| node.id.clone()),
                Outcome::Goto(step) => Some(step),
                other => return self.settle(other, at),
            };
        }
        self.exit("loop_limit", at);
    }

    /// What a step that was waiting says.
    fn follow(&mut self, outcome: Outcome, at: Timestamp) {
        match outcome {
            Outcome::Next => {
                let next = self.definition.after(&self.run.step).map(|node| node.id.clone());
                self.go(next, at);
            }
            Outcome::Goto(step) => self.go(Some(step), at),
            other => self.settle(other, at),
        }
    }

    fn settle(&mut self, outcome: Outcome, at: Timestamp) {
        match outcome {
            Outcome::Wait(until) => self.run.due_at = Some(until),
            Outcome::Restart { anchor_at, until } => {
                self.run.body.anchor_at = anchor_at;
                self.run.body.step_at = anchor_at;
                self.run.due_at = Some(until);
            }
            Outcome::Exit(reason) => self.exit(&reason, at),
            Outcome::Stay | Outcome::Next | Outcome::Goto(_) => {}
        }
    }

    fn exit(&mut self, reason: &str, at: Timestamp) {
        let effect = self.run.end(reason, at);
        self.effects.push(effect);
    }

    fn goal_is_reached(&self) -> bool {
        let Some(goal) = &self.definition.goal else { return false };
        let entered = &self.run.body.entered;
        goal.is_reached(&self.facts.events, entered, &self.run.entry_key)
    }

    fn scene(&self) -> Scene<'_> {
        Scene { run: &self.run, facts: &self.facts, now: self.now }
    }

    fn see_tags(&mut self, from: usize) {
        for effect in self.effects.get(from..).unwrap_or_default() {
            if let Effect::AddTag { tag, reason, .. } = effect {
                let value = TraitValue {
                    value: Value::String(reason.clone()),
                    occurred_at: self.now,
                    touchpoint: self.run.body.entered.touchpoint.clone(),
                    channel: crate::touchpoint::SUITE_CHANNEL.to_owned(),
                    rank: crate::profile::Rank::Form,
                    identity: self.run.identity.clone(),
                };
                self.facts.to_mut().traits.insert(format!("{TAG_PREFIX}{tag}"), value);
            }
        }
    }
}
