//! Codes that people scan and forms that they fill in.

use serde_json::{Value, json};
use tributary_service::{Request, Response};
use tributary_testkit::checks::number;
use tributary_testkit::{DbFaults, World, block_on};

const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50";

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    let found = response.headers.iter().find(|(key, _)| key == name);
    found.map_or("", |(_, value)| value.as_str())
}

fn ask(method: &str, path: &str, cookie: &str, body: &str) -> Request {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: vec![
            ("user-agent".to_owned(), PHONE.to_owned()),
            ("cookie".to_owned(), format!("tributary_session=x; {cookie}")),
        ],
        body: body.as_bytes().to_vec(),
    }
}

fn cookie_of(response: &Response) -> String {
    header(response, "set-cookie").split(';').next().unwrap_or_default().to_owned()
}

fn code(world: &World, target: &str) {
    world.send("PUT", "/api/v1/reps/zhang", &json!({"name": "Zhang", "capacity": 5}));
    world.send("PUT", "/api/v1/endpoints/web/shop", &json!({"secrets": {"write_key": "wk_shop"}}));
    let body = json!({"target": target, "campaign": "expo-2026", "rep": "zhang", "site": "shop"});
    let (status, answer) = world.send("PUT", "/api/v1/codes/card", &body);
    assert!(matches!(status, 200 | 201), "{answer}");
}

#[test]
fn a_scan_is_noted_once_and_leads_to_the_configured_page() {
    let world = World::new(1);
    code(&world, "https://shop.example/kettle?color=red#top");
    let first = world.request(ask("GET", "/q/card?target=https://evil.example", "", ""));
    assert_eq!(first.status, 302);
    let place = header(&first, "location");
    assert!(place.starts_with("https://shop.example/kettle?color=red&utm_source=qr"), "{place}");
    assert!(place.contains("utm_campaign=expo-2026") && place.ends_with("#top"), "{place}");
    let cookie = cookie_of(&first);
    let visitor = cookie.split_once('=').expect("a cookie").1;
    assert!(place.contains(&format!("ajs_aid={visitor}")), "{place}");
    assert!(header(&first, "set-cookie").contains("HttpOnly; SameSite=Lax"));
    // The camera's preview and the browser: one scan. A minute later: another, of the same person.
    assert_eq!(cookie_of(&world.request(ask("GET", "/q/card", &cookie, ""))), cookie);
    assert_eq!(world.get("/api/v1/touchpoints?channel=qr")["total"], 1);
    world.advance(60_000);
    world.request(ask("GET", "/q/card", &cookie, ""));
    let scans = world.get("/api/v1/touchpoints?channel=qr");
    assert_eq!((&scans["total"], &scans["items"][0]["name"]), (&json!(2), &json!("code.scanned")));
    assert_eq!(
        scans["items"][0]["properties"],
        json!({"scene": "card", "campaign": "expo-2026", "rep": "zhang"})
    );
    let people = world.get(&format!("/api/v1/profiles?identity=anonymous_id@shop:{visitor}"));
    assert_eq!(
        people["items"][0]["touchpoint_count"], 2,
        "the tracker's visitor is the same person"
    );
}

#[test]
fn a_program_that_follows_the_link_is_no_scan() {
    let world = World::new(1);
    code(&world, "https://shop.example/");
    let mut preview = ask("GET", "/q/card", "", "");
    preview.headers[0].1 = "Slackbot-LinkExpanding 1.0".to_owned();
    let answer = world.request(preview);
    assert_eq!((answer.status, header(&answer, "set-cookie")), (302, ""));
    let items = world.get("/api/v1/touchpoints?channel=qr")["items"].clone();
    assert_eq!(items[0]["name"], "code.scanned_by_machine");
    assert_eq!(items[0]["properties"]["machine"], "link_preview");
    assert_eq!(number(&world, "SELECT count(*) FROM profiles"), 0);
}

