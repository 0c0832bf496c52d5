//! Orders, money and times through the doors: what page, shop and payment provider tell, and what
//! the profile says of it.

mod carts;

use serde_json::{Value, json};
use tributary_service::Request;
use tributary_testkit::{World, sign};

/// An installation with a site, a shop of each kind and a payment provider.
struct Shop {
    world: World,
    sent: u32,
}

impl Shop {
    fn new() -> Shop {
        let world = World::new(1);
        for (path, secrets) in [
            ("web/site", json!({"write_key": "wk"})),
            ("shopify/tea", json!({"webhook_secret": "hush"})),
            ("woocommerce/tea", json!({"secret": "wsec"})),
            ("stripe/main", json!({"signing_secret": "whsec_1"})),
        ] {
            let body = json!({ "secrets": secrets });
            let (status, answer) = world.send("PUT", &format!("/api/v1/endpoints/{path}"), &body);
            assert!(status < 300, "{path}: {answer}");
        }
        Shop { world, sent: 0 }
    }

    fn take(&mut self, request: Request) {
        let response = self.world.request(request);
        let body = String::from_utf8_lossy(&response.body).into_owned();
        assert!(response.status < 300, "{}: {body}", response.status);
        self.world.settle();
    }

    fn collect(&mut self, kind: &str, mut event: Value) {
        self.sent += 1;
        event["messageId"] = json!(format!("m{}", self.sent));
        event["writeKey"] = json!("wk");
        self.take(Request {
            method: "POST".to_owned(),
            path: format!("/v1/{kind}"),
            query: String::new(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: event.to_string().into_bytes(),
        });
    }

    fn track(&mut self, event: &str, properties: Value) {
        self.collect("track", json!({"userId": "u", "event": event, "properties": properties}));
    }

    fn identify(&mut self, user: &str, traits: Value) {
        self.collect("identify", json!({"userId": user, "traits": traits}));
    }

    fn shopify(&mut self, topic: &str, body: Value) {
        self.sent += 1;
        let id = format!("wh{}", self.sent);
        self.take(sign::shopify("tea", "hush", topic, &id, &body.to_string()));
    }

    fn woo(&mut self, topic: &str, body: Value) {
        self.take(sign::woocommerce("tea", "wsec", topic, &body.to_string()));
    }

    fn stripe(&mut self, kind: &str, object: Value) {
        self.sent += 1;
        let now = self.world.now().0;
        let body = json!({"id": format!("evt_{}", self.sent), "type": kind, "created": now / 1_000,
            "livemode": true, "data": {"object": object}});
        self.take(sign::stripe("main", "whsec_1", now, &body.to_string()));
    }

    fn person(&self, identity: &str) -> Value {
        let key = identity.replace('+', "%2B");
        self.world.get(&format!("/api/v1/profiles?identity={key}"))["items"][0].clone()
    }

    /// `currency count sum` of each counter of that name.
    fn counted(&self, identity: &str, name: &str) -> Vec<String> {
        let person = self.person(identity);
        let all = person["counters"].as_array().cloned().unwrap_or_default();
        all.iter()
            .filter(|counter| counter["name"] == name)
            .map(|counter| {
                let currency = counter["currency"].as_str().unwrap_or("?");
                format!("{currency} {} {}", counter["count"], counter["sum_minor"])
            })
            .collect()
    }
}

#[test]
fn an_order_is_one_order_wherever_it_is_told_of() {
    let mut shop = Shop::new();
    shop.identify("u", json!({"email": "a@example.com"}));
    let thanks = json!({"order_id": "1001", "total": 50, "currency": "CNY"});
    shop.track("Order Completed", thanks.clone());
    shop.track("Order Completed", thanks);
    assert_eq!(shop.counted("user_id:u", "order.paid"), ["CNY 1 5000"]);
    // The shop calls it otherwise, and knows better what it cost.
    let order = json!({"id": 820_982_911, "name": "#1001", "order_number": 1001, "currency": "CNY",
        "total_price": "51.00", "email": "a@example.com", "financial_status": "paid"});
    shop.shopify("orders/create", order.clone());
    shop.shopify("orders/paid", order);
    let paid = json!({"id": "cs_1", "payment_intent": "pi_1", "mode": "payment", "payment_status": "paid",
        "amount_total": 5200, "currency": "cny", "metadata": {"order_id": "1001"},
        "customer_details": {"email": "a@example.com"}});
    shop.stripe("checkout.session.completed", paid);
    assert_eq!(shop.counted("user_id:u", "order.paid"), ["CNY 1 5100"]);
    assert_eq!(shop.counted("user_id:u", "order.created"), ["CNY 1 5100"]);
    shop.track("purchase", json!({"transaction_id": "1002", "value": 35.5, "currency": "CNY"}));
    assert_eq!(shop.counted("user_id:u", "order.paid"), ["CNY 2 8650"]);
    assert_eq!(shop.person("user_id:u")["lifecycle"], "customer");
}

#[test]
fn sums_are_by_currency_in_its_own_decimals() {
    let mut shop = Shop::new();
    for (order, total, currency) in [
        ("1", json!(1000), "JPY"),
        ("2", json!("1.234,50"), "EUR"),
        ("3", json!(1.234), "KWD"),
        ("4", json!("¥1,234"), "CNY"),
        ("5", json!(0.1), "EUR"),
        ("6", json!("150.000 ₫"), "VND"),
    ] {
        let properties = json!({"order_id": order, "total": total, "currency": currency});
        shop.track("Order Completed", properties);
    }
    shop.track("Order Completed", json!({"order_id": "7", "total": 5}));
    assert_eq!(
        shop.counted("user_id:u", "order.paid"),
        [" 1 500", "CNY 1 123400", "EUR 2 123460", "JPY 1 1000", "KWD 1 1234", "VND 1 150000"]
    );
    // What is no order is counted by currency, too.
    shop.track("Quote Accepted", json!({"total": 2, "currency": "USD"}));
    shop.track("Quote Accepted", json!({"total": 2, "currency": "JPY"}));
    assert_eq!(shop.counted("user_id:u", "Quote Accepted"), ["JPY 1 2", "USD 1 200"]);
}

#[test]
fn refunds_are_counted_once() {
    let mut shop = Shop::new();
    for refunded in [1000, 3000, 3000] {
        let charge = json!({"id": "ch_1", "amount": 5000, "amount_refunded": refunded, "currency": "usd",
            "payment_intent": "pi_1", "billing_details": {"email": "r@example.com"}});
        shop.stripe("charge.refunded", charge);
    }
    assert_eq!(shop.counted("email:r@example.com", "order.refunded"), ["USD 2 3000"]);
    let order = |modified: &str, refunds: Value| {
        json!({"id": 22, "status": "processing", "currency": "CNY", "total": "30.00", "customer_id": 0,
            "date_paid_gmt": "2026-01-01T00:00:00", "date_modified_gmt": modified,
            "billing": {"email": "w@example.com"}, "refunds": refunds})
    };
    shop.woo("order.updated", order("2026-01-01T00:00:00", json!([])));
    let first = json!({"id": 726, "reason": "broken", "total": "-10.00"});
    shop.woo("order.updated", order("2026-01-01T00:01:00", json!([first])));
    shop.woo("order.updated", order("2026-01-01T00:02:00", json!([first])));
    assert_eq!(shop.counted("email:w@example.com", "order.refunded"), ["CNY 1 1000"]);
    assert_eq!(shop.counted("email:w@example.com", "order.paid"), ["CNY 1 3000"]);
    let second = json!({"id": 727, "total": "-5.00"});
    shop.woo("order.updated", order("2026-01-01T00:03:00", json!([first, second])));
    assert_eq!(shop.counted("email:w@example.com", "order.refunded"), ["CNY 2 1500"]);
    let refund = |id: u64| {
        json!({"id": id, "order_id": 9, "transactions": [
            {"kind": "refund", "status": "success", "amount": "2.50", "currency": "USD"}]})
    };
    shop.shopify(
        "orders/paid",
        json!({"id": 9, "email": "s@example.com", "currency": "USD", "total_price": "5.00"}),
    );
    for id in [1, 1, 2] {
        shop.shopify("refunds/create", refund(id));
    }
    assert_eq!(shop.counted("email:s@example.com", "order.refunded"), ["USD 2 500"]);
}

#[test]
fn what_is_no_money_in_hand_is_no_purchase() {
    let mut shop = Shop::new();
    let session = |mode: &str, status: &str, amount: i64| {
        json!({"id": format!("cs_{amount}"), "mode": mode, "payment_status": status,
            "amount_total": amount, "currency": "usd", "payment_intent": format!("pi_{amount}"),
            "customer_details": {"email": "q@example.com"}})
    };
    shop.stripe("checkout.session.completed", session("payment", "unpaid", 5000));
    shop.stripe("checkout.session.completed", session("setup", "no_payment_required", 0));
    shop.stripe("checkout.session.completed", session("payment", "paid", 0));
    shop.shopify("orders/paid", json!({"id": 1, "test": true, "email": "q@example.com", "total_price": "5.00", "currency": "USD"}));
    shop.shopify(
        "orders/paid",
        json!({"id": 2, "email": "q@example.com", "total_price": "0.00", "currency": "USD"}),
    );
    shop.identify("u", json!({"email": "q@example.com"}));
    shop.track("Order Completed", json!({"order_id": "free", "total": 0, "currency": "USD"}));
    assert_eq!(shop.counted("email:q@example.com", "order.paid"), Vec::<String>::new());
    assert_eq!(shop.counted("email:q@example.com", "order.tested"), ["USD 1 500"]);
    assert_eq!(shop.counted("email:q@example.com", "order.created"), ["USD 4 5000"]);
    assert_eq!(shop.person("email:q@example.com")["lifecycle"], "known");
    // The debit arrives.
    shop.stripe("checkout.session.async_payment_succeeded", session("payment", "paid", 5000));
    assert_eq!(shop.counted("email:q@example.com", "order.paid"), ["USD 1 5000"]);
    assert_eq!(shop.person("email:q@example.com")["lifecycle"], "customer");
}

#[test]
fn the_recipient_of_a_gift_stays_another_person() {
    let mut shop = Shop::new();
    shop.identify("r", json!({"phone": "13800138009", "email": "r@example.com"}));
    shop.shopify("orders/create", json!({"id": 2, "email": "giver@example.com", "currency": "CNY",
        "total_price": "10.00", "customer": {"id": 1, "email": "giver@example.com", "first_name": "送", "phone": null},
        "billing_address": {"first_name": "送", "phone": null},
        "shipping_address": {"first_name": "收", "phone": "13800138009"}}));
    assert_ne!(
        shop.person("email:giver@example.com")["id"],
        shop.person("email:r@example.com")["id"]
    );
    assert_eq!(shop.person("email:giver@example.com")["traits"]["first_name"], "送");
}

#[test]
fn a_time_is_what_the_sender_means() {
    let mut shop = Shop::new();
    let now = shop.world.now();
    let naive = now.plus_ms(-600_000).to_rfc3339().trim_end_matches('Z').to_owned();
    shop.collect("track", json!({"userId": "u", "event": "Naive", "timestamp": naive}));
    shop.collect("track", json!({"userId": "u", "event": "Vague", "timestamp": "yesterday"}));
    let id = shop.person("user_id:u")["id"].as_str().unwrap().to_owned();
    let timeline = shop.world.get(&format!("/api/v1/profiles/{id}/timeline"));
    let item = |name: &str| {
        let items = timeline["items"].as_array().unwrap();
        items.iter().find(|item| item["name"] == name).unwrap().clone()
    };
    assert_eq!(item("Naive")["occurred_at"], json!(now.plus_ms(-600_000).0));
    assert_eq!(item("Vague")["context"]["time_unreadable"], "yesterday");
    assert_eq!(item("Vague")["occurred_at"], item("Vague")["received_at"]);
}

#[test]
fn neither_an_old_nor_an_unreadable_time_starts_a_journey() {
    let mut shop = Shop::new();
    shop.identify("u", json!({"email": "t@example.com"}));
    for time in [
        "2023-05-01T10:00:00+0800",
        "1 May 2023 10:00:00 GMT",
        "20230501100000",
        "1682906400.5",
        "May the first",
        "2023-13-01",
    ] {
        shop.collect("track", json!({"userId": "u", "event": "Signed Up", "timestamp": time}));
    }
    assert_eq!(shop.world.get("/api/v1/journeys/welcome/runs")["items"], json!([]));
    shop.collect("track", json!({"userId": "u", "event": "Signed Up"}));
    assert_eq!(
        shop.world.get("/api/v1/journeys/welcome/runs")["items"].as_array().map(Vec::len),
        Some(1)
    );
}

#[test]
fn a_request_to_be_forgotten_makes_nobody_known_and_stops_marketing() {
    let mut shop = Shop::new();
    let known = "email:john@example.com";
    shop.shopify("customers/create", json!({"id": 191, "email": "john@example.com"}));
    let profiles = || shop.world.get("/api/v1/profiles")["items"].as_array().map(Vec::len);
    assert_eq!(profiles(), Some(1));
    let redact = |id: u64, email: &str| {
        json!({"shop_id": 9, "shop_domain": "demo.myshopify.com",
            "customer": {"id": id, "email": email, "phone": "+8613800138000"}, "orders_to_redact": [1]})
    };
    shop.shopify("customers/redact", redact(191, "john@example.com"));
    shop.shopify("customers/redact", redact(192, "stranger@example.com"));
    shop.shopify("customers/data_request", redact(193, "curious@example.com"));
    shop.shopify("shop/redact", json!({"shop_id": 9, "shop_domain": "demo.myshopify.com"}));
    assert_eq!(shop.world.get("/api/v1/profiles")["items"].as_array().map(Vec::len), Some(1));
    let consents = shop.person(known)["consents"].clone();
    assert_eq!(consents[0]["state"], "withdrawn", "{consents}");
    assert_eq!(consents[0]["purpose"], "marketing");
    let tasks = shop.world.get("/api/v1/tasks?kind=privacy_request");
    let tasks = tasks["items"].as_array().unwrap();
    assert_eq!(tasks.len(), 4);
    assert!(tasks.iter().all(|task| task["owner"].is_null() && task["state"] == "open"));
    let about = tasks.iter().filter(|task| task["profile"] == shop.person(known)["id"]).count();
    assert_eq!(about, 1);
    // Who comes to be known later is not written to either.
    shop.identify("s", json!({"email": "stranger@example.com"}));
    assert_eq!(shop.person("email:stranger@example.com")["consents"][0]["state"], "withdrawn");
    shop.identify("c", json!({"email": "curious@example.com"}));
    assert_eq!(shop.person("email:curious@example.com")["consents"], json!([]));
}

#[test]
fn what_a_shop_knows_of_its_customer_reaches_the_profile() {
    let mut shop = Shop::new();
    let at = "2025-12-31T00:00:00Z";
    shop.shopify("customers/create", json!({"id": 27, "email": "z@example.com", "first_name": "Anna",
        "last_name": "Musterfrau", "default_address": {"company": "Acme", "city": "Wien", "country_code": "AT"}}));
    let found = shop.world.get("/api/v1/search?q=Musterfrau");
    assert!(
        found["items"]
            .to_string()
            .contains(shop.person("email:z@example.com")["id"].as_str().unwrap())
    );
    assert_eq!(shop.person("email:z@example.com")["traits"]["company"], "Acme");
    // Each of the shop's two forms, and the topics of their own.
    let consent = |state: &str| json!({"state": state, "consent_updated_at": at});
    for (topic, body, email) in [
        (
            "customers/update",
            json!({"id": 1, "email": "a@example.com", "email_marketing_consent": consent("unsubscribed")}),
            "a@example.com",
        ),
        (
            "customers/update",
            json!({"id": 2, "email": "b@example.com", "accepts_marketing": false, "accepts_marketing_updated_at": at}),
            "b@example.com",
        ),
        (
            "customers_email_marketing_consent/update",
            json!({"customer_id": 3, "email_address": "c@example.com", "email_marketing_consent": consent("UNSUBSCRIBED")}),
            "c@example.com",
        ),
        (
            "orders/create",
            json!({"id": 4, "email": "d@example.com", "customer": {"id": 4, "email": "d@example.com", "email_marketing_consent": consent("unsubscribed")}}),
            "d@example.com",
        ),
    ] {
        shop.shopify(topic, body);
        let consents = shop.person(&format!("email:{email}"))["consents"].clone();
        assert_eq!(consents[0]["medium"], "email", "{topic}: {consents}");
        assert_eq!(consents[0]["state"], "withdrawn", "{topic}: {consents}");
        assert_eq!(consents[0]["purpose"], "marketing", "{topic}");
    }
    let text = json!({"id": 5, "phone": "+8613800138005", "sms_marketing_consent": consent("unsubscribed")});
    shop.shopify("customers_marketing_consent/update", text);
    assert_eq!(shop.person("phone:+8613800138005")["consents"][0]["medium"], "sms");
}
