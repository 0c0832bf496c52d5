use super::super::{Moment, Timestamp};
use super::utc_offset_minutes;
use serde_json::{Value, json};

/// 2026-01-01T00:00:00Z
const NEW_YEAR: i64 = 1_767_225_600_000;

#[track_caller]
fn check(value: Value, expect: Moment) {
    assert_eq!(Moment::read(&value), Some(expect), "{value}");
}

#[test]
fn times_that_say_their_zone() {
    for text in [
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00z",
        "2026-01-01t00:00:00Z",
        "2026-01-01T08:00:00+08:00",
        "2026-01-01T08:00:00+0800",
        "2026-01-01T08:00:00+08",
        "2026-01-01T08:00:00.000000+08:00",
        "2026-01-01T08:00:00,000+0800",
        "2026-01-01 08:00:00 +0800",
        "2026-01-01 08:00:00 +0800 CST",
        "2026-01-01 08:00:00.000 +0800 CST m=+0.001",
        "2026-01-01T08:00:00+08:00[Asia/Shanghai]",
        "2026-01-01T08:00+08:00",
        "2026-01-01T08+08",
        "2025-12-31T19:00:00-05:00",
        "2025-12-31T19:00:00−0500",
        "2026-01-01T05:30:00+0530",
        "2025-12-31T24:00:00Z",
        "2025-12-31T23:59:60Z",
        "2026-01-01 00:00:00 UTC",
        "2026-01-01 00:00 GMT",
        "20260101T000000Z",
        "20260101T080000+0800",
        "20260101T0000Z",
        "Thu, 01 Jan 2026 00:00:00 +0000",
        "Thu, 1 Jan 2026 08:00:00 +0800",
        "1 Jan 2026 00:00:00 GMT",
        "Wed, 31 Dec 2025 19:00:00 EST",
        "Thu Jan 01 2026 08:00:00 GMT+0800 (China Standard Time)",
        "Thu Jan 01 08:00:00 +0800 2026",
        " 2026-01-01T00:00:00Z ",
        "1767225600",
        "1767225600000",
        "1767225600000000",
        "1767225600000000000",
        "1767225600.0",
        "1767225600.000",
        "1767225600000.25",
        "1.7672256e9",
        "1.7672256E+12",
        "１７６７２２５６００",
    ] {
        check(json!(text), Moment::At(Timestamp(NEW_YEAR)));
    }
    for number in [json!(1_767_225_600), json!(1_767_225_600_000_u64), json!(1_767_225_600.0)] {
        check(number, Moment::At(Timestamp(NEW_YEAR)));
    }
    check(json!("2026-01-01T00:00:00.1234567Z"), Moment::At(Timestamp(NEW_YEAR + 123)));
    check(json!("2026-01-01T00:00:00.5Z"), Moment::At(Timestamp(NEW_YEAR + 500)));
    check(json!(1_767_225_600.123), Moment::At(Timestamp(NEW_YEAR + 123)));
    check(json!("1767225600.1239"), Moment::At(Timestamp(NEW_YEAR + 123)));
    check(json!(0), Moment::At(Timestamp(0)));
}

#[test]
fn times_that_do_not_say_their_zone() {
    for text in [
        "2026-01-01 00:00:00",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00",
        "2026-01-01 0:00",
        "2026/01/01 00:00:00",
        "2026/1/1 00:00",
        "2026.01.01 00:00:00",
        "2026-01-01",
        "2026/1/1",
        "2026年1月1日",
        "2026年01月01日 00时00分00秒",
        "2026年1月1日0点",
        "20260101",
        "20260101000000",
        "202601010000",
        "20260101T000000",
        "20260101 000000",
        "Thu Jan  1 00:00:00 2026",
    ] {
        check(json!(text), Moment::Local(Timestamp(NEW_YEAR)));
    }
    check(json!(20_260_101), Moment::Local(Timestamp(NEW_YEAR)));
    check(json!("20260101000000007"), Moment::Local(Timestamp(NEW_YEAR + 7)));
    let local = Moment::of_text("2026-01-01 08:00:00");
    assert_eq!(local.clone().in_zone(480), Moment::At(Timestamp(NEW_YEAR)));
    assert_eq!(local.clone().known(), Ok(Timestamp(NEW_YEAR)), "Beijing where nothing is set");
    assert_eq!(local.in_zone(0), Moment::At(Timestamp(NEW_YEAR + 8 * 3_600_000)));
}

#[test]
fn what_cannot_be_read_is_kept_as_it_was_sent() {
    for text in [
        "soon",
        "yesterday",
        "2026-13-01 00:00:00",
        "2026-02-30",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:61:00Z",
        "2026-01-01T",
        "2026-01-01T00:00:00+99:00",
        "2026-01-01T00:00:00 Mars",
        "2026-01-01 00:00:00 CST",
        "-1",
        "01/02/2026",
        "12:00",
        "2026",
        "Thu, 32 Jan 2026 00:00:00 GMT",
        "1767225600000000000000",
        "NaN",
        "1e400",
        "2026-01-01T00:00:00Zjunk",
        "2026-1",
        "20261301",
        "{{timestamp}}",
    ] {
        if text == "2026" || text == "20261301" {
            // Seconds since the epoch, however few.
            assert!(matches!(Moment::of_text(text), Moment::At(_)), "{text}");
            continue;
        }
        check(json!(text), Moment::Unreadable(text.to_owned()));
    }
    check(json!(-1), Moment::Unreadable("-1".to_owned()));
    check(json!(true), Moment::Unreadable("true".to_owned()));
    check(json!({"seconds": 1}), Moment::Unreadable("{\"seconds\":1}".to_owned()));
    check(json!("x".repeat(900)), Moment::Unreadable("x".repeat(64)));
    check(json!("so\u{7}on"), Moment::Unreadable("soon".to_owned()));
    for nothing in [json!(null), json!(""), json!("  ")] {
        assert_eq!(Moment::read(&nothing), None);
    }
}

#[test]
fn offsets_as_people_set_them() {
    for (text, minutes) in [
        ("+08:00", Some(480)),
        ("+8", Some(480)),
        ("8", Some(480)),
        ("-0500", Some(-300)),
        ("+05:30", Some(330)),
        ("UTC", Some(0)),
        ("Z", Some(0)),
        ("UTC+8", Some(480)),
        ("GMT-3", Some(-180)),
        ("0", Some(0)),
        ("Asia/Shanghai", None),
        ("", None),
        ("+99", None),
    ] {
        assert_eq!(utc_offset_minutes(text), minutes, "{text}");
    }
}
