//! Where a lead is, and who covers it.

use super::{append, email, lead, rep, touchpoint};
use serde_json::{Value, json};
use tributary_testkit::World;

/// Who stays of two salespeople, when somebody with these traits asks to be called.
fn covered(traits: Value, regions: Value) -> bool {
    let world = World::new(1);
    rep(&world, "covers", json!({"regions": regions, "on_shift": false}));
    rep(&world, "other", json!({"regions": ["宁夏"], "on_shift": false}));
    let who = || email("a");
    append(
        &world,
        &[
            touchpoint(&world, "i", "$identify", who(), traits),
            touchpoint(&world, "f", "form.submitted", who(), json!({})),
        ],
    );
    world.settle();
    let stage = lead(&world, 0)["assignment"]["explanation"][0].clone();
    assert_eq!(stage["stage"], "region");
    stage["remained"].as_array().is_some_and(|left| left.contains(&json!("covers")))
}

#[test]
fn a_place_is_understood_however_it_is_written() {
    for (traits, region) in [
        (json!({"city": "深圳市"}), "广东"),
        (json!({"city": "深圳"}), "广东省"),
        (json!({"region": "广东省深圳市"}), "广东"),
        (json!({"region": "广东省深圳市南山区"}), "深圳"),
        (json!({"country": "Hong Kong SAR"}), "香港"),
        (json!({"country": "HK"}), "香港"),
        (json!({"country_code": "TW"}), "台湾"),
        (json!({"province": "臺灣"}), "台湾"),
        (json!({"city": "Shenzhen"}), "Guangdong"),
        (json!({"address": "上海市徐汇区陕西南路 100 号"}), "上海"),
        (json!({"address": {"city": "Shanghai", "street": "北京西路 1 号"}}), "华东"),
        (json!({"district": "朝阳区", "city": "北京"}), "北京朝阳区"),
        (json!({"state": "Georgia", "country": "United States"}), "美国"),
        (json!({"state": "Bavaria", "country": "DE"}), "Germany, Bavaria"),
    ] {
        assert!(covered(traits.clone(), json!([region])), "{traits} by {region}");
    }
    for (traits, region) in [
        (json!({"address": "上海市徐汇区陕西南路 100 号"}), "陕西"),
        (json!({"address": "上海市黄浦区南京东路 1 号"}), "南京"),
        (json!({"address": {"city": "上海", "street": "北京西路 1 号"}}), "北京"),
        (json!({"city": "深圳市"}), "北京"),
        (json!({"state": "Georgia", "country": "United States"}), "Georgia, Tbilisi"),
    ] {
        assert!(!covered(traits.clone(), json!([region])), "{traits} by {region}");
    }
}

#[test]
fn regions_are_chosen_level_by_level() {
    let world = World::new(2);
    let top = world.get("/api/v1/regions");
    let items = top["items"].as_array().unwrap();
    assert_eq!(items[0]["name"], "华东");
    let guangdong = items.iter().find(|one| one["en"] == "Guangdong").unwrap();
    assert_eq!((&guangdong["name"], &guangdong["kind"]), (&json!("广东省"), &json!("province")));
    let within = |name: &str| {
        let bytes = name.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        world.get(&format!("/api/v1/regions?within={bytes}"))
    };
    let cities = within("广东省");
    assert_eq!(cities["total"], 21);
    assert_eq!(within("Shenzhen"), within("深圳市"));
    assert_eq!(within("深圳市")["items"][0]["name"], "广东省深圳市罗湖区");
    let nowhere = world.send("GET", "/api/v1/regions?within=nowhere", &Value::Null);
    assert_eq!((nowhere.0, &nowhere.1["code"]), (404, &json!("region_not_found")));
    // What is chosen is taken, also when it is read back and written again.
    rep(&world, "a", json!({"regions": ["广东省深圳市罗湖区", "Germany", "德国/巴伐利亚"]}));
}

#[test]
fn regions_written_before_there_was_a_table_stay() {
    let world = World::new(3);
    rep(&world, "a", json!({"regions": ["广东"]}));
    let old = "UPDATE reps SET regions = '[\"粤东\"]'";
    world.0.db.sqlite.with(|database| database.execute(old, [])).expect("it is changed");
    rep(&world, "a", json!({"regions": ["粤东", "上海"]}));
    let body = json!({"name": "a", "regions": ["粤西"]});
    let (status, answer) = world.send("PUT", "/api/v1/reps/a", &body);
    assert_eq!((status, &answer["code"]), (422, &json!("unknown_region")));
}
