//! The front door when the house is on fire: nothing is acknowledged that is not kept.

mod kept;
mod own;

use serde_json::{Value, json};
use tributary_service::Request;
use tributary_testkit::{DbFaults, Random, World, block_on};

fn world() -> World {
    let world = World::new(1);
    let body = json!({"secrets": {"write_key": "wk"}});
    assert_eq!(world.send("PUT", "/api/v1/endpoints/web/site", &body).0, 201);
    world
}

fn track(key: &str, id: &str) -> Request {
    let event = json!({"type": "track", "userId": "u1", "event": "Seen", "messageId": id,
        "writeKey": key});
    Request {
        method: "POST".to_owned(),
        path: "/v1/track".to_owned(),
        body: event.to_string().into_bytes(),
        ..Request::default()
    }
}

fn count(world: &World) -> i64 {
    tributary_testkit::checks::number(world, "SELECT count(*) FROM touchpoints")
}

#[test]
fn a_failing_database_is_503_with_retry_after_and_nothing_is_kept() {
    let world = world();
    world.0.db.inject(DbFaults { unavailable: 1_000, ..DbFaults::default() });
    let response = block_on(world.clone().dispatch(track("wk", "m1")));
    assert_eq!(response.status, 503);
    assert!(response.headers.iter().any(|(name, _)| name == "retry-after"), "{response:?}");
    world.0.db.inject(DbFaults::default());
    assert_eq!(count(&world), 0);
    assert_eq!(world.request(track("wk", "m1")).status, 200);
    assert_eq!(count(&world), 1);
}

#[test]
fn a_wrong_key_is_401_with_a_constant_answer_and_no_row() {
    let world = world();
    let first = world.request(track("wrong", "m1"));
    let second = world.request(track("also wrong", "m2"));
    assert_eq!((first.status, count(&world)), (401, 0));
    assert_eq!(first.body, second.body);
}

#[test]
fn a_duplicate_is_answered_with_success_and_writes_nothing() {
    let world = world();
    assert_eq!(world.request(track("wk", "m1")).status, 200);
    let before: Vec<String> = world.0.db.sqlite.dump("SELECT name, cursor, fence FROM consumers");
    for _ in 0..5 {
        assert_eq!(world.request(track("wk", "m1")).status, 200);
    }
    assert_eq!(count(&world), 1);
    assert_eq!(before, world.0.db.sqlite.dump("SELECT name, cursor, fence FROM consumers"));
}

#[test]
fn an_endpoint_that_is_deleted_is_gone_and_a_new_one_works_at_once() {
    let world = world();
    assert_eq!(world.request(track("wk", "m1")).status, 200);
    assert_eq!(world.send("DELETE", "/api/v1/endpoints/web/site", &Value::Null).0, 204);
    assert_eq!(world.request(track("wk", "m2")).status, 401);
    let body = json!({"secrets": {"write_key": "wk"}});
    assert_eq!(world.send("PUT", "/api/v1/endpoints/web/again", &body).0, 201);
    assert_eq!(world.request(track("wk", "m3")).status, 200);
    assert_eq!(count(&world), 2);
}

/// A touchpoint that breaks a rule (here: by a trigger that stands for any fault of ours) among
/// others: they are done, it is a dead letter, and it can be replayed after the fix.
#[test]
fn one_poisoned_touchpoint_among_many_falls_alone_and_can_be_replayed() {
    let world = world();
    world.0.db.sqlite.with(|connection| {
        connection
            .execute_batch(
                "CREATE TRIGGER poison BEFORE INSERT ON timeline WHEN NEW.name = 'Poison' \
                 BEGIN SELECT RAISE(ABORT, 'poisoned'); END",
            )
            .expect("the trigger is planted");
    });
    let mut random = Random::new(5);
    let bad = random.below(300);
    for n in 0..300 {
        let mut request = track("wk", &format!("m{n}"));
        if n == bad {
            let text = String::from_utf8(request.body).expect("text").replace("Seen", "Poison");
            request.body = text.into_bytes();
        }
        // All are in the log before anybody reads it, so that they share a page.
        assert_eq!(block_on(world.clone().dispatch(request)).status, 200);
    }
    world.settle();
    let letters = world.get("/api/v1/dead-letters");
    assert_eq!(letters["items"].as_array().map(Vec::len), Some(1), "{letters}");
    assert_eq!(letters["items"][0]["consumer"], json!("profile-merge"));
    let seen = "SELECT sum(count) FROM counters WHERE name = 'Seen'";
    assert_eq!(tributary_testkit::checks::number(&world, seen), 299);

    world.0.db.sqlite.with(|connection| {
        connection.execute_batch("DROP TRIGGER poison").expect("the fix is out");
    });
    let id = letters["items"][0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/dead-letters/{id}/replay");
    assert_eq!(world.send("POST", &path, &Value::Null).0, 202);
    let done = "SELECT sum(count) FROM counters WHERE name = 'Poison'";
    assert_eq!(tributary_testkit::checks::number(&world, done), 1);
    // Again does nothing.
    assert_eq!(world.send("POST", &path, &Value::Null).0, 202);
    assert_eq!(tributary_testkit::checks::number(&world, done), 1);
}

/// A panic takes the whole function down, so no code of ours sees it end. The next drain is told,
/// and takes half the page each time until the bad touchpoint is alone.
#[test]
fn a_touchpoint_that_panics_is_alone_after_nine_halvings_and_the_rest_goes_on() {
    use tributary_service::App;
    use tributary_service::profile_merge::ProfileMerge;
    let world = world();
    for n in 0..300 {
        let request = track("wk", &format!("m{n}"));
        assert_eq!(block_on(world.clone().dispatch(request)).status, 200);
    }
    let letters = "SELECT count(*) FROM dead_letters WHERE code = 'panic'";
    let mut panics = 0;
    while tributary_testkit::checks::number(&world, letters) == 0 {
        block_on(ProfileMerge::after_panic(&world, "index out of bounds"));
        panics += 1;
        assert!(panics <= 10, "the page does not shrink");
    }
    assert_eq!(panics, 9);
    world.settle();
    let seen = "SELECT sum(count) FROM counters WHERE name = 'Seen'";
    assert_eq!(tributary_testkit::checks::number(&world, seen), 299);
    let limit = "SELECT page_limit FROM consumers WHERE name = 'profile-merge'";
    assert!(tributary_testkit::checks::number(&world, limit) > 100, "pages grow again");
}
