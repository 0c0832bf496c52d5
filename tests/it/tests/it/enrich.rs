//! What a webhook leaves out is asked of the vendor, later, and whatever the vendor does costs no
//! touchpoint.

mod pace;

use serde_json::{Value, json};
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use tributary_channels::{ProviderAnswer, ProviderRequest};
use tributary_core::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use tributary_service::Drained;
use tributary_store::DbError;
use tributary_testkit::checks::number;
use tributary_testkit::{DbFaults, World, block_on, sign, step};

type Drain = Pin<Box<dyn Future<Output = Result<Drained, DbError>>>>;

const APP: &str = "wx1";

fn ok(body: &Value) -> ProviderAnswer {
    ProviderAnswer { status: 200, headers: Vec::new(), body: body.to_string().into_bytes() }
}

/// WeChat's API: knows everybody's unionid (`u-` and the openid) but that of `nobody`, and how often
/// it was asked what.
#[derive(Default)]
struct WeChat {
    calls: RefCell<Vec<String>>,
    /// Answers this instead, to every call but those for a token.
    broken: RefCell<Option<Value>>,
    /// The tokens it gave out before this number are refused.
    tokens: RefCell<(u32, u32)>,
}

impl WeChat {
    fn answer(&self, request: &ProviderRequest) -> Option<ProviderAnswer> {
        let path = request.url.strip_prefix("https://api.weixin.qq.com/")?;
        let path = path.split('?').next().unwrap_or(path);
        self.calls.borrow_mut().push(path.to_owned());
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        if path == "cgi-bin/stable_token" {
            let (given, _) = &mut *self.tokens.borrow_mut();
            if body["force_refresh"] == true || *given == 0 {
                *given += 1;
            }
            return Some(ok(&json!({"access_token": format!("T{given}"), "expires_in": 7200})));
        }
        if let Some(broken) = &*self.broken.borrow() {
            return Some(ok(broken));
        }
        let oldest_good = self.tokens.borrow().1;
        let number = request.url.split("access_token=T").nth(1).and_then(|it| it.parse().ok());
        if number.is_some_and(|number: u32| number < oldest_good) {
            return Some(ok(&json!({"errcode": 42001})));
        }
        if path == "sns/jscode2session" {
            let code = request.url.split("js_code=").nth(1)?.split('&').next()?;
            return Some(ok(&match code {
                "used" => json!({"errcode": 40163}),
                code => {
                    json!({"openid": format!("o-{code}"), "unionid": "u-oA", "session_key": "k3y"})
                }
            }));
        }
        let asked = body["user_list"].as_array()?;
        let openids: Vec<&str> = asked.iter().filter_map(|it| it["openid"].as_str()).collect();
        if openids.contains(&"bad") {
            return Some(ok(&json!({"errcode": 40003})));
        }
        let told = openids.iter().map(|openid| match *openid {
            "nobody" => json!({"openid": openid, "subscribe": 1}),
            openid => json!({"openid": openid, "unionid": format!("u-{openid}")}),
        });
        Some(ok(&json!({"user_info_list": told.collect::<Vec<_>>()})))
    }

    fn called(&self, path: &str) -> usize {
        self.calls.borrow().iter().filter(|call| call.as_str() == path).count()
    }
}

const BATCH: &str = "cgi-bin/user/info/batchget";
const TOKEN: &str = "cgi-bin/stable_token";

fn world(seed: u64) -> (World, Rc<WeChat>) {
    let world = World::new(seed);
    let wechat = Rc::new(WeChat::default());
    let asked = Rc::clone(&wechat);
    *world.0.providers.vendor.borrow_mut() = Some(Box::new(move |request| asked.answer(request)));
    let endpoint = json!({
        "secrets": {"token": "t0ken", "app_secret": "s3cret"},
        "settings": {"app_id": APP, "mode": "plain"},
    });
    let put = world.send("PUT", "/api/v1/endpoints/wechat-official/oa", &endpoint);
    assert!(put.0 < 300, "{}", put.1);
    (world, wechat)
}

