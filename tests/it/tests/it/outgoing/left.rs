//! Every marketing message can be left, and what is said there is heard.

use super::{consents, identify, journey, messages, outbox, publish, site, text, track};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tributary_core::time::{DAY_MS, HOUR_MS};
use tributary_service::{Request, Response};
use tributary_testkit::World;

const BASE: &str = "https://crm.example";

/// Somebody who got a welcome mail, and the path that it leads to.
fn welcomed(seed: u64) -> (World, String) {
    let world = World::new(seed);
    site(&world);
    identify(&world, "ann", json!({"email": "ann@example.com"}));
    track(&world, "ann", "Signed Up", json!({}));
    let rendered = messages(&world, "ann")[0]["rendered"].clone();
    let url = rendered["unsubscribe_url"].as_str().expect("a link").to_owned();
    let path = url.strip_prefix(BASE).expect("it names the configured address").to_owned();
    (world, path)
}

fn open(world: &World, method: &str, path: &str, body: &str) -> Response {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    world.request(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        body: body.as_bytes().to_vec(),
        ..Request::default()
    })
}

/// The page's own form, with these marks.
fn form(page: &str, marked: &[&str]) -> String {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let form = page.rsplit("<form method=\"post\">").next().unwrap();
    for input in form.split("<input ").skip(1) {
        let attribute = |name: &str| {
            let rest = input.split_once(&format!("{name}=\"")).map(|(_, rest)| rest)?;
            rest.split_once('"').map(|(value, _)| value.to_owned())
        };
        if attribute("type").as_deref() == Some("hidden") {
            pairs.push((attribute("name").unwrap(), attribute("value").unwrap()));
        }
    }
    pairs.extend(marked.iter().map(|field| ("receive".to_owned(), (*field).to_owned())));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn checked(page: &str) -> BTreeSet<String> {
    let boxes =
        page.split("type=\"checkbox\" ").skip(1).map(|rest| rest.split('>').next().unwrap());
    let on = boxes.filter(|input| input.contains(" checked"));
    on.map(|input| input.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned())
        .collect()
}

#[test]
fn a_marketing_mail_names_the_way_out_in_its_body_and_its_headers() {
    let world = World::new(1);
    site(&world);
    let account = json!({"secrets": {"api_key": "re_1"}, "settings": {"from": "a@shop.example"}});
    assert!(world.send("PUT", "/api/v1/endpoints/resend/main", &account).0 < 300);
    let text = json!({"text": {"en": "Hello"}});
    let html = json!({"html": {"en": "<html><body><p>Hello</p></body></html>"}});
    let both = json!({"text": {"zh": "您好"}, "html": {"zh": "<p>您好</p>"}});
    let own = json!({
        "text": {"en": "Hello. Bye: {{ unsubscribe.url }}"},
        "html": {"en": "<p>Hello <a href=\"{{ unsubscribe.url }}\">bye</a></p>"},
    });
    for (id, template) in [("one", &text), ("two", &html), ("three", &both), ("four", &own)] {
        let definition = journey(id, "newsletter", json!({"email": template}), &["email"]);
        assert_eq!(publish(&world, &definition).0, 201);
        identify(&world, id, json!({"email": format!("{id}@example.com"), "locale": "en"}));
        track(&world, id, id, json!({}));
        let sent: Value =
            serde_json::from_slice(&world.0.providers.requests.borrow().last().unwrap().body)
                .unwrap();
        let url = sent["headers"]["List-Unsubscribe"].as_str().expect("a header");
        let url = url.trim_start_matches('<').trim_end_matches('>');
        assert!(url.starts_with("https://crm.example/u/"), "{url}");
        assert_eq!(sent["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
        for part in ["text", "html"] {
            let Some(body) = sent[part].as_str() else { continue };
            assert_eq!(body.matches(url).count(), 1, "{id} {part}: {body}");
        }
        assert_eq!(messages(&world, id)[0]["rendered"]["unsubscribe_url"], url);
    }
}

#[test]
fn what_is_owed_carries_none() {
    let world = World::new(2);
    site(&world);
    let account = json!({"secrets": {"api_key": "re_1"}, "settings": {"from": "a@shop.example"}});
    assert!(world.send("PUT", "/api/v1/endpoints/resend/main", &account).0 < 300);
    for purpose in ["transactional", "service"] {
        let template = json!({"email": {"text": {"en": "Your order is on its way."}}});
        assert_eq!(publish(&world, &journey(purpose, purpose, template, &["email"])).0, 201);
        identify(&world, purpose, json!({"email": format!("{purpose}@example.com")}));
        track(&world, purpose, purpose, json!({}));
        let sent: Value =
            serde_json::from_slice(&world.0.providers.requests.borrow().last().unwrap().body)
                .unwrap();
        assert_eq!(sent["text"], "Your order is on its way.");
        assert!(sent.get("headers").is_none(), "{sent}");
        assert!(messages(&world, purpose)[0]["rendered"].get("unsubscribe_url").is_none());
    }
}

#[test]
fn looking_unsubscribes_nobody() {
    let (world, path) = welcomed(3);
    for _ in 0..2 {
        for method in ["GET", "HEAD"] {
            for query in
                ["", "?lang=en", "?List-Unsubscribe=One-Click", "?receive=&offered=email/marketing"]
            {
                let page = open(&world, method, &format!("{path}{query}"), "");
                assert_eq!(page.status, 200);
            }
        }
    }
    assert_eq!(consents(&world, "user_id:ann"), [""; 0]);
    let page = open(&world, "GET", &format!("{path}?lang=en"), "");
    let html = text(&page);
    assert!(html.contains("What you receive") && html.contains("Text messages"), "{html}");
    assert!(html.contains("a***@example.com") && !html.contains("ann@example.com"), "{html}");
    assert!(text(&open(&world, "GET", &path, "")).contains("您想收到什么"));
    let header = |name: &str| {
        page.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    };
    assert_eq!(header("cache-control"), Some("no-store"));
    assert_eq!(header("referrer-policy"), Some("no-referrer"));
    // Nor does a POST that says nothing.
    assert_eq!(open(&world, "POST", &path, "").status, 400);
    assert_eq!(open(&world, "DELETE", &path, "").status, 405);
    assert_eq!(consents(&world, "user_id:ann"), [""; 0]);
}

#[test]
fn a_mail_programs_button_unsubscribes() {
    let multipart = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--";
    for (seed, body) in [(4, "List-Unsubscribe=One-Click"), (5, multipart)] {
        let (world, path) = welcomed(seed);
        assert_eq!(open(&world, "POST", &path, body).status, 200);
        assert_eq!(consents(&world, "user_id:ann"), ["email marketing withdrawn"]);
        world.advance(4 * DAY_MS);
        assert_eq!(
            outbox(&world, "ann"),
            ["welcome_mail email ann@example.com sent", "coupon_mail skipped consent_withdrawn"]
        );
        let said = &world.get("/api/v1/touchpoints?channel=preferences")["items"][0];
        assert_eq!(
            (&said["name"], &said["properties"]["how"]),
            (&json!("consent.updated"), &json!("one_click"))
        );
        assert_eq!(
            said["identifiers"],
            json!(["email:ann@example.com"]),
            "the address alone speaks"
        );
        // What is owed still goes.
        let template = json!({"email": {"text": {"en": "Your order"}}});
        assert_eq!(
            publish(&world, &journey("order", "transactional", template, &["email"])).0,
            201
        );
        track(&world, "ann", "order", json!({}));
        assert_eq!(outbox(&world, "ann").last().unwrap(), "send email ann@example.com sent");
    }
}

#[test]
fn choices_are_saved_shown_and_undone() {
    let (world, path) = welcomed(6);
    let page = text(&open(&world, "GET", &path, ""));
    let all = checked(&page);
    assert!(all.contains("email/marketing") && all.contains("sms/marketing"), "{all:?}");
    let saved = open(&world, "POST", &path, &form(&page, &["sms/marketing", "push/marketing"]));
    assert_eq!(saved.status, 200);
    let saved = text(&saved);
    assert!(saved.contains("已保存") && saved.contains("撤销"), "{saved}");
    assert_eq!(consents(&world, "user_id:ann"), ["email marketing withdrawn"]);
    let page = text(&open(&world, "GET", &path, ""));
    assert_eq!(
        checked(&page),
        BTreeSet::from(["push/marketing".to_owned(), "sms/marketing".to_owned()])
    );
    // The button beside "saved" goes back.
    world.advance(1_000);
    let undo = saved.split("<form method=\"post\">").nth(1).unwrap();
    let undone = open(&world, "POST", &path, &form(&format!("<form method=\"post\">{undo}"), &[]));
    assert_eq!(undone.status, 200);
    assert_eq!(checked(&text(&undone)), all);
    assert_eq!(consents(&world, "user_id:ann"), ["email marketing granted"]);
    world.advance(1_000);
    let page = text(&open(&world, "GET", &path, ""));
    let none = format!("{}&leave_all=1", form(&page, &["email/marketing"]));
    assert_eq!(open(&world, "POST", &path, &none).status, 200);
    let withdrawn = consents(&world, "user_id:ann");
    assert!(
        withdrawn.len() >= 3 && withdrawn.iter().all(|it| it.ends_with("withdrawn")),
        "{withdrawn:?}"
    );
}

#[test]
fn nothing_can_be_said_for_somebody_else() {
    let (world, path) = welcomed(7);
    let (bare, mark) = path.rsplit_once('-').unwrap();
    let other = |c: char| if c == '0' { '1' } else { '0' };
    let forged: String = mark.chars().map(other).collect();
    for wrong in [
        format!("{bare}-{forged}"),
        format!("{bare}-"),
        bare.to_owned(),
        format!("{path}0"),
        format!("/u/{}-{mark}", "0".repeat(26)),
        "/u/".to_owned(),
        "/u/x".to_owned(),
    ] {
        assert_eq!(open(&world, "GET", &wrong, "").status, 404, "{wrong}");
        assert_eq!(
            open(&world, "POST", &wrong, "List-Unsubscribe=One-Click").status,
            404,
            "{wrong}"
        );
    }
    // What is no choice cannot be chosen.
    let body = "offered=email%2Ftransactional&offered=webhook%2F*&receive=";
    assert_eq!(open(&world, "POST", &path, body).status, 200);
    assert_eq!(consents(&world, "user_id:ann"), [""; 0]);
    // A key that is changed makes no link void, as long as the one before is known.
    let set = |name: &str, value: &str| {
        world.0.vars.borrow_mut().insert(name.to_owned(), value.to_owned());
    };
    set("LINK_KEY", "first");
    assert_eq!(open(&world, "GET", &path, "").status, 200);
    set("INTERNAL_KEY", "another");
    assert_eq!(open(&world, "GET", &path, "").status, 404);
}

#[test]
fn a_text_message_says_how_to_stop_as_the_country_does() {
    let world = World::new(8);
    site(&world);
    let own =
        json!({"sms": {"text": {"zh": "春茶上市，回T退订", "en": "Sale. Reply STOP to opt out"}}});
    let bare = json!({"sms": {"text": {"zh": "春茶上市", "en": "Sale"}}});
    assert_eq!(publish(&world, &journey("own", "marketing", own, &["sms"])).0, 201);
    assert_eq!(publish(&world, &journey("bare", "marketing", bare.clone(), &["sms"])).0, 201);
    assert_eq!(publish(&world, &journey("owed", "transactional", bare, &["sms"])).0, 201);
    for (user, phone, language, event, expect) in [
        ("cn", "+8613800138000", "zh", "bare", "春茶上市拒收请回复R"),
        ("us", "+14155550100", "en", "bare", "Sale Reply STOP to opt out."),
        ("ca", "+16045550199", "en", "bare", "Sale Reply STOP to opt out."),
        ("fr", "+33612345678", "en", "bare", "Sale Répondez STOP pour ne plus recevoir de SMS."),
        ("gb", "+447911123456", "en", "bare", "Sale Reply STOP to opt out."),
        ("cn2", "+8613800138001", "zh", "own", "春茶上市，回T退订"),
        ("us2", "+14155550101", "en", "own", "Sale. Reply STOP to opt out"),
        ("us3", "+14155550102", "en", "owed", "Sale"),
    ] {
        identify(&world, user, json!({"phone": phone, "locale": language}));
        track(&world, user, event, json!({}));
        assert_eq!(messages(&world, user)[0]["rendered"]["text"], expect, "{user}");
    }
}

fn production(world: &World) {
    let mut vars = world.0.vars.borrow_mut();
    vars.insert("TRIBUTARY_ENV".into(), "production".into());
    vars.remove("PUBLIC_URL");
}

#[test]
fn a_journey_that_cannot_be_left_is_not_published() {
    let world = World::new(9);
    let template = json!({"email": {"text": {"en": "x"}}, "sms": {"template_code": "SMS_1"}});
    production(&world);
    let refused = publish(&world, &journey("a", "marketing", template.clone(), &["email", "sms"]));
    assert_eq!(refused.0, 422, "{}", refused.1);
    let problems: Vec<(&str, &str)> = refused.1["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["code"].as_str().unwrap(), it["at"].as_str().unwrap()))
        .collect();
    assert_eq!(problems, [("way_out_missing", "steps/send"); 2]);
    assert_eq!(publish(&world, &journey("b", "transactional", template, &["email", "sms"])).0, 201);
    world.0.vars.borrow_mut().insert("PUBLIC_URL".into(), BASE.into());
    let declared = json!({
        "email": {"text": {"en": "x"}}, "sms": {"template_code": "SMS_1", "way_out": true},
    });
    assert_eq!(publish(&world, &journey("c", "marketing", declared, &["email", "sms"])).0, 201);
    // An account whose vendor keeps the text.
    let text = json!({"sms": {"text": {"en": "x"}}});
    let account = |declared: &str| {
        json!({
            "secrets": {"access_key_id": "a", "access_key_secret": "b"},
            "settings": {"sign_name": "茶", "template_code": "SMS_9", "template_way_out": declared},
        })
    };
    let put =
        |declared: &str| world.send("PUT", "/api/v1/endpoints/aliyun-sms/main", &account(declared));
    assert!(put("no").0 < 300);
    assert_eq!(publish(&world, &journey("d", "marketing", text.clone(), &["sms"])).0, 422);
    assert!(put("yes").0 < 300);
    assert_eq!(publish(&world, &journey("d", "marketing", text, &["sms"])).0, 201);
}

#[test]
fn without_a_way_out_a_message_waits_and_says_why() {
    let world = World::new(10);
    site(&world);
    let account = json!({"secrets": {"api_key": "re_1"}, "settings": {"from": "a@shop.example"}});
    assert!(world.send("PUT", "/api/v1/endpoints/resend/main", &account).0 < 300);
    production(&world);
    identify(&world, "ann", json!({"email": "ann@example.com"}));
    track(&world, "ann", "Signed Up", json!({}));
    assert_eq!(outbox(&world, "ann"), ["welcome_mail queued no_way_out"]);
    assert!(world.0.providers.requests.borrow().is_empty());
    world.0.vars.borrow_mut().insert("PUBLIC_URL".into(), BASE.into());
    world.advance(HOUR_MS);
    assert_eq!(outbox(&world, "ann"), ["welcome_mail email ann@example.com sent"]);
}

#[test]
fn a_vendors_template_must_be_declared_before_it_is_used() {
    let world = World::new(11);
    site(&world);
    let account = |declared: &str| {
        let endpoint = json!({
            "secrets": {"access_key_id": "a", "access_key_secret": "b"},
            "settings": {"sign_name": "茶", "template_code": "SMS_9", "template_way_out": declared},
        });
        assert!(world.send("PUT", "/api/v1/endpoints/aliyun-sms/main", &endpoint).0 < 300);
    };
    account("no");
    identify(&world, "ann", json!({"phone": "13800138000"}));
    track(&world, "ann", "Cart Updated", json!({"cart_id": "c1", "items": [{"name": "x"}]}));
    world.advance(3 * HOUR_MS);
    assert_eq!(outbox(&world, "ann"), ["reminder queued no_way_out"]);
    account("yes");
    world.advance(HOUR_MS);
    assert_eq!(outbox(&world, "ann"), ["reminder sms +8613800138000 sent"]);
}
