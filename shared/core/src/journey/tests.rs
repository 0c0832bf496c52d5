use super::*;
use crate::identity::{Identity, Kind, PhoneTables, normalize};
use crate::ids::{ProfileId, TouchpointId};
use crate::profile::{Event, Facts};
use crate::time::{DAY_MS, HOUR_MS, Timestamp};
use crate::touchpoint::RawIdentifier;
use serde_json::{Value, json};

const T0: i64 = 1_767_225_600_000;

fn anchor() -> Identity {
    normalize(&RawIdentifier::new(Kind::UserId, "", "u1"), &PhoneTables("CN")).unwrap()
}

fn event(name: &str, after_ms: i64, properties: Value) -> Event {
    Event {
        profile: ProfileId("prf_1".into()),
        seq: after_ms,
        id: TouchpointId::derive(&[name, &after_ms.to_string()]),
        channel: "web".into(),
        name: name.into(),
        occurred_at: Timestamp(T0 + after_ms),
        properties,
        context: Value::Null,
    }
}

fn shipped(id: &str) -> Definition {
    let (_, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == id).unwrap();
    serde_json::from_str(text).unwrap()
}

/// One person, one journey, a clock.
struct Walker {
    definition: Definition,
    facts: Facts,
    runs: Vec<Run>,
}

impl Walker {
    fn new(definition: Definition) -> Walker {
        Walker { definition, facts: Facts::default(), runs: Vec::new() }
    }

    fn told(&mut self, effects: Vec<Effect>) -> Vec<String> {
        effects
            .into_iter()
            .map(|effect| match effect {
                Effect::Entered => "entered".to_owned(),
                Effect::Send(sending) => format!("send {}", sending.step),
                Effect::AddTag { tag, .. } => format!("tag {tag}"),
                Effect::CreateTask(tasking) => format!("task {}", tasking.kind),
                Effect::Exited { reason, .. } => format!("exit {reason}"),
            })
            .collect()
    }

    /// A touchpoint arrives as it happens.
    fn sees(&mut self, name: &str, after_ms: i64, properties: Value) -> Vec<String> {
        self.sees_late(name, after_ms, after_ms, properties)
    }

    /// A touchpoint arrives at `now_ms` that happened at `after_ms`.
    fn sees_late(
        &mut self,
        name: &str,
        after_ms: i64,
        now_ms: i64,
        properties: Value,
    ) -> Vec<String> {
        let (event, now) = (event(name, after_ms, properties), Timestamp(T0 + now_ms));
        self.facts.events.push(event.clone());
        let mut effects = Vec::new();
        for run in &mut self.runs {
            let input = Input::Touchpoint(&event);
            let (moved, did) = advance(&self.definition, run.clone(), input, &self.facts, now);
            *run = moved;
            effects.extend(did);
        }
        let past: Vec<Past> = self
            .runs
            .iter()
            .map(|run| Past { entry_key: run.entry_key.clone(), ended_at: run.ended_at })
            .collect();
        let entrance = entrance(&self.definition, 1, &event, &anchor(), &past, &self.facts, now);
        if let Entrance::Run(run) = entrance {
            let (run, did) = advance(&self.definition, *run, Input::Start, &self.facts, now);
            effects.extend(did);
            self.runs.push(run);
        }
        self.told(effects)
    }

    /// The clock says so many milliseconds; timers that are due fire.
    fn clock(&mut self, after_ms: i64) -> Vec<String> {
        let now = Timestamp(T0 + after_ms);
        let mut effects = Vec::new();
        for run in &mut self.runs {
            while run.due_at.is_some_and(|due_at| due_at <= now) {
                let (moved, did) =
                    advance(&self.definition, run.clone(), Input::Timer, &self.facts, now);
                *run = moved;
                effects.extend(did);
            }
        }
        self.told(effects)
    }
}

const MINUTE: i64 = 60_000;

#[test]
fn shipped_journeys_have_no_problems() {
    for (id, _) in SHIPPED {
        let definition = shipped(id);
        assert_eq!(definition.id, *id);
        assert_eq!(definition.problems(), Vec::new());
    }
    assert!(SHIPPED.is_sorted());
}

