use super::*;
use crate::touchpoint::SUITE_CHANNEL;
use serde_json::json;

/// A statement by a channel's endpoint `main`; `n` tells touchpoints apart and orders them in time.
fn said(channel: &str, name: &str, n: i64, properties: Value) -> OrderFact {
    let mut touchpoint =
        Touchpoint::own(name, &[channel, &n.to_string()], None, None, properties, Timestamp(n));
    assert_eq!(touchpoint.channel, SUITE_CHANNEL);
    touchpoint.channel = channel.to_owned();
    touchpoint.endpoint = "main".to_owned();
    order_fact(&touchpoint).expect("it names its order")
}

/// `name currency count sum` of each tally, the same in every order of the facts.
#[track_caller]
fn check(facts: &[OrderFact], expect: &[&str]) {
    let lines = |facts: &[OrderFact]| -> Vec<String> {
        let folded = fold_orders(facts);
        let line = |((name, currency), tally): (&(String, String), &Tally)| {
            format!("{name} {currency} {} {}", tally.count, tally.sum_minor)
        };
        folded.iter().map(line).collect()
    };
    assert_eq!(lines(facts), expect);
    let mut turned = facts.to_vec();
    for _ in 0..facts.len() {
        turned.rotate_left(1);
        assert_eq!(lines(&turned), expect, "in another order");
    }
    turned.reverse();
    assert_eq!(lines(&turned), expect, "in reverse");
}

#[test]
fn an_id_is_one_however_it_is_spelt() {
    for spelt in [
        json!("1001"),
        json!(1001),
        json!(1001.0),
        json!("#1001"),
        json!(" 1001 "),
        json!("＃１００１"),
        json!("1001.0"),
        json!("Order #1001"),
        json!("No. 1001"),
        json!("order no. 1001"),
        json!("gid://shopify/Order/1001"),
        json!("gid://shopify/Order/1001?key=1"),
    ] {
        assert_eq!(order_id(&spelt).as_deref(), Some("1001"), "{spelt}");
    }
    assert_eq!(order_id(&json!("PI_3Abc")).as_deref(), Some("pi_3abc"));
    assert_eq!(order_id(&json!("order-8")).as_deref(), Some("order-8"));
    assert_eq!(order_id(&json!("0012")).as_deref(), Some("0012"));
    assert_eq!(order_id(&json!("nostalgia")).as_deref(), Some("nostalgia"));
    for none in [json!(""), json!(" # "), json!(null), json!(true), json!({})] {
        assert_eq!(order_id(&none), None, "{none}");
    }
    assert_eq!(order_id(&json!("9".repeat(900))).map(|id| id.len()), Some(MAX_ID_CHARS));
}

#[test]
fn an_order_is_one_whoever_tells_of_it() {
    let total = json!({"order_id": "W1", "total": 50, "currency": "CNY"});
    // The page that says thank you is loaded twice.
    let page = |n| said("web", "order.paid", n, total.clone());
    check(&[page(1), page(2)], &["order.paid CNY 1 5000"]);
    // Page, shop and payment provider; the shop's amount counts, whenever it comes.
    let shop =
        json!({"order_id": "820", "order_name": "#W1", "total_minor": 5100, "currency": "CNY"});
    let paid = json!({"order_id": "pi_3", "order_ids": ["cs_1", "w1"], "total_minor": 5200, "currency": "CNY"});
    let shop = said("shopify", "order.paid", 0, shop);
    let payment = said("stripe", "order.paid", 3, paid);
    check(&[page(1), shop.clone(), payment.clone()], &["order.paid CNY 1 5100"]);
    check(&[page(1), payment.clone()], &["order.paid CNY 1 5200"]);
    // The shop does not say how much.
    let mute = said("shopify", "order.paid", 9, json!({"order_id": "W1"}));
    check(&[mute, payment.clone()], &["order.paid CNY 1 5200"]);
    // Placed and paid are two things, another order is another.
    let other =
        said("web", "order.paid", 5, json!({"order_id": "W2", "total": 1, "currency": "CNY"}));
    let placed = said("shopify", "order.created", 0, json!({"order_id": "820"}));
    check(&[placed, shop, other], &["order.created  1 0", "order.paid CNY 2 5200"]);
    // Two ids meet over a third statement.
    let bridge = said("webhook", "order.created", 4, json!({"order_id": "A", "order_no": "B"}));
    let (a, b) = (json!({"order_id": "a", "total": 1}), json!({"order_id": "b", "total": 2}));
    let (a, b) = (said("web", "order.paid", 1, a), said("webhook", "order.paid", 2, b));
    check(&[a.clone(), b.clone()], &["order.paid  2 300"]);
    check(&[a, b, bridge], &["order.created  1 0", "order.paid  1 200"]);
}