/// Somebody writes; the work that follows is done.
fn writes(world: &World, openid: &str, message: u64) {
    let now = world.now().0;
    let text = sign::wechat_text("oa", "t0ken", openid, message, now, "多少钱？");
    let answer = world.request(text);
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"success"[..]));
}

fn person(world: &World, identity: &str) -> Option<Value> {
    let found = world.get(&format!("/api/v1/profiles?identity={identity}"));
    found["items"].get(0).cloned()
}

fn account(world: &World) -> Value {
    world.get("/api/v1/enrichments")["items"][0].clone()
}

fn learned(world: &World) -> i64 {
    number(world, "SELECT count(*) FROM touchpoints WHERE name = 'identity.learned'")
}

#[test]
fn a_follower_becomes_the_customer_of_the_shop() {
    let (world, wechat) = world(1);
    // The shop knows the unionid, the account's push the openid.
    world.send("PUT", "/api/v1/endpoints/web/shop", &json!({"secrets": {"write_key": "wk"}}));
    identify(&world, json!({"userId": "m-7", "traits": {"unionid": "u-oA"}}));
    writes(&world, "oA", 1);
    let found = person(&world, "wechat_openid@wx1:oA").expect("a profile");
    let same = person(&world, "user_id:m-7").expect("a profile");
    assert_eq!(found["id"], same["id"], "one person");
    assert_eq!((wechat.called(TOKEN), wechat.called(BATCH)), (1, 1));

    // What is known is not asked again, whatever they write; another person is, with the same token.
    writes(&world, "oA", 2);
    writes(&world, "oB", 3);
    assert_eq!((wechat.called(TOKEN), wechat.called(BATCH)), (1, 2));
    let told = world.get("/api/v1/touchpoints?name=identity.learned");
    let [one, ..] = told["items"].as_array().expect("items").as_slice() else { panic!("{told}") };
    assert_eq!((&one["channel"], &one["endpoint"]), (&json!("wechat-official"), &json!("oa")));
    assert!(one["cause"].is_string() && one["depth"] == 1, "{one}");
    let account = account(&world);
    assert_eq!((&account["told"], &account["waiting"]), (&json!(2), &json!(0)), "{account}");
    // Neither secret nor token lies about.
    let stored = world.0.db.sqlite.dump("SELECT * FROM enrich_accounts").join("\n");
    assert!(!stored.contains("T1") && !stored.contains("s3cret"), "{stored}");
}

fn identify(world: &World, mut event: Value) -> u16 {
    event["type"] = "identify".into();
    let mut request = tributary_testkit::api("POST", "/v1/identify", &event);
    // Base64 of `wk:`.
    request.headers = vec![("authorization".to_owned(), "Basic d2s6".to_owned())];
    world.request(request).status
}

#[test]
fn a_vendor_that_is_down_delays_nothing_and_is_asked_again() {
    let (world, wechat) = world(2);
    *wechat.broken.borrow_mut() = Some(json!({"errcode": -1, "errmsg": "system busy"}));
    writes(&world, "oA", 1);
    let timeline = number(&world, "SELECT count(*) FROM timeline");
    assert_eq!(timeline, 1, "the message is on the profile without it");
    let paused = account(&world);
    assert_eq!(paused["reason"], "errcode_-1");
    assert!(paused["paused_until"].as_i64() > Some(world.now().0), "{paused}");
    let calls = wechat.called(BATCH);
    writes(&world, "oB", 2);
    assert_eq!(wechat.called(BATCH), calls, "left alone while it is down");
    world.advance(30 * MINUTE_MS);
    let more = wechat.called(BATCH) - calls;
    assert!((1..20).contains(&more), "{more} calls in half an hour");
    *wechat.broken.borrow_mut() = None;
    world.advance(2 * HOUR_MS);
    assert_eq!(learned(&world), 2);
    let mended = account(&world);
    assert_eq!((&mended["waiting"], &mended["reason"]), (&json!(0), &json!("")), "{mended}");
}

