//! Conditions: what a rule may ask about a person, as data that the console can draw.
//!
//! Total: every condition gives an answer over every snapshot.

use crate::filter::{Filter, Op};
use crate::profile::{Event, Facts};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Deeper nesting is a mistake, and would cost stack.
const MAX_DEPTH: u32 = 12;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Trait(TraitTest),
    /// The person carries this tag.
    Tag(String),
    Event(EventTest),
    /// About the event that started the journey: `{"path": "properties.total", …}`.
    Entry(Filter),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TraitTest {
    pub field: String,
    pub op: Op,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub value: Value,
}

/// The person did one of these at least so many times since then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EventTest {
    pub names: Vec<String>,
    #[serde(default, rename = "where", skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    #[serde(default)]
    pub since: Since,
    #[serde(default = "one")]
    pub at_least: u32,
}

fn one() -> u32 {
    1
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Since {
    /// Since the event that started the journey happened.
    #[default]
    Entry,
    /// Within the last so many milliseconds.
    Ms(i64),
}

/// What a condition is evaluated over.
#[derive(Clone, Copy, Debug)]
pub struct Grounds<'a> {
    pub facts: &'a Facts,
    /// The event that started it, as a document, and when it happened. Without one, `entry` and
    /// events since entry look at everything known.
    pub entry: Option<(&'a Value, Timestamp)>,
    pub now: Timestamp,
}

impl Condition {
    pub fn holds(&self, grounds: &Grounds) -> bool {
        match self {
            Condition::All(parts) => parts.iter().all(|part| part.holds(grounds)),
            Condition::Any(parts) => parts.iter().any(|part| part.holds(grounds)),
            Condition::Not(part) => !part.holds(grounds),
            Condition::Trait(test) => test.holds(grounds.facts),
            Condition::Tag(tag) => grounds.facts.has_tag(tag),
            Condition::Event(test) => test.holds(grounds),
            Condition::Entry(filter) => match grounds.entry {
                Some((document, _)) => filter.matches(document),
                None => filter.matches(&Value::Null),
            },
        }
    }

    /// What is wrong with it: stable codes, first the outermost.
    pub fn problems(&self) -> Vec<&'static str> {
        let mut found = Vec::new();
        self.collect_problems(0, &mut found);
        found
    }

    fn collect_problems(&self, depth: u32, found: &mut Vec<&'static str>) {
        if depth > MAX_DEPTH {
            found.push("condition_too_deep");
            return;
        }
        match self {
            Condition::All(parts) | Condition::Any(parts) => {
                // "All of nothing" is true and "any of nothing" is false: neither is meant.
                if parts.is_empty() {
                    found.push("empty_group");
                }
                parts.iter().for_each(|part| part.collect_problems(depth + 1, found));
            }
            Condition::Not(part) => part.collect_problems(depth + 1, found),
            Condition::Trait(test) if test.field.is_empty() => found.push("empty_field"),
            Condition::Tag(tag) if tag.is_empty() => found.push("empty_tag"),
            Condition::Event(test) if test.names.is_empty() => found.push("empty_names"),
            Condition::Event(test) if matches!(test.since, Since::Ms(ms) if ms <= 0) => {
                found.push("duration_invalid");
            }
            Condition::Trait(_) | Condition::Tag(_) | Condition::Event(_) | Condition::Entry(_) => {
            }
        }
    }

    /// Every event test in it, so that the facts it needs can be loaded.
    pub fn event_tests<'a>(&'a self, into: &mut Vec<&'a EventTest>) {
        match self {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().for_each(|part| part.event_tests(into));
            }
            Condition::Not(part) => part.event_tests(into),
            Condition::Event(test) => into.push(test),
            Condition::Trait(_) | Condition::Tag(_) | Condition::Entry(_) => {}
        }
    }
}

impl TraitTest {
    fn holds(&self, facts: &Facts) -> bool {
        // A field's name may hold dots, so it cannot be a path: the value is put under `v`.
        let filter = Filter { path: "v".to_owned(), op: self.op, value: self.value.clone() };
        filter.matches(&json!({ "v": facts.trait_value(&self.field) }))
    }
}

