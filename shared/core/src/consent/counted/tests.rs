use super::*;
use crate::identity::Identity;
use crate::ids::TouchpointId;
use crate::time::Timestamp;
use serde_json::json;

fn value(spec: &str, at: i64, identity: &str) -> ConsentValue {
    let mut words = spec.split(' ').map(str::to_owned);
    let mut next = || words.next().unwrap();
    let (medium, purpose, state, source) = (next(), next(), next(), next());
    ConsentValue {
        medium,
        purpose,
        state: serde_json::from_value(json!(state)).unwrap(),
        source: serde_json::from_value(json!(source)).unwrap(),
        occurred_at: Timestamp(at),
        touchpoint: TouchpointId(format!("tpt_{at}")),
        identity: Identity::parse(identity).unwrap(),
    }
}

/// Every order gives the same; `expect` is the time of the statement that counts, 0 for none.
#[track_caller]
fn check(statements: &[(&str, i64)], medium: &str, purpose: &str, expect: i64) {
    let mut values: Vec<ConsentValue> =
        statements.iter().map(|(spec, at)| value(spec, *at, "user_id:u1")).collect();
    for _ in 0..values.len() {
        values.rotate_left(1);
        for swap in [false, true] {
            if swap {
                values.reverse();
            }
            let found = counted(&values, medium, purpose, None);
            let found = found.map_or(0, |one| one.occurred_at.0);
            assert_eq!(found, expect, "{statements:?} for {medium} {purpose}");
        }
    }
}

#[test]
fn a_person_comes_back_by_their_own_act_alone() {
    let stop = ("sms * withdrawn person", 10);
    let counts = |others: &[(&str, i64)], expect: i64| {
        check(&[&[stop], others].concat(), "sms", "marketing", expect);
    };
    counts(&[], 10);
    counts(&[("sms * granted person", 11)], 11);
    counts(&[("sms marketing granted person", 11)], 11);
    counts(&[("sms * granted answer", 11)], 11);
    // Older, at the same moment, said by others, on another medium, for all media.
    counts(&[("sms * granted person", 9)], 10);
    counts(&[("sms * granted person", 10)], 10);
    counts(&[("sms * granted copy", 11)], 10);
    counts(&[("email * granted person", 11)], 10);
    counts(&[("* * granted person", 11)], 10);
    // Stopped again, also by what others report.
    counts(&[("sms * granted person", 11), ("sms marketing withdrawn copy", 12)], 12);
    // Back for one purpose.
    check(&[stop, ("sms marketing granted person", 11)], "sms", "surveys", 10);
}

#[test]
fn what_counts_where_nothing_was_withdrawn() {
    check(&[], "sms", "marketing", 0);
    check(&[("sms * granted copy", 3), ("sms * granted person", 2)], "sms", "marketing", 2);
    check(&[("sms * granted copy", 3)], "sms", "marketing", 3);
    // A yes with nothing to undo is no consent; with a later stop it is none either.
    check(&[("sms * granted answer", 3)], "sms", "marketing", 0);
    check(&[("sms * granted answer", 3), ("sms * withdrawn person", 4)], "sms", "marketing", 4);
    check(&[("* * withdrawn person", 3), ("* * granted person", 4)], "sms", "marketing", 4);
    check(&[("* * withdrawn person", 3), ("sms * granted person", 4)], "sms", "marketing", 4);
    check(&[("* * withdrawn person", 3), ("sms * granted person", 4)], "email", "marketing", 3);
    check(&[("sms order_updates withdrawn person", 3)], "sms", "Order Updates", 3);
}

#[test]
fn a_start_is_about_the_number_it_was_sent_from() {
    let (one, other) = ("phone:+8613800138000", "phone:+8613900139000");
    let values = [value("sms * withdrawn person", 1, one), value("sms * granted person", 2, other)];
    let at = |address: &str| counted(&values, "sms", "marketing", Some(address)).unwrap();
    assert_eq!(at("+8613800138000").state, ConsentState::Withdrawn);
    assert_eq!(at("+8613900139000").state, ConsentState::Granted);
    // Said on a form it is about the person.
    let values = [values[0].clone(), value("sms * granted person", 2, "user_id:u1")];
    let found = counted(&values, "sms", "marketing", Some("+8613800138000")).unwrap();
    assert_eq!(found.state, ConsentState::Granted);
}

#[test]
fn what_holds_is_told_once_for_each_medium_and_purpose() {
    let of = |specs: &[(&str, i64)]| {
        let values: Vec<ConsentValue> =
            specs.iter().map(|(spec, at)| value(spec, *at, "user_id:u1")).collect();
        let told =
            |one: &ConsentValue| format!("{} {} {}", one.medium, one.purpose, one.occurred_at.0);
        fold_consents(&values).iter().map(told).collect::<Vec<_>>()
    };
    let (stop, start) = (("sms * withdrawn person", 10), ("sms * granted person", 11));
    assert_eq!(of(&[stop, start, ("sms * granted copy", 12)]), ["sms * 11"]);
    assert_eq!(of(&[("sms surveys withdrawn person", 9), start]), ["sms * 11"]);
    assert_eq!(of(&[stop, ("sms marketing granted person", 11)]), ["sms * 10", "sms marketing 11"]);
    assert_eq!(of(&[("sms * granted answer", 5)]), [""; 0]);
}
