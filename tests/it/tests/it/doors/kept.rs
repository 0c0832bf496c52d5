//! What does not fit is kept and tried again; what becomes of requests is counted; a door may be
//! narrow.

use serde_json::{Value, json};
use tributary_service::{Request, Response};
use tributary_testkit::World;
use tributary_testkit::checks::number;

const BILL: &str = r#"{"no": "B1", "tel": "13800138000", "sum": "19.90"}"#;

fn post(world: &World, token: &str, body: &str) -> Response {
    world.request(Request {
        method: "POST".to_owned(),
        path: "/in/webhook/till".to_owned(),
        headers: vec![("authorization".to_owned(), format!("Bearer {token}"))],
        body: body.as_bytes().to_vec(),
        ..Request::default()
    })
}

fn map(world: &World, mapping: &Value) -> (u16, Value) {
    let settings = json!({"authentication": "bearer", "mapping": mapping.to_string()});
    world.send("PUT", "/api/v1/endpoints/webhook/till", &json!({ "settings": settings }))
}

fn mapping(id: &str) -> Value {
    json!({"touchpoints": [{
        "name": "order.paid", "id": [id], "identifiers": [{"kind": "phone", "path": "tel"}],
        "properties": {"order_id": id, "total_minor": {"path": "sum", "as": "minor_units"}}
    }]})
}

fn touchpoints(world: &World) -> i64 {
    number(world, "SELECT count(*) FROM touchpoints WHERE channel = 'webhook'")
}

#[test]
fn what_does_not_fit_is_kept_sealed_and_taken_after_the_mending() {
    let world = World::new(1);
    for tries in 1..=3 {
        assert_eq!(world.quarantined(BILL).status, 202);
        let kept = world.get("/api/v1/quarantine");
        assert_eq!(kept["items"][0]["tries"], tries, "the same request is one row");
    }
    let kept = world.get("/api/v1/quarantine?channel=webhook&endpoint=till");
    let one = &kept["items"][0];
    assert_eq!((&one["code"], &one["state"]), (&json!("mapping_missing"), &json!("kept")));
    let stored = world.0.db.sqlite.dump("SELECT * FROM quarantine").join("\n");
    assert!(!stored.contains("13800138000") && !stored.contains("tel"), "sealed: {stored}");
    let id = one["id"].as_str().expect("an id");
    let shown = world.get(&format!("/api/v1/quarantine/{id}"));
    assert_eq!(shown["request"]["body"], BILL);
    assert!(!shown.to_string().contains("Bearer"), "what proves the sender is not kept: {shown}");

    let replay = format!("/api/v1/quarantine/{id}/replay");
    let (status, answer) = world.send("POST", &replay, &Value::Null);
    assert_eq!((status, &answer["detail"]), (422, &json!("mapping_missing")));
    assert_eq!(map(&world, &mapping("number")).0, 200);
    let (status, answer) = world.send("POST", &replay, &Value::Null);
    assert_eq!((status, &answer["detail"]), (422, &json!("mapping_does_not_fit")));

    world.advance(1_000);
    assert_eq!(map(&world, &mapping("no")).0, 200);
    let arrived = number(&world, "SELECT at FROM quarantine");
    world.advance(3_600_000);
    let (status, answer) = world.send("POST", &replay, &Value::Null);
    assert_eq!(
        (status, &answer["new"], &answer["left"]),
        (200, &json!(1), &Value::Null),
        "{answer}"
    );
    assert_eq!(
        number(&world, "SELECT received_at FROM touchpoints WHERE channel = 'webhook'"),
        arrived
    );
    // Once more, and by the sender, and nothing is doubled.
    assert_eq!(world.send("POST", &replay, &Value::Null).1["new"], 0);
    assert_eq!(post(&world, "s", BILL).status, 200);
    assert_eq!(touchpoints(&world), 1);
    let people = world.get("/api/v1/profiles?identity=phone:13800138000");
    assert_eq!(people["items"][0]["lifecycle"], "customer");
    assert_eq!(world.get("/api/v1/quarantine")["items"][0]["state"], "replayed");

    let versions = world.get("/api/v1/endpoints/webhook/till/mappings");
    let versions = versions["items"].as_array().expect("versions");
    assert_eq!(versions.len(), 2);
    let context = world.get("/api/v1/touchpoints?channel=webhook")["items"][0]["context"].clone();
    assert_eq!(context["mapping"], versions[0]["version"]);
}

