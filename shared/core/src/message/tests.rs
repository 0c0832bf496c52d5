use super::*;
use crate::condition::Condition;
use crate::consent::{ConsentSource, ConsentState, ConsentValue};
use crate::identity::{Identity, Kind, PhoneTables, normalize};
use crate::ids::{MessageId, ProfileId, TouchpointId};
use crate::journey::{Entered, Goal, Reentry};
use crate::profile::{Event, Facts, TraitValue};
use crate::time::{DAY_MS, HOUR_MS, SECOND_MS, Timestamp};
use crate::touchpoint::RawIdentifier;
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp(1_000_000_000);

fn identity(kind: Kind, value: &str) -> Identity {
    normalize(&RawIdentifier::new(kind, "", value), &PhoneTables("CN")).unwrap()
}

/// Somebody with a phone and two mail addresses.
fn somebody() -> Facts {
    let identities = vec![
        identity(Kind::Phone, "+8613800138000"),
        identity(Kind::Email, "old@example.com"),
        identity(Kind::Email, "new@example.com"),
    ];
    Facts { identities, ..Facts::default() }
}

fn with_trait(mut facts: Facts, field: &str, value: Value) -> Facts {
    let value = TraitValue {
        value,
        occurred_at: NOW,
        touchpoint: TouchpointId("tpt_1".into()),
        channel: "web".into(),
        rank: crate::profile::Rank::Form,
        identity: identity(Kind::UserId, "u1"),
    };
    facts.given.insert(0, (field.to_owned(), value.clone()));
    facts.traits.insert(field.to_owned(), value);
    facts
}

fn withdrawn(mut facts: Facts, medium: &str, purpose: &str) -> Facts {
    facts.consents.push(ConsentValue {
        medium: medium.to_owned(),
        purpose: purpose.to_owned(),
        state: ConsentState::Withdrawn,
        source: ConsentSource::Person,
        occurred_at: NOW,
        touchpoint: TouchpointId("tpt_2".into()),
        identity: identity(Kind::UserId, "u1"),
    });
    facts
}

fn paid(at: Timestamp, cart: &str) -> Event {
    Event {
        profile: ProfileId("prf_1".into()),
        seq: 1,
        id: TouchpointId::derive(&["paid", cart, &at.0.to_string()]),
        channel: "web".into(),
        name: "order.paid".into(),
        occurred_at: at,
        properties: if cart.is_empty() { json!({}) } else { json!({"cart_id": cart}) },
        context: Value::Null,
    }
}

fn gate() -> Gate {
    Gate {
        goal: Some(Goal {
            events: vec!["order.paid".into()],
            filters: Vec::new(),
            key: vec!["properties.cart_id".into()],
        }),
        unless: None,
        entered: Some(Entered {
            touchpoint: TouchpointId("tpt_0".into()),
            name: "cart.updated".into(),
            occurred_at: NOW.plus_ms(-2 * HOUR_MS),
            channel: "shopify".to_owned(),
            context: Value::Null,
            properties: json!({"cart_id": "c1"}),
        }),
        entry_key: "c1".into(),
        reentry: Some(Reentry::AfterExit),
        expires_at: Some(NOW.plus_ms(HOUR_MS)),
    }
}

fn ask(
    media: &[&str],
    facts: &Facts,
    gate: &Gate,
    standing: &[Standing],
    now: Timestamp,
) -> Verdict {
    let media: Vec<String> = media.iter().map(|medium| (*medium).to_owned()).collect();
    let (id, data) = (MessageId("msg_1".into()), Data::default());
    let candidate = Candidate {
        id: &id,
        run: Some("run_1"),
        journey: "cart-recovery",
        step: "reminder",
        entry_key: "c1",
        media: &media,
        purpose: "marketing",
        recipient: None,
        gate,
        data: &data,
    };
    decide(&candidate, facts, &AddressBook::default(), standing, now)
}

