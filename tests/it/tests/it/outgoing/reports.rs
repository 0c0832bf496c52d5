//! What mail vendors tell: about the address they name alone, and once.

use super::{consents, identify, profile, site};
use serde_json::{Value, json};
use tributary_core::time::{HOUR_MS, MINUTE_MS};
use tributary_testkit::{World, sign};

const SECRET: &str = "whsec_a2tra2tra2tra2tra2tra2tra2tra2tra2s=";

fn world(seed: u64) -> World {
    let world = World::new(seed);
    site(&world);
    let resend = json!({"secrets": {"signing_secret": SECRET}});
    assert!(world.send("PUT", "/api/v1/endpoints/standard-webhooks/resend", &resend).0 < 300);
    let mailgun = json!({"secrets": {"signing_key": "mgk"}});
    assert!(world.send("PUT", "/api/v1/endpoints/mailgun/main", &mailgun).0 < 300);
    for user in ["ann", "ben"] {
        identify(&world, user, json!({"email": format!("{user}@example.com")}));
    }
    world
}

fn resend(world: &World, id: &str, kind: &str, data: Value) {
    let body = json!({"type": kind, "created_at": world.now().to_rfc3339(), "data": data});
    let request = sign::standard_webhook("resend", SECRET, id, world.now().0, &body.to_string());
    assert_eq!(world.request(request).status, 202);
}

fn to(people: &[&str]) -> Value {
    json!({"email_id": "e1", "from": "Tea <tea@ours.example>", "to": people, "subject": "hi"})
}

fn suppressed(world: &World) -> Vec<String> {
    let listed = world.get("/api/v1/suppressions");
    let line = |one: &Value| format!("{} {}", one["address"], one["reason"]).replace('"', "");
    let mut found: Vec<String> = listed["items"].as_array().unwrap().iter().map(line).collect();
    found.sort();
    found
}

#[test]
fn resends_complaint_is_the_recipients_withdrawal() {
    for (seed, address) in [(1, "ann@example.com"), (2, "Ann <Ann@Example.com>")] {
        let world = world(seed);
        resend(&world, "m1", "email.complained", to(&[address]));
        assert_eq!(consents(&world, "user_id:ann"), ["email * withdrawn"], "{address}");
        assert_eq!(suppressed(&world), ["ann@example.com complaint"]);
        assert_eq!(consents(&world, "user_id:ben"), [""; 0]);
        assert_eq!(
            world.get("/api/v1/profiles?identity=email:tea@ours.example")["items"],
            json!([])
        );
    }
}

#[test]
fn each_recipient_of_a_list_is_somebody_of_their_own() {
    let world = world(3);
    resend(&world, "m1", "email.bounced", {
        let mut data = to(&["ann@example.com", "ben@example.com"]);
        data["bounce"] =
            json!({"type": "Permanent", "subType": "General", "message": "no such user"});
        data
    });
    assert_ne!(profile(&world, "user_id:ann")["id"], profile(&world, "user_id:ben")["id"]);
    assert_eq!(suppressed(&world), ["ann@example.com hard_bounce", "ben@example.com hard_bounce"]);
    assert_eq!(consents(&world, "user_id:ann"), [""; 0], "a bounce is no word of the person's");
}

#[test]
fn every_event_of_resend_is_understood() {
    let world = world(4);
    let one = || to(&["ann@example.com"]);
    for (id, kind) in [
        ("a", "email.sent"),
        ("b", "email.delivered"),
        ("c", "email.opened"),
        ("d", "email.clicked"),
        ("e", "email.delivery_delayed"),
        ("f", "email.failed"),
    ] {
        resend(&world, id, kind, one());
        assert_eq!(suppressed(&world), [""; 0], "{kind}");
        assert_eq!(consents(&world, "user_id:ann"), [""; 0], "{kind}");
    }
    let listed = world.get("/api/v1/touchpoints?channel=standard-webhooks");
    let mut names: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    let expect = ["accepted", "clicked", "deferred", "delivered", "failed", "opened"];
    assert_eq!(names, expect.map(|name| format!("message.{name}")));
    // A mail that came in is the sender's, and its recipient is the company.
    resend(
        &world,
        "g",
        "email.received",
        json!({"email_id": "e2", "from": "ann@example.com", "to": ["tea@ours.example"]}),
    );
    assert_eq!(world.get("/api/v1/profiles?identity=email:tea@ours.example")["items"], json!([]));
    resend(
        &world,
        "h",
        "contact.updated",
        json!({"id": "c1", "email": "ann@example.com", "unsubscribed": false}),
    );
    assert_eq!(consents(&world, "user_id:ann"), [""; 0]);
    resend(
        &world,
        "i",
        "contact.updated",
        json!({"id": "c1", "email": "ann@example.com", "unsubscribed": true}),
    );
    assert_eq!(consents(&world, "user_id:ann"), ["email * withdrawn"]);
}

