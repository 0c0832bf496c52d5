//! Journeys and messages end to end on the virtual clock: from a touchpoint in the log to what was
//! sent, or why not.

mod crashes;
mod listed;
mod many_events;
mod repeats;

use serde_json::{Value, json};
use tributary_core::identity::{Kind, PhoneTables};
use tributary_core::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};
use tributary_core::touchpoint::{Draft, RawIdentifier, Touchpoint};
use tributary_store::{Db, touchpoints};
use tributary_testkit::{World, block_on};

/// Who does something: a kind of identifier and its value.
type Who<'a> = &'a [(Kind, &'a str)];

const ANN: Who = &[(Kind::UserId, "ann"), (Kind::Email, "ann@example.com")];
const BEN: Who = &[(Kind::UserId, "ben"), (Kind::Phone, "+8613800138000")];

fn touchpoint(world: &World, who: Who, name: &str, at: Timestamp, properties: Value) -> Touchpoint {
    let draft = Draft {
        delivery_id: format!("{name}/{who:?}/{}/{properties}", at.0),
        name: name.to_owned(),
        occurred_at: Some(at.into()),
        identifiers: who
            .iter()
            .map(|(kind, value)| RawIdentifier::new(*kind, "site", value))
            .collect(),
        properties,
        context: json!({}),
    };
    Touchpoint::accept("web", "site", draft, &PhoneTables("CN"), world.now())
}

/// Durable in the log, not looked at by anybody yet.
fn append(world: &World, touchpoint: Touchpoint) {
    block_on(world.0.db.run(touchpoints::append(&[touchpoint]))).unwrap();
}

/// Happens now, and everything follows.
fn does(world: &World, who: Who, name: &str, properties: Value) {
    append(world, touchpoint(world, who, name, world.now(), properties));
    world.settle();
}

/// `step status reason`, oldest first.
fn messages(world: &World, query: &str) -> Vec<String> {
    let listed = world.get(&format!("/api/v1/messages?{query}"));
    let mut items: Vec<&Value> = listed["items"].as_array().unwrap().iter().collect();
    items.reverse();
    items
        .into_iter()
        .map(|item| {
            let text = |field: &str| item[field].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", text("step"), text("status"), text("reason")).trim().to_owned()
        })
        .collect()
}

fn rendered(world: &World, step: &str) -> String {
    let listed = world.get("/api/v1/messages");
    let items = listed["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["step"] == step).unwrap();
    item["rendered"]["text"].as_str().unwrap().to_owned()
}

fn with_resend(world: &World) {
    let endpoint = json!({
        "secrets": {"api_key": "re_1"},
        "settings": {"from": "shop@example.com"},
    });
    let (status, body) = world.send("PUT", "/api/v1/endpoints/resend/main", &endpoint);
    assert!(status < 300, "{body}");
}

fn drain(world: &World, function: &'static str) {
    block_on(world.clone().drain(function)).unwrap();
}

#[test]
fn scenario_1_welcome() {
    let world = World::new(1);
    does(&world, ANN, "Signed Up", json!({}));
    assert_eq!(messages(&world, ""), ["welcome_mail sent"]);
    world.advance(DAY_MS);
    let product = json!({"product_id": "p1", "name": "蓝色水壶", "url": "https://shop.example/p1"});
    does(&world, ANN, "Product Viewed", product);
    world.advance(2 * DAY_MS - 1);
    assert_eq!(messages(&world, "").len(), 1);
    world.advance(1);
    assert_eq!(messages(&world, ""), ["welcome_mail sent", "coupon_mail sent"]);
    assert!(rendered(&world, "coupon_mail").contains("NEW-"));
    world.advance(4 * DAY_MS);
    assert_eq!(messages(&world, "").last().unwrap(), "recommendation_mail sent");
    let text = rendered(&world, "recommendation_mail");
    assert!(text.contains("蓝色水壶") && text.contains("https://shop.example/p1"), "{text}");

    let run = &world.get("/api/v1/journeys/welcome/runs")["items"][0];
    assert_eq!(run["state"], "exited");
    assert_eq!(run["reason"], "completed");
    let counts = &world.get("/api/v1/journeys/welcome")["counts"];
    assert_eq!(*counts, json!({"entered": 1, "active": 0, "exited": 1, "failed": 0}));
}

#[test]
fn scenario_1_an_order_a_minute_before_the_coupon() {
    let world = World::new(2);
    does(&world, ANN, "Signed Up", json!({}));
    world.advance(3 * DAY_MS - MINUTE_MS);
    does(&world, ANN, "Order Completed", json!({"total": 12}));
    world.advance(5 * DAY_MS);
    // Nothing was viewed, so there is nothing to recommend, and that is said.
    let expect = ["welcome_mail sent", "recommendation_mail skipped no_viewed_products"];
    assert_eq!(messages(&world, ""), expect);
}

#[test]
fn scenario_2_reminder_then_mail_with_reviews_and_coupon() {
    let world = World::new(3);
    let who: Who =
        &[(Kind::UserId, "ann"), (Kind::Email, "ann@example.com"), (Kind::Phone, "+8613800138000")];
    let other: Who = &[(Kind::UserId, "bob")];
    let review =
        json!({"product_id": "p1", "rating": 5, "review_body": "很好用", "author": "小李"});
    does(&world, other, "Product Reviewed", review);
    let bad = json!({"product_id": "p1", "rating": 1, "review_body": "不好", "author": "小王"});
    does(&world, other, "Product Reviewed", bad);
    let cart = json!({"cart_id": "c1", "products": [{"product_id": "p1", "name": "水壶"}]});
    does(&world, who, "Cart Updated", cart);
    world.advance(2 * HOUR_MS - 1);
    assert!(messages(&world, "").is_empty());
    world.advance(1);
    assert_eq!(messages(&world, ""), ["reminder sent"]);
    let item = &world.get("/api/v1/messages")["items"][0];
    assert_eq!((&item["medium"], &item["address"]), (&json!("sms"), &json!("+8613800138000")));
    assert_eq!(item["deliveries"].as_array().unwrap().len(), 2);
    world.advance(22 * HOUR_MS);
    assert_eq!(messages(&world, ""), ["reminder sent", "recovery_mail sent"]);
    let text = rendered(&world, "recovery_mail");
    for part in ["水壶", "很好用", "BACK-", "2026-01-04"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("不好"));
    world.advance(30 * DAY_MS);
    assert_eq!(messages(&world, "").len(), 2);
}

#[test]
fn scenario_2_paid_in_time() {
    let world = World::new(4);
    does(&world, ANN, "Product Added", json!({"cart_id": "c1"}));
    world.advance(2 * HOUR_MS - 1);
    does(&world, ANN, "Order Completed", json!({"cart_id": "c1"}));
    world.advance(3 * DAY_MS);
    assert!(messages(&world, "").is_empty());
    assert_eq!(world.get("/api/v1/journeys/cart-recovery/runs")["items"][0]["reason"], "goal");
}

#[test]
fn a_cart_that_arrives_after_its_payment_starts_nothing() {
    let world = World::new(21);
    let cart = touchpoint(&world, ANN, "Product Added", world.now(), json!({"cart_id": "c1"}));
    world.advance(10 * MINUTE_MS);
    does(&world, ANN, "Order Completed", json!({"cart_id": "c1"}));
    // A phone that was offline sends the cart an hour later.
    world.advance(HOUR_MS);
    append(&world, cart);
    world.advance(3 * DAY_MS);
    assert!(messages(&world, "").is_empty());
    assert_eq!(world.get("/api/v1/journeys/cart-recovery/runs")["items"], json!([]));
}

/// Any isolate may answer next: one that is up to date, one that slept, a new one.
#[test]
fn whichever_isolate_wakes_people_enter_the_newest_version() {
    let world = World::new(22);
    for version in 1..=12 {
        let definition = json!({
            "id": "care", "name": {"zh": "关怀", "en": "Care"},
            "entry": {"events": [format!("Event {version}")], "reentry": "after_exit"},
            "steps": [{"id": "end", "type": "exit"}],
        });
        let (status, body) = world.send("PUT", "/api/v1/journeys/care", &definition);
        assert_eq!((status < 300, &body["version"]), (true, &json!(version)), "{body}");
        does(&world, ANN, &format!("Event {version}"), json!({}));
        let newest = &world.get("/api/v1/journeys/care/runs")["items"][0];
        assert_eq!(newest["version"], version);
        world.advance(SECOND_MS);
    }
}

/// A reminder for Ben lies in the outbox.
fn reminder_is_queued(world: &World) {
    does(world, BEN, "Product Added", json!({"cart_id": "c1"}));
    world.0.clock.set(world.now().plus_ms(2 * HOUR_MS));
    drain(world, "journey-runner");
}

#[test]
fn paid_one_second_before_the_reminder_and_nobody_has_read_it() {
    let world = World::new(5);
    reminder_is_queued(&world);
    let at = world.now().plus_ms(-SECOND_MS);
    append(&world, touchpoint(&world, BEN, "order.paid", at, json!({})));
    // Durable, and not merged: the gate sees it all the same.
    drain(&world, "message-send");
    assert_eq!(messages(&world, ""), ["reminder skipped goal_reached"]);
}

#[test]
fn unsubscribed_a_moment_before() {
    let world = World::new(6);
    let who: Who = &[(Kind::UserId, "ann"), (Kind::Email, "ann@example.com")];
    append(&world, touchpoint(&world, who, "Signed Up", world.now(), json!({})));
    drain(&world, "profile-merge");
    drain(&world, "journey-runner");
    append(&world, touchpoint(&world, who, "Unsubscribed", world.now(), json!({})));
    drain(&world, "message-send");
    assert_eq!(messages(&world, ""), ["welcome_mail skipped consent_withdrawn"]);
}

#[test]
fn two_identities_of_one_person_get_one_welcome() {
    let world = World::new(7);
    let mail: Who = &[(Kind::Email, "ann@example.com")];
    let phone: Who = &[(Kind::Phone, "+8613800138000"), (Kind::Email, "ann2@example.com")];
    append(&world, touchpoint(&world, mail, "Signed Up", world.now(), json!({})));
    append(&world, touchpoint(&world, phone, "member.registered", world.now(), json!({})));
    drain(&world, "profile-merge");
    drain(&world, "journey-runner");
    // Two people so far; before anything leaves they turn out to be one.
    let both: Who = &[(Kind::Email, "ann@example.com"), (Kind::Phone, "+8613800138000")];
    append(&world, touchpoint(&world, both, "Product Viewed", world.now(), json!({})));
    world.settle();
    let mut found = messages(&world, "");
    found.sort();
    assert_eq!(found, ["welcome_mail sent", "welcome_mail skipped duplicate"]);
}

#[test]
fn scenario_11_the_same_delivery_five_times() {
    let world = World::new(8);
    for _ in 0..5 {
        append(&world, touchpoint(&world, ANN, "Signed Up", world.now(), json!({})));
        world.settle();
    }
    assert_eq!(messages(&world, ""), ["welcome_mail sent"]);
    let runs = world.get("/api/v1/journeys/welcome/runs");
    assert_eq!(runs["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_tick_fires_ten_thousand_timers() {
    let world = World::new(9);
    let mut page = Vec::new();
    for index in 0..10_000 {
        let user = format!("u{index}");
        let who: Who = &[(Kind::UserId, &user)];
        let cart = json!({"cart_id": format!("c{index}")});
        page.push(touchpoint(&world, who, "Product Added", world.now(), cart));
    }
    block_on(world.0.db.run(touchpoints::append(&page))).unwrap();
    for _ in 0..3 {
        drain(&world, "profile-merge");
        drain(&world, "journey-runner");
    }
    world.0.clock.set(world.now().plus_ms(2 * HOUR_MS));
    let drained = block_on(world.clone().drain("journey-runner")).unwrap();
    assert!(!drained.more);
    assert_eq!(drained.done, 10_000);
}

#[test]
fn without_a_provider_it_fails_and_says_so() {
    let world = World::new(11);
    world.0.vars.borrow_mut().insert("TRIBUTARY_ENV".into(), "production".into());
    does(&world, ANN, "Signed Up", json!({}));
    assert_eq!(messages(&world, ""), ["welcome_mail failed no_provider"]);
    assert_eq!(messages(&world, "status=failed&identity=email:Ann@Example.com").len(), 1);
    assert_eq!(messages(&world, "journey=cart-recovery").len(), 0);
    assert_eq!(messages(&world, "profile=prf_nobody").len(), 0);
}

#[test]
fn a_published_journey_runs_and_keeps_who_is_inside_in_their_version() {
    let world = World::new(12);
    let definition = |tag: &str| {
        json!({
            "id": "care", "name": {"zh": "关怀", "en": "Care"},
            "entry": {"events": ["Signed In"], "reentry": "after_exit"},
            "steps": [
                {"id": "wait", "type": "delay", "for_ms": 7 * DAY_MS, "resets": true},
                {"id": "which", "type": "branch", "if": {"tag": "高价值"}, "else": "end"},
                {"id": "call", "type": "create_task", "kind": "phone_care",
                 "title": {"zh": "电话关怀", "en": "Phone care"}, "due_in_ms": DAY_MS},
                {"id": "mark", "type": "add_tag", "tag": tag, "reason": "7 天未登录"},
                {"id": "end", "type": "exit"},
            ],
        })
    };
    let (status, body) = world.send("PUT", "/api/v1/journeys/care", &definition("一"));
    assert_eq!((status, &body["version"]), (201, &json!(1)));
    does(&world, ANN, "$tag.added", json!({"tag": "高价值", "reason": "VIP"}));
    does(&world, ANN, "Signed In", json!({}));
    let (status, body) = world.send("PUT", "/api/v1/journeys/care", &definition("二"));
    assert_eq!((status, &body["version"]), (200, &json!(2)));
    let (_, same) = world.send("PUT", "/api/v1/journeys/care", &definition("二"));
    assert_eq!(same["version"], 2);

    world.advance(6 * DAY_MS);
    does(&world, ANN, "Signed In", json!({}));
    world.advance(7 * DAY_MS - 1);
    let run = world.get("/api/v1/journeys/care/runs")["items"][0].clone();
    assert_eq!((&run["state"], &run["version"]), (&json!("active"), &json!(1)));
    world.advance(1);
    let profile = &world.get("/api/v1/profiles?identity=user_id:ann")["items"][0];
    let tags: Vec<&str> =
        profile["tags"].as_array().unwrap().iter().filter_map(|tag| tag["tag"].as_str()).collect();
    assert!(tags.contains(&"一") && !tags.contains(&"二"), "{tags:?}");
}

#[test]
fn a_definition_with_problems_is_refused_with_all_of_them() {
    let world = World::new(13);
    let definition = json!({
        "id": "bad", "name": {"zh": "坏"}, "entry": {"events": ["go"]},
        "steps": [
            {"id": "a", "type": "branch", "if": {"any": []}, "then": "nowhere"},
            {"id": "m", "type": "send_message", "media": ["email"],
             "templates": {"email": {"text": {"zh": "{{ oops"}}}},
        ],
    });
    let (status, body) = world.send("PUT", "/api/v1/journeys/bad", &definition);
    assert_eq!(status, 422);
    let codes: Vec<&str> =
        body["errors"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
    assert_eq!(codes, ["unknown_step", "empty_group", "template_invalid"]);
    assert_eq!(world.send("PUT", "/api/v1/journeys/other", &definition).1["code"], "id_mismatch");
}

#[test]
fn a_journey_that_starts_itself_stops_with_a_dead_letter() {
    let world = World::new(14);
    let definition = json!({
        "id": "echo", "name": {"zh": "回声"},
        "entry": {"events": ["$tag.added", "go"], "reentry": "always"},
        "steps": [{"id": "tag", "type": "add_tag", "tag": "t"}],
    });
    assert_eq!(world.send("PUT", "/api/v1/journeys/echo", &definition).0, 201);
    does(&world, ANN, "go", json!({}));
    let letters = world.get("/api/v1/dead-letters");
    assert_eq!(letters["items"][0]["code"], "loop_limit");
    let runs = world.get("/api/v1/journeys/echo/runs?limit=200");
    assert!(runs["items"].as_array().unwrap().len() <= 9);
}
