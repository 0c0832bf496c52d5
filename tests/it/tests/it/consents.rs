//! Consent from what a channel brings to what the gate decides: replies, lists, merges, and what an
//! older installation had stored.

use serde_json::{Value, json};
use tributary_core::identity::{Kind, PhoneTables};
use tributary_core::time::{HOUR_MS, SECOND_MS};
use tributary_core::touchpoint::{Draft, RawIdentifier, Touchpoint};
use tributary_service::Request;
use tributary_store::{Db, touchpoints};
use tributary_testkit::{Random, World, block_on, migrations};

type Who<'a> = &'a [(Kind, &'a str)];

const BEN: Who = &[(Kind::UserId, "ben"), (Kind::Phone, "+8613800138000")];
const BENS_PHONE: Who = &[(Kind::Phone, "+8613800138000")];

fn touchpoint(
    world: &World,
    who: Who,
    channel: &str,
    name: &str,
    ago_ms: i64,
    properties: Value,
) -> Touchpoint {
    let draft = Draft {
        delivery_id: format!("{channel}/{name}/{who:?}/{ago_ms}/{properties}"),
        name: name.to_owned(),
        occurred_at: Some(world.now().plus_ms(-ago_ms).into()),
        identifiers: who
            .iter()
            .map(|(kind, value)| RawIdentifier::new(*kind, "site", value))
            .collect(),
        properties,
        context: json!({}),
    };
    Touchpoint::accept(channel, "main", draft, &PhoneTables("CN"), world.now())
}

fn append(world: &World, batch: &[Touchpoint]) {
    block_on(world.0.db.run(touchpoints::append(batch))).unwrap();
}

/// Happens now, and everything follows.
fn does(world: &World, who: Who, channel: &str, name: &str, properties: Value) {
    append(world, &[touchpoint(world, who, channel, name, 0, properties)]);
    world.advance(SECOND_MS);
}

fn texts(world: &World, who: Who, text: &str) {
    let properties = json!({"medium": "sms", "text": text});
    does(world, who, "aliyun-sms-receipts", "message.received", properties);
}

/// `medium purpose state` of what holds of a person.
fn consents(world: &World, identity: &str) -> Vec<String> {
    let found = world.get(&format!("/api/v1/profiles?identity={identity}"));
    let consents = found["items"][0]["consents"].as_array().cloned().unwrap_or_default();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let told = |one: &Value| {
        format!("{} {} {}", text(one, "medium"), text(one, "purpose"), text(one, "state"))
    };
    consents.iter().map(told).collect()
}

/// Ben leaves a cart and gets his reminder, or does not: status, reason, and the gate's last word.
fn reminder(world: &World) -> (String, String) {
    does(world, BEN, "web", "Cart Updated", json!({"cart_id": "c1", "items": [{"name": "x"}]}));
    world.advance(2 * HOUR_MS + SECOND_MS);
    let listed = world.get("/api/v1/messages?journey=cart-recovery");
    let message = &listed["items"][0];
    let last = message["deliveries"].as_array().and_then(|all| {
        all.iter().rfind(|one| one["kind"] == "gate").and_then(|one| one["detail"].as_str())
    });
    let status = message["status"].as_str().unwrap_or_default();
    let reason = message["reason"].as_str().unwrap_or_default();
    (format!("{status} {reason}").trim().to_owned(), last.unwrap_or_default().to_owned())
}

#[test]
fn a_reply_to_a_text_message_is_heard_at_the_door() {
    let world = World::new(1);
    let endpoint = "0123456789abcdef0123456789abcdef";
    let path = format!("/api/v1/endpoints/aliyun-sms-receipts/{endpoint}");
    let (status, answer) = world.send("PUT", &path, &json!({}));
    assert!(status < 300, "{answer}");
    does(&world, BEN, "web", "Signed Up", json!({}));
    let reply = json!([{"phone_number": "13800138000", "content": "ＴＤ。", "sequence_id": 7,
        "send_time": "2026-01-01 08:00:00", "sign_name": "茶", "dest_code": "1"}]);
    let answer = world.request(Request {
        method: "POST".to_owned(),
        path: format!("/in/aliyun-sms-receipts/{endpoint}"),
        body: reply.to_string().into_bytes(),
        ..Request::default()
    });
    assert_eq!(answer.status, 200);
    assert_eq!(consents(&world, "user_id:ben"), ["sms * withdrawn"]);
}

#[test]
fn a_name_in_capitals_stops_the_message_and_the_verdict_says_which_statement() {
    for (medium, state) in
        [("SMS", json!("unsubscribed")), ("短信", json!(0)), ("Text-Message", json!("false"))]
    {
        let world = World::new(2);
        let properties = json!({"medium": medium, "state": state});
        does(&world, BEN, "web", "Consent Updated", properties);
        let (status, detail) = reminder(&world);
        assert_eq!(status, "skipped consent_withdrawn", "{medium}");
        let told = "consent withdrawn: sms, *, 2026-01-01T00:00:00.000Z, tpt_";
        assert!(detail.contains(told), "{detail}");
    }
}

#[test]
fn a_person_comes_back_by_their_own_word_and_by_nothing_else() {
    let granted = |by: &str| json!({"medium": "sms", "state": "granted", "by": by});
    for (name, properties, expect) in [
        ("message.received", json!({"medium": "sms", "text": "START"}), "sent"),
        ("message.received", json!({"medium": "sms", "text": "yes"}), "sent"),
        ("Consent Updated", json!({"medium": "sms", "state": "granted"}), "sent"),
        ("Consent Updated", granted("person"), "sent"),
        ("Consent Updated", granted("import"), "skipped consent_withdrawn"),
        ("Consent Updated", json!({"medium": "email", "state": 1}), "skipped consent_withdrawn"),
        ("$identify", json!({"consents": {"sms": true}}), "skipped consent_withdrawn"),
        (
            "message.received",
            json!({"medium": "whatsapp", "text": "START"}),
            "skipped consent_withdrawn",
        ),
    ] {
        let world = World::new(3);
        does(&world, BEN, "web", "Signed Up", json!({}));
        texts(&world, BENS_PHONE, "STOP");
        does(&world, BEN, "web", name, properties.clone());
        let (status, detail) = reminder(&world);
        assert_eq!(status, expect, "{name} {properties}");
        let state = if expect == "sent" { "granted" } else { "withdrawn" };
        assert!(detail.contains(&format!("consent {state}: sms, *")), "{detail}");
    }
}

#[test]
fn a_stop_that_nobody_has_read_yet_stops_the_message() {
    let world = World::new(4);
    does(&world, BEN, "web", "Cart Updated", json!({"cart_id": "c1", "items": [{"name": "x"}]}));
    world.0.clock.set(world.now().plus_ms(2 * HOUR_MS));
    block_on(world.clone().drain("journey-runner")).unwrap();
    let stop = json!({"medium": "sms", "text": "T"});
    append(&world, &[touchpoint(&world, BENS_PHONE, "twilio", "message.received", 0, stop)]);
    block_on(world.clone().drain("message-send")).unwrap();
    let listed = world.get("/api/v1/messages?journey=cart-recovery");
    assert_eq!(listed["items"][0]["reason"], "consent_withdrawn");
}

/// Two people who turn out to be one, with what each had said, in any order.
#[test]
fn any_order_of_delivery_and_any_merge_give_the_same() {
    let history = |world: &World| {
        let said = |medium: &str, state: &str| json!({"medium": medium, "state": state});
        let mail: Who = &[(Kind::Email, "ben@example.com")];
        let both: Who = &[(Kind::Email, "ben@example.com"), (Kind::Phone, "+8613800138000")];
        let stop = json!({"medium": "sms", "text": "退订"});
        let copied = json!({"consents": {"sms": true, "email": true}});
        let updated = "consent.updated";
        vec![
            touchpoint(world, BENS_PHONE, "twilio", "message.received", 9_000, stop),
            touchpoint(world, mail, "web", updated, 7_000, said("SMS", "granted")),
            touchpoint(world, mail, "web", updated, 8_000, said("E-mail", "subscribed")),
            touchpoint(world, BENS_PHONE, "web", updated, 3_000, said("email", "no")),
            touchpoint(world, mail, "web", updated, 5_000, said("push", "0")),
            touchpoint(world, both, "web", "$identify", 1_000, copied),
        ]
    };
    let expect = ["email * withdrawn", "push * withdrawn", "sms * granted"];
    let mut random = Random::new(5);
    for round in 0..20 {
        let world = World::new(5);
        let mut history = history(&world);
        if round > 0 {
            random.shuffle(&mut history);
        }
        for touchpoint in history {
            append(&world, &[touchpoint]);
            world.settle();
        }
        assert_eq!(consents(&world, "email:ben@example.com"), expect, "round {round}");
        assert_eq!(consents(&world, "phone:+8613800138000"), expect, "round {round}");
    }
}

#[test]
fn what_is_refused_is_seen_and_stops_nothing_else() {
    let world = World::new(6);
    let properties = json!({"consents": {"pigeon": false, "sms": "perhaps", "Email": false}});
    does(&world, BEN, "web", "Consent Updated", properties);
    assert_eq!(consents(&world, "user_id:ben"), ["email * withdrawn"]);
    let found = world.get("/api/v1/touchpoints?name=consent.updated")["items"].clone();
    let refused = &found[0]["context"]["consents_refused"];
    assert_eq!(refused[0]["reason"], "unknown_medium");
    assert_eq!(refused[1]["reason"], "unknown_state");
    assert_eq!(refused.as_array().map(Vec::len), Some(2));
}

#[test]
fn what_stood_under_other_names_comes_under_the_one_that_is_asked_for() {
    let database = rusqlite::Connection::open_in_memory().unwrap();
    let consents = |name: &str| name.starts_with("0013");
    let all = migrations();
    for (_, sql) in all.iter().take_while(|(name, _)| !consents(name)) {
        database.execute_batch(sql).unwrap();
    }
    let (_, consents) = all.iter().find(|(name, _)| consents(name)).unwrap();
    let touchpoint = |id: &str, channel: &str, name: &str, at: i64, properties: Value| {
        let text = properties.to_string();
        let sql = "INSERT INTO touchpoints (id, channel, endpoint, name, occurred_at, received_at, \
            identifiers, properties, context) VALUES (?1, ?2, 'main', ?3, ?4, ?4, '[]', ?5, '{}')";
        database.execute(sql, (id, channel, name, at, text)).unwrap();
        let sql = "INSERT INTO timeline (identity, occurred_at, seq, name) \
            VALUES ('phone:+8613800138000', ?1, ?2, ?3)";
        database.execute(sql, (at, database.last_insert_rowid(), name)).unwrap();
    };
    touchpoint("t1", "web", "consent.updated", 1, json!({}));
    touchpoint("t2", "web", "$identify", 2, json!({}));
    touchpoint("t3", "twilio", "message.received", 30, json!({"medium": "sms", "text": "Stop."}));
    touchpoint("t4", "twilio", "message.received", 40, json!({"medium": "sms", "text": "stop it"}));
    touchpoint("t5", "meta", "message.received", 50, json!({"text": "TD"}));
    for (medium, purpose, state, at, by) in [
        ("SMS", "*", "granted", 1, "t1"),
        ("sms", "*", "granted", 2, "t2"),
        ("Sms", "*", "withdrawn", 3, "t1"),
        ("sms", "Marketing", "withdrawn", 4, "t1"),
        ("E-Mail", "Order Updates", "withdrawn", 5, "t1"),
        ("短信", "marketing", "withdrawn", 6, "gone"),
        ("pigeon", "*", "withdrawn", 7, "t1"),
    ] {
        let sql = "INSERT INTO consents (identity, medium, purpose, state, occurred_at, touchpoint) \
            VALUES ('phone:+8613800138000', ?1, ?2, ?3, ?4, ?5)";
        database.execute(sql, (medium, purpose, state, at, by)).unwrap();
    }
    database.execute_batch(consents).unwrap();
    let mut rows = database
        .prepare(
            "SELECT medium || ' ' || purpose || ' ' || state || ' ' || source || ' ' || occurred_at \
             || ' ' || touchpoint FROM consents ORDER BY 1",
        )
        .unwrap();
    let rows: Vec<String> =
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(
        rows,
        [
            "email order_updates withdrawn person 5 t1",
            "sms * granted copy 2 t2",
            "sms * granted person 1 t1",
            "sms * withdrawn person 30 t3",
            "sms marketing withdrawn person 6 gone",
        ]
    );
    let old = database.prepare("SELECT 1 FROM consents_before");
    assert!(old.is_err(), "the old table is gone");
}
