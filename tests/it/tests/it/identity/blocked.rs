//! An identity that many share is blocked: people come apart as if it had been so from the first
//! touchpoint on, and come together again when it is freed.

use super::{append, deliver, drain, identity, same, together, touchpoint};
use serde_json::{Value, json};
use tributary_core::identity::{Identity, Kind};
use tributary_core::touchpoint::Touchpoint;
use tributary_testkit::checks::{canonical_profiles, projections_equal_a_rebuild};
use tributary_testkit::{Random, World};

fn shared() -> Identity {
    identity(Kind::Phone, "", "021-5888 6666")
}

fn mail(name: &str) -> Identity {
    identity(Kind::Email, "", &format!("{name}@corp.example"))
}

fn block(id: u64, at: i64, one: &Identity) -> Touchpoint {
    touchpoint(id, "$identity.blocked", at, Vec::new(), json!({"identity": one}))
}

fn free(id: u64, at: i64, one: &Identity) -> Touchpoint {
    touchpoint(id, "$identity.unblocked", at, Vec::new(), json!({"identity": one}))
}

/// Two colleagues who gave the same number, and somebody who called from it.
fn colleagues() -> Vec<Touchpoint> {
    let seen = |id, name: &str| {
        let traits = json!({"name": name});
        touchpoint(id, "$identify", id as i64, vec![shared(), mail(name)], traits)
    };
    let anna = identity(Kind::AnonymousId, "site", "anna");
    vec![
        seen(1, "anna"),
        seen(2, "ben"),
        touchpoint(
            3,
            "Order Completed",
            3,
            vec![shared(), mail("anna"), anna],
            json!({"total": 5}),
        ),
        touchpoint(4, "Viewed Page", 4, vec![shared()], json!({})),
    ]
}

fn person(world: &World, name: &str) -> Value {
    world.get(&format!("/api/v1/profiles?identity=email:{name}@corp.example"))["items"][0].clone()
}

#[test]
fn people_come_apart_with_what_is_theirs_and_together_again() {
    let mut log = colleagues();
    let merged = canonical_profiles(&deliver(&log, &mut Random::new(1)).0.db.sqlite);
    log.push(block(5, 5, &shared()));
    let world = deliver(&log, &mut Random::new(1));
    let (anna, ben) = (person(&world, "anna"), person(&world, "ben"));
    assert_ne!(anna["id"], ben["id"]);
    assert_eq!((&anna["traits"]["name"], &ben["traits"]["name"]), (&json!("anna"), &json!("ben")));
    assert_eq!((&anna["touchpoint_count"], &ben["touchpoint_count"]), (&json!(2), &json!(1)));
    assert_eq!((&anna["lifecycle"], &ben["lifecycle"]), (&json!("customer"), &json!("known")));
    let names = |one: &Value| -> Vec<String> {
        let identities = one["identities"].as_array().into_iter().flatten();
        identities.filter_map(|one| Some(one["kind"].as_str()?.to_owned())).collect()
    };
    assert_eq!(names(&anna), ["email", "anonymous_id"], "the browser is hers");
    assert!(!together(&world, &shared(), &mail("ben")));
    // What names nobody but the number stays with it.
    let own = world.get("/api/v1/profiles?identity=phone:02158886666")["items"][0].clone();
    assert_eq!(own["touchpoint_count"], 1);
    // What comes later joins nobody either.
    append(&world, &[touchpoint(6, "Viewed Page", 6, vec![shared(), mail("cleo")], json!({}))]);
    drain(&world);
    assert_eq!(person(&world, "cleo")["touchpoint_count"], 1);
    projections_equal_a_rebuild(&world).expect("as a rebuild");

    let mut freed = colleagues();
    freed.extend([block(5, 5, &shared()), free(7, 7, &shared())]);
    let again = canonical_profiles(&deliver(&freed, &mut Random::new(1)).0.db.sqlite);
    let rest = again.lines().filter(|line| !line.starts_with(&format!("{} | 0 |", shared())));
    same(&merged, &rest.collect::<Vec<_>>().join("\n"), "freed");
}