#[test]
fn a_token_that_was_revoked_is_renewed_on_the_spot() {
    let (world, wechat) = world(3);
    writes(&world, "oA", 1);
    wechat.tokens.borrow_mut().1 = 2;
    writes(&world, "oB", 2);
    assert_eq!(learned(&world), 2);
    assert_eq!((wechat.called(TOKEN), wechat.called(BATCH)), (2, 3));
    // It runs out after two hours, less the margin.
    world.advance(HOUR_MS);
    writes(&world, "oC", 3);
    assert_eq!(wechat.called(TOKEN), 2);
    world.advance(HOUR_MS);
    writes(&world, "oD", 4);
    assert_eq!((wechat.called(TOKEN), learned(&world)), (3, 4));
    // One that is refused however new: somebody must look, and nobody is hammered.
    wechat.tokens.borrow_mut().1 = 99;
    writes(&world, "oE", 5);
    assert_eq!(account(&world)["reason"], "token_refused");
}

#[test]
fn one_bad_openid_fails_alone_and_can_be_asked_again() {
    let (world, wechat) = world(4);
    *wechat.broken.borrow_mut() = Some(json!({"errcode": -1}));
    for (message, openid) in ["oA", "bad", "oB", "nobody"].iter().enumerate() {
        writes(&world, openid, message as u64);
    }
    *wechat.broken.borrow_mut() = None;
    world.advance(HOUR_MS);
    world.advance(HOUR_MS);
    assert_eq!(learned(&world), 2);
    let account = account(&world);
    for (field, count) in [("told", 2), ("unknown", 1), ("failed", 1), ("replayable", 1)] {
        assert_eq!(account[field], count, "{field}: {account}");
    }
    assert_eq!(account["last_failure"], "errcode_40003");
    let calls = wechat.called(BATCH);
    let again = "/api/v1/enrichments/wechat-official/oa/ask-again";
    let (status, answer) = world.send("POST", again, &Value::Null);
    assert_eq!((status, &answer["asked_again"]), (200, &json!(1)));
    world.settle();
    assert_eq!(wechat.called(BATCH), calls + 1);
    let nowhere = "/api/v1/enrichments/wechat-official/none/ask-again";
    assert_eq!(world.send("POST", nowhere, &Value::Null).0, 404);
    // Who had no unionid may have one next week.
    writes(&world, "nobody", 10);
    let before = wechat.called(BATCH);
    world.advance(8 * DAY_MS);
    writes(&world, "nobody", 11);
    assert_eq!(wechat.called(BATCH), before + 1);
}

#[test]
fn a_login_of_a_mini_program_is_exchanged_for_who_it_is() {
    let (world, wechat) = world(5);
    writes(&world, "oA", 1);
    let endpoint = json!({
        "secrets": {"write_key": "wk", "wechat_app_secret": "s3cret"},
        "settings": {"wechat_app_id": "wxmini"},
    });
    assert!(world.send("PUT", "/api/v1/endpoints/web/mini", &endpoint).0 < 300);
    let login = |code: &str| json!({"anonymousId": "a1", "context": {"wechat": {"code": code}}});
    assert_eq!(identify(&world, login("c0de")), 200);
    let follower = person(&world, "wechat_openid@wx1:oA").expect("a profile");
    let visitor = person(&world, "wechat_openid@wxmini:o-c0de").expect("a profile");
    assert_eq!(follower["id"], visitor["id"], "by the unionid");
    let anonymous = person(&world, "anonymous_id@mini:a1").expect("a profile");
    assert_eq!(anonymous["id"], follower["id"], "and what was browsed before the login");
    let everything = world.0.db.sqlite.dump("SELECT * FROM touchpoints").join("\n");
    assert!(!everything.contains("k3y"), "a session key is not kept");
    let kept = "SELECT count(*) FROM enrichments WHERE channel = 'web'";
    assert_eq!(number(&world, kept), 0, "a settled code is forgotten");

    // A code that was used up is given up at once; one that nobody could exchange in time, too.
    assert_eq!(identify(&world, login("used")), 200);
    *wechat.broken.borrow_mut() = Some(json!({"errcode": -1}));
    assert_eq!(identify(&world, login("late")), 200);
    world.advance(HOUR_MS);
    *wechat.broken.borrow_mut() = None;
    world.advance(HOUR_MS);
    let accounts = world.get("/api/v1/enrichments");
    let web = accounts["items"].as_array().expect("items").iter().find(|it| it["channel"] == "web");
    let web = web.expect("an account");
    let ended = (&web["told"], &web["failed"], &web["last_failure"], &web["waiting"]);
    assert_eq!(ended, (&json!(1), &json!(2), &json!("expired"), &json!(0)));
    assert_eq!(number(&world, kept), 0);
}

