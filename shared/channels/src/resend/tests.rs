use super::*;

const NOW: Timestamp = Timestamp(1_767_225_600_000);

fn config() -> EndpointConfig {
    let keys = vec!["re_new".to_owned(), "re_old".to_owned()];
    EndpointConfig {
        secrets: [("api_key".to_owned(), keys)].into(),
        settings: [("from".to_owned(), "茶 <tea@example.com>".to_owned())].into(),
        ..EndpointConfig::default()
    }
}

#[test]
fn the_way_out_travels_as_headers() {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![
        header("List-Unsubscribe", "<https://crm.example/u/a-b>"),
        header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ];
    let sent = |message: &OutboundMessage| -> Value {
        match compose(&config(), message, Timestamp(0), &[0; 16]) {
            Ok(Composed::Call(request)) => serde_json::from_slice(&request.body).unwrap(),
            other => panic!("{other:?}"),
        }
    };
    assert!(sent(&message()).get("headers").is_none());
    let body = sent(&OutboundMessage { headers, ..message() });
    assert_eq!(body["headers"]["List-Unsubscribe"], "<https://crm.example/u/a-b>");
    assert_eq!(body["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
}

fn message() -> OutboundMessage {
    OutboundMessage {
        key: "msg_1".to_owned(),
        to: "a@b.cn".to_owned(),
        subject: "您好".to_owned(),
        text: "text".to_owned(),
        ..OutboundMessage::default()
    }
}

#[test]
fn the_request() {
    let mut message = message();
    message.html = "<p>html</p>".to_owned();
    let Ok(Composed::Call(request)) = compose(&config(), &message, NOW, &[0; 16]) else {
        panic!("a call")
    };
    assert_eq!((request.method, request.url.as_str()), ("POST", "https://api.resend.com/emails"));
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert!(request.headers.contains(&header("authorization", "Bearer re_new")));
    assert!(request.headers.contains(&header("idempotency-key", "msg_1")));
    assert_eq!(
        serde_json::from_slice::<Value>(&request.body).unwrap(),
        json!({"from": "茶 <tea@example.com>", "to": ["a@b.cn"], "subject": "您好",
            "html": "<p>html</p>", "text": "text", "tags": [{"name": "message", "value": "msg_1"}]})
    );
    let again = compose(&config(), &message, NOW.plus_ms(60_000), &[9; 16]);
    assert_eq!(again, Ok(Composed::Call(request)), "every try is the same request");
}

#[test]
fn refuses_to_compose() {
    let check = |change: &dyn Fn(&mut OutboundMessage)| {
        let mut message = message();
        change(&mut message);
        compose(&config(), &message, NOW, &[0; 16]).map_err(|reject| reject.code)
    };
    assert_eq!(check(&|it| it.to = "nobody".into()), Err("invalid_recipient"));
    assert_eq!(check(&|it| it.to = "a@b.cn,c@d.cn".into()), Err("invalid_recipient"));
    assert_eq!(check(&|it| it.key = String::new()), Err("invalid_key"));
    assert_eq!(check(&|it| it.key = "x".repeat(257)), Err("invalid_key"));
    assert_eq!(check(&|it| it.text = String::new()), Err("empty_message"));
}

#[test]
fn outcomes() {
    let check = |status: u16, body: &str| {
        let headers = vec![("retry-after".to_owned(), "2".to_owned())];
        outcome(&ProviderAnswer { status, headers, body: body.as_bytes().to_vec() }, NOW)
    };
    let retry = |reason: &str| SendOutcome::Retry { reason: reason.into(), after_ms: Some(2_000) };
    let failed = |reason: &str| SendOutcome::Failed { reason: reason.into() };
    let error = |status: u16, name: &str| {
        json!({ "statusCode": status, "name": name, "message": "…" }).to_string()
    };
    assert_eq!(check(200, r#"{"id":"49a3"}"#), SendOutcome::Sent { provider_ref: "49a3".into() });
    assert_eq!(check(422, &error(422, "validation_error")), failed("validation_error"));
    assert_eq!(check(429, &error(429, "rate_limit_exceeded")), retry("rate_limit_exceeded"));
    assert_eq!(check(500, "oops"), retry("http_500"));
    assert_eq!(check(403, ""), failed("http_403"));
    let busy = "concurrent_idempotent_requests";
    assert_eq!(check(409, &error(409, busy)), retry(busy));
    let other = "invalid_idempotent_request";
    assert_eq!(check(409, &error(409, other)), failed(other));
    // A success that is none.
    assert_eq!(check(200, &error(422, "validation_error")), failed("validation_error"));
    assert_eq!(check(200, &error(429, "rate_limit_exceeded")), retry("rate_limit_exceeded"));
    assert_eq!(check(200, r#"{"error":{"name":"invalid_from"}}"#), failed("invalid_from"));
    assert_eq!(check(200, "<html>"), retry("answer_without_id"));
}