#[test]
fn a_part_that_fits_is_taken_and_the_whole_is_kept_for_the_rest() {
    let world = World::new(1);
    world.quarantined("{}");
    let mut of_many = mapping("no");
    of_many["items"] = json!("bills");
    assert_eq!(map(&world, &of_many).0, 200);
    let bills = json!({"bills": [{"no": 1}, {"sum": "2"}, {"no": 3}]}).to_string();
    assert_eq!(post(&world, "s", &bills).status, 200);
    assert_eq!(touchpoints(&world), 2);
    let kept = world.get("/api/v1/quarantine");
    let codes: Vec<&str> = kept["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|item| item["code"].as_str())
        .collect();
    assert!(codes.contains(&"id_missing"), "{codes:?}");
}

#[test]
fn what_nobody_proved_to_have_sent_is_not_kept() {
    let world = World::new(1);
    world.quarantined(BILL);
    assert_eq!(post(&world, "wrong", "{\"other\": 1}").status, 401);
    assert_eq!(post(&world, "s", &"[".repeat(5_000)).status, 400, "what an attack looks like");
    let site = json!({"secrets": {"write_key": "wk"}});
    world.send("PUT", "/api/v1/endpoints/web/site", &site);
    let public = Request {
        method: "POST".to_owned(),
        path: "/v1/track".to_owned(),
        headers: vec![("x-write-key".to_owned(), "wk".to_owned())],
        body: b"{\"type\": \"track\"}".to_vec(),
        ..Request::default()
    };
    assert_eq!(world.request(public).status, 400, "a write key is public");
    assert_eq!(number(&world, "SELECT count(*) FROM quarantine"), 1);
}

#[test]
fn after_thirty_days_it_is_gone() {
    let world = World::new(1);
    world.quarantined(BILL);
    world.advance(30 * 86_400_000 - 1);
    assert_eq!(world.get("/api/v1/quarantine")["items"].as_array().map(Vec::len), Some(1));
    world.advance(1);
    assert_eq!(world.get("/api/v1/quarantine")["items"].as_array().map(Vec::len), Some(0));
    tributary_testkit::block_on(world.clone().drain("ingest")).expect("a drain");
    assert_eq!(number(&world, "SELECT count(*) FROM quarantine"), 0);
}

#[test]
fn what_becomes_of_requests_is_counted() {
    let world = World::new(1);
    world.quarantined(BILL);
    assert_eq!(map(&world, &mapping("no")).0, 200);
    for body in [BILL, BILL, BILL] {
        assert_eq!(post(&world, "s", body).status, 200);
        world.advance(10_000);
    }
    for _ in 0..4 {
        assert_eq!(post(&world, "wrong", BILL).status, 401);
        world.advance(10_000);
    }
    let till = world.get("/api/v1/endpoints/webhook/till");
    let count = |code: &str| till["counts"][code]["count"].as_u64().unwrap_or(0);
    assert_eq!((count("received"), count("unauthenticated"), count("quarantined")), (3, 4, 1));
    let seen = ["delivered", "duplicates", "quarantined"].map(|name| till[name].as_i64());
    assert_eq!(seen, [Some(1), Some(2), Some(1)], "{till}");
    assert!(till["counts"]["unauthenticated"]["last_at"].as_i64().is_some_and(|at| at > 0));
}

#[test]
fn a_narrow_door_says_when_to_come_back() {
    let world = World::new(1);
    let put = |limit: &str| {
        let settings = json!({"authentication": "bearer", "limit_per_minute": limit,
            "mapping": mapping("no").to_string()});
        let body = json!({"secrets": {"secret": "s"}, "settings": settings});
        world.send("PUT", "/api/v1/endpoints/webhook/till", &body)
    };
    assert_eq!(put("0").0, 422);
    assert_eq!(put("2").0, 201);
    let bill = |no: usize| post(&world, "s", &json!({ "no": no }).to_string());
    // Each isolate has a bucket of its own.
    let answers: Vec<Response> = (0..200).map(bill).collect();
    let refused: Vec<&Response> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert!(refused.len() > 20, "{} of 200 refused", refused.len());
    let retry = ("retry-after".to_owned(), "30".to_owned());
    assert!(refused.iter().all(|answer| answer.headers.contains(&retry)), "{refused:?}");
    assert_eq!(touchpoints(&world), 200 - refused.len() as i64);
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 429)));
}

