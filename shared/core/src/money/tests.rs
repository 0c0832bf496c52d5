use super::*;
use serde_json::json;

#[test]
fn amounts_as_programs_and_people_write_them() {
    for (amount, currency, minor) in [
        ("199.90", "CNY", Some(19_990)),
        ("199.9", "cny", Some(19_990)),
        ("0.29", "USD", Some(29)),
        ("1000", "JPY", Some(1_000)),
        ("1000.00", "JPY", Some(1_000)),
        ("1.2345", "KWD", Some(1_235)),
        ("12.3456", "CLF", Some(123_456)),
        ("-5.00", "EUR", Some(-500)),
        ("1,234.50", "USD", Some(123_450)),
        ("1.234,50", "EUR", Some(123_450)),
        ("1 234,50", "EUR", Some(123_450)),
        ("1\u{a0}234,50 €", "EUR", Some(123_450)),
        ("1\u{202f}234\u{202f}567,8", "EUR", Some(123_456_780)),
        ("1'234.50", "CHF", Some(123_450)),
        ("¥1,234", "JPY", Some(1_234)),
        ("￥１，２３４．５０", "CNY", Some(123_450)),
        ("1,234", "CNY", Some(123_400)),
        ("1,234,567", "CNY", Some(123_456_700)),
        ("1.234.567", "EUR", Some(123_456_700)),
        ("1,00,000.50", "INR", Some(10_000_050)),
        ("150.000 ₫", "VND", Some(150_000)),
        ("12,5", "EUR", Some(1_250)),
        ("0,123", "KWD", Some(123)),
        ("99.90元", "CNY", Some(9_990)),
        ("RMB 99.90", "CNY", Some(9_990)),
        ("US$ 12", "USD", Some(1_200)),
        ("-¥5", "CNY", Some(-500)),
        ("(5.00)", "USD", Some(-500)),
        ("5.00-", "USD", Some(-500)),
        ("100.", "USD", Some(10_000)),
        ("2.675", "USD", Some(268)),
        ("1.005", "USD", Some(101)),
        ("92233720368547758.08", "USD", None),
        ("12 50", "USD", None),
        ("1,23,4", "USD", None),
        ("1.2.3,4,5", "USD", None),
        ("1,234.567.890", "USD", None),
        ("1e3", "USD", None),
        ("1.5万", "CNY", None),
        ("ten", "USD", None),
        ("", "USD", None),
        ("--5", "USD", None),
        (".", "USD", None),
    ] {
        assert_eq!(minor_units(amount, currency), minor, "{amount} {currency}");
    }
}

#[test]
fn numbers_of_json_are_exact() {
    for (amount, currency, minor) in [
        (json!(35.5), "CNY", Some(3_550)),
        (json!(1000), "JPY", Some(1_000)),
        (json!(1.234), "KWD", Some(1_234)),
        (json!(19.99), "USD", Some(1_999)),
        (json!(1.005), "USD", Some(101)),
        (json!(0.1 + 0.2), "USD", Some(30)),
        (json!(1e21), "USD", None),
        (json!(1e-7), "USD", Some(0)),
        (json!(150.000), "VND", Some(150)),
        (json!(-12.5), "USD", Some(-1_250)),
        (json!(1.5e3), "USD", Some(150_000)),
        (json!(true), "USD", None),
        (json!(null), "USD", None),
        (json!([1]), "USD", None),
    ] {
        assert_eq!(minor_of(&amount, currency), minor, "{amount} {currency}");
    }
    let read = |text: &str, places| Decimal::of_json(text).and_then(|it| it.scaled(places));
    assert_eq!(read("1.5e3", 2), Some(150_000));
    assert_eq!(read("25e-1", 0), Some(3));
    assert_eq!(read("1e-3", 3), Some(1));
    assert_eq!(read("1e999", 2), None);
}

#[test]
fn one_function_reads_the_amount_of_every_sender() {
    let check = |properties: Value, is_sale, expect: Option<(i64, &str)>| {
        let found = money_in(&properties, is_sale);
        let found = found.as_ref().map(|money| (money.minor, money.currency.as_str()));
        assert_eq!(found, expect, "{properties}");
    };
    // The channels' own, in the minor unit.
    check(json!({"total_minor": 990, "currency": "cny", "total": 1}), true, Some((990, "CNY")));
    check(json!({"total_minor": "990", "currency": "RMB"}), true, Some((990, "CNY")));
    // Segment, Rudderstack.
    check(json!({"total": 50, "currency": "CNY"}), true, Some((5_000, "CNY")));
    check(json!({"revenue": "1,234.50", "currency": "USD"}), true, Some((123_450, "USD")));
    check(json!({"total": 1000, "currency": "JPY"}), true, Some((1_000, "JPY")));
    check(json!({"total": 12.5}), true, Some((1_250, "")));
    // GA4, as event and as data layer; Meta's pixel.
    check(json!({"value": 35.5, "currency": "CNY"}), true, Some((3_550, "CNY")));
    let ecommerce = json!({"ecommerce": {"value": 3.123, "currency": "KWD"}});
    check(ecommerce, true, Some((3_123, "KWD")));
    // Shopify's customer events.
    let price = json!({"amount": "10.00", "currencyCode": "EUR"});
    check(json!({"total_price": price}), true, Some((1_000, "EUR")));
    check(json!({"amount": {"value": "7", "currency_code": "JPY"}}), true, Some((7, "JPY")));
    // An unreadable total does not hide a readable one.
    check(json!({"total": "n/a", "revenue": 2, "currency": "USD"}), true, Some((200, "USD")));
    // A device's reading is no money, and neither is a code that is none.
    check(json!({"device": "d1", "value": 3}), false, None);
    check(json!({"value": 3, "currency": "points"}), false, None);
    check(json!({"total": "free"}), true, None);
    check(json!("text"), true, None);
}

#[test]
fn an_order_at_no_charge_is_told_to_be_one() {
    for (properties, expect) in [
        (json!({"total_minor": 0}), true),
        (json!({"total": "0.00", "currency": "CNY"}), true),
        (json!({"value": 0, "currency": "USD"}), true),
        (json!({"ecommerce": {"value": 0}}), true),
        (json!({"revenue": 0, "total": 12}), false),
        (json!({"total": 0.01}), false),
        (json!({"total": "free"}), false),
        (json!({}), false),
        (json!(null), false),
    ] {
        assert_eq!(is_nothing(&properties), expect, "{properties}");
    }
}
