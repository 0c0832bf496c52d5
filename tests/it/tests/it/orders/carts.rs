//! A cart that was emptied or ordered is not abandoned; an order that waits for its payment is
//! reminded of, in words that say so.

use super::Shop;
use serde_json::{Value, json};
use tributary_core::time::{HOUR_MS, MINUTE_MS};

const PHONE: &str = "13800138000";

impl Shop {
    fn with_customer() -> Shop {
        let mut shop = Shop::new();
        shop.identify("u", json!({"email": "a@example.com", "phone": PHONE}));
        shop
    }

    /// The texts of what cart recovery sent.
    fn reminders(&self) -> Vec<String> {
        let listed = self.world.get("/api/v1/messages");
        let items = listed["items"].as_array().unwrap();
        let of = |item: &&Value| item["journey"] == "cart-recovery" && item["status"] == "sent";
        let text = |item: &Value| item["rendered"]["text"].as_str().unwrap_or_default().to_owned();
        items.iter().filter(of).map(text).collect()
    }

    fn order(&mut self, status: &str, gateway: &str) {
        self.shopify("orders/create", json!({"id": 9, "name": "#1009", "email": "a@example.com",
            "phone": "+8613800138000", "cart_token": "c1", "currency": "CNY", "total_price": "9.00",
            "financial_status": status, "payment_gateway_names": [gateway],
            "order_status_url": "https://shop.example/9", "customer": {"id": 1, "email": "a@example.com"}}));
    }
}

#[test]
fn an_emptied_cart_is_not_abandoned() {
    let added = |id: &str| ("Product Added", json!({"cart_id": "c1", "product_id": id}));
    let removed = |id: &str| ("Product Removed", json!({"cart_id": "c1", "product_id": id}));
    let ga = |name: &'static str| {
        (name, json!({"items": [{"item_id": "p1", "quantity": 1}], "currency": "CNY"}))
    };
    for (what, events, reminded) in [
        ("abandoned", vec![added("p1")], 1),
        ("the last product is removed", vec![added("p1"), removed("p1")], 0),
        ("one of two is left", vec![added("p1"), added("p2"), removed("p1")], 1),
        ("both are removed", vec![added("p1"), added("p2"), removed("p1"), removed("p2")], 0),
        (
            "no lines",
            vec![added("p1"), ("Cart Updated", json!({"cart_id": "c1", "products": []}))],
            0,
        ),
        (
            "count zero",
            vec![added("p1"), ("cart.updated", json!({"cart_id": "c1", "item_count": 0}))],
            0,
        ),
        ("GA4", vec![ga("add_to_cart"), ga("remove_from_cart")], 0),
        ("cleared", vec![added("p1"), ("Cart Cleared", json!({"cart_id": "c1"}))], 0),
        ("filled again", vec![added("p1"), removed("p1"), added("p1")], 1),
        ("removed only", vec![removed("p1")], 0),
    ] {
        let mut shop = Shop::with_customer();
        for (event, properties) in events {
            shop.track(event, properties);
            shop.world.advance(MINUTE_MS);
        }
        shop.world.advance(3 * HOUR_MS);
        assert_eq!(shop.reminders().len(), reminded, "{what}: {:?}", shop.reminders());
    }
}

#[test]
fn a_shops_cart_without_lines_ends_its_run() {
    let mut shop = Shop::with_customer();
    let checkout = json!({"token": "k1", "cart_token": "c1", "email": "a@example.com", "phone": PHONE,
        "line_items": [{"product_id": 1, "quantity": 1}]});
    shop.shopify("checkouts/create", checkout);
    shop.shopify("carts/update", json!({"token": "c1", "line_items": []}));
    shop.world.advance(3 * HOUR_MS);
    assert_eq!(shop.reminders(), Vec::<String>::new());
}

#[test]
fn an_order_ends_it_unless_it_waits_for_an_online_payment() {
    for (status, gateway, words) in [
        ("pending", "Cash on Delivery (COD)", None),
        ("pending", "Bank Deposit", None),
        ("pending", "manual", None),
        ("authorized", "shopify_payments", None),
        ("paid", "shopify_payments", None),
        ("pending", "paypal", Some("#1009 等待付款")),
        ("pending", "alipay", Some("https://shop.example/9")),
    ] {
        let mut shop = Shop::with_customer();
        shop.track("Product Added", json!({"cart_id": "c1", "product_id": "p1"}));
        shop.world.advance(HOUR_MS);
        shop.order(status, gateway);
        shop.world.advance(HOUR_MS + MINUTE_MS);
        assert_eq!(
            shop.reminders(),
            Vec::<String>::new(),
            "{gateway}: two hours from the order on"
        );
        shop.world.advance(HOUR_MS);
        let reminders = shop.reminders();
        match words {
            None => assert_eq!(reminders, Vec::<String>::new(), "{status} {gateway}"),
            Some(words) => {
                assert_eq!(reminders.len(), 1, "{gateway}");
                assert!(reminders[0].contains(words), "{reminders:?}");
            }
        }
    }
}

#[test]
fn a_sites_own_words_on_the_payment_are_read() {
    for (properties, reminded) in [
        (json!({"payment_status": "pending", "payment_method": "alipay"}), 1),
        (json!({"payment_status": "pending", "payment_method": "cod"}), 0),
        (json!({"payment_method": "货到付款"}), 0),
        (json!({"payment_status": "unpaid", "payment_method": "bank transfer"}), 0),
        (json!({"payment_status": "paid"}), 0),
        (json!({}), 0),
    ] {
        let mut shop = Shop::with_customer();
        shop.track("Product Added", json!({"cart_id": "c1", "product_id": "p1"}));
        let mut order = properties.clone();
        order["order_id"] = json!("9");
        order["cart_id"] = json!("c1");
        shop.track("Order Placed", order);
        shop.world.advance(3 * HOUR_MS);
        assert_eq!(shop.reminders().len(), reminded, "{properties}");
    }
}

#[test]
fn an_order_that_is_paid_or_called_off_is_reminded_of_no_more() {
    for topic in ["orders/paid", "orders/cancelled"] {
        let mut shop = Shop::with_customer();
        shop.order("pending", "paypal");
        shop.shopify(topic, json!({"id": 9, "cart_token": "c1", "email": "a@example.com", "total_price": "9.00", "currency": "CNY"}));
        shop.world.advance(30 * HOUR_MS);
        assert_eq!(shop.reminders(), Vec::<String>::new(), "{topic}");
    }
}

#[test]
fn an_order_that_does_not_name_its_cart_is_about_the_cart_that_waits() {
    let mut shop = Shop::with_customer();
    shop.track("Product Added", json!({"cart_id": "c1", "product_id": "p1"}));
    shop.world.advance(HOUR_MS);
    let order = json!({"id": 7, "status": "pending", "payment_method": "alipay", "currency": "CNY",
        "total": "9.00", "billing": {"email": "a@example.com"}});
    shop.woo("order.created", order);
    shop.world.advance(3 * HOUR_MS);
    assert_eq!(
        shop.reminders().len(),
        1,
        "one reminder, not one for the cart and one for the order"
    );
    assert!(shop.reminders()[0].contains("等待付款"), "{:?}", shop.reminders());
}
