//! What makes a customer.

use super::{append, drain, identity, touchpoint};
use serde_json::{Value, json};
use tributary_core::identity::Kind;
use tributary_testkit::World;

#[test]
fn whoever_bought_is_a_customer_wherever_it_was() {
    let person = || vec![identity(Kind::Phone, "", "13800138000")];
    for (name, expected) in [
        ("Order Completed", "customer"),
        ("order.paid", "customer"),
        ("pos.sale.completed", "customer"),
        ("Product Viewed", "known"),
    ] {
        let world = World::new(9);
        append(&world, &[touchpoint(1, "Product Viewed", 1, person(), json!({}))]);
        append(&world, &[touchpoint(2, name, 2, person(), json!({"total": 1}))]);
        drain(&world);
        let profile = &world.get("/api/v1/profiles")["items"][0];
        assert_eq!(profile["lifecycle"], expected, "{name}");
        let path = format!("/api/v1/profiles/{}/timeline", profile["id"].as_str().unwrap());
        let orders = world.get(&format!("{path}?kind=order"));
        let names: Vec<&str> = orders["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|item| item["name"].as_str())
            .collect();
        assert_eq!(names, if expected == "customer" { vec![name] } else { vec![] });
        let (status, problem) = world.send("GET", &format!("{path}?kind=parcel"), &Value::Null);
        assert_eq!((status, problem["code"].as_str()), (400, Some("invalid_kind")));
    }
}
