//! The audit log takes everybody's entries, and nobody rewrites it unnoticed.

use super::{company, identify};
use serde_json::{Value, json};
use std::pin::Pin;
use tributary_service::Response;
use tributary_testkit::{DbFaults, World, api, step};

/// The database as somebody sees it who can write it and no more.
fn break_in(world: &World, sql: &str) {
    world.0.db.sqlite.with(|db| {
        db.execute_batch(
            "DROP TRIGGER IF EXISTS audit_is_not_changed; DROP TRIGGER IF EXISTS audit_is_not_shortened;",
        )
        .expect("the triggers fall");
        db.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    });
}

fn verdict(world: &World) -> (bool, Value) {
    let verified = world.get("/api/v1/audit/verification");
    (verified["intact"] == true, verified["broken_at"].clone())
}

/// A log of some entries, as they are made.
fn log() -> World {
    let world = company();
    for n in 0..8 {
        let (status, answer) =
            world.send("PUT", &format!("/api/v1/teams/t{n}"), &json!({"name": "T"}));
        assert_eq!(status, 200, "{answer}");
    }
    assert_eq!(verdict(&world), (true, Value::Null));
    world
}

fn entries(world: &World) -> i64 {
    world.get("/api/v1/audit/verification")["entries"].as_i64().expect("a count")
}

#[test]
fn rows_that_were_altered_removed_or_added_are_found() {
    let count = entries(&log());
    assert!(count > 8);
    let last = count;
    for (sql, at) in [
        ("UPDATE audit SET actor = 'somebody' WHERE seq = 3".to_owned(), 3),
        ("UPDATE audit SET at = at + 1 WHERE seq = 4".to_owned(), 4),
        ("UPDATE audit SET detail = '{}' WHERE seq = 2".to_owned(), 2),
        ("UPDATE audit SET hash = replace(hash, 'a', 'b') WHERE seq = 5".to_owned(), 5),
        ("DELETE FROM audit WHERE seq = 6".to_owned(), 6),
        ("DELETE FROM audit WHERE seq BETWEEN 3 AND 5".to_owned(), 3),
        (
            "UPDATE audit SET object = (SELECT object FROM audit WHERE seq = 8) WHERE seq = 7"
                .to_owned(),
            7,
        ),
        // Cut off its end: one entry, several, all.
        (format!("DELETE FROM audit WHERE seq = {last}"), last),
        (format!("DELETE FROM audit WHERE seq > {}", last - 4), last - 3),
        ("DELETE FROM audit".to_owned(), 1),
        ("DELETE FROM audit; DELETE FROM audit_head".to_owned(), 1),
        (format!("DELETE FROM audit WHERE seq = {last}; DELETE FROM audit_head"), last),
        (
            format!(
                "DELETE FROM audit WHERE seq = {last}; UPDATE audit_head SET seq = {}, \
                 hash = (SELECT hash FROM audit WHERE seq = {})",
                last - 1,
                last - 1
            ),
            last,
        ),
        // An entry of one's own, with a hash anybody can make.
        (
            format!(
                "INSERT INTO audit (seq, at, actor, actor_kind, action, object, detail, hash, version) \
                 VALUES ({}, 1, 'a', 'user', 'changed', 'x', '{{}}', 'aa', 1)",
                last + 1
            ),
            last + 1,
        ),
        ("UPDATE audit SET version = 1 WHERE seq = 3".to_owned(), 3),
    ] {
        let world = log();
        assert_eq!(entries(&world), count, "the same log every time");
        break_in(&world, &sql);
        assert_eq!(verdict(&world), (false, json!(at)), "{sql}");
    }
}

/// Whoever knows how the chain is made and has no key writes a whole log anew.
#[test]
fn a_log_that_was_written_anew_without_the_key_is_found() {
    use tributary_core::access::{ChainKey, Entry, GENESIS, entry_hash, unkeyed_hash};
    let guessed = ChainKey::derive("guessed", "audit.chain");
    for (how, version) in [("as before there were keys", 1), ("with another key", 2)] {
        let hash_of = |previous: &str, entry: &Entry| match version {
            1 => unkeyed_hash(previous, entry),
            _ => entry_hash(&guessed, previous, entry),
        };
        let world = log();
        let mut previous = GENESIS.to_owned();
        let mut sql = String::from("DELETE FROM audit;");
        for seq in 1..=3 {
            let entry = Entry {
                seq,
                at: 1,
                actor: "nobody",
                actor_kind: "user",
                action: "changed",
                object: "teams/t",
                detail: "{}",
            };
            previous = hash_of(&previous, &entry);
            sql.push_str(&format!(
                "INSERT INTO audit (seq, at, actor, actor_kind, action, object, detail, hash, version) \
                 VALUES ({seq}, 1, 'nobody', 'user', 'changed', 'teams/t', '{{}}', '{previous}', {version});"
            ));
        }
        sql.push_str(&format!(
            "UPDATE audit_head SET seq = 3, hash = '{previous}', signature = '{previous}';"
        ));
        break_in(&world, &sql);
        assert!(!verdict(&world).0, "{how}");
    }
}

/// An old copy of the whole database holds in itself; what is noted outside it knows better.
#[test]
fn an_older_copy_of_the_log_is_found() {
    let world = log();
    let short = entries(&world);
    let head = world.0.db.sqlite.dump("SELECT signature FROM audit_head")[0].clone();
    let hash = world.0.db.sqlite.dump("SELECT hash FROM audit_head")[0].clone();
    for n in 0..20 {
        assert_eq!(world.send("PUT", &format!("/api/v1/teams/u{n}"), &json!({"name": "U"})).0, 200);
    }
    break_in(
        &world,
        &format!(
            "DELETE FROM audit WHERE seq > {short}; \
             UPDATE audit_head SET seq = {short}, hash = '{hash}', signature = '{head}'"
        ),
    );
    assert_eq!(verdict(&world), (false, json!(short + 1)));
}