#[test]
fn an_unknown_code_leads_nowhere_and_a_failing_database_stops_nobody() {
    let world = World::new(1);
    assert_eq!(world.request(ask("GET", "/q/none", "", "")).status, 404);
    code(&world, "https://shop.example/");
    for _ in 0..20 {
        world.request(ask("GET", "/q/card", "", ""));
    }
    world.0.db.inject(DbFaults { unavailable: 1_000, ..DbFaults::default() });
    let answers: Vec<u16> = (0..20)
        .map(|_| block_on(world.clone().dispatch(ask("GET", "/q/card", "", ""))).status)
        .collect();
    world.0.db.inject(DbFaults::default());
    assert!(answers.contains(&302), "an isolate that knows the code goes on: {answers:?}");
    assert!(answers.iter().all(|status| matches!(status, 302 | 503)), "{answers:?}");
}

#[test]
fn only_addresses_of_the_web_are_configured() {
    let world = World::new(1);
    for target in ["javascript:alert(1)", "http://shop.example/", "https://a@b.example/", "//x"] {
        let (status, answer) =
            world.send("PUT", "/api/v1/codes/card", &json!({ "target": target }));
        assert_eq!((status, &answer["code"]), (422, &json!("invalid_door")), "{target}");
    }
    let good = json!({"target": "https://x.example/"});
    assert_eq!(world.send("PUT", "/api/v1/codes/A%2F", &good).0, 400);
    assert_eq!(world.send("PUT", "/api/v1/codes/a", &good).0, 201);
    assert_eq!(world.get("/api/v1/codes")["items"][0]["definition"]["enabled"], true);
    assert_eq!(world.send("DELETE", "/api/v1/codes/a", &Value::Null).0, 204);
    assert_eq!(world.send("DELETE", "/api/v1/codes/a", &Value::Null).0, 404);
}

fn form(world: &World) {
    let words = |text: &str| json!({"zh": format!("{text}？"), "en": text});
    let body = json!({
        "title": words("Get a <demo>"),
        "fields": [
            {"name": "name", "kind": "text", "label": words("Name"), "required": true},
            {"name": "tel", "kind": "phone", "label": words("Phone"), "required": true}
        ],
        "consent": {"text": {"zh": "同意接收短信", "en": "I agree to text messages"}, "media": ["sms"]}
    });
    let (status, answer) = world.send("PUT", "/api/v1/forms/demo", &body);
    assert_eq!(status, 201, "{answer}");
}

