//! A vendor is not hurried, and the log is not read for nothing.

use super::{account, identify, learned, ok, world, writes};
use serde_json::json;
use std::cell::Cell;
use std::rc::Rc;
use tributary_core::enrich::CALLS_PER_MINUTE;
use tributary_core::time::MINUTE_MS;
use tributary_testkit::World;
use tributary_testkit::checks::number;

/// Customers that colleagues noted the names of, one call each.
#[test]
fn so_many_calls_a_minute_and_the_rest_later() {
    let world = World::new(1);
    let calls = Rc::new(Cell::new(0));
    let counted = Rc::clone(&calls);
    *world.0.providers.vendor.borrow_mut() = Some(Box::new(move |request| {
        counted.set(counted.get() + 1);
        Some(ok(&match request.url.contains("gettoken") {
            true => json!({"errcode": 0, "access_token": "T", "expires_in": 7200}),
            false => json!({"errcode": 0, "external_contact": {"name": "王"}}),
        }))
    }));
    let endpoint = json!({
        "secrets": {"token": "t", "encoding_aes_key": "k", "contact_secret": "s"},
        "settings": {"corp_id": "ww1"},
    });
    assert!(world.send("PUT", "/api/v1/endpoints/wecom/main", &endpoint).0 < 300);
    let people = 2 * CALLS_PER_MINUTE;
    let insert = format!(
        "INSERT INTO touchpoints (id, channel, endpoint, name, occurred_at, received_at, \
           identifiers, properties, context) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {people}) \
         SELECT 'tpt_' || i, 'wecom', 'main', 'account.followed', {now}, {now}, \
           json_array('wecom_external_userid@ww1:wm' || i), '{{}}', '{{}}' FROM n",
        now = world.now().0,
    );
    world.0.db.sqlite.with(|db| db.execute_batch(&insert)).expect("rows");
    world.settle();
    assert_eq!(i64::from(calls.get()), CALLS_PER_MINUTE, "the token's counts too");
    let paused = account(&world);
    assert_eq!(paused["reason"], "", "that is no failure: {paused}");
    world.advance(MINUTE_MS);
    assert_eq!(i64::from(calls.get()), 2 * CALLS_PER_MINUTE);
    world.advance(MINUTE_MS);
    assert_eq!(i64::from(calls.get()), people + 1);
    assert_eq!((learned(&world), &account(&world)["waiting"]), (people, &json!(0)));
}

#[test]
fn a_hundred_followers_are_one_call() {
    let (world, wechat) = world(2);
    *wechat.broken.borrow_mut() = Some(json!({"errcode": 45009}));
    for person in 0..100 {
        writes(&world, &format!("o{person}"), person);
    }
    *wechat.broken.borrow_mut() = None;
    let before = wechat.called(super::BATCH);
    let again = "/api/v1/enrichments/wechat-official/oa/ask-again";
    assert_eq!(world.send("POST", again, &json!(null)).0, 200, "a pause can be ended by hand");
    world.settle();
    assert_eq!(learned(&world), 100);
    assert_eq!(wechat.called(super::BATCH) - before, 1);
}

#[test]
fn who_asks_for_nothing_costs_nothing() {
    let world = World::new(3);
    world.send("PUT", "/api/v1/endpoints/web/shop", &json!({"secrets": {"write_key": "wk"}}));
    for person in 0..20 {
        let event = json!({"userId": format!("u{person}"), "context": {"wechat": {"code": "c"}}});
        assert_eq!(identify(&world, event), 200, "an endpoint without AppSecret");
    }
    world.advance(MINUTE_MS);
    assert!(world.0.providers.requests.borrow().is_empty());
    for table in ["enrichments", "enrich_accounts"] {
        assert_eq!(number(&world, &format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}