/// Entries from before there were keys stay what they are, and cannot be changed any more either.
#[test]
fn entries_from_before_still_verify() {
    use tributary_core::access::{Entry, GENESIS, unkeyed_hash};
    let old = || {
        let world = World::new(1);
        let mut previous = GENESIS.to_owned();
        world.0.db.sqlite.with(|db| {
            for seq in 1..=3 {
                let entry = Entry {
                    seq,
                    at: seq * 1_000,
                    actor: "ada",
                    actor_kind: "user",
                    action: "changed",
                    object: "teams/north",
                    detail: "{\"method\":\"PUT\"}",
                };
                previous = unkeyed_hash(&previous, &entry);
                db.execute(
                    "INSERT INTO audit (seq, at, actor, actor_kind, action, object, detail, hash) \
                     VALUES (?1, ?1 * 1000, 'ada', 'user', 'changed', 'teams/north', '{\"method\":\"PUT\"}', ?2)",
                    (seq, &previous),
                )
                .expect("an old entry");
            }
        });
        world
    };
    let world = old();
    assert_eq!(verdict(&world), (true, Value::Null), "nothing but old entries");
    assert_eq!(world.send("PUT", "/api/v1/teams/south", &json!({"name": "S"})).0, 200);
    assert_eq!(verdict(&world), (true, Value::Null));
    assert_eq!(entries(&world), 4);
    break_in(&world, "UPDATE audit SET actor = 'eve' WHERE seq = 2");
    assert_eq!(verdict(&world), (false, json!(2)));
    // Another key: what was written with the one before still verifies where that is known.
    let world = old();
    assert_eq!(world.send("PUT", "/api/v1/teams/south", &json!({"name": "S"})).0, 200);
    let set = |name: &str, value: &str| {
        world.0.vars.borrow_mut().insert(name.to_owned(), value.to_owned());
    };
    set("AUDIT_KEY", "a-key-of-its-own");
    assert_eq!(world.send("PUT", "/api/v1/teams/west", &json!({"name": "W"})).0, 200);
    assert_eq!(verdict(&world), (true, Value::Null));
    set("AUDIT_KEY", "the-next-key");
    assert!(!verdict(&world).0, "the key before is unknown");
    set("AUDIT_KEY_BEFORE", "older, a-key-of-its-own");
    assert_eq!(verdict(&world), (true, Value::Null));
}

/// What somebody typed to find a person is in the log as a digest alone.
#[test]
fn what_was_searched_for_is_not_kept_in_clear() {
    let world = company();
    identify(&world, "u-77", &json!({"email": "secret.person@example.com"}));
    let manager = world.sign_in("mona", "manager", &Value::Null);
    for path in [
        "/api/v1/search?q=13811112222",
        "/api/v1/search?q=secret.person@example.com",
        "/api/v1/search?q=%E7%8E%8B%E6%80%BB",
        "/api/v1/profiles?identity=phone:138%201111%202222",
        "/api/v1/messages?identity=email:secret.person@example.com",
        "/api/v1/leads?owner=secret.person@example.com",
        "/api/v1/tasks?secret.person@example.com=1",
        "/api/v1/touchpoints?channel=13811112222",
    ] {
        let (status, answer) = world.browse(&manager, "GET", path, &Value::Null);
        assert_eq!(status, 200, "{path}: {answer}");
    }
    let stored = world.0.db.sqlite.dump("SELECT object, detail, view FROM audit").join("\n");
    for clear in ["13811112222", "secret.person", "1111 2222", "王总"] {
        assert!(!stored.contains(clear), "{clear} in {stored}");
    }
    let noted = world.get("/api/v1/audit?actor=mona&action=personal_data_viewed");
    let digests = noted["items"].as_array().expect("entries").len();
    assert_eq!(digests, 8, "{noted}");
    // The same text is the same digest: who looked for one person often can be seen.
    let of = |path: &str| {
        let found = noted["items"].as_array().expect("entries").iter();
        found.clone().find(|one| one["object"] == path).expect("an entry")["detail"].clone()
    };
    assert_eq!(of("touchpoints")["channel"].as_str().map(|it| it.starts_with("hmac:")), Some(true));
}

/// 64 who look and 32 who change at the same moment: all are answered, all are in the log.
#[test]
fn sixty_four_readers_and_thirty_two_writers_are_all_noted() {
    let world = company();
    let manager = world.sign_in("mona", "manager", &Value::Null);
    let before = entries(&world);
    world.0.db.inject(DbFaults { interleave: true, ..DbFaults::default() });
    type Running = Pin<Box<dyn Future<Output = Response>>>;
    let mut running: Vec<Running> = Vec::new();
    for n in 0..96 {
        let request = match n % 3 {
            0 => api("PUT", &format!("/api/v1/teams/t{n}"), &json!({"name": "T"})),
            _ => {
                let mut request =
                    api("GET", &format!("/api/v1/search?q=somebody{n}"), &Value::Null);
                request.headers = vec![("cookie".to_owned(), manager.cookie.clone())];
                request
            }
        };
        running.push(Box::pin(world.clone().dispatch(request)));
    }
    let mut statuses = Vec::new();
    for _ in 0..100_000 {
        running.retain_mut(|one| match step(one) {
            Some(response) => {
                statuses.push(response.status);
                false
            }
            None => true,
        });
        if running.is_empty() {
            break;
        }
    }
    world.0.db.inject(DbFaults::default());
    assert_eq!(statuses.len(), 96);
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    assert_eq!(verdict(&world), (true, Value::Null));
    assert_eq!(entries(&world) - before, 96);
}
