use super::*;
use crate::collector::{cors_headers, preflight, write_key_of};

const NOW: Timestamp = Timestamp(1_767_225_600_000);

fn config() -> EndpointConfig {
    let secrets = [("write_key".to_owned(), vec!["wk".to_owned()])].into();
    EndpointConfig { id: "site".to_owned(), secrets, ..EndpointConfig::default() }
}

fn request(path: &str, headers: &[(&str, &str)], body: Value) -> InboundRequest {
    InboundRequest {
        method: "POST".to_owned(),
        path: path.to_owned(),
        headers: headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        body: body.to_string().into_bytes(),
        ..InboundRequest::default()
    }
}

fn parsed(path: &str, body: Value) -> Result<Parsed, Reject> {
    parse(&config(), &request(path, &[], body), &Verified::default(), NOW)
}

#[test]
fn routes() {
    for (path, expect) in [
        ("/v1/track", Some(Route::Event("track"))),
        ("/v1/t", Some(Route::Event("track"))),
        ("/v1/i", Some(Route::Event("identify"))),
        ("/v1/p", Some(Route::Event("page"))),
        ("/v1/s", Some(Route::Event("screen"))),
        ("/v1/g", Some(Route::Event("group"))),
        ("/v1/a", Some(Route::Event("alias"))),
        ("/v1/batch", Some(Route::Batch)),
        ("/v1/b", Some(Route::Batch)),
        ("/v1/b/", Some(Route::Batch)),
        ("/api/s/page", Some(Route::Event("page"))),
        ("/api/s/s2s/identify", Some(Route::Event("identify"))),
        ("/api/s/event", Some(Route::Event(""))),
        ("/batch/", Some(Route::Posthog)),
        ("/v1/projects/wk/settings", Some(Route::Settings("wk"))),
        ("/v1/projects//settings", None),
        ("/v1/", None),
        ("/v1", None),
        ("/v2/track", None),
        ("/v1/tr", None),
        ("/api/s/a/b", None),
        ("", None),
    ] {
        assert_eq!(route(path), expect, "{path}");
    }
}

/// What the SDKs send, base64 of "wk:", "wk" and `wk:""`.
#[test]
fn the_first_key_present_counts() {
    let body = json!({ "writeKey": "in-body" });
    for (headers, expect) in [
        (vec![("authorization", "Basic d2s6"), ("x-write-key", "x")], Some("wk")),
        (vec![("authorization", "basic d2s=")], Some("wk")),
        (vec![("authorization", "Basic d2s6IiI=")], Some("wk")),
        (vec![("authorization", "Bearer token")], Some("in-body")),
        (vec![("authorization", "Basic ===")], None),
        (vec![("authorization", "Basic d2uf")], None),
        (vec![("x-write-key", "header")], Some("header")),
        (vec![("authorization", "Basic Og==")], None),
        (vec![], Some("in-body")),
    ] {
        let found = write_key_of(&request("/v1/track", &headers, body.clone()));
        assert_eq!(found.as_deref(), expect, "{headers:?}");
    }
    let numeric = request("/v1/track", &[], json!({ "writeKey": 7 }));
    assert_eq!(write_key_of(&numeric), Some("7".into()));
    assert_eq!(write_key_of(&request("/v1/track", &[], json!([]))), None);
}

#[test]
fn a_page_of_another_origin_may_read_every_answer() {
    let mut asked = request("/v1/t", &[("origin", "https://shop.example")], json!({}));
    let echoed = ("access-control-allow-origin", "https://shop.example".to_owned());
    assert_eq!(cors_headers(&asked), vec![echoed.clone(), ("vary", "Origin".to_owned())]);
    assert_eq!(preflight(&asked), None);
    asked.method = "OPTIONS".to_owned();
    assert_eq!(preflight(&asked), Some(Reply::empty(204)));
    let headers = cors_headers(&asked);
    let value = |name: &str| {
        let found = headers.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| value.as_str())
    };
    assert!(value("access-control-allow-headers").unwrap().contains("authorization"));
    assert!(value("access-control-allow-headers").unwrap().contains("x-retry-count"));
    assert_eq!(value("access-control-max-age"), Some("86400"));
    assert_eq!(cors_headers(&request("/v1/t", &[], json!({}))), Vec::new());
}

#[test]
fn the_senders_clock_cancels_out() {
    let at = |seconds: i64| Timestamp(NOW.0 + seconds * 1_000);
    for (original, sent_at, expect) in [
        (at(-10), None, at(-10)),
        (at(10), None, at(0)),
        // An hour fast and an hour slow, five seconds before it was sent.
        (at(3_595), Some(at(3_600)), at(-5)),
        (at(-3_605), Some(at(-3_600)), at(-5)),
        // Sent before it happened: no difference.
        (at(60), Some(at(0)), at(0)),
        // A historical import stays historical.
        (at(-100_000_000), Some(at(0)), at(-100_000_000)),
        (Timestamp(i64::MIN), Some(Timestamp(i64::MAX)), Timestamp(0)),
        (Timestamp(i64::MAX), Some(Timestamp(i64::MIN)), NOW),
    ] {
        assert_eq!(by_our_clock(original, sent_at, NOW), expect);
    }
}

