use super::*;

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

/// The phone of an order may be null; then customer, billing, shipping, default address.
#[test]
fn the_first_phone_found_counts() {
    let address = |phone: &str| json!({ "phone": phone });
    let mut order = json!({
        "phone": "1",
        "customer": {"phone": "2", "default_address": address("5")},
        "billing_address": address("3"),
        "shipping_address": address("4"),
    });
    let phone = |order: &Value| {
        let identifiers = parsed("orders/create", order.clone()).identifiers;
        identifiers.into_iter().find(|it| it.kind == Kind::Phone).map(|it| it.value)
    };
    assert_eq!(phone(&order).as_deref(), Some("1"));
    order["phone"] = Value::Null;
    assert_eq!(phone(&order).as_deref(), Some("2"));
    order["customer"]["phone"] = json!("");
    assert_eq!(phone(&order).as_deref(), Some("3"));
    order["billing_address"] = Value::Null;
    assert_eq!(phone(&order).as_deref(), Some("4"));
    order["shipping_address"] = Value::Null;
    assert_eq!(phone(&order).as_deref(), Some("5"));
    order["customer"] = Value::Null;
    assert_eq!(phone(&order), None);
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
