use super::*;
use tributary_core::identity::Kind;
use tributary_core::touchpoint::RawIdentifier;

fn request(headers: &[(&str, &str)], body: &[u8]) -> InboundRequest {
    InboundRequest {
        method: "POST".to_owned(),
        headers: headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        body: body.to_vec(),
        ..InboundRequest::default()
    }
}

fn config() -> EndpointConfig {
    let secrets = [("webhook_secret".to_owned(), vec!["hush".to_owned()])].into();
    EndpointConfig { secrets, ..EndpointConfig::default() }
}

#[test]
fn official_vector() {
    let mac = "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY=";
    for name in ["x-shopify-hmac-sha256", "shopify-hmac-sha256"] {
        let good = request(&[(name, mac)], b"{\"id\":1}");
        assert!(verify(&config(), &good, Timestamp(0)).is_ok(), "{name}");
        let changed = request(&[(name, mac)], b"{\"id\":2}");
        assert_eq!(verify(&config(), &changed, Timestamp(0)), Err(Reject::UNAUTHENTICATED));
    }
}

/// An empty text has a MAC too: base64(HMAC-SHA256("hush", "")).
#[test]
fn an_empty_body_is_refused_whatever_its_mac() {
    let mac = crypto::base64_encode(&crypto::hmac_sha256(b"hush", b""));
    let empty = request(&[("x-shopify-hmac-sha256", &mac)], b"");
    assert_eq!(verify(&config(), &empty, Timestamp(0)), Err(Reject::UNAUTHENTICATED));
}

fn parsed(topic: &str, body: Value) -> Draft {
    let headers = [
        ("x-shopify-hmac-sha256", "any"),
        ("x-shopify-topic", topic),
        ("x-shopify-shop-domain", "tea.myshopify.com"),
        ("x-shopify-webhook-id", "1"),
    ];
    let request = request(&headers, body.to_string().as_bytes());
    let parsed = parse(&config(), &request, &Verified::default(), Timestamp(0)).unwrap();
    parsed.drafts.into_iter().next().unwrap()
}

#[test]
fn topics_are_sorted_and_each_has_its_name() {
    assert!(TOPICS.is_sorted());
    for (topic, name) in TOPICS {
        assert_eq!(parsed(topic, json!({})).name, *name);
    }
    assert_eq!(parsed("ORDERS/PAID", json!({})).name, "order.paid");
    let unknown = parsed("products/update", json!({"id": 1}));
    assert_eq!(unknown.name, "shopify.unknown");
    assert_eq!(unknown.properties["topic"], "products/update");
}

fn phone(topic: &str, body: &Value) -> Option<RawIdentifier> {
    let identifiers = parsed(topic, body.clone()).identifiers;
    identifiers.into_iter().find(|it| it.kind == Kind::Phone)
}

/// The phone of an order may be null; then the customer's, then that of the billing address.
#[test]
fn the_buyers_first_phone_counts() {
    let address = |phone: &str| json!({ "phone": phone });
    let mut order = json!({
        "phone": "1",
        "customer": {"phone": "2", "default_address": address("5")},
        "billing_address": address("3"),
        "shipping_address": address("4"),
    });
    let value = |order: &Value| phone("orders/create", order).map(|it| it.value);
    assert_eq!(value(&order).as_deref(), Some("1"));
    order["phone"] = Value::Null;
    assert_eq!(value(&order).as_deref(), Some("2"));
    order["customer"]["phone"] = json!("");
    assert_eq!(value(&order).as_deref(), Some("3"));
    order["billing_address"] = Value::Null;
    assert_eq!(value(&order), None, "where it is sent is somebody else, until it says who");
}

#[test]
fn a_delivery_address_is_the_buyers_only_where_it_names_the_buyer() {
    let person = |first: &str, last: &str, phone: &str| json!({"first_name": first, "last_name": last, "phone": phone});
    let anna = person("Anna", "Muster", "1");
    for (customer, billing, shipping, default, expect) in [
        // A gift.
        (person("送", "", ""), person("送", "", ""), person("收", "", "9"), json!(null), None),
        // A gift, whose recipient the checkout took for the payer, too.
        (
            person("Anna", "Muster", ""),
            person("Bert", "", "9"),
            person("Bert", "", "9"),
            json!(null),
            None,
        ),
        // A gift that became the default address.
        (person("Anna", "Muster", ""), json!(null), json!(null), person("Bert", "", "9"), None),
        // Nobody is named.
        (json!({}), json!(null), json!({"phone": "9"}), json!({"phone": "9"}), None),
        (json!({}), json!(null), person("Bert", "", "9"), json!(null), None),
        // The buyer's own.
        (
            person("Anna", "Muster", ""),
            anna.clone(),
            person("Bert", "", "9"),
            json!(null),
            Some("1"),
        ),
        (person("Anna", "Muster", ""), json!(null), anna.clone(), json!(null), Some("1")),
        (person("Muster", "Anna", ""), json!(null), anna.clone(), json!(null), Some("1")),
        (json!({}), person("Anna", "Muster", ""), anna.clone(), json!(null), Some("1")),
        (person("Anna", "Muster", ""), json!(null), json!(null), anna, Some("1")),
        (json!({}), json!({"phone": "1"}), person("Bert", "", "9"), json!(null), Some("1")),
    ] {
        let mut order = json!({
            "customer": customer, "billing_address": billing, "shipping_address": shipping,
        });
        order["customer"]["default_address"] = default;
        let found = phone("orders/create", &order).map(|it| it.value);
        assert_eq!(found.as_deref(), expect, "{order}");
    }
}