#[test]
fn where_nothing_is_signed_the_address_is_a_secret() {
    let world = World::new(1);
    let put = |channel: &str, id: &str, body: &Value| {
        world.send("PUT", &format!("/api/v1/endpoints/{channel}/{id}"), body)
    };
    let random = "9f3c2a7b1d4e8f60a5b7c9d1e3f50718";
    let bare = json!({});
    for id in ["sms", "aliyun-sms-receipts-of-our-shop-2026", &random[1..], &"a1".repeat(16)] {
        let (status, answer) = put("aliyun-sms-receipts", id, &bare);
        assert_eq!((status, &answer["code"]), (422, &json!("guessable_endpoint_id")), "{id}");
    }
    assert_eq!(put("aliyun-sms-receipts", random, &bare).0, 201);
    let by_address = json!({"settings": {"authentication": "address"}});
    assert_eq!(put("webhook", "till", &by_address).0, 422);
    assert_eq!(put("webhook", random, &by_address).0, 201);
}

#[test]
fn a_mapping_is_tried_before_it_is_kept() {
    let world = World::new(1);
    let try_it = |mapping: Value, sample: &str| {
        let body = json!({"mapping": mapping, "sample": sample, "endpoint": "till"});
        world.send("POST", "/api/v1/mappings/preview", &body)
    };
    let (status, seen) = try_it(mapping("no"), BILL);
    assert_eq!(status, 200, "{seen}");
    assert_eq!(seen["touchpoints"][0]["identifiers"], json!(["phone:+8613800138000"]));
    assert_eq!(seen["touchpoints"][0]["properties"]["total_minor"], 1_990);
    let (_, seen) = try_it(mapping("number"), BILL);
    assert_eq!(seen["faults"], json!([{"item": 0, "code": "id_missing"}]));
    assert_eq!(try_it(json!({"touchpoints": []}), BILL).1["code"], "invalid_mapping");
    assert_eq!(try_it(mapping("no"), "hello").1["code"], "unreadable_sample");
    assert_eq!(number(&world, "SELECT count(*) FROM touchpoints"), 0);
    let (status, answer) = map(&world, &json!({"touchpoints": [{"name": "a", "id": []}]}));
    assert_eq!((status, &answer["code"]), (422, &json!("invalid_mapping")));
}

#[test]
fn a_test_goes_through_the_endpoints_own_door() {
    let world = World::new(9);
    let secret = |value: &str| json!({"secrets": {"signing_secret": value}});
    let endpoint = "/api/v1/endpoints/standard-webhooks/erp";
    assert_eq!(
        world.send("PUT", endpoint, &secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).0,
        201
    );
    let test = |path: &str| world.send("POST", &format!("{path}/test"), &Value::Null);
    let (status, tested) = test(endpoint);
    assert_eq!((status, &tested["status"]), (200, &json!(202)), "as the sender would be answered");
    let found = world.get("/api/v1/touchpoints?name=integration.tested");
    assert_eq!(found["items"][0]["endpoint"], "erp");
    assert_eq!(found["items"][0]["identifiers"], json!([]));
    assert_eq!(world.get(endpoint)["delivered"], 1);
    // What the form took for a secret may be none.
    world.advance(60_000);
    let revoked = json!({"secrets": {"signing_secret": "whsec_"}, "revoke_previous": true});
    assert_eq!(world.send("PUT", endpoint, &revoked).0, 200);
    let (status, refused) = test(endpoint);
    assert_eq!((status, &refused["code"]), (422, &json!("test_refused")), "{refused}");
    let nowhere = test("/api/v1/endpoints/standard-webhooks/none");
    assert_eq!((nowhere.0, &nowhere.1["code"]), (404, &json!("unknown_endpoint")));
    let mapped = json!({"secrets": {"secret": "s"}, "settings": {"authentication": "bearer"}});
    assert_eq!(world.send("PUT", "/api/v1/endpoints/webhook/till", &mapped).0, 201);
    let none = test("/api/v1/endpoints/webhook/till");
    assert_eq!((none.0, &none.1["code"]), (422, &json!("channel_has_no_test")));
}