impl EventTest {
    fn holds(&self, grounds: &Grounds) -> bool {
        let since = match (self.since, grounds.entry) {
            (Since::Ms(ms), _) => grounds.now.plus_ms(-ms),
            (Since::Entry, Some((_, occurred_at))) => occurred_at,
            (Since::Entry, None) => Timestamp(i64::MIN),
        };
        let wanted = usize::try_from(self.at_least.max(1)).unwrap_or(usize::MAX);
        grounds
            .facts
            .events
            .iter()
            .filter(|event| event.occurred_at >= since && occurs(&self.names, &self.filters, event))
            .take(wanted)
            .count()
            == wanted
    }
}

/// Whether an event has one of these names and passes every filter.
pub fn occurs(names: &[String], filters: &[Filter], event: &Event) -> bool {
    if !crate::vocabulary::is_one_of(names, &event.name) {
        return false;
    }
    if filters.is_empty() {
        return true;
    }
    let document = document(event);
    filters.iter().all(|filter| filter.matches(&document))
}

/// An event as filters see it.
pub fn document(event: &Event) -> Value {
    json!({
        "name": event.name,
        "channel": event.channel,
        "properties": event.properties,
        "context": event.context,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ProfileId, TouchpointId};

    fn event(name: &str, at: i64, properties: Value) -> Event {
        Event {
            profile: ProfileId("prf_1".into()),
            seq: at,
            id: TouchpointId::derive(&[name, &at.to_string()]),
            channel: "web".into(),
            name: name.into(),
            occurred_at: Timestamp(at),
            properties,
            context: Value::Null,
        }
    }

    #[track_caller]
    fn check(condition: Value, expect: bool) {
        let facts = Facts {
            events: vec![
                event("Viewed", 10, json!({"product": "A"})),
                event("Viewed", 20, json!({"product": "B"})),
                event("Viewed", 30, json!({"product": "A"})),
            ],
            ..Facts::default()
        };
        let condition: Condition = serde_json::from_value(condition).unwrap();
        let entry = json!({"properties": {"total": 12}});
        let grounds =
            Grounds { facts: &facts, entry: Some((&entry, Timestamp(20))), now: Timestamp(40) };
        assert_eq!(condition.problems(), Vec::<&str>::new());
        assert_eq!(condition.holds(&grounds), expect);
    }

    #[test]
    fn events_count_from_their_moment_on() {
        check(json!({"event": {"names": ["Viewed"]}}), true);
        check(json!({"event": {"names": ["Viewed"], "at_least": 2}}), true);
        check(json!({"event": {"names": ["Viewed"], "at_least": 3}}), false);
        check(json!({"event": {"names": ["Viewed"], "at_least": 3, "since": {"ms": 30}}}), true);
        check(json!({"event": {"names": ["Viewed"], "at_least": 3, "since": {"ms": 29}}}), false);
        let filter = json!([{"path": "properties.product", "op": "eq", "value": "A"}]);
        check(
            json!({"event": {"names": ["Viewed"], "where": filter, "since": {"ms": 40},
                "at_least": 2}}),
            true,
        );
    }

    #[test]
    fn groups_traits_and_the_entry() {
        check(json!({"entry": {"path": "properties.total", "op": "gte", "value": 12}}), true);
        check(json!({"not": {"tag": "vip"}}), true);
        check(json!({"trait": {"field": "city", "op": "absent"}}), true);
        check(json!({"all": [{"tag": "vip"}, {"not": {"tag": "vip"}}]}), false);
        check(json!({"any": [{"tag": "vip"}, {"not": {"tag": "vip"}}]}), true);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let refused = |condition: Value, code: &str| {
            let condition: Condition = serde_json::from_value(condition).unwrap();
            assert!(condition.problems().contains(&code), "{condition:?}");
        };
        refused(json!({"all": []}), "empty_group");
        refused(json!({"not": {"any": []}}), "empty_group");
        refused(json!({"event": {"names": []}}), "empty_names");
        refused(json!({"tag": ""}), "empty_tag");
        assert!(serde_json::from_value::<Condition>(json!({"sometimes": []})).is_err());
    }
}
