//! What is wrong with a definition, before anybody enters it. Codes are stable.

use super::definition::Definition;
use crate::filter::Filter;
use crate::message::Text;
use crate::time::DAY_MS;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

pub const MAX_STEPS: usize = 64;
const MAX_DURATION_MS: i64 = 3_660 * DAY_MS;
const MAX_NAMES: usize = 64;
const MAX_FILTERS: usize = 32;
const MAX_ID_BYTES: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DefinitionProblem))]
pub struct Problem {
    pub code: &'static str,
    /// `steps/<id>`, `entry`, `goal`; empty: the definition as a whole.
    pub at: String,
    /// The field or value that is meant.
    pub detail: String,
}

/// Collects the problems of one part.
#[derive(Debug)]
pub struct Lint {
    at: String,
    found: Vec<Problem>,
}

impl Lint {
    pub fn report(&mut self, code: &'static str, detail: &str) {
        self.found.push(Problem { code, at: self.at.clone(), detail: detail.to_owned() });
    }

    pub fn duration(&mut self, field: &str, ms: i64) {
        if !(1..=MAX_DURATION_MS).contains(&ms) {
            self.report("duration_invalid", field);
        }
    }

    pub fn names(&mut self, field: &str, names: &[String]) {
        if names.is_empty() || names.iter().any(|name| name.is_empty()) {
            self.report("empty_names", field);
        }
        if names.len() > MAX_NAMES {
            self.report("too_many_names", field);
        }
    }

    pub fn filters(&mut self, field: &str, filters: &[Filter]) {
        if filters.len() > MAX_FILTERS {
            return self.report("too_many_filters", field);
        }
        for code in filters.iter().filter_map(Filter::problem) {
            self.report(code, field);
        }
    }

    pub fn text(&mut self, field: &str, text: &str) {
        if text.trim().is_empty() {
            self.report("empty_field", field);
        }
    }

    pub fn localized(&mut self, field: &str, text: &Text) {
        if text.is_empty() {
            self.report("empty_field", field);
        }
    }

    fn at(&mut self, at: &str) -> &mut Lint {
        at.clone_into(&mut self.at);
        self
    }
}

impl Definition {
    /// Nothing found: it may be published.
    pub fn problems(&self) -> Vec<Problem> {
        let mut lint = Lint { at: String::new(), found: Vec::new() };
        if !is_id(&self.id) {
            lint.report("id_invalid", &self.id);
        }
        lint.localized("name", &self.name);
        lint.at("entry").names("events", &self.entry.events);
        lint.filters("where", &self.entry.filters);
        lint.filters("any", &self.entry.any);
        lint.duration("max_age_ms", self.entry.max_age_ms);
        if let Some(goal) = &self.goal {
            lint.at("goal").names("events", &goal.events);
            lint.filters("where", &goal.filters);
        }
        self.check_steps(&mut lint);
        lint.found
    }

    fn check_steps(&self, lint: &mut Lint) {
        lint.at("");
        if self.steps.is_empty() {
            lint.report("empty_steps", "steps");
        }
        if self.steps.len() > MAX_STEPS {
            lint.report("too_many_steps", &self.steps.len().to_string());
            return;
        }
        let mut ids = BTreeSet::new();
        for node in &self.steps {
            lint.at(&format!("steps/{}", node.id));
            if !is_id(&node.id) {
                lint.report("id_invalid", &node.id);
            }
            if !ids.insert(node.id.as_str()) {
                lint.report("duplicate_step", &node.id);
            }
        }
        for node in &self.steps {
            lint.at(&format!("steps/{}", node.id));
            for target in node.step.targets().into_iter().chain(node.next.as_deref()) {
                if !ids.contains(target) {
                    lint.report("unknown_step", target);
                }
            }
            for condition in node.step.conditions() {
                condition.problems().into_iter().for_each(|code| lint.report(code, "condition"));
            }
            node.step.check(lint);
        }
        if let Some(step) = self.loop_without_wait() {
            lint.at(&format!("steps/{step}")).report("loop_without_wait", step);
        }
    }

    /// A step that comes back to itself through steps none of which takes time.
    fn loop_without_wait(&self) -> Option<&str> {
        let mut ways: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for node in self.steps.iter().filter(|node| !node.step.waits()) {
            let mut to = node.step.targets();
            if node.step.falls_through() {
                to.extend(self.after(&node.id).map(|next| next.id.as_str()));
            }
            ways.insert(&node.id, to);
        }
        ways.keys().copied().find(|start| {
            let mut reached = BTreeSet::new();
            let mut open = ways.get(start).cloned().unwrap_or_default();
            while let Some(step) = open.pop() {
                if step == *start {
                    return true;
                }
                if reached.insert(step) {
                    open.extend(ways.get(step).into_iter().flatten());
                }
            }
            false
        })
    }
}

/// Lower-case letters, digits, `-` and `_`: safe in a URL and readable in a log.
fn is_id(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    !id.is_empty() && id.len() <= MAX_ID_BYTES && id.chars().all(plain)
}