#[test]
fn names_and_properties() {
    let check = |path: &str, body: Value| {
        let mut parsed = parsed(path, body).unwrap();
        let draft = parsed.drafts.remove(0);
        (draft.name, draft.properties)
    };
    let of = |name: &str, properties: Value| (name.to_owned(), properties);
    assert_eq!(
        check("/v1/track", json!({"userId": 1, "event": "Paid", "properties": {"a": 1}})),
        of("Paid", json!({"a": 1}))
    );
    assert_eq!(
        check("/v1/page", json!({"userId": "u", "name": "Home", "category": "Docs"})),
        of("page.viewed", json!({"name": "Home", "category": "Docs"}))
    );
    assert_eq!(check("/v1/page", json!({"userId": "u"})), of("page.viewed", json!({})));
    assert_eq!(
        check("/v1/screen", json!({"userId": "u", "properties": {"name": "Cart"}})),
        of("screen.viewed", json!({"name": "Cart"}))
    );
    assert_eq!(
        check("/v1/identify", json!({"userId": "u", "traits": {"vip": true}})),
        of("$identify", json!({"vip": true}))
    );
    assert_eq!(
        check("/v1/group", json!({"userId": "u", "groupId": "g", "traits": {"n": 1}})),
        of("$group", json!({"n": 1, "group_id": "g"}))
    );
    assert_eq!(
        check("/v1/alias", json!({"userId": "u", "previousId": "p"})),
        of("$alias", json!({"previous_id": "p", "user_id": "u"}))
    );
}

#[test]
fn bad_events_have_codes() {
    let alias = "alias_needs_user_and_previous_id";
    for (path, body, code) in [
        ("/v1/track", json!({"event": "x"}), "event_needs_user_or_anonymous_id"),
        ("/v1/track", json!({"userId": "u"}), "track_needs_event"),
        ("/v1/group", json!({"userId": "u"}), "group_needs_group_id"),
        ("/v1/alias", json!({"userId": "u"}), alias),
        ("/v1/alias", json!({"anonymousId": "a", "previousId": "p"}), alias),
        ("/api/s/event", json!({"userId": "u"}), "event_needs_type"),
        ("/v1/batch", json!({"userId": "u"}), "batch_missing"),
        ("/v1/batch", json!({"batch": vec![0; 2_501]}), "batch_too_long"),
        ("/v1/track", json!([]), "malformed_body"),
    ] {
        assert_eq!(parsed(path, body.clone()), Err(Reject::new(400, code)), "{path} {body}");
    }
    assert!(parsed("/v1/batch", json!({"batch": vec![json!({}); 2_500]})).is_ok());
}

#[test]
fn ids_without_message_id_are_derived_from_what_was_sent() {
    let id = |body: Value| parsed("/v1/track", body).unwrap().drafts.remove(0).delivery_id;
    let event = json!({"userId": "u", "event": "x", "sentAt": "2026-01-01T00:00:00Z"});
    assert_eq!(id(event.clone()), id(event.clone()));
    let mut keyed = event.clone();
    keyed["writeKey"] = json!("wk");
    assert_eq!(id(event.clone()), id(keyed), "a rotated key changes no id");
    let mut later = event.clone();
    later["sentAt"] = json!("2026-01-01T00:00:01Z");
    assert_ne!(id(event.clone()), id(later));
    let mut long = event;
    long["messageId"] = json!("m".repeat(1_000));
    assert_eq!(id(long).len(), 26);
}

#[test]
fn only_browsers_lend_their_address() {
    let context = |headers: &[(&str, &str)], context: Value| {
        let body = json!({"userId": "u", "event": "x", "context": context});
        let mut request = request("/v1/track", headers, body);
        request.ip = Some("203.0.113.7".to_owned());
        let parsed = parse(&config(), &request, &Verified::default(), NOW).unwrap();
        parsed.drafts.into_iter().next().unwrap().context
    };
    let origin = [("origin", "https://x"), ("user-agent", "UA")];
    assert_eq!(context(&origin, json!({})), json!({"ip": "203.0.113.7", "userAgent": "UA"}));
    let own = json!({"ip": "::1", "userAgent": "own"});
    assert_eq!(context(&origin, own.clone()), own);
    assert_eq!(context(&[("user-agent", "UA")], json!({})), json!({}));
    assert_eq!(context(&[], json!({"direct": true})), json!({"direct": true, "ip": "203.0.113.7"}));
}