#[track_caller]
fn check_sent(media: &[&str], facts: &Facts, medium: &str, address: &str) {
    match ask(media, facts, &gate(), &[], NOW) {
        Verdict::Send { medium: by, address: to, .. } => {
            assert_eq!((&*by, &*to), (medium, address))
        }
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check_skipped(media: &[&str], facts: &Facts, reason: &str) {
    match ask(media, facts, &gate(), &[], NOW) {
        Verdict::Skip { reason: found, .. } => assert_eq!(found, reason),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_medium_is_chosen_by_preference_consent_and_reachability() {
    let somebody = somebody();
    check_sent(&["sms", "push"], &somebody, "sms", "+8613800138000");
    check_sent(&["push", "sms"], &somebody, "sms", "+8613800138000");
    let reachable = with_trait(somebody.clone(), "push_token", json!("tok"));
    check_sent(&["sms", "push"], &reachable, "sms", "+8613800138000");
    let prefers = with_trait(reachable.clone(), "preferred_channel", json!("推送"));
    check_sent(&["sms", "push"], &prefers, "push", "tok");
    check_sent(&["sms", "push"], &withdrawn(prefers, "push", "*"), "sms", "+8613800138000");
    check_sent(&["sms", "push"], &withdrawn(reachable, "sms", "marketing"), "push", "tok");
    check_skipped(&["push"], &somebody, "unreachable");
    check_skipped(&["sms"], &withdrawn(somebody.clone(), "sms", "marketing"), "consent_withdrawn");
    check_skipped(&["sms"], &withdrawn(somebody.clone(), "*", "*"), "consent_withdrawn");
    // A withdrawal from another purpose says nothing here.
    let other = withdrawn(somebody, "sms", "surveys");
    check_sent(&["sms"], &other, "sms", "+8613800138000");
}

#[test]
fn the_address_is_the_one_the_trait_names_else_the_latest() {
    check_sent(&["email"], &somebody(), "email", "new@example.com");
    let says = with_trait(somebody(), "email", json!("Old@Example.com"));
    check_sent(&["email"], &says, "email", "old@example.com");
}

#[test]
fn a_goal_reached_a_moment_ago_stops_it() {
    let mut facts = somebody();
    facts.events.push(paid(NOW.plus_ms(-SECOND_MS), "c1"));
    check_skipped(&["sms"], &facts, "goal_reached");
    facts.events = vec![paid(NOW.plus_ms(-SECOND_MS), "")];
    check_skipped(&["sms"], &facts, "goal_reached");
    facts.events = vec![paid(NOW.plus_ms(-SECOND_MS), "c2")];
    check_sent(&["sms"], &facts, "sms", "+8613800138000");
    facts.events = vec![paid(NOW.plus_ms(-3 * HOUR_MS), "c1")];
    check_sent(&["sms"], &facts, "sms", "+8613800138000");
}

#[test]
fn unless_is_asked_again() {
    let unless: Condition =
        serde_json::from_value(json!({"event": {"names": ["order.paid"]}})).unwrap();
    let gate = Gate { goal: None, unless: Some(unless), ..gate() };
    let mut facts = somebody();
    assert!(matches!(ask(&["sms"], &facts, &gate, &[], NOW), Verdict::Send { .. }));
    facts.events.push(paid(NOW, "c9"));
    assert_eq!(
        ask(&["sms"], &facts, &gate, &[], NOW),
        Verdict::Skip { reason: "unless", consent: None }
    );
    assert!(["order.paid", "Order Completed"].iter().all(|one| gate.names().contains(*one)));
}

#[test]
fn too_late_is_worse_than_never() {
    let late = NOW.plus_ms(HOUR_MS);
    assert!(matches!(ask(&["sms"], &somebody(), &gate(), &[], late), Verdict::Send { .. }));
    let later = late.plus_ms(1);
    let verdict = ask(&["sms"], &somebody(), &gate(), &[], later);
    assert_eq!(verdict, Verdict::Skip { reason: "expired", consent: None });
}

#[test]
fn a_double_under_another_identity_is_not_sent() {
    let standing = |run: &str, created_at| Standing {
        id: MessageId("msg_2".into()),
        run: Some(run.to_owned()),
        journey: "cart-recovery".into(),
        step: "reminder".into(),
        entry_key: "c1".into(),
        created_at,
    };
    let verdict = |standing: Standing, reentry| {
        let gate = Gate { reentry: Some(reentry), ..gate() };
        ask(&["sms"], &somebody(), &gate, &[standing], NOW)
    };
    let double = Verdict::Skip { reason: "duplicate", consent: None };
    let now = NOW.plus_ms(-HOUR_MS);
    let before = NOW.plus_ms(-3 * DAY_MS);
    assert_eq!(verdict(standing("run_2", now), Reentry::AfterExit), double);
    assert_eq!(verdict(standing("run_2", before), Reentry::Never), double);
    // An earlier visit, and the same run coming by again.
    let send = |verdict| assert!(matches!(verdict, Verdict::Send { .. }), "{verdict:?}");
    send(verdict(standing("run_2", before), Reentry::AfterExit));
    send(verdict(standing("run_1", now), Reentry::Never));
    send(verdict(standing("run_2", now), Reentry::Always));
}

#[test]
fn staff_is_not_asked_for_consent_and_has_fixed_addresses() {
    let (id, data, gate) = (MessageId("msg_1".into()), Data::default(), Gate::default());
    let media = vec!["wechat".to_owned(), "email".to_owned()];
    let recipient = Recipient::from([("email".to_owned(), "rep@example.com".to_owned())]);
    let candidate = Candidate {
        id: &id,
        run: None,
        journey: "lead-assign",
        step: "notice",
        entry_key: "",
        media: &media,
        purpose: "staff",
        recipient: Some(&recipient),
        gate: &gate,
        data: &data,
    };
    let facts = withdrawn(Facts::default(), "*", "*");
    let verdict = decide(&candidate, &facts, &AddressBook::default(), &[], NOW);
    let expect =
        Verdict::Send { medium: "email".into(), address: "rep@example.com".into(), consent: None };
    assert_eq!(verdict, expect);
}

#[test]
fn tries_back_off_and_obey_retry_after() {
    for attempts in 1..=MAX_TRIES {
        for seed in [[0u8; 16], [0xFF; 16], [0x5A; 16]] {
            let wait = retry_at(attempts, None, &seed, NOW).since_ms(NOW);
            assert!((SECOND_MS..=HOUR_MS + SECOND_MS).contains(&wait), "{attempts}: {wait}");
            let asked = retry_at(attempts, Some(2 * HOUR_MS), &seed, NOW).since_ms(NOW);
            assert!(asked >= 2 * HOUR_MS);
            let absurd = retry_at(attempts, Some(i64::MAX), &seed, NOW).since_ms(NOW);
            assert!(absurd <= DAY_MS + 2 * HOUR_MS);
        }
    }
}

#[test]
fn viewed_products_are_distinct_and_the_latest_first() {
    let view = |id: &str, ago: i64| Event {
        name: "Product Viewed".into(),
        properties: json!({"product_id": id, "name": format!("P{id}")}),
        ..paid(NOW.plus_ms(-ago), id)
    };
    let facts = Facts {
        events: vec![view("1", 5_000), view("2", 4_000), view("1", 3_000), view("3", 2_000)],
        ..Facts::default()
    };
    let spec = ViewedProducts {
        events: vec!["Product Viewed".into()],
        within_ms: 4_500,
        limit: 2,
        required: true,
    };
    let products = viewed_products(&spec, &facts, NOW);
    let names: Vec<&str> = products.iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["P3", "P1"]);
}

#[test]
fn a_coupon_is_the_same_on_every_try() {
    let spec = Coupon { prefix: "BACK-".into(), valid_ms: 2 * DAY_MS };
    let id = MessageId("msg_1".into());
    let first = coupon(&spec, &id, NOW, 480);
    assert_eq!(first, coupon(&spec, &id, NOW, 480));
    assert_ne!(first["code"], coupon(&spec, &MessageId("msg_2".into()), NOW, 480)["code"]);
    assert_eq!(first["expires_on"], "1970-01-14");
    assert_eq!(first["expires_at"], NOW.plus_ms(2 * DAY_MS).to_rfc3339());
}