#[test]
fn old_definitions_and_runs_load() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/stored/journey");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let loads = if name.starts_with("run_") {
            serde_json::from_str::<Run>(&text).map(|_| ())
        } else {
            serde_json::from_str::<Definition>(&text).map(|_| ())
        };
        assert!(loads.is_ok(), "{name}: {loads:?}");
        count += 1;
    }
    assert!(count >= 2);
}

#[test]
fn welcome_without_an_order() {
    let mut walker = Walker::new(shipped("welcome"));
    assert_eq!(walker.sees("Signed Up", 0, json!({})), ["entered", "send welcome_mail"]);
    assert!(walker.clock(3 * DAY_MS - 1).is_empty());
    assert_eq!(walker.clock(3 * DAY_MS), ["send coupon_mail"]);
    assert!(walker.clock(7 * DAY_MS - 1).is_empty());
    assert_eq!(walker.clock(7 * DAY_MS), ["send recommendation_mail", "exit completed"]);
    // Signing up again is no new welcome.
    assert!(walker.sees("Signed Up", 8 * DAY_MS, json!({})).is_empty());
}

#[test]
fn welcome_with_an_order_a_minute_before_the_coupon() {
    let mut walker = Walker::new(shipped("welcome"));
    walker.sees("Signed Up", 0, json!({}));
    assert!(walker.sees("Order Completed", 3 * DAY_MS - MINUTE, json!({})).is_empty());
    assert!(walker.clock(3 * DAY_MS).is_empty());
    assert_eq!(walker.clock(7 * DAY_MS), ["send recommendation_mail", "exit completed"]);
}

#[test]
fn an_order_that_comes_late_in_the_log_still_counts_at_the_timer() {
    let mut walker = Walker::new(shipped("welcome"));
    walker.sees("Signed Up", 0, json!({}));
    // Merged, and so among the facts, before journey-runner has read it.
    walker.facts.events.push(event("order.paid", 3 * DAY_MS - MINUTE, json!({})));
    assert!(walker.clock(3 * DAY_MS).is_empty());
}

#[test]
fn a_night_without_service_shifts_nothing() {
    let mut walker = Walker::new(shipped("welcome"));
    walker.sees("Signed Up", 0, json!({}));
    assert_eq!(walker.clock(3 * DAY_MS + 10 * HOUR_MS), ["send coupon_mail"]);
    assert_eq!(walker.runs[0].due_at, Some(Timestamp(T0 + 7 * DAY_MS)));
}

#[test]
fn a_historical_import_starts_nothing() {
    let mut walker = Walker::new(shipped("welcome"));
    assert!(walker.sees_late("Signed Up", 0, DAY_MS + 1, json!({})).is_empty());
    assert!(!walker.sees_late("Signed Up", 1, DAY_MS + 1, json!({})).is_empty());
}

#[test]
fn a_cart_paid_a_millisecond_before_two_hours() {
    let mut walker = Walker::new(shipped("cart-recovery"));
    let cart = json!({"cart_id": "c1"});
    assert_eq!(walker.sees("Product Added", 0, cart.clone()), ["entered"]);
    assert!(walker.clock(2 * HOUR_MS - 1).is_empty());
    let paid = walker.sees("Order Completed", 2 * HOUR_MS - 1, cart);
    assert_eq!(paid, ["exit goal"]);
    assert!(walker.clock(2 * HOUR_MS).is_empty());
    assert!(walker.clock(30 * HOUR_MS).is_empty());
}

#[test]
fn an_unpaid_cart_is_reminded_and_recovered() {
    let mut walker = Walker::new(shipped("cart-recovery"));
    walker.sees("Product Added", 0, json!({"cart_id": "c1"}));
    assert_eq!(walker.clock(2 * HOUR_MS), ["send reminder"]);
    assert!(walker.clock(24 * HOUR_MS - 1).is_empty());
    assert_eq!(walker.clock(24 * HOUR_MS), ["send recovery_mail", "exit completed"]);
}

#[test]
fn a_cart_paid_between_reminder_and_mail_exits_at_once() {
    let mut walker = Walker::new(shipped("cart-recovery"));
    walker.sees("cart.updated", 0, json!({"cart_id": "c1"}));
    assert_eq!(walker.clock(2 * HOUR_MS), ["send reminder"]);
    // An order that does not say which cart it is about ends them all.
    assert_eq!(walker.sees("order.paid", 5 * HOUR_MS, json!({})), ["exit goal"]);
    assert_eq!(walker.runs[0].ended_at, Some(Timestamp(T0 + 5 * HOUR_MS)));
}

