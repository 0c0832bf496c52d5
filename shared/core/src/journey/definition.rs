//! A journey as it is stored and drawn: who enters, what ends it, and its steps.

use super::run::Entered;
use super::steps::Step;
use crate::condition::{EventTest, Since, occurs};
use crate::event_view::EventView;
use crate::filter::Filter;
use crate::message::Text;
use crate::profile::Event;
use crate::time::{DAY_MS, Timestamp};
use crate::{cart, vocabulary};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = JourneyDefinition))]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Kebab case: `cart-recovery`.
    pub id: String,
    pub name: Text,
    /// Off: nobody enters any more; who is inside goes on.
    #[serde(default = "yes")]
    pub enabled: bool,
    pub entry: Entry,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// In order: a step without a `next` goes on to the one after it.
    pub steps: Vec<Node>,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = JourneyEntry))]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub events: Vec<String>,
    #[serde(default, rename = "where", skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// At least one must match, where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub any: Vec<Filter>,
    /// What the run is about (a cart): the first of these paths that is present. Without one it is
    /// about the person. An event that does not say is about whatever the person's runs are about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<String>,
    /// An event that is older on arrival starts nothing: a historical import sends no mail.
    #[serde(default = "one_day")]
    pub max_age_ms: i64,
    #[serde(default)]
    pub reentry: Reentry,
}

fn one_day() -> i64 {
    DAY_MS
}

/// How often one person may enter with the same key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reentry {
    #[default]
    Never,
    /// Again, once the run before has ended.
    AfterExit,
    /// Every event starts a run.
    Always,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = JourneyGoal))]
#[serde(deny_unknown_fields)]
pub struct Goal {
    pub events: Vec<String>,
    #[serde(default, rename = "where", skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// Where the event says what it is about. An event that does not say ends every run of the
    /// person in this journey.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<String>,
}

/// A step with its name and its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = JourneyStep))]
pub struct Node {
    pub id: String,
    /// Where to go on; `None`: to the step after this one in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    #[serde(flatten)]
    pub step: Step,
}

/// What a cart's contents are put together from.
const CART_CHANGES: &[&str] = &[cart::EMPTIED, cart::UPDATED];

impl Goal {
    /// Only what happened after the run began: an order of last week does not pay this cart.
    pub fn is_reached_by(&self, event: &Event, entered: &Entered, entry_key: &str) -> bool {
        if event.occurred_at < entered.occurred_at || !occurs(&self.events, &self.filters, event) {
            return false;
        }
        let key = first_key(&self.key, event);
        key.is_empty() || entry_key.is_empty() || key == entry_key
    }

    /// Whether one of these, everything known since the run began, reaches it. A cart that was
    /// emptied product by product is emptied, too.
    pub fn is_reached(&self, events: &[Event], entered: &Entered, entry_key: &str) -> bool {
        if events.iter().any(|event| self.is_reached_by(event, entered, entry_key)) {
            return true;
        }
        if !vocabulary::is_one_of(&self.events, cart::EMPTIED) {
            return false;
        }
        let mut changes: Vec<&Event> = events
            .iter()
            .filter(|event| {
                vocabulary::is_one_of(CART_CHANGES, &event.name)
                    && event.occurred_at >= entered.occurred_at
                    && first_key(&self.key, event) == entry_key
            })
            .collect();
        changes.sort_by_key(|event| (event.occurred_at, event.seq));
        cart::is_empty_after(changes)
    }

    /// The events it has to know of.
    pub fn names(&self) -> BTreeSet<String> {
        let carts = vocabulary::is_one_of(&self.events, cart::EMPTIED).then_some(CART_CHANGES);
        let carts = carts.into_iter().flatten().copied();
        vocabulary::all_names(self.events.iter().map(String::as_str).chain(carts))
    }
}

impl Entry {
    pub fn matches(&self, event: &Event) -> bool {
        if !occurs(&self.events, &self.filters, event) {
            return false;
        }
        let view = EventView::from(event);
        self.any.is_empty() || self.any.iter().any(|filter| filter.passes(&view))
    }

    /// Whether an event that starts runs is about the same thing as this run.
    pub fn is_about(&self, event: &Event, entry_key: &str) -> bool {
        let key = self.key_of(event);
        key == entry_key || (key.is_empty() && !self.key.is_empty())
    }

    pub fn key_of(&self, event: &Event) -> String {
        first_key(&self.key, event)
    }
}

/// The first of the paths that is present, as text; empty when none is.
pub fn first_key(paths: &[String], event: &Event) -> String {
    let view = EventView::from(event);
    paths.iter().find_map(|path| view.text_at(path)).unwrap_or_default()
}

impl Definition {
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.steps.iter().find(|node| node.id == id)
    }

    /// Where a step goes on by itself; `None` at the end.
    pub fn after(&self, id: &str) -> Option<&Node> {
        let index = self.steps.iter().position(|node| node.id == id)?;
        match self.steps.get(index).and_then(|node| node.next.as_deref()) {
            Some(next) => self.node(next),
            None => self.steps.get(index + 1),
        }
    }

    /// The touchpoints that can start or move a run.
    pub fn wake_names(&self) -> BTreeSet<String> {
        let steps = self.steps.iter().flat_map(|node| node.step.wakes_on());
        let named = self.entry.events.iter().chain(steps);
        let mut names = vocabulary::all_names(named.map(String::as_str));
        names.extend(self.goal.iter().flat_map(Goal::names));
        names
    }

    /// The events that decisions of this journey ask about.
    pub fn fact_names(&self) -> BTreeSet<String> {
        let mut names = self.wake_names();
        let tests = self.tests();
        let tested = tests.iter().flat_map(|test| &test.names).map(String::as_str);
        names.extend(vocabulary::all_names(tested));
        names
    }

    /// From when on the facts must hold events, for a run that began then.
    pub fn facts_since(&self, entered_at: Timestamp, now: Timestamp) -> Timestamp {
        let windows = self.tests().into_iter().filter_map(|test| match test.since {
            Since::Ms(ms) => Some(now.plus_ms(-ms)),
            Since::Entry => None,
        });
        windows.fold(entered_at, Timestamp::min)
    }

    fn tests(&self) -> Vec<&EventTest> {
        let mut tests = Vec::new();
        for node in &self.steps {
            for condition in node.step.conditions() {
                condition.event_tests(&mut tests);
            }
        }
        tests
    }
}
