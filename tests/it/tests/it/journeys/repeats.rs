//! Repeats: what a provider gets twice is the same message under the same key.

use super::{Who, append, messages, touchpoint, with_resend};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::identity::Kind;
use tributary_core::time::HOUR_MS;
use tributary_testkit::{ProviderFaults, World};

#[test]
fn a_provider_that_fails_is_tried_again_and_gets_each_message_once() {
    let world = World::new(10);
    with_resend(&world);
    let faults = ProviderFaults { throttled: 30, broken: 20, answer_lost: 10, unreachable: 10 };
    world.0.providers.faults.set(faults);
    for index in 0..30 {
        let (user, mail) = (format!("u{index}"), format!("u{index}@example.com"));
        let who: Who = &[(Kind::UserId, &user), (Kind::Email, &mail)];
        append(&world, touchpoint(&world, who, "Signed Up", world.now(), json!({})));
    }
    world.settle();
    world.advance(12 * HOUR_MS);
    let found = messages(&world, "limit=200");
    assert_eq!(found.len(), 30);
    let sent = found.iter().filter(|one| *one == "welcome_mail sent").count();
    assert!(sent >= 27, "{found:?}");
    assert!(found.iter().all(|one| one.contains("sent") || one.contains("tries_exhausted")));
    // Once is what the provider makes of the key: each message has one of its own, and whatever
    // was said under it was the same text.
    let listed = world.get("/api/v1/messages?limit=200");
    let sent_ids = listed["items"].as_array().unwrap().iter();
    let sent_ids: BTreeSet<&str> = sent_ids
        .filter(|one| one["status"] == "sent")
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    let taken = world.0.providers.taken.borrow();
    assert!(sent_ids.iter().all(|id| taken.contains_key(*id)), "{taken:?}");
    assert!(taken.len() <= 30 && taken.values().any(|times| *times > 1), "{taken:?}");
    let mut texts: BTreeMap<String, BTreeSet<Vec<u8>>> = BTreeMap::new();
    let mut people = BTreeSet::new();
    for request in world.0.providers.requests.borrow().iter() {
        let key = request.headers.iter().find(|(name, _)| name == "idempotency-key").unwrap();
        texts.entry(key.1.clone()).or_default().insert(request.body.clone());
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        people.insert((key.1.clone(), body["to"].to_string()));
    }
    assert!(texts.values().all(|texts| texts.len() == 1), "a repeat says something else");
    assert_eq!(people.len(), texts.len(), "a key stands for two people");
    let reached: BTreeSet<&String> = people.iter().map(|(_, to)| to).collect();
    assert_eq!(reached.len(), people.len(), "a person is written to under two keys");
}
