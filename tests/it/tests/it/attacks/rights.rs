//! Rights do not grow: not by a key, not by a user, not by an address that secrets are sent to.

use super::{company, key};
use serde_json::{Value, json};
use tributary_testkit::World;

#[test]
fn a_key_gives_only_what_it_has() {
    let world = World::new(1);
    let header = key(&world, &["api_keys:edit", "profiles:view", "leads:edit"]);
    let headers = [("authorization", header.as_str())];
    let make = |scopes: Value| {
        let body = json!({"name": "more", "scopes": scopes});
        let (status, answer) = world.browse_with(&headers, "POST", "/api/v1/api-keys", &body);
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    };
    for within in [json!(["profiles:view"]), json!(["leads:view", "api_keys:edit"]), json!([])] {
        assert_eq!(make(within.clone()).0, 201, "{within}");
    }
    for beyond in [
        json!(["personal_data:view"]),
        json!(["profiles:edit"]),
        json!(["users:edit"]),
        json!(["audit:view"]),
        json!(["profiles:view", "dead_letters:view"]),
        json!(["profiles:view", "profiles:view", "messages:view"]),
    ] {
        assert_eq!(make(beyond.clone()), (403, "rights_would_grow".to_owned()), "{beyond}");
    }
    let refused = world.get("/api/v1/audit?action=changed").to_string();
    assert!(refused.contains("api-keys"), "it was noted before it was tried");
}

#[test]
fn a_key_makes_nobody_and_becomes_nobody_with_more_rights() {
    let world = World::new(1);
    world.sign_in("ada", "admin", &Value::Null);
    world.sign_in("ron", "read_only", &Value::Null);
    let all_views: Vec<String> = [
        "profiles",
        "messages",
        "leads",
        "tasks",
        "journeys",
        "channels",
        "doors",
        "touchpoints",
        "system",
        "reps",
        "setup",
    ]
    .map(|one| format!("{one}:view"))
    .to_vec();
    let mut scopes: Vec<&str> = all_views.iter().map(String::as_str).collect();
    scopes.push("users:edit");
    let header = key(&world, &scopes);
    let headers = [("authorization", header.as_str())];
    let put = |id: &str, email: &str, role: &str, state: &str| {
        let body = json!({"name": id, "email": email, "role": role, "state": state});
        let path = format!("/api/v1/users/{id}");
        let (status, answer) = world.browse_with(&headers, "PUT", &path, &body);
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    };
    let grow = || (403, "rights_would_grow".to_owned());
    assert_eq!(put("new", "new@example.com", "read_only", "active").0, 201);
    assert_eq!(put("ron", "ron@example.com", "read_only", "disabled").0, 200);
    for role in ["admin", "manager", "sales", "service", "marketing"] {
        assert_eq!(put("new", "new@example.com", role, "active"), grow(), "{role}");
    }
    // Another's address is another's sign-in, and another's sessions are theirs to end.
    assert_eq!(put("ada", "eve@example.com", "admin", "active"), grow());
    assert_eq!(put("ada", "eve@example.com", "read_only", "active"), grow());
    assert_eq!(put("ada", "ada@example.com", "admin", "disabled"), grow());
    let path = "/api/v1/users/ada/sign-out";
    assert_eq!(world.browse_with(&headers, "POST", path, &Value::Null).0, 403);
    assert!(world.get("/api/v1/users").to_string().contains("ada@example.com"));
    // Who may do everything may still give everything.
    let admin = json!({"name": "Eva", "email": "eva@example.com", "role": "admin"});
    assert_eq!(world.send("PUT", "/api/v1/users/eva", &admin).0, 201);
}

