//! Numbers and addresses as people write them, from the request to the profile.

use serde_json::{Value, json};
use tributary_service::Request;
use tributary_testkit::World;

fn world() -> World {
    let world = World::new(1);
    let body = json!({"secrets": {"write_key": "wk"}});
    assert_eq!(world.send("PUT", "/api/v1/endpoints/web/site", &body).0, 201);
    world
}

/// An event with traits of the person, as a site's backend sends it.
fn seen(world: &World, id: &str, traits: &Value) {
    let event = json!({"event": "Seen", "anonymousId": id, "messageId": format!("m-{id}"),
        "writeKey": "wk", "context": {"traits": traits}});
    let request = Request {
        method: "POST".to_owned(),
        path: "/v1/track".to_owned(),
        body: event.to_string().into_bytes(),
        ..Request::default()
    };
    assert_eq!(world.request(request).status, 200);
}

fn profile(world: &World, identity: &str) -> Value {
    world.get(&format!("/api/v1/profiles?identity={identity}"))["items"][0].clone()
}

fn visitor(world: &World, id: &str) -> Value {
    profile(world, &format!("anonymous_id@site:{id}"))
}

fn values(profile: &Value, kind: &str) -> Vec<String> {
    let identities = profile["identities"].as_array().into_iter().flatten();
    let of_kind = identities.filter(|one| one["kind"] == kind);
    of_kind.filter_map(|one| Some(one["value"].as_str()?.to_owned())).collect()
}

#[test]
fn a_number_however_it_is_written_leads_to_one_person() {
    let world = world();
    for (index, written) in [
        "138 0013 8000（微信同号）",
        "13800138000.0",
        "１３８００１３８０００",
        "手机：138-0013-8000",
        "+86 0138 0013 8000",
        "\u{202d}13800138000\u{202c}",
    ]
    .iter()
    .enumerate()
    {
        seen(&world, &format!("a{index}"), &json!({ "phone": written }));
        let person = visitor(&world, &format!("a{index}"));
        assert_eq!(values(&person, "phone"), ["+8613800138000"], "{written}");
    }
    seen(&world, "n1", &json!({"phone": 1.380_013_8E10}));
    assert_eq!(visitor(&world, "n1")["id"], visitor(&world, "a0")["id"]);
    seen(&world, "us", &json!({"phone": "(415) 858-2912", "address": {"country": "US"}}));
    assert_eq!(values(&visitor(&world, "us"), "phone"), ["+14158582912"]);
    for written in ["138 0013 8000（微信同号）", "手机:13800138000", "１３８００１３８０００"]
    {
        let encoded: String = written.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let found = world.get(&format!("/api/v1/search?q={encoded}"));
        assert_eq!(found["items"][0]["matched"], "phone", "{written}: {found}");
    }
}

#[test]
fn an_address_however_it_is_written_leads_to_one_person() {
    let world = world();
    for (index, written) in [
        "li.na@example.com",
        "\u{200b}li.na@example.com",
        "li.na@example.com;",
        "Li Na <li.na@example.com>",
        "mailto:li.na@example.com",
        "li.na＠example.com",
    ]
    .iter()
    .enumerate()
    {
        seen(&world, &format!("a{index}"), &json!({ "email": written }));
        let person = visitor(&world, &format!("a{index}"));
        assert_eq!(values(&person, "email"), ["li.na@example.com"], "{written}");
    }
    let one = profile(&world, "email:li.na@example.com");
    assert_eq!(values(&one, "anonymous_id").len(), 6);
}

#[test]
fn colleagues_behind_a_switchboard_stay_two_people() {
    let world = world();
    for (id, extension) in [("a", "801"), ("b", "802")] {
        let written = format!("0755-8888 6666转{extension}");
        seen(&world, id, &json!({"phone": written, "email": format!("{id}@corp.example")}));
    }
    let (a, b) = (profile(&world, "email:a@corp.example"), profile(&world, "email:b@corp.example"));
    assert!(a["id"].is_string() && b["id"].is_string() && a["id"] != b["id"], "{a} {b}");
    assert_eq!(values(&a, "phone"), Vec::<String>::new());
    assert_eq!(a["traits"]["shared_phone"], "+8675588886666 ext. 801");
    assert_eq!(b["traits"]["shared_phone"], "+8675588886666 ext. 802");
    let path = format!("/api/v1/profiles/{}/timeline", a["id"].as_str().expect("an id"));
    let rejected = &world.get(&path)["items"][0]["context"]["rejected_identifiers"];
    let expect = json!([{"kind": "phone", "value": "+8675588886666", "reason": "shared",
        "extension": "801"}]);
    assert_eq!(rejected, &expect);
}

#[test]
fn what_cannot_be_read_is_kept_beside_the_person_with_the_reason() {
    let world = world();
    seen(&world, "a", &json!({"phone": "1380013800", "email": "li.na at example"}));
    let person = visitor(&world, "a");
    assert_eq!(person["traits"]["unread_phone"], "1380013800");
    assert_eq!(person["traits"]["unread_email"], "li.na at example");
    assert_eq!(person["trait_sources"]["unread_phone"]["channel"], "web");
    seen(&world, "b", &json!({"email": "b@example.com, c@example.com"}));
    let person = visitor(&world, "b");
    assert_eq!(values(&person, "email"), ["b@example.com"]);
    assert_eq!(person["traits"]["other_email"], "c@example.com");
    // What is read leaves no trace of this.
    seen(&world, "c", &json!({"phone": "13800138000"}));
    let context = &world.get("/api/v1/touchpoints?limit=1")["items"][0]["context"];
    assert!(context["rejected_identifiers"].is_null(), "{context}");
}

#[test]
fn a_role_joins_no_two_people() {
    let world = world();
    for id in ["a", "b"] {
        seen(&world, id, &json!({"user_id": id, "email": "info@corp.example"}));
    }
    let (a, b) = (profile(&world, "user_id:a"), profile(&world, "user_id:b"));
    assert!(a["id"] != b["id"], "{a}");
    seen(&world, "c", &json!({"email": "sales@firm.example"}));
    assert_eq!(values(&visitor(&world, "c"), "email"), ["sales@firm.example"]);
}
