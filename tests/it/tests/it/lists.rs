//! What the console's lists are asked for: to-dos by when they are due, a history in part, messages
//! to customers or to staff, codes that name whom they are counted for.

use serde_json::{Value, json};
use tributary_core::ids::TaskId;
use tributary_core::time::{HOUR_MS, Timestamp};
use tributary_store::Db;
use tributary_store::tasks::{self, NewTask};
use tributary_testkit::{World, block_on};

fn items<'a>(page: &'a Value, field: &str) -> Vec<&'a str> {
    let items = page["items"].as_array().expect("a list");
    items.iter().map(|item| item[field].as_str().unwrap_or_default()).collect()
}

fn task(world: &World, name: &str, due_at: Option<Timestamp>) -> NewTask {
    NewTask {
        id: TaskId::derive(&[name]),
        kind: "phone_care".to_owned(),
        title: name.to_owned(),
        identity: None,
        lead: None,
        owner: Some("one".to_owned()),
        due_at,
        source: "journey:care/call".to_owned(),
        detail: "{}".to_owned(),
        created_at: world.now(),
    }
}

/// Overdue, within the hour, twice the same moment, in days, never: made in no order.
fn six_tasks(world: &World) {
    let at = |hours: i64| Some(world.now().plus_ms(hours * HOUR_MS));
    let tasks = [
        ("in a week", at(168)),
        ("without a time", None),
        ("overdue", at(-30)),
        ("soon, a", at(1)),
        ("soon, b", at(1)),
        ("tomorrow", at(24)),
    ];
    let tasks: Vec<NewTask> = tasks.iter().map(|(name, at)| task(world, name, *at)).collect();
    block_on(world.0.db.run(tasks::append(&tasks))).expect("the tasks are written");
}

/// All pages of two, one after the other.
fn walk(world: &World, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = world.get(&format!("{path}&limit=2{cursor}"));
        found.extend(items(&page, "title").into_iter().map(str::to_owned));
        let Some(next) = page["next_cursor"].as_str() else { return found };
        cursor = format!("&cursor={next}");
    }
}

#[test]
fn what_is_due_first_is_listed_first() {
    let world = World::new(1);
    six_tasks(&world);
    for path in
        ["/api/v1/tasks?state=open", "/api/v1/tasks?owner=one", "/api/v1/tasks?kind=phone_care"]
    {
        let found = walk(&world, path);
        assert_eq!((found.len(), found[0].as_str()), (6, "overdue"), "{path}");
        assert!(found[1].starts_with("soon") && found[2].starts_with("soon"), "{path}: {found:?}");
        assert_eq!(found[3..], ["tomorrow", "in a week", "without a time"], "{path}");
    }
}

#[test]
fn what_is_done_is_listed_the_other_way_round() {
    let world = World::new(1);
    six_tasks(&world);
    for name in ["overdue", "tomorrow", "in a week", "without a time"] {
        let path = format!("/api/v1/tasks/{}", TaskId::derive(&[name]));
        assert_eq!(world.send("PATCH", &path, &json!({"state": "done"})).0, 200);
    }
    let found = walk(&world, "/api/v1/tasks?state=done");
    assert_eq!(found, ["without a time", "in a week", "tomorrow", "overdue"]);
    assert_eq!(walk(&world, "/api/v1/tasks?state=open").len(), 2);
}

/// A history with two channels and the suite's own.
fn somebody(world: &World) -> String {
    world.send("PUT", "/api/v1/endpoints/web/site", &json!({"secrets": {"write_key": "wk"}}));
    let track = |event: &str, id: &str| {
        let body = json!({"userId": "u1", "event": event, "messageId": id, "writeKey": "wk",
            "context": {"traits": {"email": "u1@example.com"}}});
        let (status, answer) = world.send("POST", "/v1/track", &body);
        assert_eq!(status, 200, "{answer}");
    };
    for (index, event) in
        ["Signed Up", "Product Viewed", "Cart Updated", "Whistled"].iter().enumerate()
    {
        track(event, &format!("m{index}"));
    }
    world.settle();
    let found = world.get("/api/v1/profiles?identity=email:u1@example.com");
    found["items"][0]["id"].as_str().expect("a profile").to_owned()
}

#[test]
fn a_history_is_filtered_by_several_names_and_channels_at_once() {
    let world = World::new(1);
    let id = somebody(&world);
    let names = |query: &str| {
        let page = world.get(&format!("/api/v1/profiles/{id}/timeline?{query}"));
        let mut names: Vec<String> = items(&page, "name").into_iter().map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    };
    let all = names("");
    assert!(all.iter().any(|name| name.starts_with("$journey")), "{all:?}");
    let theirs = ["Whistled", "cart.updated", "member.registered", "product.viewed"];
    for (query, expected) in [
        ("own=false", &theirs[..]),
        ("name=product.viewed", &theirs[3..]),
        // By any name it has.
        ("name=Product%20Viewed", &theirs[3..]),
        ("name=product.viewed&name=Whistled", &["Whistled", "product.viewed"]),
        ("channel=web", &theirs[..]),
        ("channel=web&channel=shopify", &theirs[..]),
        ("channel=shopify", &[]),
        ("channel=web&name=Whistled&own=false", &theirs[..1]),
        ("channel=tributary&own=false", &[]),
    ] {
        assert_eq!(names(query), expected, "{query}");
    }
    assert_eq!(names("channel=web&channel=tributary"), all);
    assert_eq!(names("own=true"), all);
    let path = format!("/api/v1/profiles/{id}/timeline?own=perhaps");
    let (status, refused) = world.send("GET", &path, &Value::Null);
    assert_eq!((status, &refused["code"]), (400, &json!("invalid_own")));
}