#[test]
fn currencies_are_not_added_up() {
    let order = |id: &str, currency: &str, total: i64| {
        let properties = json!({"order_id": id, "total_minor": total, "currency": currency});
        said("web", "order.paid", 1, properties)
    };
    check(
        &[
            order("1", "CNY", 100),
            order("2", "USD", 200),
            order("3", "usd", 1),
            order("4", "JPY", 5),
        ],
        &["order.paid CNY 1 100", "order.paid JPY 1 5", "order.paid USD 2 201"],
    );
}

#[test]
fn a_refund_is_counted_once() {
    let refund =
        |channel: &str, n, properties: Value| said(channel, "order.refunded", n, properties);
    let so_far = |n, minor: i64| {
        let properties =
            json!({"order_id": "ch_1", "is_total": true, "total_minor": minor, "currency": "USD"});
        refund("stripe", n, properties)
    };
    // What has been paid back so far: first 10, then 30, and 10 once more.
    check(&[so_far(1, 1000), so_far(2, 3000), so_far(3, 1000)], &["order.refunded USD 2 3000"]);
    // Refunds with ids; one comes twice.
    let single = |n, id: i64, minor: i64| {
        let properties =
            json!({"order_id": 9, "refund_id": id, "total_minor": minor, "currency": "USD"});
        refund("shopify", n, properties)
    };
    check(
        &[single(1, 1, 1000), single(2, 2, 1000), single(3, 2, 1000)],
        &["order.refunded USD 2 2000"],
    );
    // Without an id: two amounts are two, the same amount is the page once more.
    let page =
        |n, total: f64| refund("web", n, json!({"order_id": 9, "total": total, "currency": "USD"}));
    check(&[page(1, 5.0), page(2, 5.0), page(3, 2.5)], &["order.refunded USD 2 750"]);
    // The page, the shop and the provider tell of the same refunds.
    let mut provider = so_far(4, 2000);
    provider.also.insert("9".to_owned());
    check(
        &[page(1, 10.0), single(2, 1, 1000), single(3, 2, 1000), provider],
        &["order.refunded USD 2 2000"],
    );
    // A negative amount was paid back, too.
    check(&[page(1, -5.0)], &["order.refunded USD 1 500"]);
    // Two orders.
    let other = refund("web", 2, json!({"order_id": 10, "total": 5, "currency": "USD"}));
    check(&[page(1, 5.0), other], &["order.refunded USD 2 1000"]);
}

#[test]
fn only_what_happens_to_an_order_once_and_names_it_is_a_statement() {
    let fact = |name: &str, properties: Value| {
        order_fact(&Touchpoint::own(name, &[], None, None, properties, Timestamp(1)))
    };
    assert!(fact("purchase", json!({"transaction_id": "T1"})).is_some());
    assert!(fact("purchase", json!({"ecommerce": {"transaction_id": "T1"}})).is_some());
    assert!(fact("order.paid", json!({"total": 1})).is_none());
    assert!(fact("order.updated", json!({"order_id": 1})).is_none());
    assert!(fact("Kettle Descaled", json!({"order_id": 1})).is_none());
}
