//! Who somebody is, what they are called and where they are, as SDKs and channels really say it.

use serde_json::{Value, json};
use tributary_service::Request;
use tributary_testkit::World;

const SITE: &str = "wk_people";

fn world(seed: u64) -> World {
    let world = World::new(seed);
    let body = json!({"secrets": {"write_key": SITE}});
    let (status, answer) = world.send("PUT", "/api/v1/endpoints/web/site", &body);
    assert!(matches!(status, 200 | 201), "{answer}");
    world
}

fn post(world: &World, path: &str, body: &str) -> (u16, Value) {
    let response = world.request(Request {
        method: "POST".to_owned(),
        path: path.to_owned(),
        query: String::new(),
        headers: vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("x-write-key".to_owned(), SITE.to_owned()),
        ],
        body: body.as_bytes().to_vec(),
    });
    let answer = serde_json::from_slice(&response.body).unwrap_or_default();
    (response.status, answer)
}

fn sent(world: &World, path: &str, body: &Value) {
    let (status, answer) = post(world, path, &body.to_string());
    assert_eq!(status, 200, "{answer}");
    world.advance(1_000);
}

fn person(world: &World, identity: &str) -> Value {
    world.get(&format!("/api/v1/profiles?identity={identity}"))["items"][0].clone()
}

fn together(world: &World, one: &str, other: &str) -> bool {
    let (one, other) = (person(world, one)["id"].clone(), person(world, other)["id"].clone());
    one.is_string() && one == other
}

fn posthog(world: &World, events: &[Value]) {
    let batch: Vec<Value> = events
        .iter()
        .enumerate()
        .map(|(n, event)| {
            let mut event = event.clone();
            event["uuid"] = json!(format!("{n}-{event}"));
            event["timestamp"] = json!(world.now().plus_ms(n as i64 - 1_000).to_rfc3339());
            event
        })
        .collect();
    sent(world, "/batch/", &json!({"api_key": SITE, "batch": batch}));
}

fn seen(world: &World, identity: &str, name: &str) -> i64 {
    let found = person(world, identity);
    let counters = found["counters"].as_array().cloned().unwrap_or_default();
    let of_name = counters.iter().filter(|counter| counter["name"] == name);
    of_name.filter_map(|counter| counter["count"].as_i64()).sum()
}

#[test]
fn an_alias_makes_two_user_ids_one_person() {
    let world = world(1);
    for id in ["old", "older", "other"] {
        let identify = json!({"userId": id, "traits": {"email": format!("{id}@a.example")}});
        sent(&world, "/v1/identify", &identify);
    }
    sent(&world, "/v1/alias", &json!({"previousId": "old", "userId": "new"}));
    sent(&world, "/v1/track", &json!({"userId": "new", "event": "After"}));
    assert!(together(&world, "user_id:old", "user_id:new"));
    assert!(together(&world, "email:old@a.example", "user_id:new"));
    // In a row, and from whichever end.
    sent(&world, "/v1/alias", &json!({"previousId": "older", "userId": "old"}));
    assert!(together(&world, "user_id:older", "user_id:new"));
    // Nobody declared this one: two user ids of one address stay two people.
    sent(&world, "/v1/identify", &json!({"userId": "other", "traits": {"email": "old@a.example"}}));
    assert!(!together(&world, "user_id:other", "user_id:new"));
}

#[test]
fn an_alias_before_anything_is_known_and_one_of_a_visitor() {
    let world = world(2);
    sent(&world, "/v1/alias", &json!({"previousId": 41, "userId": 42.0}));
    sent(&world, "/v1/identify", &json!({"userId": 41, "traits": {"plan": "pro"}}));
    sent(&world, "/v1/identify", &json!({"userId": 42, "traits": {"size": "xl"}}));
    assert!(together(&world, "user_id:41", "user_id:42"));
    sent(&world, "/v1/page", &json!({"anonymousId": "anon-1", "name": "Pricing"}));
    sent(&world, "/v1/alias", &json!({"previousId": "anon-1", "userId": "u7"}));
    assert_eq!(seen(&world, "user_id:u7", "page.viewed"), 1);
}

