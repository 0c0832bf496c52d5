use super::*;

fn event(kind: &str, livemode: bool, object: Value) -> Draft {
    let body = json!({
        "id": "evt_1", "type": kind, "created": 1_772_352_000, "livemode": livemode,
        "data": {"object": object},
    });
    let request = InboundRequest { body: body.to_string().into_bytes(), ..Default::default() };
    let config = EndpointConfig { id: "main".to_owned(), ..EndpointConfig::default() };
    let parsed = parse(&config, &request, &Verified::default(), Timestamp(0)).unwrap();
    parsed.drafts.into_iter().next().unwrap()
}

#[test]
fn only_money_in_hand_is_a_purchase() {
    let session = |mode: &str, status: &str| {
        json!({"id": "cs_1", "mode": mode, "payment_status": status, "amount_total": 5000,
            "currency": "usd", "payment_intent": "pi_1"})
    };
    for (kind, live, object, expect) in [
        (COMPLETED, true, session("payment", "paid"), "order.paid"),
        (COMPLETED, true, session("subscription", "paid"), "order.paid"),
        (COMPLETED, true, session("payment", "unpaid"), "order.created"),
        (COMPLETED, true, session("payment", "no_payment_required"), "order.created"),
        (COMPLETED, true, session("subscription", "no_payment_required"), "order.created"),
        (COMPLETED, true, session("setup", "no_payment_required"), "stripe.setup_completed"),
        (COMPLETED, true, session("payment", "something_new"), "order.created"),
        (COMPLETED, false, session("payment", "paid"), "order.tested"),
        (COMPLETED, false, session("payment", "unpaid"), "order.tested"),
        (
            "checkout.session.async_payment_succeeded",
            true,
            session("payment", "paid"),
            "order.paid",
        ),
        (
            "checkout.session.async_payment_failed",
            true,
            session("payment", "unpaid"),
            "payment.failed",
        ),
        (
            "checkout.session.async_payment_succeeded",
            false,
            session("payment", "paid"),
            "order.tested",
        ),
        ("charge.refunded", false, json!({"id": "ch_1", "amount_refunded": 1}), "order.tested"),
        ("invoice.paid", false, json!({"id": "in_1", "amount_paid": 1}), "order.tested"),
        ("customer.created", false, json!({"id": "cus_1"}), "customer.created"),
    ] {
        assert_eq!(event(kind, live, object.clone()).name, expect, "{kind} {live} {object}");
    }
    let waits = event(COMPLETED, true, session("payment", "unpaid")).properties;
    assert_eq!(waits["payment"], "awaited");
    let tested = event(COMPLETED, false, session("payment", "paid"));
    assert_eq!(
        (&tested.properties["tested"], &tested.context["test"]),
        (&json!("order.paid"), &json!(true))
    );
}

#[test]
fn a_payment_has_the_ids_of_its_order() {
    let object = json!({"id": "cs_1", "payment_intent": "pi_1", "payment_status": "paid",
        "client_reference_id": "customer-7", "metadata": {"order_id": "1001", "order_number": "#1001"}});
    let properties = event(COMPLETED, true, object).properties;
    assert_eq!(properties["order_id"], "pi_1");
    assert_eq!(properties["order_ids"], json!(["cs_1", "1001", "#1001"]));
    let refund =
        json!({"id": "ch_1", "payment_intent": "pi_1", "amount_refunded": 3000, "currency": "usd"});
    let properties = event("charge.refunded", true, refund).properties;
    assert_eq!((&properties["is_total"], &properties["total_minor"]), (&json!(true), &json!(3000)));
}

#[test]
fn amounts_are_in_the_units_of_iso_4217() {
    for (currency, sent, expect) in [
        ("usd", 5000, 5000),
        ("jpy", 1000, 1000),
        ("kwd", 1230, 1230),
        ("isk", 50000, 500),
        ("ugx", 100, 1),
        ("mga", 5, 500),
    ] {
        let object = json!({"id": "cs_1", "payment_status": "paid", "amount_total": sent, "currency": currency});
        assert_eq!(event(COMPLETED, true, object).properties["total_minor"], expect, "{currency}");
    }
}

#[test]
fn the_buyer_has_a_name_a_place_and_a_number_of_that_country() {
    let details = json!({"email": "a@b.cn", "name": "Anna Muster", "phone": "4155550100",
        "address": {"city": "San Francisco", "state": "CA", "country": "US"}});
    let draft = event(
        COMPLETED,
        true,
        json!({"id": "cs_1", "customer_details": details,
        "shipping_details": {"name": "Bert", "phone": "9"}}),
    );
    let expect = json!({"name": "Anna Muster", "address": {"city": "San Francisco", "province": "CA", "country": "US"}});
    assert_eq!(draft.context["traits"], expect);
    let phone = draft.identifiers.iter().find(|it| it.kind == Kind::Phone).unwrap();
    assert_eq!((phone.value.as_str(), phone.country.as_deref()), ("4155550100", Some("US")));
    let customer =
        event("customer.updated", true, json!({"id": "cus_1", "name": "Cher", "address": null}));
    assert_eq!(customer.context["traits"], json!({"name": "Cher"}));
}
