//! Conditions: what a rule may ask about a person, as data that the console can draw.
//!
//! Total: every condition gives an answer over every snapshot.

use crate::event_view::EventView;
use crate::filter::{Filter, Op};
use crate::profile::{Event, Facts, count_distinct};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Deeper nesting is a mistake, and would cost stack.
const MAX_DEPTH: u32 = 12;
/// Groups, tests and filters of one condition: it is evaluated for each event of a page.
const MAX_PARTS: usize = 100;
const MAX_NAMES: usize = 64;

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
    /// The event that started it, and when it happened. Without one, events since entry look at
    /// everything known.
    pub entry: Option<(EventView<'a>, Timestamp)>,
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
                Some((entry, _)) => filter.passes(&entry),
                None => filter.op.holds(None, &filter.value),
            },
        }
    }

    /// What is wrong with it: stable codes, first the outermost.
    pub fn problems(&self) -> Vec<&'static str> {
        let mut found = Vec::new();
        let mut parts = 0;
        self.collect_problems(0, &mut parts, &mut found);
        if parts > MAX_PARTS {
            found.insert(0, "condition_too_large");
        }
        found
    }

    /// Stops at the limit: of a condition with a million parts, a hundred are looked at.
    fn collect_problems(&self, depth: u32, parts: &mut usize, found: &mut Vec<&'static str>) {
        *parts += 1;
        if *parts > MAX_PARTS {
            return;
        }
        if depth > MAX_DEPTH {
            found.push("condition_too_deep");
            return;
        }
        match self {
            Condition::All(group) | Condition::Any(group) => {
                // "All of nothing" is true and "any of nothing" is false: neither is meant.
                if group.is_empty() {
                    found.push("empty_group");
                }
                for part in group {
                    if *parts > MAX_PARTS {
                        return;
                    }
                    part.collect_problems(depth + 1, parts, found);
                }
            }
            Condition::Not(part) => part.collect_problems(depth + 1, parts, found),
            Condition::Trait(test) if test.field.is_empty() => found.push("empty_field"),
            Condition::Tag(tag) if tag.is_empty() => found.push("empty_tag"),
            Condition::Event(test) => {
                *parts = parts.saturating_add(test.filters.len());
                found.extend(test.problems());
            }
            Condition::Entry(filter) => found.extend(filter.problem()),
            Condition::Trait(_) | Condition::Tag(_) => {}
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
        self.op.holds(facts.trait_value(&self.field), &self.value)
    }
}

impl EventTest {
    fn problems(&self) -> Vec<&'static str> {
        let mut found = Vec::new();
        if self.names.is_empty() {
            found.push("empty_names");
        }
        if self.names.len() > MAX_NAMES {
            found.push("too_many_names");
        }
        if matches!(self.since, Since::Ms(ms) if ms <= 0) {
            found.push("duration_invalid");
        }
        found.extend(self.filters.iter().take(MAX_PARTS).filter_map(Filter::problem));
        found
    }

    fn holds(&self, grounds: &Grounds) -> bool {
        let since = match (self.since, grounds.entry) {
            (Since::Ms(ms), _) => grounds.now.plus_ms(-ms),
            (Since::Entry, Some((_, occurred_at))) => occurred_at,
            (Since::Entry, None) => Timestamp(i64::MIN),
        };
        let wanted = usize::try_from(self.at_least.max(1)).unwrap_or(usize::MAX);
        let matching = grounds
            .facts
            .events
            .iter()
            .filter(|event| event.occurred_at >= since && occurs(&self.names, &self.filters, event))
            .map(|event| (event.name.as_str(), &event.properties));
        if wanted == 1 {
            return matching.take(1).count() == 1;
        }
        // An order that page and shop tell of is one.
        count_distinct(matching) >= wanted
    }
}

