//! A database that is in use is migrated from the first migration to the last, while events come
//! in; and a backup is restored.
//!
//! `tests/fixtures/stored/database/<n>.sql` holds the rows of a small company as a release with `n`
//! migrations wrote them. `cargo test -p it write_a_filled_database -- --ignored` writes one for the
//! migrations of today: once a release, and never again for an older one.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use tributary_core::identity::{Kind, PhoneTables};
use tributary_core::time::{DAY_MS, HOUR_MS, Moment, Timestamp};
use tributary_core::touchpoint::{Draft, RawIdentifier, Touchpoint};
use tributary_service::{Request, Response};
use tributary_store::{Db, touchpoints};
use tributary_testkit::checks::{canonical_profiles, effects_are_once, number};
use tributary_testkit::{START, SimDb, SqliteDb, World, block_on, migrations};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/stored/database")
}

fn event(n: usize, at: Timestamp) -> Touchpoint {
    let person = format!("u{}", n % 7);
    let (name, properties) = match n % 5 {
        0 => ("$identify", json!({"name": format!("客户{}", n % 7), "city": "上海"})),
        1 => ("cart.updated", json!({"cart_id": format!("c{n}"), "items": [{"product_id": "p"}]})),
        2 => (
            "order.paid",
            json!({"order_id": format!("o{n}"), "total_minor": 1_990, "currency": "CNY"}),
        ),
        3 => ("Consent Updated", json!({"medium": "email", "purpose": "*", "state": "granted"})),
        _ => ("page.viewed", json!({"url": "https://shop.example/pricing"})),
    };
    let draft = Draft {
        delivery_id: format!("event-{n}"),
        name: name.to_owned(),
        occurred_at: Some(Moment::At(at)),
        identifiers: vec![
            RawIdentifier::new(Kind::UserId, "", &person),
            RawIdentifier::new(Kind::Email, "", &format!("{person}@example.com")),
        ],
        properties,
        context: json!({}),
    };
    Touchpoint::accept("web", "site", draft, &PhoneTables("CN"), at)
}

/// A company with something in every table that has a use by then.
fn company() -> World {
    let world = World::new(77);
    let put = |path: &str, body: Value| {
        let (status, answer) = world.send("PUT", path, &body);
        assert!(status < 300, "{path}: {answer}");
    };
    put("/api/v1/endpoints/web/site", json!({"secrets": {"write_key": "wk"}, "owner": "李娜"}));
    put("/api/v1/codes/card", json!({"target": "https://shop.example/", "campaign": "expo"}));
    put("/api/v1/reps/zhang", json!({"name": "张三", "regions": ["上海"]}));
    let steps = json!([
        {"id": "wait", "type": "delay", "for_ms": 20 * DAY_MS},
        {"id": "tag", "type": "add_tag", "tag": "老客户"},
    ]);
    let entry = json!({"events": ["order.paid"], "max_age_ms": 400 * DAY_MS});
    put(
        "/api/v1/journeys/care",
        json!({"id": "care", "name": {"zh": "关怀"}, "entry": entry, "steps": steps}),
    );
    world.quarantined("{\"no\": \"B1\"}");
    world.sign_in("boss", "admin", &json!({}));
    for n in 0..60 {
        let row = event(n, world.now());
        block_on(world.0.db.run(touchpoints::append(&[row]))).expect("the log takes it");
        world.advance(HOUR_MS);
    }
    world
}

#[test]
#[ignore = "writes a fixture: once a release"]
fn write_a_filled_database() {
    let world = company();
    let path = folder().join(format!("{:04}.sql", migrations().len()));
    std::fs::create_dir_all(folder()).expect("the folder is there");
    std::fs::write(&path, world.0.db.sqlite.export_rows().join("\n") + "\n")
        .expect("it is written");
}

/// `(migrations it was written with, its rows)`, oldest first.
fn filled() -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = std::fs::read_dir(folder())
        .expect("the folder is there")
        .map(|entry| {
            let path = entry.expect("an entry reads").path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            (name.parse().expect("a number"), std::fs::read_to_string(&path).expect("it reads"))
        })
        .collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

fn apply(db: &SqliteDb, sql: &str, what: &str) {
    db.load(sql).unwrap_or_else(|error| panic!("{what}: {error}"));
}

fn api(world: &World, path: &str) -> Value {
    let answer = world.get(path);
    if answer["items"].is_array() { answer["items"].clone() } else { answer }
}

