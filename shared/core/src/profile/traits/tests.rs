use super::*;
use crate::time::Timestamp;
use serde_json::json;

fn said(channel: &str, name: &str, properties: Value, context: Value) -> BTreeMap<String, Value> {
    stated(channel, name, properties, context)
        .into_iter()
        .map(|one| (one.field, one.value))
        .collect()
}

fn stated(channel: &str, name: &str, properties: Value, context: Value) -> Vec<Stated> {
    let mut touchpoint = Touchpoint::own(name, &[], None, None, properties, Timestamp(1));
    touchpoint.channel = channel.to_owned();
    touchpoint.context = context;
    traits_of(&touchpoint)
}

fn of_map(value: Value) -> BTreeMap<String, Value> {
    value.as_object().cloned().unwrap_or_default().into_iter().collect()
}

#[test]
fn every_spelling_of_a_name_is_known() {
    for (sent, name) in [
        (json!({"firstName": "Wilhelmina", "lastName": "Brandt"}), "Wilhelmina Brandt"),
        (json!({"first_name": "伟", "last_name": "张"}), "张伟"),
        (json!({"given_name": "娜娜", "family_name": "欧阳"}), "欧阳娜娜"),
        (json!({"名": "懿", "姓": "司马"}), "司马懿"),
        (json!({"fullName": "Anna Müller", "firstName": "Anna"}), "Anna Müller"),
        (json!({"姓名": "李娜"}), "李娜"),
        (json!({"displayName": "Na Li"}), "Na Li"),
        (json!({"first_name": null, "firstName": "Cher"}), "Cher"),
        (json!({"name": "", "first_name": "伟", "last_name": "张"}), "张伟"),
    ] {
        let found = said("web", "$identify", sent.clone(), json!({}));
        assert_eq!(found["name"], name, "{sent}");
    }
    // What was sent is kept under the name it was sent under.
    let found = said("web", "$identify", json!({"firstName": "A"}), json!({}));
    assert_eq!(found, of_map(json!({"firstName": "A", "first_name": "A", "name": "A"})));
}

#[test]
fn objects_of_segment_and_of_shops_are_opened() {
    let found = said(
        "web",
        "$identify",
        json!({
            "address": {"city": "深圳市", "state": "广东省", "country": "中国", "street": "科技路 1 号"},
            "company": {"name": "Acme", "industry": "tools", "employee_count": 7, "id": ["x"]},
        }),
        json!({}),
    );
    for (field, value) in [
        ("city", json!("深圳市")),
        ("province", json!("广东省")),
        ("country", json!("中国")),
        ("company", json!("Acme")),
        ("company_industry", json!("tools")),
        ("company_employee_count", json!(7)),
    ] {
        assert_eq!(found[field], value, "{field}");
    }
    assert!(found["address"].is_object() && !found.contains_key("company_id"));

    let customer = json!({
        "email": "a@b.cn", "first_name": "Anna", "last_name": null, "company": "",
        "default_address": {
            "first_name": "Recipient", "company": "Shop GmbH", "city": "Hong Kong",
            "province": null, "province_code": null, "country_code": "HK",
            "country": "Hong Kong SAR",
        },
    });
    let found = said("shopify", "customer.created", json!({}), json!({"traits": customer}));
    for (field, value) in [("name", "Anna"), ("city", "Hong Kong"), ("country", "Hong Kong SAR")] {
        assert_eq!(found[field], value, "{field}");
    }
    // Nobody took away what the shop does not know, and who is named is not named anew.
    assert!(!found.contains_key("last_name") && !found.contains_key("company"));
    let unnamed = json!({"address": {"first_name": "伟", "last_name": "张", "company": "华"}});
    let found = said("woocommerce", "order.paid", json!({}), json!({"traits": unnamed}));
    assert_eq!((&found["name"], &found["company"]), (&json!("张伟"), &json!("华")));
}

#[test]
fn beside_an_address_a_state_is_no_place() {
    let found = said("web", "$identify", json!({"state": "trial"}), json!({}));
    assert_eq!(found, of_map(json!({"state": "trial"})));
    let group = json!({"group_id": "g", "name": "Acme", "plan": "pro"});
    assert_eq!(said("web", "$group", group, json!({})), of_map(json!({"company": "Acme"})));
}

#[test]
fn what_is_taken_once_gives_way() {
    let context = json!({"traits": {"plan": "pro"}, "traits_once": {"plan": "x", "source": "ad"}});
    let found = stated("web", "Signed Up", json!({}), context);
    let found: Vec<(&str, &Value, Rank)> =
        found.iter().map(|one| (one.field.as_str(), &one.value, one.rank)).collect();
    assert_eq!(found, [("plan", &json!("pro"), Rank::Form), ("source", &json!("ad"), Rank::Once)]);
}

#[test]
fn null_takes_away_only_where_it_was_said() {
    let gone = json!({"plan": null, "city": ""});
    assert_eq!(said("web", "$identify", gone.clone(), json!({})), of_map(gone.clone()));
    let within = json!({ "traits": gone });
    assert_eq!(said("web", "x", json!({}), within.clone()), of_map(json!({"plan": null})));
    assert_eq!(said("shopify", "order.paid", json!({}), within.clone()), BTreeMap::new());
    assert_eq!(said("line", "message.received", json!({}), within), BTreeMap::new());
}

#[test]
fn tags_are_not_forged_and_documents_are_no_traits() {
    let sent = json!({"tag:vip": true, "consents": {"sms": true}, "x": "y".repeat(5_000), "": 1});
    assert_eq!(said("web", "$identify", sent, json!({})), BTreeMap::new());
    let tag = said("console", TAG_ADDED, json!({"tag": " vip ", "reason": "buys"}), json!({}));
    assert_eq!(tag, of_map(json!({"tag:vip": "buys"})));
}