#[test]
fn a_cut_alias_parts_the_ids_again() {
    let world = world(3);
    sent(&world, "/v1/identify", &json!({"userId": "a", "traits": {"x": 1}}));
    sent(&world, "/v1/identify", &json!({"userId": "b", "traits": {"x": 2}}));
    sent(&world, "/v1/alias", &json!({"previousId": "a", "userId": "b"}));
    let id = person(&world, "user_id:a")["id"].as_str().unwrap_or_default().to_owned();
    let edge = json!({"a": "user_id:a", "b": "user_id:b"});
    let path = format!("/api/v1/profiles/{id}/unmerge");
    let (status, answer) = world.send("POST", &path, &json!({"edge": edge}));
    assert_eq!(status, 200, "{answer}");
    world.settle();
    assert!(!together(&world, "user_id:a", "user_id:b"));
}

#[test]
fn what_posthog_saw_before_the_login_belongs_to_the_person() {
    let before = |extra: Value| {
        let mut properties = json!({"$screen_name": "Pricing"});
        properties.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({"event": "$screen", "distinct_id": "anon", "properties": properties})
    };
    let login = |extra: Value| {
        let mut properties = json!({"$anon_distinct_id": "anon", "$set": {"email": "w@a.example"}});
        properties.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({"event": "$identify", "distinct_id": "u", "properties": properties})
    };
    for (seed, (one, other)) in [
        // Mobile: the app says that nobody is identified, and has no device id.
        (before(json!({"$is_identified": false})), login(json!({}))),
        (before(json!({"$is_identified": false})), login(json!({"$is_identified": true}))),
        // An older one says nothing.
        (before(json!({})), login(json!({}))),
        // A browser, at first and after a reset, which keeps the device id.
        (before(json!({"$device_id": "anon"})), login(json!({"$device_id": "anon"}))),
        (
            before(json!({"$device_id": "d", "$is_identified": false})),
            login(json!({"$device_id": "d", "$is_identified": true})),
        ),
        (
            before(json!({"$device_id": "d", "$lib": "web"})),
            login(json!({"$device_id": "d", "$lib": "web", "$user_id": "u"})),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        for turned in [false, true] {
            let world = world(10 + seed as u64);
            let events = if turned { [&other, &one] } else { [&one, &other] };
            posthog(&world, &events.map(Clone::clone));
            assert_eq!(seen(&world, "user_id:u", "screen.viewed"), 1, "{seed} {turned}");
        }
    }
}

#[test]
fn two_people_at_one_device_stay_two() {
    let world = world(4);
    let event = |name: &str, id: &str, anon: &str| {
        let properties =
            json!({"$anon_distinct_id": anon, "$set": {"email": format!("{id}@a.example")}});
        json!({"event": name, "distinct_id": id, "properties": properties})
    };
    let screen = |id: &str| {
        let properties = json!({"$is_identified": false, "$screen_name": "Home"});
        json!({"event": "$screen", "distinct_id": id, "properties": properties})
    };
    posthog(
        &world,
        &[
            screen("anon-1"),
            event("$identify", "one", "anon-1"),
            screen("anon-2"),
            event("$identify", "two", "anon-2"),
        ],
    );
    assert!(!together(&world, "user_id:one", "user_id:two"));
    assert_eq!(seen(&world, "user_id:two", "screen.viewed"), 1);
}

#[test]
fn posthog_sets_traits_with_any_event_and_once_only_where_there_is_none() {
    let world = world(5);
    let event = |name: &str, properties: Value| json!({"event": name, "distinct_id": "u", "properties": properties});
    posthog(
        &world,
        &[
            event("$identify", json!({"$set": {"plan": "free", "gone": 1}})),
            event("$set", json!({"$set": {"plan": "pro"}, "$set_once": {"source": "ad"}})),
            event("Paid", json!({"$set": {"level": 2}, "$set_once": {"plan": "x", "source": "y"}})),
            event("$pageview", json!({"$set_once": {"first": "/a"}, "$unset": ["gone"]})),
            json!({"event": "Top", "distinct_id": "u", "$set": {"top": true}, "properties": {}}),
        ],
    );
    let traits = person(&world, "user_id:u")["traits"].clone();
    assert_eq!(
        traits,
        json!({"plan": "pro", "source": "ad", "level": 2, "first": "/a", "top": true})
    );
    // Whatever is said later and otherwise counts more than what was said once.
    posthog(&world, &[event("x", json!({"$set": {"source": "search"}}))]);
    assert_eq!(person(&world, "user_id:u")["traits"]["source"], "search");
}

#[test]
fn posthog_aliases() {
    let world = world(6);
    let alias = |name: &str, id: &str, alias: &str, known: Value| {
        let properties = json!({"alias": alias, "$is_identified": known});
        json!({"event": name, "distinct_id": id, "properties": properties})
    };
    let screen = json!({"event": "$screen", "distinct_id": "anon", "properties":
        {"$is_identified": false}});
    posthog(
        &world,
        &[
            screen,
            alias("$create_alias", "anon", "u1", json!(false)),
            alias("$create_alias", "u1", "u2", json!(true)),
            alias("$merge_dangerously", "u2", "u3", Value::Null),
        ],
    );
    assert!(together(&world, "user_id:u1", "user_id:u2"));
    assert!(together(&world, "user_id:u1", "user_id:u3"));
    assert_eq!(seen(&world, "user_id:u3", "screen.viewed"), 1);
}

#[test]
fn numbers_are_ids_and_fractions_are_refused_each_for_itself() {
    let world = world(7);
    for (body, id) in [
        (r#"{"userId":12345.0,"traits":{"n":1}}"#, "12345"),
        (r#"{"userId":6.7e4,"traits":{"n":1}}"#, "67000"),
        (r#"{"userId":-3.0,"traits":{"n":1}}"#, "-3"),
        (r#"{"userId":9007199254740993,"traits":{"n":1}}"#, "9007199254740993"),
    ] {
        assert_eq!(post(&world, "/v1/identify", body).0, 200, "{body}");
        world.settle();
        assert!(person(&world, &format!("user_id:{id}"))["id"].is_string(), "{id}");
    }
    for body in [
        r#"{"userId":12345.5,"anonymousId":"a"}"#,
        r#"{"userId":true,"anonymousId":"a"}"#,
        r#"{"userId":{"id":1},"anonymousId":"a"}"#,
        r#"{"userId":1e300}"#,
        r#"{"userId":"u","previousId":0.5}"#,
    ] {
        let (status, answer) = post(&world, "/v1/identify", body);
        assert_eq!((status, &answer["code"]), (400, &json!("id_not_text_or_integer")), "{body}");
    }
    let batch = r#"{"batch":[
        {"type":"identify","userId":88.0,"messageId":"b1","traits":{"n":1}},
        {"type":"identify","userId":88.5,"messageId":"b2","traits":{"n":2}},
        7,
        {"type":"track","userId":88,"messageId":"b3"},
        {"type":"track","userId":88,"messageId":"b4","event":"Ok"}
    ]}"#;
    let (status, answer) = post(&world, "/v1/batch", batch);
    let dropped = json!([
        {"index": 1, "code": "id_not_text_or_integer"},
        {"index": 2, "code": "event_not_an_object"},
        {"index": 3, "code": "track_needs_event"},
    ]);
    assert_eq!((status, &answer["accepted"]), (200, &json!(2)));
    assert_eq!((&answer["dropped"], &answer["dropped_count"]), (&dropped, &json!(3)));
    world.settle();
    assert_eq!(seen(&world, "user_id:88", "Ok"), 1);
    let (status, answer) = post(
        &world,
        "/batch/",
        r#"{"batch":[{"event":"x","distinct_id":1.5},{"event":"y","distinct_id":9.0}]}"#,
    );
    assert_eq!((status, &answer["dropped"][0]["index"]), (200, &json!(0)));
    world.settle();
    assert_eq!(seen(&world, "user_id:9", "y"), 1);
}

fn found(world: &World, query: &str) -> Vec<String> {
    let bytes = query.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let answer = world.get(&format!("/api/v1/search?q={bytes}"));
    let items = answer["items"].as_array().cloned().unwrap_or_default();
    items.iter().filter_map(|item| Some(item["title"].as_str()?.to_owned())).collect()
}

#[test]
fn people_are_found_by_the_names_their_channels_give_them() {
    let world = world(8);
    for (id, traits) in [
        ("1", json!({"firstName": "Wilhelmina", "lastName": "Brandt"})),
        ("2", json!({"first_name": "伟", "last_name": "张"})),
        ("3", json!({"first_name": "娜娜", "last_name": "欧阳"})),
        ("4", json!({"name": "李 娜"})),
        ("5", json!({"company": {"name": "Acme Kettles"}})),
        ("6", json!({"firstName": "Na", "lastName": "Li"})),
    ] {
        sent(&world, "/v1/identify", &json!({"userId": id, "traits": traits}));
    }
    // A shop's or a form's event brings them beside what happened.
    let traits = json!({"default_address": {"first_name": "亮", "last_name": "诸葛"}});
    let event = json!({"userId": "7", "event": "Order Completed", "properties": {"order_id": "1"},
        "context": {"traits": traits}});
    sent(&world, "/v1/track", &event);
    for (query, title) in [
        ("Brandt", "Wilhelmina Brandt"),
        ("brandt wilhelm", "Wilhelmina Brandt"),
        ("张伟", "张伟"),
        ("伟 张", "张伟"),
        ("欧阳", "欧阳娜娜"),
        ("欧阳娜娜", "欧阳娜娜"),
        ("李娜", "李 娜"),
        ("娜 李", "李 娜"),
        ("acme", "Acme Kettles"),
        ("Li Na", "Na Li"),
        ("诸葛亮", "诸葛亮"),
    ] {
        assert_eq!(found(&world, query), [title], "{query}");
    }
}

#[test]
fn what_counts_more_stands_whatever_comes_when() {
    let event = |name: &str, traits: Value, at: &str| {
        json!({"type": "track", "userId": "u", "event": name, "messageId": format!("{name}{at}"),
            "timestamp": at, "properties": {"order_id": "o"}, "context": {"traits": traits}})
    };
    let said = [
        event(
            "Message Received",
            json!({"name": "🌸", "nickname": "flower"}),
            "2025-01-05T00:00:00Z",
        ),
        event("Order Completed", json!({"name": "Shop", "city": "苏州"}), "2025-01-04T00:00:00Z"),
        event("Form Submitted", json!({"name": "李娜"}), "2025-01-02T00:00:00Z"),
        event("Signed Up", json!({"name": "old"}), "2025-01-01T00:00:00Z"),
    ];
    for turn in 0..said.len() {
        let world = world(30 + turn as u64);
        let mut batch = said.to_vec();
        batch.rotate_left(turn);
        for event in &batch {
            sent(&world, "/v1/batch", &json!({"batch": [event]}));
        }
        let found = person(&world, "user_id:u");
        let traits = json!({"name": "李娜", "nickname": "flower", "city": "苏州"});
        assert_eq!(found["traits"], traits, "{turn}");
        assert_eq!(found["trait_sources"]["name"]["rank"], "form");
        assert_eq!(found["trait_sources"]["city"]["rank"], "shop");
        assert_eq!(found["trait_sources"]["nickname"]["rank"], "guess");
    }
}