#[test]
fn a_cart_change_restarts_the_two_hours() {
    let mut walker = Walker::new(shipped("cart-recovery"));
    walker.sees("Product Added", 0, json!({"cart_id": "c1"}));
    assert!(walker.sees("Product Added", HOUR_MS, json!({"cart_id": "c1"})).is_empty());
    assert!(walker.clock(2 * HOUR_MS).is_empty());
    // An older change that comes late moves nothing back.
    walker.sees_late("Product Removed", MINUTE, 2 * HOUR_MS, json!({"cart_id": "c1"}));
    assert!(walker.clock(3 * HOUR_MS - 1).is_empty());
    assert_eq!(walker.clock(3 * HOUR_MS), ["send reminder"]);
    assert_eq!(walker.runs.len(), 1);
    assert_eq!(walker.clock(25 * HOUR_MS), ["send recovery_mail", "exit completed"]);
}

#[test]
fn two_carts_are_two_runs() {
    let mut walker = Walker::new(shipped("cart-recovery"));
    walker.sees("Product Added", 0, json!({"cart_id": "c1"}));
    walker.sees("Product Added", HOUR_MS, json!({"cart_id": "c2"}));
    assert_eq!(
        walker.sees("Order Completed", HOUR_MS + 1, json!({"cart_id": "c2"})),
        ["exit goal"]
    );
    assert_eq!(walker.clock(2 * HOUR_MS), ["send reminder"]);
    assert_eq!(walker.runs.iter().filter(|run| run.is_active()).count(), 1);
}

#[test]
fn a_payment_that_arrives_before_its_cart_prevents_the_run() {
    let mut walker = Walker::new(shipped("cart-recovery"));
    walker.sees_late("Order Completed", HOUR_MS, HOUR_MS, json!({"cart_id": "c1"}));
    assert!(walker.sees_late("Product Added", 0, HOUR_MS + 1, json!({"cart_id": "c1"})).is_empty());
    // Another cart, and the same cart filled again, are another matter.
    let other = walker.sees_late("Product Added", 0, HOUR_MS + 1, json!({"cart_id": "c2"}));
    assert_eq!(other, ["entered"]);
    let again = walker.sees("Product Added", 2 * HOUR_MS, json!({"cart_id": "c1"}));
    assert_eq!(again, ["entered"]);
}

#[test]
fn what_happened_during_an_earlier_run_starts_no_other() {
    let mut walker = Walker::new(shipped("cart-recovery"));
    walker.sees("Product Added", 0, json!({"cart_id": "c1"}));
    walker.clock(2 * HOUR_MS);
    walker.clock(24 * HOUR_MS);
    let late =
        walker.sees_late("Product Added", 23 * HOUR_MS, 25 * HOUR_MS, json!({"cart_id": "c1"}));
    assert!(late.is_empty());
    let again = walker.sees("Product Added", 26 * HOUR_MS, json!({"cart_id": "c1"}));
    assert_eq!(again, ["entered"]);
}

fn definition(steps: Value) -> Definition {
    serde_json::from_value(json!({
        "id": "test", "name": {"zh": "测试", "en": "Test"},
        "entry": {"events": ["go"]}, "steps": steps,
    }))
    .unwrap()
}

#[test]
fn a_tag_is_seen_by_the_next_step() {
    let steps = json!([
        {"id": "tag", "type": "add_tag", "tag": "vip", "reason": "bought"},
        {"id": "which", "type": "branch", "if": {"tag": "vip"}, "then": "care", "else": "stop"},
        {"id": "stop", "type": "exit"},
        {"id": "care", "type": "create_task", "kind": "phone_care",
         "title": {"zh": "电话关怀"}, "due_in_ms": DAY_MS},
    ]);
    let mut walker = Walker::new(definition(steps));
    assert_eq!(
        walker.sees("go", 0, json!({})),
        ["entered", "tag vip", "task phone_care", "exit completed"]
    );
}

