//! Messages on their way out: how a person leaves, and which address they go to.

mod addresses;
mod left;
mod reports;

use serde_json::{Value, json};
use tributary_service::{Request, Response};
use tributary_testkit::World;

/// A site of the company's.
fn site(world: &World) {
    let endpoint = json!({"secrets": {"write_key": "wk"}});
    assert!(world.send("PUT", "/api/v1/endpoints/web/site", &endpoint).0 < 300);
}

fn web(world: &World, kind: &str, body: &Value) {
    let response = world.request(Request {
        method: "POST".to_owned(),
        path: format!("/v1/{kind}"),
        // "wk:" in base64.
        headers: vec![("authorization".to_owned(), "Basic d2s6".to_owned())],
        body: body.to_string().into_bytes(),
        ..Request::default()
    });
    assert_eq!(response.status, 200, "{}", text(&response));
}

fn identify(world: &World, user: &str, traits: Value) {
    web(world, "identify", &json!({"userId": user, "traits": traits}));
}

fn track(world: &World, user: &str, event: &str, properties: Value) {
    web(world, "track", &json!({"userId": user, "event": event, "properties": properties}));
}

fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

fn messages(world: &World, user: &str) -> Vec<Value> {
    let listed = world.get(&format!("/api/v1/messages?identity=user_id:{user}"));
    let mut items = listed["items"].as_array().unwrap().clone();
    items.reverse();
    items
}

/// `step medium address status reason`, oldest first.
fn outbox(world: &World, user: &str) -> Vec<String> {
    let line = |message: &Value| {
        let text = |field: &str| message[field].as_str().unwrap_or_default().to_owned();
        let parts = ["step", "medium", "address", "status", "reason"].map(text);
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    messages(world, user).iter().map(line).collect()
}

fn profile(world: &World, identity: &str) -> Value {
    world.get(&format!("/api/v1/profiles?identity={identity}"))["items"][0].clone()
}

/// `medium purpose state`, sorted.
fn consents(world: &World, identity: &str) -> Vec<String> {
    let profile = profile(world, identity);
    let line = |one: &Value| {
        let text = |field: &str| one[field].as_str().unwrap_or_default().to_owned();
        ["medium", "purpose", "state"].map(text).join(" ")
    };
    let mut found: Vec<String> =
        profile["consents"].as_array().into_iter().flatten().map(line).collect();
    found.sort();
    found
}

/// A journey of one mail and one text message, at an event of that name.
fn journey(id: &str, purpose: &str, templates: Value, media: &[&str]) -> Value {
    json!({
        "id": id, "name": {"zh": id}, "entry": {"events": [id], "reentry": "always"},
        "steps": [{
            "id": "send", "type": "send_message", "media": media, "purpose": purpose,
            "templates": templates,
        }],
    })
}

fn publish(world: &World, journey: &Value) -> (u16, Value) {
    let id = journey["id"].as_str().unwrap();
    world.send("PUT", &format!("/api/v1/journeys/{id}"), journey)
}