#[test]
fn a_secret_does_not_follow_its_address() {
    let world = World::new(1);
    let path = "/api/v1/endpoints/resend/main";
    let put = |secrets: Value, settings: Value| {
        let body = json!({"secrets": secrets, "settings": settings});
        let (status, answer) = world.send("PUT", path, &body);
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    };
    let at = |address: &str| json!({"from": "shop@example.com", "base_url": address});
    let vendor = json!({"from": "shop@example.com"});
    let first = put(json!({"api_key": "re_secret"}), vendor.clone());
    assert_eq!(first.0, 201, "{first:?}");
    let again = || (422, "secret_needed_again".to_owned());
    // From the vendor's own address, to another, back, and with other settings besides.
    assert_eq!(put(json!({}), at("https://evil.example.com")), again());
    assert_eq!(put(json!({"api_key": "re_secret"}), at("https://relay.example.com")).0, 200);
    assert_eq!(put(json!({}), at("https://evil.example.com")), again());
    assert_eq!(put(json!({}), at("https://relay.example.com:8443")), again());
    assert_eq!(put(json!({}), at("https://relay.example.com/other")), again());
    assert_eq!(put(json!({}), vendor.clone()), again());
    // The same address is no change; another sender at it needs no secret.
    assert_eq!(put(json!({}), at("https://relay.example.com/")).0, 200);
    let other = json!({"from": "hello@example.com", "base_url": "https://relay.example.com"});
    assert_eq!(put(json!({}), other).0, 200);
    // What was valid before is not sent to the new address, not even as the older of two.
    assert_eq!(put(json!({"api_key": "wrong"}), at("https://evil.example.com")).0, 200);
    assert_eq!(world.get(path)["secrets"]["api_key"]["valid"], 1);
}

#[test]
fn addresses_are_public_when_they_are_saved() {
    let world = World::new(1);
    world.0.vars.borrow_mut().insert("TRIBUTARY_ENV".to_owned(), "production".to_owned());
    let path = "/api/v1/endpoints/resend/main";
    let save = |address: &str| {
        let settings = json!({"from": "shop@example.com", "base_url": address});
        let (status, answer) =
            world.send("PUT", path, &json!({"secrets": {"api_key": "k"}, "settings": settings}));
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    };
    for (address, code) in [
        ("http://api.example.com", "address_not_https"),
        ("https://127.0.0.1", "address_not_public"),
        ("http://127.0.0.1:8080", "address_not_public"),
        ("https://2130706433", "address_not_public"),
        ("https://0x7f.1", "address_not_public"),
        ("https://169.254.169.254/latest/meta-data", "address_not_public"),
        ("https://[::ffff:10.0.0.1]", "address_not_public"),
        ("https://metadata.google.internal", "address_not_public"),
        ("https://localhost.", "address_malformed"),
        ("https://api.example.com@10.0.0.1", "address_malformed"),
        ("//evil.example.com", "address_malformed"),
        ("ftp://api.example.com", "address_not_https"),
    ] {
        assert_eq!(save(address), (422, code.to_owned()), "{address}");
    }
    assert_eq!(save("https://relay.example.com").0, 201);
    for (webhook, status) in [
        ("https://hooks.example.com/x", 200),
        ("http://hooks.example.com/x", 422),
        ("https://10.0.0.1/x", 422),
        ("https://hooks.internal/x", 422),
    ] {
        let rep = json!({"name": "Wang", "notify": {"webhook": webhook}});
        assert_eq!(world.send("PUT", "/api/v1/reps/wang", &rep).0, status, "{webhook}");
    }
}