/// A number without a country code is of the country that stands beside it.
#[test]
fn a_number_is_of_the_country_beside_it() {
    let of = |order: Value| phone("orders/create", &order).and_then(|it| it.country);
    let us = |phone: Value| json!({"country_code": "US", "phone": phone});
    assert_eq!(of(json!({"billing_address": us(json!("(415) 555-0100"))})).as_deref(), Some("US"));
    let order = json!({"phone": "4155550100", "billing_address": us(json!(null))});
    assert_eq!(of(order).as_deref(), Some("US"));
    let order = json!({"phone": "4155550100", "shipping_address": us(json!("1"))});
    assert_eq!(of(order).as_deref(), Some("US"));
    let customer = json!({"phone": "4155550100", "default_address": us(json!(null))});
    assert_eq!(of(json!({ "customer": customer.clone() })).as_deref(), Some("US"));
    assert_eq!(
        phone("customers/update", &customer).and_then(|it| it.country).as_deref(),
        Some("US")
    );
    assert_eq!(of(json!({"phone": "13800138000"})), None);
}

#[test]
fn names_companies_and_places_are_the_customers() {
    let traits = |topic: &str, body: Value| parsed(topic, body).context["traits"].clone();
    let anna = json!({"id": 1, "first_name": "Anna", "last_name": "Muster", "default_address": {
        "first_name": "Anna", "last_name": "Muster", "company": "Acme", "city": "Wien",
        "province": null, "country": "Austria", "country_code": "AT", "phone": "1"}});
    let expect = json!({"first_name": "Anna", "last_name": "Muster", "company": "Acme",
        "address": {"city": "Wien", "country": "Austria", "country_code": "AT"}});
    assert_eq!(traits("customers/create", anna.clone()), expect);
    assert_eq!(traits("customers/update", anna.clone()), expect);
    assert_eq!(traits("orders/create", json!({"name": "#1001", "customer": anna})), expect);
    let billing = json!({"first_name": "娜", "last_name": "李", "city": "南京"});
    let guest = json!({"billing_address": billing, "shipping_address": {"first_name": "收", "city": "北京"}});
    let expect = json!({"first_name": "娜", "last_name": "李", "address": {"city": "南京"}});
    assert_eq!(traits("orders/create", guest), expect);
    let recipient = json!({"shipping_address": {"first_name": "收", "city": "北京"}});
    assert_eq!(traits("orders/create", recipient), Value::Null);
    let gift = json!({"customer": {"first_name": "送", "default_address": {"first_name": "收", "city": "北京"}}});
    assert_eq!(traits("orders/create", gift), json!({"first_name": "送"}));
}

#[test]
fn consents_in_both_of_the_shops_forms() {
    let of = |topic: &str, body: Value| {
        let draft = parsed(topic, body);
        let place =
            if draft.name == "consent.updated" { &draft.properties } else { &draft.context };
        place["consents"].clone()
    };
    let said = |medium: &str, state: &str, at: Value| {
        let mut one = json!({"medium": medium, "purpose": "marketing", "state": state});
        if at.is_string() {
            one["at"] = at;
        }
        one
    };
    let at = json!("2026-01-01T00:00:00Z");
    let consent = |state: &str| json!({"state": state, "consent_updated_at": at});
    let both = json!({"id": 1, "email_marketing_consent": consent("unsubscribed"), "accepts_marketing": true,
        "sms_marketing_consent": consent("subscribed")});
    let expect =
        json!([said("email", "unsubscribed", at.clone()), said("sms", "subscribed", at.clone())]);
    assert_eq!(of("customers/update", both.clone()), expect);
    assert_eq!(of("orders/create", json!({ "customer": both })), expect);
    // The topics of their own.
    let mail = json!({"customer_id": 1, "email_address": "a@b.cn", "email_marketing_consent": consent("unsubscribed")});
    assert_eq!(
        of("customers_email_marketing_consent/update", mail.clone()),
        json!([said("email", "unsubscribed", at.clone())])
    );
    let kinds: Vec<Kind> = parsed("customers_email_marketing_consent/update", mail)
        .identifiers
        .iter()
        .map(|it| it.kind)
        .collect();
    assert_eq!(kinds, [Kind::ShopifyCustomer, Kind::Email]);
    let text =
        json!({"id": 1, "phone": "+14155550100", "sms_marketing_consent": consent("unsubscribed")});
    assert_eq!(
        of("customers_marketing_consent/update", text),
        json!([said("sms", "unsubscribed", at.clone())])
    );
    // The older flag: off is a withdrawal where it was changed.
    let flag = |on: bool, at: Value| json!({"id": 1, "accepts_marketing": on, "created_at": "2025-01-01T00:00:00Z", "accepts_marketing_updated_at": at});
    assert_eq!(
        of("customers/update", flag(false, at.clone())),
        json!([said("email", "unsubscribed", at.clone())])
    );
    assert_eq!(
        of("customers/update", flag(true, at.clone())),
        json!([said("email", "subscribed", at.clone())])
    );
    assert_eq!(of("customers/create", flag(false, json!("2025-01-01T00:00:00Z"))), Value::Null);
    assert_eq!(of("customers/create", flag(false, json!(null))), Value::Null);
    assert_eq!(
        of("customers/update", flag(false, json!(null))),
        json!([said("email", "unsubscribed", json!(null))])
    );
    let ticked = json!({"created_at": at, "buyer_accepts_marketing": true});
    assert_eq!(of("orders/create", ticked), json!([said("email", "subscribed", at)]));
    assert_eq!(of("orders/create", json!({"buyer_accepts_marketing": false})), Value::Null);
}