#[test]
fn a_loop_without_a_wait_ends_by_itself() {
    // `problems` refuses it; a definition that got in all the same does no harm.
    let looping = definition(json!([
        {"id": "a", "type": "add_tag", "tag": "t"},
        {"id": "b", "type": "branch", "if": {"tag": "t"}, "then": "a"},
    ]));
    assert!(looping.problems().iter().any(|problem| problem.code == "loop_without_wait"));
    let mut walker = Walker::new(looping);
    let did = walker.sees("go", 0, json!({}));
    assert_eq!(did.last().map(String::as_str), Some("exit loop_limit"));
    assert!(did.len() <= 52);
}

#[test]
fn a_loop_with_a_wait_visits_a_step_anew() {
    let looping = definition(json!([
        {"id": "a", "type": "add_tag", "tag": "t"},
        {"id": "b", "type": "delay", "for_ms": 1000, "next": "a"},
    ]));
    assert_eq!(looping.problems(), Vec::new());
    let mut walker = Walker::new(looping);
    walker.sees("go", 0, json!({}));
    let before = walker.runs[0].body.visits;
    assert_eq!(walker.clock(1000), ["tag t"]);
    assert_eq!(walker.runs[0].body.visits, before + 2);
}

#[track_caller]
fn check_problem(change: impl FnOnce(&mut Value), code: &str) {
    let mut document = json!({
        "id": "test", "name": {"zh": "测试"}, "entry": {"events": ["go"]},
        "steps": [
            {"id": "wait", "type": "delay", "for_ms": 1000},
            {"id": "tag", "type": "add_tag", "tag": "t"},
        ],
    });
    change(&mut document);
    let definition: Definition = serde_json::from_value(document).unwrap();
    let codes: Vec<&str> = definition.problems().iter().map(|problem| problem.code).collect();
    assert!(codes.contains(&code), "{codes:?}");
}

#[test]
fn problems_have_stable_codes() {
    check_problem(|d| d["id"] = json!("Not An Id"), "id_invalid");
    check_problem(|d| d["entry"]["events"] = json!([]), "empty_names");
    check_problem(|d| d["steps"] = json!([]), "empty_steps");
    check_problem(|d| d["steps"][1]["id"] = json!("wait"), "duplicate_step");
    check_problem(|d| d["steps"][1]["next"] = json!("nowhere"), "unknown_step");
    check_problem(|d| d["steps"][0]["for_ms"] = json!(0), "duration_invalid");
    check_problem(|d| d["steps"][1]["next"] = json!("tag"), "loop_without_wait");
    check_problem(
        |d| d["steps"][1] = json!({"id": "b", "type": "branch", "if": {"all": []}}),
        "empty_group",
    );
    check_problem(
        |d| {
            d["steps"][1] = json!({"id": "s", "type": "send_message", "media": ["email"],
                "templates": {}});
        },
        "template_missing",
    );
    check_problem(
        |d| {
            let step = |index: usize| json!({"id": format!("s{index}"), "type": "exit"});
            d["steps"] = (0..=MAX_STEPS).map(step).collect();
        },
        "too_many_steps",
    );
}

#[test]
fn unknown_fields_and_steps_are_refused() {
    let refused = |steps: Value| {
        let document = json!({
            "id": "test", "name": {"zh": "测试"}, "entry": {"events": ["go"]}, "steps": steps,
        });
        assert!(serde_json::from_value::<Definition>(document).is_err());
    };
    refused(json!([{"id": "a", "type": "delay", "for_ms": 1, "untill": 2}]));
    refused(json!([{"id": "a", "type": "teleport"}]));
    refused(json!([{"id": "a"}]));
}

#[test]
fn a_definition_reads_back_what_it_writes() {
    for (id, _) in SHIPPED {
        let definition = shipped(id);
        let text = serde_json::to_string(&definition).unwrap();
        assert_eq!(serde_json::from_str::<Definition>(&text).unwrap(), definition);
    }
}

#[test]
fn every_step_has_a_form_in_both_languages() {
    assert!(steps::FORMS.is_sorted_by_key(|form| form.id));
    for form in steps::FORMS {
        assert!(!form.label.zh.is_empty() && !form.label.en.is_empty(), "{}", form.id);
        for field in form.fields {
            assert!(!field.label.zh.is_empty() && !field.label.en.is_empty(), "{}", field.name);
        }
    }
}