#[test]
fn messages_to_customers_and_to_staff_are_told_apart() {
    let world = World::new(1);
    somebody(&world);
    // A link to sign in is a message to staff.
    world.sign_in("ada", "admin", &Value::Null);
    world.send("POST", "/api/v1/sign-in", &json!({"email": "ada@example.com"}));
    world.settle();
    let of = |query: &str| {
        let page = world.get(&format!("/api/v1/messages?{query}"));
        items(&page, "purpose").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let (all, customers, staff) = (of(""), of("to=customers"), of("to=staff"));
    assert!(!customers.is_empty() && !staff.is_empty(), "{all:?}");
    assert_eq!(all.len(), customers.len() + staff.len());
    assert!(customers.iter().all(|purpose| purpose != "staff"), "{customers:?}");
    assert!(staff.iter().all(|purpose| purpose == "staff"), "{staff:?}");
    for status in ["sent", "queued", "skipped", "failed"] {
        let parts = of(&format!("to=staff&status={status}")).len()
            + of(&format!("to=customers&status={status}")).len();
        assert_eq!(parts, of(&format!("status={status}")).len(), "{status}");
    }
    assert_eq!(of("to=customers&journey=welcome").len(), of("journey=welcome").len());
    let (status, refused) = world.send("GET", "/api/v1/messages?to=nobody", &Value::Null);
    assert_eq!((status, &refused["code"]), (400, &json!("invalid_recipients")));
}

#[test]
fn a_code_is_counted_for_a_rep_and_an_endpoint_that_are_there() {
    let world = World::new(1);
    world.send("PUT", "/api/v1/reps/wang-yan", &json!({"name": "王妍", "capacity": 5}));
    world.send("PUT", "/api/v1/endpoints/web/shop", &json!({"secrets": {"write_key": "wk"}}));
    for (more, expected) in [
        (json!({}), (201, Value::Null)),
        (json!({"rep": "wang-yan"}), (200, Value::Null)),
        (json!({"rep": "wang-yan", "site": "shop"}), (200, Value::Null)),
        // The name instead of the id, an endpoint of another channel, blanks.
        (json!({"rep": "王妍"}), (422, json!("unknown_rep"))),
        (json!({"rep": "Wang-Yan"}), (422, json!("unknown_rep"))),
        (json!({"rep": " wang-yan"}), (422, json!("unknown_rep"))),
        (json!({"site": "shopify"}), (422, json!("unknown_endpoint"))),
        (json!({"rep": "wang-yan", "site": "商城"}), (422, json!("unknown_endpoint"))),
    ] {
        let mut body = json!({"target": "https://shop.example/"});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().cloned().unwrap_or_default());
        let (status, answer) = world.send("PUT", "/api/v1/codes/card", &body);
        assert_eq!((status, answer["code"].clone()), expected, "{more}");
    }
    assert_eq!(world.get("/api/v1/codes/card")["definition"]["rep"], "wang-yan");
}

#[test]
fn everybody_learns_what_channels_are_called_and_which_time_zone_holds() {
    let world = World::new(1);
    for role in ["sales", "service", "marketing"] {
        let browser = world.sign_in(role, role, &Value::Null);
        let (status, vocabulary) =
            world.browse(&browser, "GET", "/api/v1/vocabulary", &Value::Null);
        assert_eq!(status, 200, "{role}");
        let channels = vocabulary["channels"].as_array().expect("channels");
        assert_eq!(channels.len(), tributary_channels::MANIFESTS.len());
        let found = channels.iter().find(|one| one["id"] == "wechat-official");
        let name = found.expect("it is there")["label"]["zh"].as_str().unwrap_or_default();
        assert!(name.starts_with("微信公众号"), "{name}");
        let (_, session) = world.browse(&browser, "GET", "/api/v1/session", &Value::Null);
        assert_eq!(session["time_zone"], "Asia/Shanghai", "{role}");
    }
}

#[test]
fn an_endpoint_has_a_name_in_any_letters_beside_its_id() {
    let world = World::new(1);
    let path = "/api/v1/endpoints/web/till";
    let secrets = json!({"write_key": "wk"});
    let put = |body: Value| world.send("PUT", path, &body);
    assert_eq!(put(json!({"secrets": secrets})).1["label"], "");
    for (label, kept) in [
        (json!("门店收银"), "门店收银"),
        // Not given: it stays.
        (Value::Null, "门店收银"),
        (json!("  Till in Shanghai "), "Till in Shanghai"),
        (json!(""), ""),
        (json!("店".repeat(500)), "店".repeat(120).as_str()),
    ] {
        let mut body = json!({});
        if !label.is_null() {
            body["label"] = label;
        }
        assert_eq!(put(body).1["label"], kept);
    }
    assert_eq!(world.get("/api/v1/vocabulary")["endpoints"][0]["id"], "till");
    put(json!({"label": ""}));
    assert_eq!(world.get("/api/v1/vocabulary")["endpoints"], json!([]));
}
