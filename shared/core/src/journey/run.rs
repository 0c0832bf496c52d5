//! One walk of one person through one journey.

use crate::Gather;
use crate::condition::Condition;
use crate::event_view::EventView;
use crate::identity::Identity;
use crate::ids::{RunId, TouchpointId};
use crate::message::{Data, Template, Text};
use crate::profile::Event;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Visits kept for "what happened here"; a run that loops for a year keeps the last of them.
const MAX_HISTORY: usize = 50;
/// What a run keeps of the event that started it. A larger one keeps its plain values only.
const MAX_PROPERTIES_BYTES: usize = 32 * 1024;

/// A run belongs to the anchor identity of the event that started it: merging and unmerging move
/// nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    pub journey: String,
    /// The run keeps the version it started with.
    pub version: i64,
    pub identity: Identity,
    /// What it is about (a cart); empty where it is about the person.
    pub entry_key: String,
    pub state: RunState,
    /// Where it waits, or ended.
    pub step: String,
    /// When its timer fires; `None` once it has ended.
    pub due_at: Option<Timestamp>,
    /// Why it ended; empty while it goes on.
    pub reason: String,
    pub entered_at: Timestamp,
    /// When, in the time of the events, it ended.
    pub ended_at: Option<Timestamp>,
    pub body: Body,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Active,
    Exited,
    /// It could not go on; the reason says why. Nothing retries it.
    Failed,
}

/// What no query asks about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Body {
    pub entered: Entered,
    /// What delays count from: the entry, or the last event that restarted one.
    pub anchor_at: Timestamp,
    /// When, in the time of the events, the current step began.
    pub step_at: Timestamp,
    /// How many steps were entered so far: makes the second visit of a step another one.
    pub visits: u32,
    /// How deep in reactions of the suite to itself the entry was.
    #[serde(default)]
    pub depth: u32,
    #[serde(default)]
    pub history: Vec<Visit>,
}

/// The event that started the run, its properties brought up to date by later entry events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entered {
    pub touchpoint: TouchpointId,
    pub name: String,
    pub occurred_at: Timestamp,
    #[serde(default)]
    pub channel: String,
    pub properties: Value,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub context: Value,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Visit {
    pub step: String,
    pub at: Timestamp,
}

/// What the host has to write.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    Entered,
    Send(Box<Sending>),
    AddTag {
        step: String,
        visit: u32,
        tag: String,
        reason: String,
    },
    CreateTask(Box<Tasking>),
    /// Ended: goal, completed, exit, loop_limit.
    Exited {
        step: String,
        reason: String,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Sending {
    pub step: String,
    pub visit: u32,
    pub media: Vec<String>,
    pub purpose: String,
    pub templates: BTreeMap<String, Template>,
    pub data: Data,
    pub unless: Option<Condition>,
    pub expires_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Tasking {
    pub step: String,
    pub visit: u32,
    pub kind: String,
    pub title: Text,
    pub due_at: Timestamp,
}

impl Entered {
    pub fn by(event: &Event) -> Entered {
        Entered {
            touchpoint: event.id.clone(),
            name: event.name.clone(),
            occurred_at: event.occurred_at,
            channel: event.channel.clone(),
            properties: bounded(&event.properties),
            context: bounded(&event.context),
        }
    }

    /// As conditions see it.
    pub fn view(&self) -> EventView<'_> {
        let Entered { name, channel, properties, context, .. } = self;
        EventView { name, channel, properties, context }
    }

    /// A later event about the same thing: what it says is newer, what it leaves out stands.
    pub(super) fn refresh(&mut self, event: &Event) {
        let mut properties = match std::mem::take(&mut self.properties) {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        if let Value::Object(newer) = bounded(&event.properties) {
            properties.extend(newer);
        }
        self.properties = bounded(&Value::Object(properties));
        self.name.clone_from(&event.name);
        self.channel.clone_from(&event.channel);
        self.context = bounded(&event.context);
    }
}

fn bounded(properties: &Value) -> Value {
    if properties.to_string().len() <= MAX_PROPERTIES_BYTES {
        return properties.clone();
    }
    let Value::Object(map) = properties else { return Value::Null };
    let plain = map.iter().filter(|(_, value)| match value {
        Value::String(text) => text.len() <= 512,
        other => !other.is_array() && !other.is_object(),
    });
    Value::Object(plain.take(64).map(|(key, value)| (key.clone(), value.clone())).gather())
}

impl Run {
    pub fn is_active(&self) -> bool {
        self.state == RunState::Active
    }

    pub(super) fn visit(&mut self, step: &str, at: Timestamp) {
        self.step.clear();
        self.step.push_str(step);
        self.body.step_at = at;
        self.body.visits = self.body.visits.saturating_add(1);
        if self.body.history.len() >= MAX_HISTORY {
            self.body.history.remove(0);
        }
        self.body.history.push(Visit { step: step.to_owned(), at });
    }

    pub(super) fn end(&mut self, reason: &str, at: Timestamp) -> Effect {
        self.state = RunState::Exited;
        self.due_at = None;
        self.reason = reason.to_owned();
        self.ended_at = Some(at);
        Effect::Exited { step: self.step.clone(), reason: reason.to_owned() }
    }

    /// Parked for good: it cannot go on, and nothing else waits for it.
    pub fn fail(&mut self, reason: &str, at: Timestamp) {
        self.end(reason, at);
        self.state = RunState::Failed;
    }
}
