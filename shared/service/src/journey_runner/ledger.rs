//! What a page of decisions writes: runs, outbox, tasks, touchpoints and counts, each as one set.

use std::collections::BTreeMap;
use tributary_core::ids::{MessageId, RunId, TaskId, TouchpointId};
use tributary_core::journey::{Definition, Effect, Run, RunState, Sending, Tasking};
use tributary_core::message::{Content, Gate};
use tributary_core::profile::TAG_ADDED;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;
use tributary_store::journeys::{self, Count};
use tributary_store::messages::{self, NewMessage};
use tributary_store::tasks::{self, NewTask};
use tributary_store::{Statement, touchpoints};

pub const JOURNEY_ENTERED: &str = "$journey.entered";
pub const JOURNEY_EXITED: &str = "$journey.exited";
pub const TASK_CREATED: &str = "$task.created";

/// What made the suite do something, for the chain of causes.
#[derive(Clone, Debug)]
pub struct Cause {
    pub touchpoint: TouchpointId,
    pub depth: u32,
}

#[derive(Debug)]
pub struct Ledger {
    now: Timestamp,
    runs: BTreeMap<RunId, Run>,
    messages: Vec<NewMessage>,
    tasks: Vec<NewTask>,
    touchpoints: Vec<Touchpoint>,
    counts: BTreeMap<(String, i64, String), i64>,
}

impl Ledger {
    pub fn new(now: Timestamp) -> Ledger {
        Ledger {
            now,
            runs: BTreeMap::new(),
            messages: Vec::new(),
            tasks: Vec::new(),
            touchpoints: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    /// A run that moved from `before` to `run`, with what it does.
    pub fn record(
        &mut self,
        definition: &Definition,
        before: u32,
        run: &Run,
        effects: Vec<Effect>,
        cause: &Cause,
    ) {
        for effect in effects {
            match effect {
                Effect::Entered => {
                    self.tally(run, "entered".to_owned());
                    self.emit(JOURNEY_ENTERED, run, &[], serde_json::json!({}), cause);
                }
                Effect::Send(sending) => self.send(definition, run, *sending, cause),
                Effect::AddTag { step, visit, tag, reason } => {
                    let key = [step.as_str(), &visit.to_string()];
                    let said = serde_json::json!({ "tag": tag, "reason": reason, "step": step });
                    self.emit(TAG_ADDED, run, &key, said, cause);
                }
                Effect::CreateTask(tasking) => self.task(run, *tasking, cause),
                Effect::Exited { step, reason } => {
                    let said = serde_json::json!({ "reason": reason, "step": step });
                    self.emit(JOURNEY_EXITED, run, &[], said, cause);
                }
            }
        }
        self.settle(before, run);
    }

    /// The run as it is now, and what is counted about it.
    pub fn settle(&mut self, before: u32, run: &Run) {
        let steps = usize::try_from(run.body.visits.saturating_sub(before)).unwrap_or(0);
        for visit in run.body.history.iter().rev().take(steps) {
            self.tally(run, format!("step:{}", visit.step));
        }
        if !run.is_active() {
            let state = if run.state == RunState::Failed { "failed" } else { "exited" };
            self.tally(run, state.to_owned());
            self.tally(run, format!("reason:{}", run.reason));
        }
        self.runs.insert(run.id.clone(), run.clone());
    }

    pub fn statements(self) -> Vec<Statement> {
        let counts: Vec<Count> = self
            .counts
            .into_iter()
            .map(|((journey, version, what), count)| Count { journey, version, what, count })
            .collect();
        let mut statements = journeys::save(self.runs.values());
        statements.extend(messages::append(&self.messages));
        statements.extend(tasks::append(&self.tasks));
        statements.extend(touchpoints::append(&self.touchpoints));
        statements.extend(journeys::count(&counts));
        statements
    }

    fn tally(&mut self, run: &Run, what: String) {
        *self.counts.entry((run.journey.clone(), run.version, what)).or_default() += 1;
    }

    /// A touchpoint of the suite's own, about this run. The same fact twice is one row.
    fn emit(
        &mut self,
        name: &str,
        run: &Run,
        key: &[&str],
        mut said: serde_json::Value,
        cause: &Cause,
    ) {
        if let Some(said) = said.as_object_mut() {
            said.insert("journey".to_owned(), run.journey.clone().into());
            said.insert("run".to_owned(), run.id.as_str().into());
            if !run.entry_key.is_empty() {
                said.insert("key".to_owned(), run.entry_key.clone().into());
            }
        }
        let mut parts = vec![run.id.as_str()];
        parts.extend_from_slice(key);
        let anchor = Some(run.identity.clone());
        let mut own = Touchpoint::own(name, &parts, anchor, None, said, self.now);
        own.cause = Some(cause.touchpoint.clone());
        own.depth = cause.depth.saturating_add(1);
        self.touchpoints.push(own);
    }

    fn send(&mut self, definition: &Definition, run: &Run, sending: Sending, cause: &Cause) {
        let visit = sending.visit.to_string();
        let gate = Gate {
            goal: definition.goal.clone(),
            unless: sending.unless,
            entered: Some(run.body.entered.clone()),
            entry_key: run.entry_key.clone(),
            reentry: Some(definition.entry.reentry),
            expires_at: Some(sending.expires_at),
        };
        let content = Content { templates: sending.templates, data: sending.data };
        self.messages.push(NewMessage {
            id: MessageId::derive(&[run.id.as_str(), &sending.step, &visit]),
            journey: run.journey.clone(),
            run: Some(run.id.as_str().to_owned()),
            step: sending.step,
            entry_key: run.entry_key.clone(),
            identity: Some(run.identity.clone()),
            recipient: None,
            media: json(&sending.media),
            purpose: sending.purpose,
            content: json(&content),
            gate: json(&gate),
            cause: Some(cause.touchpoint.clone()),
            depth: cause.depth.saturating_add(1),
            due_at: self.now,
            created_at: self.now,
        });
    }

    fn task(&mut self, run: &Run, tasking: Tasking, cause: &Cause) {
        let visit = tasking.visit.to_string();
        let id = TaskId::derive(&[run.id.as_str(), &tasking.step, &visit]);
        let said = serde_json::json!({
            "task": id, "kind": tasking.kind, "title": tasking.title, "step": tasking.step,
        });
        self.emit(TASK_CREATED, run, &[&tasking.step, &visit], said, cause);
        let detail = serde_json::json!({
            "title": tasking.title, "journey": run.journey, "run": run.id, "step": tasking.step,
        });
        let title = tasking.title.pick(tributary_core::message::Language::Zh).to_owned();
        self.tasks.push(NewTask {
            id,
            kind: tasking.kind,
            title,
            identity: Some(run.identity.clone()),
            lead: None,
            owner: None,
            due_at: Some(tasking.due_at),
            source: format!("journey:{}/{}", run.journey, tasking.step),
            detail: detail.to_string(),
            created_at: self.now,
        });
    }
}

fn json<T: serde::Serialize>(value: &T) -> String {
    // Invariant: our own types serialise.
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}
