use super::*;
use serde_json::json;
use tributary_core::time::Timestamp;

fn read(document: &Value) -> Mapping {
    Mapping::read(&document.to_string()).expect("a mapping")
}

fn till() -> Value {
    json!({
        "items": "data.bills",
        "touchpoints": [
            {
                "name": "order.paid",
                "when": [{"path": "kind", "op": "eq", "value": "sale"}],
                "id": ["no", "$.shop"],
                "at": "time",
                "identifiers": [{"kind": "phone", "path": "vip.tel"}, {"kind": "member_id", "path": "vip.card"}],
                "properties": {
                    "order_id": "no",
                    "total_minor": {"path": "sum", "as": "minor_units"},
                    "pay": {"path": "pay", "values": {"1": "cash", "2": "wechat"}},
                    "store": "$.shop"
                },
                "constants": {"currency": "CNY"},
                "traits": {"name": "vip.name"}
            },
            {"name": "order.refunded", "when": [{"path": "kind", "op": "eq", "value": "return"}],
             "id": ["no"], "properties": {"order_id": "of"}}
        ]
    })
}

#[test]
fn bills_of_a_till() {
    let body = json!({"shop": "NJ1", "data": {"bills": [
        {"no": 9007199254740993_i64, "kind": "sale", "time": "2026-01-01 08:00:00", "sum": "199.90", "pay": 2,
         "vip": {"tel": "138 0013 8000", "card": "V9", "name": "李娜"}},
        {"no": "B2", "kind": "return", "of": "B1"},
        {"no": "B3", "kind": "audit"},
        {"kind": "sale"},
        {"no": "B5", "kind": "sale", "time": "yesterday"},
        {"no": "B6", "kind": "sale", "sum": "a lot"},
    ]}});
    let mapped = read(&till()).apply("till", &body).unwrap();
    assert_eq!(
        mapped.faults,
        [(2, "no_rule_fits"), (3, "id_missing"), (4, "time_unreadable"), (5, "amount_unreadable")]
    );
    let [sale, back] = mapped.drafts.as_slice() else { panic!("{mapped:?}") };
    assert_eq!(sale.name, "order.paid");
    let at = sale.occurred_at.clone().and_then(|moment| moment.known().ok());
    assert_eq!(at.map(Timestamp::to_rfc3339).unwrap(), "2026-01-01T00:00:00.000Z");
    let expect = json!({"order_id": 9007199254740993_i64, "total_minor": 19990, "pay": "wechat", "store": "NJ1", "currency": "CNY"});
    assert_eq!(sale.properties, expect);
    assert_eq!(sale.context, json!({"traits": {"name": "李娜"}}));
    let named: Vec<(&str, &str, &str)> = sale
        .identifiers
        .iter()
        .map(|one| (one.kind.id(), one.scope.as_str(), one.value.as_str()))
        .collect();
    assert_eq!(named, [("phone", "", "138 0013 8000"), ("member_id", "", "V9")]);
    assert_eq!((back.name.as_str(), &back.occurred_at), ("order.refunded", &None));
    assert_ne!(sale.delivery_id, back.delivery_id);
}

/// The same bill of another shop is another bill; the same bill sent again is the same.
#[test]
fn the_id_is_what_the_document_says() {
    let id = |shop: &str, no: &str, sum: &str| {
        let bills = json!([{"no": no, "kind": "sale", "sum": sum}]);
        let mapped =
            read(&till()).apply("till", &json!({"shop": shop, "data": {"bills": bills}})).unwrap();
        mapped.drafts.first().map(|draft| draft.delivery_id.clone()).expect("a draft")
    };
    assert_eq!(id("NJ1", "1", "2.00"), id("NJ1", "1", "3.00"));
    assert_ne!(id("NJ1", "1", "2.00"), id("NJ2", "1", "2.00"));
    assert_ne!(id("NJ1", "11", "2.00"), id("NJ", "111", "2.00"));
}

#[test]
fn bodies_of_every_form() {
    let check = |body: &str, expect: Value| {
        assert_eq!(read_body(body.as_bytes(), 1_000), Ok(expect), "{body}");
    };
    check(" {\"a\": 1}", json!({"a": 1}));
    check("<r><a>1</a></r>", json!({"a": "1"}));
    check("a=1&b=%E6%9D%8E", json!({"a": "1", "b": "李"}));
    for none in ["", "hello", "\u{0}", "{", "<r>", "<!DOCTYPE x><r/>"] {
        assert!(read_body(none.as_bytes(), 1_000).is_err(), "{none}");
    }
    for long in [&b"{\"a\": 1}"[..], b"<a>1</a>", b"a=12"] {
        assert_eq!(read_body(long, 3), Err(Reject::TOO_LARGE));
    }
}

