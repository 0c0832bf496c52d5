use super::*;

fn parsed(topic: &str, body: Value) -> Vec<Draft> {
    let headers = vec![("x-wc-webhook-topic".to_owned(), topic.to_owned())];
    let request =
        InboundRequest { headers, body: body.to_string().into_bytes(), ..Default::default() };
    let config = EndpointConfig { id: "main".to_owned(), ..EndpointConfig::default() };
    parse(&config, &request, &Verified::default(), Timestamp(0)).unwrap().drafts
}

fn names(topic: &str, body: Value) -> Vec<String> {
    parsed(topic, body).into_iter().map(|draft| draft.name).collect()
}

#[test]
fn only_money_in_hand_is_a_purchase() {
    let order = |status: &str, method: &str, paid: Value| {
        json!({"id": 7, "status": status, "payment_method": method, "currency": "CNY", "total": "9.00",
            "date_paid_gmt": paid})
    };
    let paid = || json!("2026-03-01T07:59:20");
    let none = || Value::Null;
    for (order, is_paid, payment) in [
        (order("processing", "stripe", paid()), true, json!("done")),
        (order("completed", "stripe", none()), true, json!("done")),
        (order("processing", "cod", none()), false, json!("on_delivery")),
        (order("completed", "cod", paid()), true, json!("done")),
        (order("on-hold", "bacs", none()), false, json!("by_transfer")),
        (order("on-hold", "cheque", none()), false, json!("by_transfer")),
        (order("on-hold", "klarna", none()), false, json!("authorized")),
        (order("pending", "paypal", none()), false, json!("awaited")),
        (order("pending", "cod", none()), false, json!("on_delivery")),
        (order("failed", "stripe", none()), false, json!("awaited")),
        (order("cancelled", "stripe", none()), false, Value::Null),
    ] {
        let drafts = parsed("order.updated", order.clone());
        assert_eq!(drafts.iter().any(|draft| draft.name == "order.paid"), is_paid, "{order}");
        let said = drafts[0].properties.get("payment").cloned().unwrap_or_default();
        assert_eq!(said, payment, "{order}");
    }
    let mut test = order("processing", "woocommerce_payments", paid());
    test["meta_data"] = json!([{"key": "_wcpay_mode", "value": "test"}]);
    assert_eq!(names("order.updated", test), ["order.tested", "order.tested"]);
    assert_eq!(names("order.created", order("checkout-draft", "", none())), ["checkout.started"]);
    assert_eq!(
        names("order.updated", order("cancelled", "", none())),
        ["order.updated", "order.cancelled"]
    );
}

#[test]
fn each_refund_is_told_once() {
    let order = json!({"id": 7, "status": "processing", "currency": "JPY", "total": "3000",
        "date_paid_gmt": "2026-03-01T07:59:20", "date_modified_gmt": "2026-03-02T00:00:00",
        "refunds": [{"id": 726, "reason": "broken", "total": "-1000"}, {"id": 727, "total": "-500"}, {"total": "-1"}]});
    let drafts = parsed("order.updated", order);
    let refunds: Vec<(&str, &Value)> = drafts
        .iter()
        .filter(|draft| draft.name == "order.refunded")
        .map(|draft| (draft.delivery_id.as_str(), &draft.properties))
        .collect();
    let [(first, broken), (second, other)] = refunds.as_slice() else { panic!("{refunds:?}") };
    assert_eq!((*first, *second), ("refund:726", "refund:727"));
    assert_eq!(
        **broken,
        json!({"order_id": "7", "refund_id": "726", "total_minor": 1000, "currency": "JPY", "reason": "broken"})
    );
    assert_eq!(other["total_minor"], 500);
}

#[test]
fn the_buyer_is_who_pays() {
    let order = json!({"id": 7, "status": "pending", "billing": {"first_name": "Anna", "last_name": "Muster",
        "company": "Acme", "city": "Wien", "state": "", "country": "AT", "email": "a@b.at", "phone": "0660 1234567"},
        "shipping": {"first_name": "Bert", "phone": "9", "city": "Graz"}});
    let draft = parsed("order.created", order).remove(0);
    let expect = json!({"first_name": "Anna", "last_name": "Muster", "company": "Acme",
        "address": {"city": "Wien", "country": "AT"}});
    assert_eq!(draft.context["traits"], expect);
    let phones: Vec<(&str, Option<&str>)> = draft
        .identifiers
        .iter()
        .filter(|it| it.kind == Kind::Phone)
        .map(|it| (it.value.as_str(), it.country.as_deref()))
        .collect();
    assert_eq!(phones, [("0660 1234567", Some("AT"))]);
    let customer = json!({"id": 26, "email": "own@b.at", "first_name": "Anna", "billing": {"email": "office@b.at"}});
    let draft = parsed("customer.updated", customer).remove(0);
    let mails: Vec<&str> = draft
        .identifiers
        .iter()
        .filter(|it| it.kind == Kind::Email)
        .map(|it| it.value.as_str())
        .collect();
    assert_eq!(mails, ["own@b.at"]);
}