/// The page's own token, and the cookie that came with it.
fn open(world: &World) -> (String, String) {
    let page = world.request(ask("GET", "/f/demo?lang=en", "", ""));
    assert_eq!(page.status, 200);
    let cookie = cookie_of(&page);
    let text = String::from_utf8(page.body).expect("text");
    assert!(text.contains("Get a &lt;demo&gt;") && !text.contains("<demo>"), "{text}");
    assert!(!text.contains("<script"), "{text}");
    let token =
        text.split("name=\"_token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    (token.expect("a token").to_owned(), cookie)
}

fn send(world: &World, cookie: &str, body: &str) -> (u16, String) {
    let answer = world.request(ask("POST", "/f/demo?lang=en&utm_campaign=expo", cookie, body));
    (answer.status, String::from_utf8(answer.body).expect("text"))
}

fn submissions(world: &World) -> i64 {
    number(world, "SELECT count(*) FROM touchpoints WHERE name = 'form.submitted'")
}

#[test]
fn a_form_becomes_a_person_with_what_was_agreed_to() {
    let world = World::new(1);
    form(&world);
    let (token, cookie) = open(&world);
    world.advance(5_000);
    let (status, page) = send(&world, &cookie, &format!("_token={token}&name=&tel=call+me"));
    assert_eq!(status, 422);
    assert!(page.contains("Please fill this in.") && page.contains("value=\"call me\""), "{page}");
    let good =
        format!("_token={token}&name=%E6%9D%8E%E5%A8%9C&tel=138+0013+8000&_consent=on&extra=1");
    for _ in 0..3 {
        assert_eq!(send(&world, &cookie, &good).0, 200);
    }
    assert_eq!(submissions(&world), 1, "sent three times is sent once");
    let people = world.get("/api/v1/profiles?identity=phone:13800138000");
    let person = &people["items"][0];
    assert_eq!(person["traits"]["name"], "李娜", "{person}");
    let consent = &person["consents"][0];
    assert_eq!((&consent["medium"], &consent["state"]), (&json!("sms"), &json!("granted")));
    let items = world.get("/api/v1/touchpoints?channel=form&name=consent.updated")["items"].clone();
    assert_eq!(items[0]["properties"]["text"], "I agree to text messages");
    assert_eq!(items[0]["properties"]["version"], world.get("/api/v1/forms/demo")["version"]);
    assert_eq!(items[0]["context"]["campaign"]["name"], "expo");
}

#[test]
fn a_form_takes_what_the_normaliser_reads_and_tells_the_visitor_of_the_rest() {
    let world = World::new(1);
    form(&world);
    let (token, cookie) = open(&world);
    world.advance(5_000);
    let answer = |tel: &str| {
        let tel: String = tel.bytes().map(|byte| format!("%{byte:02X}")).collect();
        send(&world, &cookie, &format!("_token={token}&name=a&tel={tel}")).0
    };
    for wrong in ["1380013800", "138001380000", "0755-888866", "12345", "11111111111", "无"] {
        assert_eq!(answer(wrong), 422, "{wrong}");
    }
    assert_eq!(submissions(&world), 0);
    for right in ["１３８００１３８０００", "138 0013 8000（微信）", "400-800-8820"]
    {
        assert_eq!(answer(right), 200, "{right}");
    }
    assert_eq!(world.get("/api/v1/profiles?identity=phone:13800138000")["total"], 1);
}

#[test]
fn programs_that_fill_in_forms_leave_nothing() {
    let world = World::new(1);
    form(&world);
    let answers = "name=a&tel=13800138000";
    let (token, cookie) = open(&world);
    assert_eq!(send(&world, &cookie, &format!("_token={token}&{answers}")).0, 422, "at once");
    world.advance(5_000);
    assert_eq!(send(&world, &cookie, answers).0, 422, "without our page");
    let (stamp, rest) = token.split_once('.').expect("parts");
    let later = stamp.parse::<i64>().expect("a time") + 1;
    let forged = format!("_token={later}.{rest}&{answers}");
    assert_eq!(send(&world, &cookie, &forged).0, 422, "with a page of its own");
    let trapped = format!("_token={token}&{answers}&website=https://spam.example");
    assert_eq!(send(&world, &cookie, &trapped).0, 200, "thanked like everybody");
    world.advance(25 * 3_600_000);
    assert_eq!(send(&world, &cookie, &format!("_token={token}&{answers}")).0, 422, "a day later");
    assert_eq!(submissions(&world), 0);
}

#[test]
fn a_token_is_good_for_its_form_only() {
    let world = World::new(1);
    form(&world);
    let definition = world.get("/api/v1/forms/demo")["definition"].clone();
    assert_eq!(world.send("PUT", "/api/v1/forms/other", &definition).0, 201);
    let (token, cookie) = open(&world);
    world.advance(5_000);
    let body = format!("_token={token}&name=a&tel=13800138000");
    let answer = world.request(ask("POST", "/f/other", &cookie, &body));
    assert_eq!(answer.status, 422);
    assert_eq!(send(&world, &cookie, &body).0, 200);
    assert_eq!(world.request(ask("POST", "/f/none", "", "")).status, 404);
}

#[test]
fn a_form_that_is_too_large_or_no_utf_8_leaves_nothing() {
    let world = World::new(1);
    form(&world);
    let (token, cookie) = open(&world);
    world.advance(5_000);
    let long = format!("_token={token}&tel=13800138000&name={}", "x".repeat(300_000));
    let (status, page) = send(&world, &cookie, &long);
    assert_eq!(status, 413);
    assert!(page.contains("That is too much."), "{page}");
    for name in ["%FF", "%E6%9D", "%C0%AF", "a%80", "%F5%80%80%80"] {
        let body = format!("_token={token}&tel=13800138000&name={name}");
        let (status, page) = send(&world, &cookie, &body);
        assert_eq!(status, 400, "{name}");
        assert!(page.contains("not UTF-8"), "{page}");
    }
    let mut raw = ask("POST", "/f/demo?lang=en", &cookie, "");
    raw.body = [format!("_token={token}&tel=13800138000&name=").as_bytes(), b"\xc4\xe3"].concat();
    assert_eq!(world.request(raw).status, 400);
    assert_eq!(submissions(&world), 0);
    let good = format!("_token={token}&tel=13800138000&name=%E6%9D%8E");
    assert_eq!(send(&world, &cookie, &good).0, 200);
    assert_eq!(submissions(&world), 1);
}