#[test]
fn whenever_the_word_comes_the_people_are_the_same() {
    let seen = |id, at, who: Vec<Identity>| touchpoint(id, "Order Completed", at, who, json!({}));
    let user = identity(Kind::UserId, "", "u1");
    let device = identity(Kind::DeviceId, "", "d1");
    let other = identity(Kind::Phone, "", "021-5888 7777");
    let mut log = colleagues();
    log.extend([
        block(5, 2, &shared()),
        seen(10, 8, vec![user.clone(), shared()]),
        seen(11, 7, vec![shared(), other.clone(), device.clone()]),
        seen(12, 9, vec![other.clone(), shared()]),
        block(13, 1, &other),
        touchpoint(
            14,
            "$identity.cut",
            9,
            vec![shared()],
            json!({"a": shared(), "b": mail("ben")}),
        ),
        free(15, 9, &other),
    ]);
    for words in [vec![], vec![free(20, 10, &shared())], vec![block(21, 11, &other)]] {
        let mut log: Vec<Touchpoint> = log.iter().cloned().chain(words).collect();
        let mut random = Random::new(7);
        let expected = canonical_profiles(&deliver(&log, &mut random).0.db.sqlite);
        for round in 0..40 {
            random.shuffle(&mut log);
            let world = deliver(&log, &mut random);
            let got = canonical_profiles(&world.0.db.sqlite);
            same(&expected, &got, &format!("round {round}"));
            projections_equal_a_rebuild(&world).expect("as a rebuild");
        }
    }
}

#[test]
fn readers_behind_are_told_the_person_and_not_the_number() {
    let world = World::new(1);
    let mut log = colleagues();
    log.push(block(5, 5, &shared()));
    append(&world, &log);
    drain(&world);
    let late = touchpoint(6, "Order Completed", 6, vec![shared(), mail("ben")], json!({}));
    append(&world, std::slice::from_ref(&late));
    world.settle();
    let shown = world.get(&format!("/api/v1/touchpoints/{}", late.id));
    assert_eq!(shown["profile"], person(&world, "ben")["id"], "{shown}");
    let alone = touchpoint(7, "Order Completed", 7, vec![shared()], json!({}));
    append(&world, std::slice::from_ref(&alone));
    world.settle();
    let shown = world.get(&format!("/api/v1/touchpoints/{}", alone.id));
    assert!(shown["profile"].is_null(), "{shown}");
}

#[test]
fn an_administrator_blocks_and_frees_by_the_api() {
    let world = World::new(1);
    append(&world, &colleagues());
    drain(&world);
    assert_eq!(person(&world, "anna")["id"], person(&world, "ben")["id"]);
    let path = "/api/v1/blocked-identities";
    let body = json!({"identity": "phone:021-5888 6666（总机）", "reason": "switchboard"});
    let (status, answer) = world.send("PUT", path, &body);
    assert_eq!((status, &answer["identity"]), (200, &json!("phone:+862158886666")), "{answer}");
    assert_ne!(person(&world, "anna")["id"], person(&world, "ben")["id"]);
    let items = world.get(path)["items"].clone();
    assert_eq!(
        (items.as_array().map(Vec::len), &items[0]["reason"]),
        (Some(1), &json!("switchboard"))
    );
    // Hotlines, addresses and scoped identities are taken as they are written.
    for (written, key) in [
        ("phone:400-800-8820", "phone:+864008008820"),
        ("email:Info@Corp.example;", "email:info@corp.example"),
        ("wechat_openid@wx1:o1", "wechat_openid@wx1:o1"),
    ] {
        assert_eq!(world.send("PUT", path, &json!({"identity": written})).1["identity"], key);
    }
    for wrong in ["phone:1", "phone", "fax:1", "email:x", "wechat_openid:o1", "user_id:"] {
        let (status, answer) = world.send("PUT", path, &json!({"identity": wrong}));
        assert_eq!((status, &answer["code"]), (400, &json!("invalid_identity")), "{wrong}");
    }
    let body = json!({"identity": "phone:+86 21 5888 6666", "blocked": false});
    assert_eq!(world.send("PUT", path, &body).0, 200);
    assert_eq!(person(&world, "anna")["id"], person(&world, "ben")["id"]);
    // A role that may not change profiles may not block.
    let browser = world.sign_in("mo", "marketing", &json!({}));
    assert_eq!(world.browse(&browser, "PUT", path, &body).0, 403);
    // A channel that sends the name is not believed.
    let mut forged = block(9, 9, &shared());
    forged.channel = "web".to_owned();
    append(&world, &[forged]);
    drain(&world);
    assert_eq!(person(&world, "anna")["id"], person(&world, "ben")["id"]);
}