#[test]
fn test_orders_are_counted_apart() {
    for (topic, body, expect) in [
        ("orders/create", json!({"id": 1, "test": true}), "order.tested"),
        ("orders/paid", json!({"id": 1, "test": true}), "order.tested"),
        (
            "refunds/create",
            json!({"order_id": 1, "transactions": [{"test": true}]}),
            "order.tested",
        ),
        ("orders/paid", json!({"id": 1, "test": false}), "order.paid"),
        ("orders/paid", json!({"id": 1}), "order.paid"),
        ("refunds/create", json!({"order_id": 1, "transactions": []}), "order.refunded"),
        ("customers/create", json!({"id": 1, "test": true}), "customer.created"),
    ] {
        let draft = parsed(topic, body.clone());
        assert_eq!(draft.name, expect, "{topic} {body}");
    }
    assert_eq!(
        parsed("orders/paid", json!({"id": 1, "test": true})).properties["tested"],
        "order.paid"
    );
}

#[test]
fn an_order_says_how_it_will_be_paid() {
    for (status, methods, expect) in [
        ("paid", json!(["shopify_payments"]), Some("done")),
        ("pending", json!(["Cash on Delivery (COD)"]), Some("on_delivery")),
        ("pending", json!(["Bank Deposit"]), Some("by_transfer")),
        ("pending", json!(["paypal"]), Some("awaited")),
        ("pending", json!([]), Some("awaited")),
        ("authorized", json!(["shopify_payments"]), Some("authorized")),
        ("voided", json!(["paypal"]), None),
    ] {
        let order = json!({"id": 1, "financial_status": status, "payment_gateway_names": methods});
        let properties = parsed("orders/create", order).properties;
        assert_eq!(properties.get("payment").and_then(Value::as_str), expect, "{status}");
    }
    let invoice =
        json!({"id": 1, "financial_status": "pending", "payment_terms": {"due_in_days": 30}});
    assert_eq!(parsed("orders/create", invoice).properties["payment"], "by_transfer");
}

/// A cart names nobody; its token leads over the checkout to the order and its buyer.
#[test]
fn cart_checkout_order_and_refund_share_an_identifier() {
    let carts = |topic: &str, body: Value| -> Vec<String> {
        let identifiers = parsed(topic, body).identifiers;
        let scoped = |it: &RawIdentifier| it.kind == Kind::Cart && it.scope == "tea.myshopify.com";
        identifiers.into_iter().filter(scoped).map(|it| it.value).collect()
    };
    assert_eq!(carts("carts/update", json!({"token": "c1?key=k"})), ["c1"]);
    assert_eq!(carts("checkouts/create", json!({"token": "k1", "cart_token": "c1"})), ["c1", "k1"]);
    let order = json!({"id": 9, "cart_token": "c1", "checkout_token": "k1"});
    assert_eq!(carts("orders/create", order), ["c1", "k1", "order:9"]);
    assert_eq!(carts("refunds/create", json!({"id": 1, "order_id": 9})), ["order:9"]);
}

#[test]
fn a_refund_in_two_currencies_has_no_total() {
    let refund = |currency: &str| {
        json!({"order_id": 9, "transactions": [
            {"kind": "refund", "status": "success", "amount": "1.00", "currency": "CNY"},
            {"kind": "refund", "status": "success", "amount": "2.00", "currency": currency},
        ]})
    };
    assert_eq!(parsed("refunds/create", refund("CNY")).properties["total_minor"], 300);
    assert_eq!(parsed("refunds/create", refund("USD")).properties.get("total_minor"), None);
}

/// The row stays below D1's 2 MB whatever the order's size.
#[test]
fn a_large_order_is_read_but_not_kept_whole() {
    let line = json!({"product_id": 1, "title": "x".repeat(2_000), "quantity": 1, "price": "1.00"});
    let draft = parsed("orders/create", json!({"id": 9, "line_items": vec![line; 600]}));
    assert!(draft.properties.get("raw").is_none());
    assert!(draft.properties["raw_bytes"].as_u64().unwrap() > 1_000_000);
    assert_eq!(draft.properties["line_count"], 600);
    assert!(draft.properties.to_string().len() < 200_000);
}