/// Whether an event has one of these names and passes every filter.
pub fn occurs(names: &[String], filters: &[Filter], event: &Event) -> bool {
    if !crate::vocabulary::is_one_of(names, &event.name) {
        return false;
    }
    let view = EventView::from(event);
    filters.iter().all(|filter| filter.passes(&view))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ProfileId, TouchpointId};
    use serde_json::json;

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
        let entry = Event {
            channel: "shopify".into(),
            context: json!({"page": {"path": "/cart"}}),
            ..event("Checkout Started", 20, json!({"total": 12}))
        };
        let entry = Some((EventView::from(&entry), Timestamp(20)));
        let grounds = Grounds { facts: &facts, entry, now: Timestamp(40) };
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
    fn an_order_told_of_twice_is_one_order() {
        let facts = |second: Value| Facts {
            events: vec![
                event("Order Completed", 10, json!({"order_id": "#1001", "total": 5})),
                event("order.paid", 20, second),
            ],
            ..Facts::default()
        };
        let twice = |second: Value| {
            let condition = json!({"event": {"names": ["order.paid"], "at_least": 2}});
            let condition: Condition = serde_json::from_value(condition).unwrap();
            let facts = facts(second);
            condition.holds(&Grounds { facts: &facts, entry: None, now: Timestamp(40) })
        };
        for same in [
            json!({"order_id": "1001"}),
            json!({"order_id": 1001}),
            json!({"order_id": "820982911", "order_name": "#1001"}),
            json!({"transaction_id": "1001", "value": 5}),
            json!({"orderId": "Order #1001"}),
        ] {
            assert!(!twice(same.clone()), "{same}");
        }
        assert!(twice(json!({"order_id": "1002"})));
        assert!(twice(json!({"total": 5})));
    }

    #[test]
    fn groups_traits_and_the_entry() {
        check(json!({"entry": {"path": "properties.total", "op": "gte", "value": 12}}), true);
        check(json!({"entry": {"path": "channel", "op": "eq", "value": "shopify"}}), true);
        check(json!({"entry": {"path": "channel", "op": "eq", "value": "web"}}), false);
        check(json!({"entry": {"path": "name", "op": "starts_with", "value": "Check"}}), true);
        let cart = json!({"path": "context.page.path", "op": "in", "value": ["/cart", "/pay"]});
        check(json!({"entry": cart}), true);
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
        let about = |path: &str| json!({"path": path, "op": "present"});
        refused(json!({"entry": about("chanel")}), "unknown_path");
        refused(json!({"entry": about("")}), "unknown_path");
        refused(json!({"event": {"names": ["A"], "where": [about("total")]}}), "unknown_path");
        assert!(serde_json::from_value::<Condition>(json!({"sometimes": []})).is_err());
    }

    #[test]
    fn a_condition_has_a_budget() {
        let tag = || json!({"tag": "a"});
        let code = |condition: Value| {
            let condition: Condition = serde_json::from_value(condition).unwrap();
            condition.problems().first().copied()
        };
        assert_eq!(code(json!({"all": vec![tag(); 99]})), None);
        assert_eq!(code(json!({"all": vec![tag(); 100]})), Some("condition_too_large"));
        assert_eq!(code(json!({"any": vec![tag(); 100_000]})), Some("condition_too_large"));
        let nested = json!({"all": vec![json!({"any": vec![tag(); 30]}); 4]});
        assert_eq!(code(nested), Some("condition_too_large"));
        let filter = json!({"path": "name", "op": "present"});
        let event = |filters: usize, names: usize| json!({"event": {"names": vec!["A"; names], "where": vec![filter.clone(); filters]}});
        assert_eq!(code(event(99, 1)), None);
        assert_eq!(code(event(100, 1)), Some("condition_too_large"));
        assert_eq!(code(event(1, 65)), Some("too_many_names"));
        let mut deep = tag();
        for _ in 0..14 {
            deep = json!({"not": deep});
        }
        assert_eq!(code(deep), Some("condition_too_deep"));
        let long = |value: Value| json!({"entry": {"path": "name", "op": "in", "value": value}});
        assert_eq!(code(long(json!(vec!["a"; 1_000]))), None);
        assert_eq!(code(long(json!(vec!["a"; 1_001]))), Some("filter_too_large"));
        assert_eq!(code(long(json!("x".repeat(2_000)))), Some("filter_too_large"));
    }
}