/// What was saved before there was a rule, or lies in the configuration, is refused when it is
/// called.
#[test]
fn addresses_are_public_when_they_are_called() {
    let world = company();
    world.0.vars.borrow_mut().insert("TRIBUTARY_ENV".to_owned(), "production".to_owned());
    let endpoint = json!({
        "secrets": {"api_key": "k"},
        "settings": {"from": "a@example.com", "base_url": "https://relay.example.com"},
    });
    assert_eq!(world.send("PUT", "/api/v1/endpoints/resend/main", &endpoint).0, 201);
    world.0.db.sqlite.with(|db| {
        let sql = "UPDATE endpoints SET settings = replace(settings, 'https://relay.example.com', \
                   'http://169.254.169.254') WHERE channel = 'resend'";
        db.execute(sql, []).expect("an old row");
    });
    world.0.vars.borrow_mut().insert("OIDC_ISSUER".to_owned(), "https://10.0.0.1".to_owned());
    world.0.vars.borrow_mut().insert("OIDC_CLIENT_ID".to_owned(), "crm".to_owned());
    let before = world.0.providers.requests.borrow().len();
    super::identify(&world, "new-one", &json!({"email": "new@example.com", "name": "New"}));
    let body = json!({"userId": "new-one", "event": "Signed Up", "messageId": "s1", "writeKey": "wk_lead", "type": "track"});
    let mut request = tributary_testkit::api("POST", "/v1/track", &body);
    request.headers.retain(|(name, _)| name != "authorization");
    assert_eq!(world.request(request).status, 200);
    world.advance(60_000);
    let sent = world.get("/api/v1/messages?identity=email:new@example.com");
    assert_eq!(sent["items"][0]["status"], "failed", "{sent}");
    assert_eq!(sent["items"][0]["reason"], "address_not_public", "{sent}");
    assert_eq!(world.0.providers.requests.borrow().len(), before, "nobody was called");
}

#[test]
fn a_preview_is_a_view_and_changes_nothing() {
    let world = company();
    let profile = world.get("/api/v1/leads")["items"][0]["profile"].clone();
    let path = format!("/api/v1/profiles/{}/unmerge", profile.as_str().expect("a profile"));
    let edges = world.get(&path.replace("unmerge", "identities"))["edges"].clone();
    let edge = json!({"a": edges[0]["a"], "b": edges[0]["b"]});
    let before = world.get("/api/v1/touchpoints")["total"].clone();
    let sales = world.sign_in("sally", "sales", &json!({"rep": "east"}));
    let mapping = json!({"mapping": {"name": "x"}, "sample": "{}"});
    let marketing = world.sign_in("max", "marketing", &Value::Null);
    let (status, answer) =
        world.browse(&sales, "POST", &path, &json!({"edge": edge, "preview": true}));
    assert_eq!(status, 200, "{answer}");
    assert!(answer["preview"].is_array());
    let (_, answer) = world.browse(&marketing, "POST", "/api/v1/mappings/preview", &mapping);
    assert_ne!(answer["code"], "forbidden", "{answer}");
    for body in [
        json!({"edge": edge}),
        json!({"edge": edge, "preview": false}),
        json!({"edge": edge, "preview": "true"}),
    ] {
        let (status, answer) = world.browse(&sales, "POST", &path, &body);
        assert_eq!((status, &answer["code"]), (403, &json!("forbidden")), "{body}");
    }
    // Who only looks cannot smuggle a change in.
    let twice = format!("{{\"edge\": {edge}, \"preview\": true, \"preview\": false}}");
    let mut request = tributary_testkit::api("POST", &path, &Value::Null);
    request.headers = vec![
        ("cookie".to_owned(), marketing.cookie.clone()),
        ("x-tributary-csrf".to_owned(), marketing.csrf.clone()),
    ];
    request.body = twice.into_bytes();
    assert_eq!(world.request(request).status, 403);
    assert_eq!(world.browse(&marketing, "POST", &path, &json!({"edge": edge})).0, 403);
    let noted = world.get("/api/v1/audit?action=previewed")["items"].clone();
    let objects: Vec<&str> = noted
        .as_array()
        .expect("entries")
        .iter()
        .filter_map(|one| one["object"].as_str())
        .collect();
    assert!(objects.iter().any(|object| object.ends_with("/unmerge")), "{noted}");
    assert!(objects.contains(&"mappings/preview"), "{noted}");
    let changed = world.get("/api/v1/audit?action=changed&actor=max")["items"].clone();
    assert_eq!(changed, json!([]), "nothing was changed: {changed}");
    assert!(before.as_i64().is_some());
}
