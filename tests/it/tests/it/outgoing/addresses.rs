//! A dead address is not written to again, and a message goes to what the person gave.

use super::{identify, outbox, profile, site, track};
use serde_json::{Value, json};
use tributary_core::time::{DAY_MS, HOUR_MS};
use tributary_testkit::{World, sign};

fn mailgun(world: &World) {
    let endpoint = json!({"secrets": {"signing_key": "mgk"}});
    assert!(world.send("PUT", "/api/v1/endpoints/mailgun/main", &endpoint).0 < 300);
}

/// What Mailgun reports, happening now.
fn reports(world: &World, id: &str, recipient: &str, more: &Value) {
    let now_s = world.now().0 / 1_000;
    let mut event = json!({"id": id, "timestamp": now_s, "recipient": recipient});
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let token = format!("token-{id}");
    let request = sign::mailgun("main", "mgk", &token, now_s, &event.to_string());
    let answer = world.request(request);
    assert_eq!(answer.status, 200);
}

fn permanent() -> Value {
    json!({
        "event": "failed", "severity": "permanent", "reason": "bounce",
        "delivery-status": {"code": 550, "message": "no such user"},
    })
}

fn temporary() -> Value {
    json!({"event": "failed", "severity": "temporary", "reason": "generic", "delivery-status": {"code": 452}})
}

fn delivered() -> Value {
    json!({"event": "delivered"})
}

/// `medium address reason` of what is in force.
fn suppressed(world: &World, query: &str) -> Vec<String> {
    let listed = world.get(&format!("/api/v1/suppressions{query}"));
    let line = |one: &Value| {
        ["medium", "address", "reason"].map(|field| one[field].as_str().unwrap()).join(" ")
    };
    listed["items"].as_array().unwrap().iter().map(line).collect()
}

fn lift(world: &World, address: &str) -> (u16, Value) {
    let body = json!({"medium": "email", "address": address, "reason": "they called"});
    world.send("POST", "/api/v1/suppressions/lift", &body)
}

fn welcomed(seed: u64) -> World {
    let world = World::new(seed);
    site(&world);
    mailgun(&world);
    identify(&world, "ann", json!({"email": "ann@example.com"}));
    track(&world, "ann", "Signed Up", json!({}));
    assert_eq!(outbox(&world, "ann"), ["welcome_mail email ann@example.com sent"]);
    world
}

#[test]
fn after_a_hard_bounce_nothing_more_goes_there() {
    let world = welcomed(1);
    reports(&world, "m1", "ann@example.com", &permanent());
    // A delivery that is told later brings a mailbox that does not exist back to life never.
    world.advance(HOUR_MS);
    reports(&world, "m2", "ann@example.com", &delivered());
    world.advance(4 * DAY_MS);
    let expect =
        ["welcome_mail email ann@example.com sent", "coupon_mail skipped address_suppressed"];
    assert_eq!(outbox(&world, "ann"), expect);
    let all = suppressed(&world, "");
    assert_eq!(all, ["email ann@example.com hard_bounce"]);
    let id = profile(&world, "user_id:ann")["id"].as_str().unwrap().to_owned();
    assert_eq!(suppressed(&world, &format!("?profile={id}")), all);
    let one = &world.get("/api/v1/suppressions")["items"][0];
    assert!(one["detail"].as_str().unwrap().contains("550"), "{one}");
    assert_eq!(one["identity"], "email:ann@example.com");
    // The person did not say no.
    assert_eq!(profile(&world, "user_id:ann")["consents"], json!([]));
}

#[test]
fn what_is_lifted_stays_lifted_until_a_later_bounce() {
    let world = welcomed(2);
    reports(&world, "m1", "ann@example.com", &permanent());
    let bounced_at = world.now();
    world.advance(HOUR_MS);
    assert_eq!(lift(&world, "ann@example.com").0, 200);
    assert_eq!(lift(&world, "ann@example.com").0, 404, "there is nothing more to lift");
    assert_eq!(suppressed(&world, ""), [""; 0]);
    // The same bounce, told again with a delay.
    let now_s = world.now().0 / 1_000;
    let mut late = permanent();
    late["id"] = json!("m1-again");
    late["recipient"] = json!("ann@example.com");
    late["timestamp"] = json!(bounced_at.0 / 1_000);
    let request = sign::mailgun("main", "mgk", "t-late", now_s, &late.to_string());
    assert_eq!(world.request(request).status, 200);
    assert_eq!(suppressed(&world, ""), [""; 0]);
    world.advance(3 * DAY_MS);
    assert_eq!(outbox(&world, "ann").last().unwrap(), "coupon_mail email ann@example.com sent");
    reports(&world, "m2", "ann@example.com", &permanent());
    assert_eq!(suppressed(&world, ""), ["email ann@example.com hard_bounce"]);
    let lifted = &world.get("/api/v1/touchpoints?name=$address.restored")["items"][0];
    assert_eq!(lifted["properties"]["reason"], "they called");
    // Who may only look may not lift.
    let body = json!({"medium": "email", "address": "ann@example.com"});
    let mut request = tributary_testkit::api("POST", "/api/v1/suppressions/lift", &body);
    request.headers[0].1 = format!("Bearer {}", tributary_testkit::READONLY_TOKEN);
    assert_eq!(world.request(request).status, 403);
}

