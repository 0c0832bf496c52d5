//! Decisions over more events than are looked at together: a smaller page, or a fault that is seen,
//! and never a decision over a part of what happened.

use super::{Who, append, does, drain, messages, touchpoint};
use serde_json::{Value, json};
use tributary_core::identity::Kind;
use tributary_core::time::{DAY_MS, HOUR_MS, SECOND_MS, Timestamp};
use tributary_core::touchpoint::Touchpoint;
use tributary_store::{Db, facts, touchpoints};
use tributary_testkit::{World, block_on};

/// Whoever asks and has looked sixty times is tagged `many`, else `few`; after the delay, if any.
fn keen(after_ms: Option<i64>) -> Value {
    let wait = after_ms.map(|ms| json!({"id": "wait", "type": "delay", "for_ms": ms}));
    let rest = json!([
        {"id": "which", "type": "branch", "else": "few",
         "if": {"event": {"names": ["Looked"], "at_least": 60, "since": {"ms": 3 * DAY_MS}}}},
        {"id": "many", "type": "add_tag", "tag": "many", "next": "end"},
        {"id": "few", "type": "add_tag", "tag": "few"},
        {"id": "end", "type": "exit"},
    ]);
    let steps: Vec<Value> = wait.into_iter().chain(rest.as_array().unwrap().clone()).collect();
    json!({"id": "keen", "name": {"zh": "热心"}, "entry": {"events": ["Asked"]}, "steps": steps})
}

fn user(index: usize) -> String {
    format!("u{index}")
}

/// `people` who have each looked so often, one after the other: the first long before the last.
fn looked(world: &World, people: usize, times: usize) {
    for person in 0..people {
        let name = user(person);
        let who: Who = &[(Kind::UserId, &name)];
        let first = world.now().plus_ms((person as i64 - people as i64) * 60 * SECOND_MS);
        let at = |n: usize| Timestamp(first.0 + n as i64);
        let rows: Vec<Touchpoint> =
            (0..times).map(|n| touchpoint(world, who, "Looked", at(n), json!({"n": n}))).collect();
        for chunk in rows.chunks(1_000) {
            block_on(world.0.db.run(touchpoints::append(chunk))).unwrap();
        }
    }
    drain(world, "profile-merge");
}

fn asks(world: &World, person: usize) {
    let name = user(person);
    let who: Who = &[(Kind::UserId, &name)];
    append(world, touchpoint(world, who, "Asked", world.now(), json!({})));
}

/// `tag count`
fn tags(world: &World) -> Vec<String> {
    world.0.db.sqlite.dump(
        "SELECT substr(field, 5) || ' ' || count(*) FROM trait_values \
         WHERE field LIKE 'tag:%' GROUP BY field ORDER BY 1",
    )
}

#[test]
fn five_hundred_people_with_sixty_events_each_enter_by_all_of_them() {
    let world = World::new(31);
    assert_eq!(world.send("PUT", "/api/v1/journeys/keen", &keen(None)).0, 201);
    looked(&world, 500, 60);
    (0..500).for_each(|person| asks(&world, person));
    world.settle();
    assert_eq!(tags(&world), ["many 500"]);
    assert_eq!(world.get("/api/v1/dead-letters")["items"], json!([]));
}

#[test]
fn five_hundred_timers_due_at_once_are_decided_over_all_events() {
    let world = World::new(32);
    assert_eq!(world.send("PUT", "/api/v1/journeys/keen", &keen(Some(HOUR_MS))).0, 201);
    looked(&world, 500, 60);
    (0..500).for_each(|person| asks(&world, person));
    world.advance(2 * HOUR_MS);
    assert_eq!(tags(&world), ["many 500"]);
}

#[test]
fn one_with_more_events_than_can_be_looked_at_is_seen_and_stops_nobody() {
    let world = World::new(33);
    assert_eq!(world.send("PUT", "/api/v1/journeys/keen", &keen(None)).0, 201);
    looked(&world, 1, facts::MAX_EVENTS + 1);
    for index in 1..4 {
        let name = user(index);
        let who: Who = &[(Kind::UserId, &name)];
        does(&world, who, "Looked", json!({}));
    }
    (0..4).for_each(|person| asks(&world, person));
    world.settle();
    assert_eq!(tags(&world), ["few 3"]);
    let letters = world.get("/api/v1/dead-letters");
    let letters: Vec<&Value> = letters["items"].as_array().unwrap().iter().collect();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0]["code"], "too_many_facts");
}

/// A journey whose timer, and whose message, asks about what happened since.
fn late(step: &Value) -> Value {
    json!({
        "id": "late", "name": {"zh": "晚"}, "entry": {"events": ["Asked"]},
        "steps": [{"id": "wait", "type": "delay", "for_ms": HOUR_MS}, step],
    })
}

/// The first of them does more than can be looked at.
fn goes_too_far(world: &World) {
    let name = user(0);
    let who: Who = &[(Kind::UserId, &name)];
    let rows: Vec<Touchpoint> = (0..=facts::MAX_EVENTS)
        .map(|n| touchpoint(world, who, "Looked", world.now().plus_ms(-1), json!({"n": n})))
        .collect();
    for chunk in rows.chunks(1_000) {
        block_on(world.0.db.run(touchpoints::append(chunk))).unwrap();
    }
    drain(world, "profile-merge");
}

#[test]
fn a_timer_that_cannot_be_decided_is_parked_alone() {
    let world = World::new(34);
    let branch = json!({"id": "which", "type": "branch",
        "if": {"event": {"names": ["Looked"], "since": {"ms": DAY_MS}}}});
    assert_eq!(world.send("PUT", "/api/v1/journeys/late", &late(&branch)).0, 201);
    (0..2).for_each(|person| asks(&world, person));
    world.settle();
    goes_too_far(&world);
    world.advance(HOUR_MS);
    let runs = world.get("/api/v1/journeys/late/runs");
    let mut ends: Vec<String> = runs["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| format!("{} {}", run["state"], run["reason"]).replace('"', ""))
        .collect();
    ends.sort();
    assert_eq!(ends, ["exited completed", "failed too_many_facts"]);
}

#[test]
fn a_message_that_cannot_be_decided_fails_alone() {
    let world = World::new(35);
    let send = json!({"id": "mail", "type": "send_message", "media": ["email"],
        "purpose": "service",
        "unless": {"event": {"names": ["Looked"], "at_least": 3, "since": {"ms": DAY_MS}}},
        "templates": {"email": {"subject": {"zh": "问"}, "text": {"zh": "答"}}}});
    assert_eq!(world.send("PUT", "/api/v1/journeys/late", &late(&send)).0, 201);
    for person in 0..2 {
        let (name, mail) = (user(person), format!("u{person}@example.com"));
        let who: Who = &[(Kind::UserId, &name), (Kind::Email, &mail)];
        does(&world, who, "Signed In", json!({}));
    }
    (0..2).for_each(|person| asks(&world, person));
    world.settle();
    // The runner queues both; what the sender is to look at grows meanwhile.
    world.0.clock.set(world.now().plus_ms(HOUR_MS));
    drain(&world, "journey-runner");
    goes_too_far(&world);
    world.advance(HOUR_MS);
    let mut found = messages(&world, "journey=late");
    found.sort();
    assert_eq!(found, ["mail failed too_many_facts", "mail sent"]);
}
