//! Attacks by people with an account, and by people without one.

mod audit;
mod masked;
mod own;
mod rights;
mod sign_in;

use serde_json::{Value, json};
use std::path::Path;
use tributary_testkit::{World, api, scenario};

/// A company with customers, a lead in the hands of `east`, messages and tasks.
fn company() -> World {
    let world = World::new(1);
    let name = "06-sales-ready-lead.txt";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(name);
    scenario::run(name, &std::fs::read_to_string(path).expect("a scenario reads"), &world);
    world
}

/// What the site says about somebody.
fn identify(world: &World, user: &str, traits: &Value) {
    let body = json!({
        "type": "identify", "messageId": format!("d-{user}-{traits}"), "userId": user,
        "traits": traits, "writeKey": "wk_lead",
    });
    let mut request = api("POST", "/v1/identify", &body);
    request.headers.retain(|(name, _)| name != "authorization");
    assert_eq!(world.request(request).status, 200);
    world.advance(1_000);
}

/// An API key with these scopes, as the header it is sent in.
fn key(world: &World, scopes: &[&str]) -> String {
    let body = json!({"name": "attack", "scopes": scopes});
    let (status, key) = world.send("POST", "/api/v1/api-keys", &body);
    assert_eq!(status, 201, "{key}");
    format!("Bearer {}", key["key"].as_str().expect("the key"))
}