#[test]
fn lists_of_one_and_lists_of_none() {
    let apply = |bills: Value| {
        read(&till()).apply("till", &json!({"shop": "s", "data": {"bills": bills}})).unwrap()
    };
    assert_eq!(apply(json!({"no": 1, "kind": "sale"})).drafts.len(), 1);
    assert_eq!(apply(json!([])), Mapped::default());
    assert_eq!(apply(json!(null)).faults, [(0, "items_missing")]);
    assert_eq!(apply(json!("x")).faults, [(0, "items_missing")]);
    let many = apply(Value::Array(vec![json!({"no": 1, "kind": "sale"}); 501]));
    assert_eq!((many.drafts.len(), many.faults.as_slice()), (500, &[(500, "too_many_items")][..]));
}

#[test]
fn a_wrong_document_says_where() {
    let check = |document: Value, expect: &str| {
        let found = Mapping::read(&document.to_string()).expect_err("wrong").0;
        assert!(found.contains(expect), "{found}");
    };
    let rule = |change: Value| {
        let mut rule = json!({"name": "a", "id": ["x"]});
        rule.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!({"touchpoints": [rule]})
    };
    check(json!({"touchpoints": []}), "touchpoints");
    check(json!({"rules": []}), "unknown field `rules`");
    check(rule(json!({"name": "$own"})), "touchpoints.0: name");
    check(rule(json!({"id": []})), "touchpoints.0: id");
    check(rule(json!({"identifiers": [{"kind": "aura", "path": "x"}]})), "unknown kind aura");
    check(rule(json!({"when": [{"path": "x", "op": "like"}]})), "unknown variant `like`");
    assert!(Mapping::read(&rule(json!({})).to_string()).is_ok());
    assert!(Mapping::read(&" ".repeat(70_000)).is_err());
}

/// Each makes far more than it was sent, by another way.
#[test]
fn what_a_mapping_makes_has_a_budget() {
    let things =
        |count: usize| -> Value { vec![json!({"id": 1, "text": "x".repeat(100)}); count].into() };
    let large = "x".repeat(200_000);
    let body = json!({"large": large, "tree": {"a": [large, large]}, "things": things(500)});
    let refused = |name: &str, rule: Value, items: Option<&str>| {
        let mut rule = rule;
        rule["name"] = json!("a");
        rule["id"] = rule.get("id").cloned().unwrap_or_else(|| json!(["id"]));
        // As many as fit a document.
        let rules = if rule.to_string().len() > 1_000 { 5 } else { 50 };
        let mapping = read(&json!({"items": items, "touchpoints": vec![rule; rules]}));
        let made = mapping.apply("e", &body).map(|made| made.drafts.len());
        assert_eq!(made, Err(Spent), "{name}");
    };
    let items = Some("things");
    refused("a text into each", json!({"properties": {"all": "$.large"}}), items);
    refused("a tree into each", json!({"properties": {"all": "$.tree"}}), items);
    refused("the list into each of its items", json!({"properties": {"all": "$.things"}}), items);
    refused("a trait", json!({"traits": {"all": "$.large"}}), items);
    refused("constants", json!({"constants": {"c": "y".repeat(10_000)}}), items);
    let named = json!({"path": "id", "values": {"1": "z".repeat(10_000)}});
    refused("named values", json!({"properties": {"v": named}}), items);
    refused("identifiers", json!({"identifiers": [{"kind": "user_id", "path": "$.large"}]}), items);
    refused("ids", json!({"id": ["$.large"]}), items);
    let looks = json!([{"path": "$.tree", "op": "contains", "value": "no"}]);
    refused("a search in all of it for each", json!({"when": looks}), items);
    let many: Map<String, Value> = (0..40).map(|n| (format!("p{n}"), json!("$.large"))).collect();
    refused("many times into one", json!({"properties": many, "id": ["$.things.0.id"]}), None);
}

#[test]
fn what_is_usual_is_far_from_the_budget() {
    let bill = json!({"no": "1", "kind": "sale", "sum": "1.00", "vip": {"tel": "13800138000"}});
    let bills: Vec<Value> = (0..500)
        .map(|no| {
            let mut bill = bill.clone();
            bill["no"] = json!(no);
            bill["lines"] = vec![json!({"sku": "a", "name": "水壶", "price": "10.00"}); 20].into();
            bill
        })
        .collect();
    let made = read(&till()).apply("till", &json!({"shop": "s", "data": {"bills": bills}}));
    assert_eq!(made.map(|made| made.drafts.len()), Ok(500));
    // A body of a few bytes, and constants that say the rest.
    let small =
        json!({"touchpoints": [{"name": "a", "id": ["i"], "constants": {"c": "y".repeat(5_000)}}]});
    assert_eq!(read(&small).apply("e", &json!({"i": 1})).map(|made| made.drafts.len()), Ok(1));
}

#[test]
fn a_rule_says_where_the_country_beside_a_number_is() {
    let mapping = read(&json!({"touchpoints": [{
        "name": "order.paid", "id": ["no"],
        "identifiers": [{"kind": "phone", "path": "tel", "country": "ship.country"}]
    }]}));
    let body = json!({"no": 1, "tel": 4_158_582_912.0_f64, "ship": {"country": "US"}});
    let drafts = mapping.apply("till", &body).expect("within the budget").drafts;
    let found = &drafts[0].identifiers[0];
    assert_eq!((found.value.as_str(), found.country.as_deref()), ("4158582912", Some("US")));
}