#[test]
fn a_filled_database_migrates_while_events_come_in() {
    for (since, rows) in filled() {
        let sqlite = SqliteDb::empty();
        let mut came = Vec::new();
        let mut comes = |sqlite: &SqliteDb, count: usize| {
            for _ in 0..count {
                let n = 1_000 + came.len();
                let row = event(n, START.plus_ms(90 * HOUR_MS + n as i64));
                came.push(row.id.to_string());
                block_on(sqlite.run(touchpoints::append(&[row]))).expect("the log takes it");
            }
        };
        for (index, (name, sql)) in migrations().iter().enumerate() {
            apply(&sqlite, sql, name);
            if index + 1 == since {
                // Its own migrations have filled some tables already.
                for table in sqlite.dump("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") {
                    if table != "touchpoints" {
                        apply(&sqlite, &format!("DELETE FROM {table}"), name);
                    }
                }
                apply(&sqlite, "DELETE FROM touchpoints", name);
                apply(&sqlite, &rows, "the filled database");
            }
            if index + 1 >= since {
                comes(&sqlite, 5);
            }
        }
        let before = sqlite.dump("SELECT id FROM touchpoints WHERE channel <> 'tributary'");
        let world = World::on(SimDb::of(sqlite, 7), 7);
        world.0.clock.set(START.plus_ms(100 * HOUR_MS));
        world.settle();
        // A month later every timer of then has fired.
        world.advance(30 * DAY_MS);
        effects_are_once(&world).unwrap_or_else(|broken| panic!("from {since}: {broken}"));
        let now: BTreeSet<String> =
            world.0.db.sqlite.dump("SELECT id FROM touchpoints").into_iter().collect();
        let lost: Vec<&String> =
            before.iter().chain(&came).filter(|id| !now.contains(*id)).collect();
        assert!(lost.is_empty(), "from {since}: {lost:?}");
        let behind = "SELECT name FROM consumers WHERE name IN ('profile-merge', 'lead-assign', 'journey-runner') \
                      AND cursor < (SELECT max(seq) FROM touchpoints) - 100";
        assert_eq!(world.0.db.sqlite.dump(behind), Vec::<String>::new(), "from {since}");
        assert_eq!(
            number(
                &world,
                "SELECT count(*) FROM journey_runs WHERE state <> 'exited' AND journey = 'care'"
            ),
            0
        );
        what_was_configured_still_works(&world);
    }
}

fn what_was_configured_still_works(world: &World) {
    for path in [
        "profiles",
        "messages",
        "leads",
        "tasks",
        "journeys",
        "touchpoints",
        "endpoints",
        "codes",
        "quarantine",
        "reps",
        "users",
        "audit",
        "dead-letters",
        "inventory",
        "health",
        "setup",
        "vocabulary",
    ] {
        api(world, &format!("/api/v1/{path}"));
    }
    let people = api(world, "/api/v1/profiles?identity=email:u3@example.com");
    assert_eq!(people[0]["traits"]["city"], "上海", "{people}");
    assert_eq!(api(world, "/api/v1/endpoints/web/site")["owner"], "李娜");
    assert_eq!(
        api(world, "/api/v1/quarantine").as_array().map(Vec::len),
        Some(0),
        "it is over thirty days old"
    );
    assert_eq!(api(world, "/api/v1/journeys/care")["definition"]["steps"][1]["tag"], "老客户");
    // The write key that was sealed then opens, and the event is taken.
    let track = || -> Response {
        world.request(Request {
            method: "POST".to_owned(),
            path: "/v1/track".to_owned(),
            headers: vec![("x-write-key".to_owned(), "wk".to_owned())],
            body: json!({"type": "track", "userId": "u3", "event": "Now", "messageId": "now"})
                .to_string()
                .into_bytes(),
            ..Request::default()
        })
    };
    assert_eq!((track().status, track().status), (200, 200));
    assert_eq!(number(world, "SELECT count(*) FROM touchpoints WHERE name = 'Now'"), 1);
}

/// `wrangler d1 export` and its restoration into a new database (docs/operations.md): the same
/// people, and the log goes on where it was.
#[test]
fn a_backup_is_restored_and_goes_on() {
    let world = company();
    let exported = world.0.db.sqlite.export();
    let sqlite = SqliteDb::empty();
    apply(&sqlite, &exported, "the export");
    assert_eq!(canonical_profiles(&sqlite), canonical_profiles(&world.0.db.sqlite));
    let everything = |db: &SqliteDb| db.export_rows();
    assert_eq!(everything(&sqlite), everything(&world.0.db.sqlite));
    let restored = World::on(SimDb::of(sqlite, 78), 78);
    restored.0.clock.set(world.now());
    restored.settle();
    assert_eq!(
        number(&restored, "SELECT count(*) FROM touchpoints"),
        number(&world, "SELECT count(*) FROM touchpoints"),
        "nothing is done a second time"
    );
    restored.advance(30 * DAY_MS);
    effects_are_once(&restored).expect("laws hold");
    // What the vendors send again since the backup is taken once.
    let again: Vec<Touchpoint> =
        (50..70).map(|n| event(n, START.plus_ms(n as i64 * HOUR_MS))).collect();
    block_on(restored.0.db.run(touchpoints::append(&again))).expect("the log takes it");
    restored.settle();
    assert_eq!(number(&restored, "SELECT count(*) FROM touchpoints WHERE channel = 'web'"), 70);
    effects_are_once(&restored).expect("laws hold");
}