#[test]
fn soft_bounces_suppress_by_days_and_a_delivery_ends_it() {
    let world = welcomed(3);
    for day in 1..=3 {
        assert_eq!(suppressed(&world, ""), [""; 0], "day {day}");
        reports(&world, &format!("s{day}a"), "ann@example.com", &temporary());
        reports(&world, &format!("s{day}b"), "ann@example.com", &temporary());
        if day < 3 {
            world.advance(DAY_MS);
        }
    }
    assert_eq!(suppressed(&world, ""), ["email ann@example.com soft_bounces"]);
    world.advance(DAY_MS);
    assert_eq!(outbox(&world, "ann").last().unwrap(), "coupon_mail skipped address_suppressed");
    reports(&world, "d", "ann@example.com", &delivered());
    assert_eq!(suppressed(&world, ""), [""; 0]);
    world.advance(4 * DAY_MS);
    assert_eq!(outbox(&world, "ann").len(), 3);
}

#[test]
fn reports_in_any_order_come_to_the_same() {
    // (hours ago, event): a delivery between takes the third soft bounce's weight away.
    let told: [(i64, Value); 6] = [
        (100, temporary()),
        (75, temporary()),
        (60, delivered()),
        (50, temporary()),
        (30, permanent()),
        (10, delivered()),
    ];
    let orders: [[usize; 6]; 4] =
        [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [3, 1, 0, 2, 5, 4], [0, 1, 3, 2, 4, 5]];
    let mut dumps = Vec::new();
    for order in orders {
        let world = welcomed(4);
        world.advance(200 * HOUR_MS);
        let now_s = world.now().0 / 1_000;
        for index in order {
            let (hours, event) = &told[index];
            let mut event = event.clone();
            event["id"] = json!(format!("m{index}"));
            event["recipient"] = json!("ann@example.com");
            event["timestamp"] = json!(now_s - hours * 3_600);
            let token = format!("t{index}");
            let request = sign::mailgun("main", "mgk", &token, now_s, &event.to_string());
            assert_eq!(world.request(request).status, 200);
        }
        dumps.push(suppressed(&world, ""));
    }
    assert!(dumps.iter().all(|dump| dump == &["email ann@example.com hard_bounce"]), "{dumps:?}");
}

#[test]
fn another_address_that_was_given_is_taken_and_nobody_else_is_touched() {
    let world = welcomed(5);
    identify(&world, "ann", json!({"email": "ann.new@example.com"}));
    identify(&world, "ben", json!({"email": "ben@example.com"}));
    track(&world, "ben", "Signed Up", json!({}));
    reports(&world, "m1", "ann.new@example.com", &permanent());
    world.advance(4 * DAY_MS);
    assert_eq!(outbox(&world, "ann").last().unwrap(), "coupon_mail email ann@example.com sent");
    assert_eq!(outbox(&world, "ben").last().unwrap(), "coupon_mail email ben@example.com sent");
}

#[test]
fn a_bounce_that_is_not_merged_yet_stops_it_too() {
    let world = welcomed(6);
    world.advance(3 * DAY_MS - HOUR_MS);
    let now_s = world.now().0 / 1_000;
    let mut event = permanent();
    event["id"] = json!("m1");
    event["recipient"] = json!("ann@example.com");
    event["timestamp"] = json!(now_s);
    let request = sign::mailgun("main", "mgk", "t1", now_s, &event.to_string());
    // Durable in the log, and no reader has been there.
    assert_eq!(tributary_testkit::block_on(world.clone().dispatch(request)).status, 200);
    world.0.clock.set(world.now().plus_ms(HOUR_MS + 1));
    tributary_testkit::block_on(world.clone().drain("journey-runner")).unwrap();
    tributary_testkit::block_on(world.clone().drain("message-send")).unwrap();
    assert_eq!(outbox(&world, "ann").last().unwrap(), "coupon_mail skipped address_suppressed");
}

#[test]
fn a_reminder_goes_to_the_number_that_was_given() {
    for (seed, typed) in [
        (7, "137 5555 0001"),
        (8, "137-5555-0001"),
        (9, "１３７５５５５０００１"),
        (10, "+86 13755550001"),
    ] {
        let world = World::new(seed);
        site(&world);
        let shop = json!({"secrets": {"webhook_secret": "hush"}});
        assert!(world.send("PUT", "/api/v1/endpoints/shopify/shop", &shop).0 < 300);
        identify(&world, "ann", json!({"phone": typed}));
        let order = json!({
            "id": 29, "email": "x@example.com", "currency": "CNY", "total_price": "10.00",
            "customer": {"id": 28, "email": "x@example.com"},
            "shipping_address": {"phone": "13764829130"},
        });
        world.request(sign::shopify("shop", "hush", "orders/create", "w1", &order.to_string()));
        identify(&world, "ann", json!({"email": "x@example.com"}));
        // An order ends what was in the cart until then.
        world.advance(HOUR_MS);
        track(&world, "ann", "Cart Updated", json!({"cart_id": "c1", "items": [{"name": "x"}]}));
        world.advance(3 * HOUR_MS);
        assert_eq!(outbox(&world, "ann"), ["reminder sms +8613755550001 sent"], "{typed}");
    }
}