#[test]
fn an_endpoint_that_becomes_unsigned_needs_a_secret_address_then() {
    let random = "9f3c2a7b1d4e8f60a5b7c9d1e3f50718";
    let how = |way: &str| json!({"secrets": {"secret": "s"}, "settings": {"authentication": way}});
    for (id, from, to, expect) in [
        ("till", "bearer", "address", 422),
        ("till", "hmac-sha256", "address", 422),
        ("erp-of-our-shop-in-nanjing-road-2026", "bearer", "address", 422),
        ("9f3c2a7b1d4e8f60", "bearer", "address", 422),
        ("a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "bearer", "address", 422),
        ("till", "bearer", "hmac-sha256", 200),
        (random, "bearer", "address", 200),
        (random, "address", "address", 200),
        (random, "address", "bearer", 200),
    ] {
        let world = World::new(1);
        let path = format!("/api/v1/endpoints/webhook/{id}");
        assert_eq!(world.send("PUT", &path, &how(from)).0, 201, "{id} {from}");
        let (status, answer) = world.send("PUT", &path, &how(to));
        assert_eq!(status, expect, "{id}: {from} to {to}: {answer}");
        if expect == 422 {
            assert_eq!(answer["code"], "guessable_endpoint_id");
            let stands = world.get(&path);
            assert_eq!(stands["settings"]["authentication"], from, "{id} is as it was");
        }
        // What is not about the proof may change.
        assert_eq!(world.send("PUT", &path, &json!({"owner": "李娜"})).0, 200, "{id}");
    }
}

#[test]
fn a_mapping_that_would_make_too_much_makes_nothing_and_keeps_the_request() {
    let world = World::new(1);
    let copies = json!({"items": "bills", "touchpoints": [
        {"name": "order.paid", "id": ["no"], "properties": {"order_id": "no", "all": "$.bills"}}]});
    let endpoint = json!({"secrets": {"secret": "s"},
        "settings": {"authentication": "bearer", "mapping": copies.to_string()}});
    assert_eq!(world.send("PUT", "/api/v1/endpoints/webhook/till", &endpoint).0, 201);
    let bills = |count: usize| -> Value {
        (0..count).map(|no| json!({"no": no, "text": "x".repeat(500)})).collect()
    };
    let answer = post(&world, "s", &json!({"bills": bills(400)}).to_string());
    assert_eq!(answer.status, 202);
    let said: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(said["code"], "mapping_makes_too_much");
    assert_eq!(touchpoints(&world), 0);
    assert_eq!(world.get("/api/v1/quarantine")["items"].as_array().map(Vec::len), Some(1));
    // Not proven: refused and not kept.
    let unproven = json!({"bills": bills(401)}).to_string();
    assert_eq!(post(&world, "wrong", &unproven).status, 401);
    assert_eq!(number(&world, "SELECT count(*) FROM quarantine"), 1);
    assert_eq!(post(&world, "s", &json!({"bills": bills(3)}).to_string()).status, 200);
    assert_eq!(touchpoints(&world), 3);
    let preview = json!({"mapping": copies, "endpoint": "till",
        "sample": json!({"bills": bills(400)}).to_string()});
    let (status, refused) = world.send("POST", "/api/v1/mappings/preview", &preview);
    assert_eq!((status, &refused["code"]), (422, &json!("mapping_makes_too_much")));
}

#[test]
fn a_form_that_is_no_utf_8_is_kept_and_not_read_as_something_else() {
    let world = World::new(1);
    let mapping = json!({"touchpoints": [{"name": "a.b", "id": ["no"], "properties": {"t": "t"}}]});
    let endpoint = json!({"secrets": {"secret": "s"},
        "settings": {"authentication": "bearer", "mapping": mapping.to_string()}});
    assert_eq!(world.send("PUT", "/api/v1/endpoints/webhook/till", &endpoint).0, 201);
    for (no, text) in ["%FF", "%C4%E3", "%E5%BC", "%ED%A0%80", "%80"].iter().enumerate() {
        assert_eq!(post(&world, "s", &format!("no={no}&t={text}")).status, 202, "{text}");
    }
    assert_eq!(touchpoints(&world), 0);
    assert_eq!(post(&world, "s", "no=9&t=%E4%BD%A0").status, 200);
    assert_eq!(touchpoints(&world), 1);
}