#[test]
fn a_lead_ad_brings_a_lead_with_a_name_and_a_number() {
    let world = World::new(6);
    *world.0.providers.vendor.borrow_mut() = Some(Box::new(|request| {
        let lead = json!({"id": "123", "created_time": "2026-01-01T00:00:00+0000", "field_data": [
            {"name": "full_name", "values": ["王总"]},
            {"name": "phone_number", "values": ["+8613800138000"]},
        ]});
        request.url.starts_with("https://graph.facebook.com/123?").then(|| ok(&lead))
    }));
    let endpoint = json!({"secrets": {"app_secret": "app", "verify_token": "v",
        "page_access_token": "EAAB"}});
    assert!(world.send("PUT", "/api/v1/endpoints/meta/page", &endpoint).0 < 300);
    let body = r#"{"object":"page","entry":[{"id":"p1","changes":[{"field":"leadgen","value":{"leadgen_id":"123","form_id":"9"}}]}]}"#;
    assert_eq!(world.request(sign::meta("page", "app", body)).status, 200);
    assert!(person(&world, "phone:13800138000").is_some());
    let forms = world.get("/api/v1/touchpoints?name=form.submitted");
    assert_eq!(forms["items"][0]["properties"]["name"], "王总");
}

#[test]
fn killed_anywhere_it_is_told_once() {
    let mut killed = 0;
    for steps in 0.. {
        let (world, _) = world(700 + steps);
        let writes = sign::wechat_text("oa", "t0ken", "oA", 1, world.now().0, "在吗");
        assert_eq!(block_on(world.clone().dispatch(writes)).status, 200);
        world.0.db.inject(DbFaults { interleave: true, ..DbFaults::default() });
        let mut drain: Drain = Box::pin(world.clone().drain("enrich"));
        let ended = (0..steps).any(|_| step(&mut drain).is_some());
        drop(drain);
        world.0.db.inject(DbFaults::default());
        world.advance(5 * MINUTE_MS);
        assert_eq!(learned(&world), 1, "at {steps}");
        let account = account(&world);
        assert_eq!((&account["told"], &account["waiting"]), (&json!(1), &json!(0)), "at {steps}");
        if ended {
            break;
        }
        killed += 1;
    }
    assert!(killed > 8, "{killed}");
}

#[test]
fn two_at_once_and_a_failing_database_ask_no_more_than_needed() {
    for seed in 0..40 {
        let (world, wechat) = world(900 + seed);
        for message in 0..6 {
            let openid = format!("o{message}");
            let text = sign::wechat_text("oa", "t0ken", &openid, message, world.now().0, "在吗");
            assert_eq!(block_on(world.clone().dispatch(text)).status, 200);
        }
        let faults = DbFaults { unavailable: 60, answer_lost: 60, interleave: true };
        world.0.db.inject(faults);
        let mut drains: Vec<Drain> =
            (0..3).map(|_| Box::pin(world.clone().drain("enrich")) as Drain).collect();
        for _ in 0..200 {
            drains.retain_mut(|drain| step(drain).is_none());
        }
        assert!(drains.is_empty());
        world.0.db.inject(DbFaults::default());
        world.advance(10 * MINUTE_MS);
        assert_eq!(learned(&world), 6, "seed {seed}");
        assert_eq!(account(&world)["waiting"], 0, "seed {seed}");
        // A lost answer may cost a call, two that are awake do not.
        assert!(wechat.called(BATCH) <= 4, "seed {seed}: {:?}", wechat.calls.borrow());
    }
}