fn event(world: &World, id: &str, ago_ms: i64) -> Value {
    json!({
        "event": "failed", "severity": "permanent", "reason": "bounce", "id": id,
        "timestamp": (world.now().0 - ago_ms) / 1_000, "recipient": "ann@example.com",
    })
}

/// The status of a request that was signed so long ago.
fn mailgun(world: &World, token: &str, signed_ago_ms: i64, event: &Value) -> u16 {
    let signed_s = (world.now().0 - signed_ago_ms) / 1_000;
    world.request(sign::mailgun("main", "mgk", token, signed_s, &event.to_string())).status
}

fn bounces(world: &World) -> Value {
    world.get("/api/v1/touchpoints?channel=mailgun")["total"].clone()
}

#[test]
fn a_token_stands_for_the_event_it_came_with() {
    let world = world(5);
    let first = event(&world, "m1", 0);
    assert_eq!(mailgun(&world, "t1", 0, &first), 200);
    assert_eq!(mailgun(&world, "t1", 0, &first), 200, "the same again is another try");
    let mut other = first.clone();
    other["recipient"] = json!("ben@example.com");
    for changed in [
        other,
        event(&world, "m2", 0),
        event(&world, "m1", 1_000),
        json!({"event": "unsubscribed", "id": "m1", "timestamp": 1, "recipient": "ben@example.com"}),
    ] {
        assert_eq!(mailgun(&world, "t1", 0, &changed), 406, "{changed}");
    }
    assert_eq!(bounces(&world), 1);
    assert_eq!(consents(&world, "user_id:ben"), [""; 0]);
    // Another token, and the same token at another account, are other proofs.
    assert_eq!(mailgun(&world, "t2", 0, &event(&world, "m2", 0)), 200);
    assert_eq!(bounces(&world), 2);
}

#[test]
fn a_late_try_is_judged_by_its_event() {
    let world = world(6);
    world.advance(24 * HOUR_MS);
    let ages = |token: &str, signed: i64, happened: i64| {
        mailgun(&world, token, signed, &event(&world, token, happened))
    };
    assert_eq!(ages("a", 4 * MINUTE_MS, 4 * MINUTE_MS), 200);
    assert_eq!(ages("b", HOUR_MS, HOUR_MS), 200, "tried again after an hour");
    assert_eq!(ages("c", 8 * HOUR_MS, 8 * HOUR_MS), 200, "the last try");
    assert_eq!(ages("d", 0, 20 * HOUR_MS), 200, "an old event, signed anew");
    assert_eq!(ages("e", 10 * HOUR_MS, 10 * HOUR_MS), 406, "nothing is tried for so long");
    assert_eq!(ages("f", HOUR_MS, 0), 406, "no signature is older than its event");
    assert_eq!(ages("g", HOUR_MS, 12 * HOUR_MS), 406);
    assert_eq!(ages("h", -HOUR_MS, 0), 406, "from the future");
    let items = world.get("/api/v1/touchpoints?channel=mailgun");
    let ages: Vec<i64> = items["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (world.now().0 - it["occurred_at"].as_i64().unwrap()) / HOUR_MS)
        .collect();
    assert_eq!(ages, [20, 8, 1, 0], "each happened when it happened");
}

#[test]
fn mailgun_is_answered_so_that_it_stops_trying() {
    let world = world(7);
    let now_s = world.now().0 / 1_000;
    let unreadable = sign::mailgun("main", "mgk", "t1", now_s, r#"{"event":"opened"}"#);
    assert_eq!(world.request(unreadable).status, 200, "kept for people to look at");
    assert_eq!(world.get("/api/v1/quarantine")["items"].as_array().unwrap().len(), 1);
    let wrong = sign::mailgun("main", "other", "t2", now_s, r#"{"event":"opened","id":"x"}"#);
    assert_eq!(world.request(wrong).status, 406);
    let mut broken = sign::mailgun("main", "mgk", "t3", now_s, "{}");
    broken.body.truncate(9);
    assert_eq!(world.request(broken).status, 406);
    let mut bare = sign::mailgun("main", "mgk", "t4", now_s, "{}");
    bare.body = b"{}".to_vec();
    assert_eq!(world.request(bare).status, 406);
    assert_eq!(bounces(&world), 0);
}
