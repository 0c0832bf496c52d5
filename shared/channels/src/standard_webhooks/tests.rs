use super::*;
use crate::outbound::{Composed, OutboundMessage, ProviderAnswer, ProviderRequest, SendOutcome};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NOW: Timestamp = Timestamp(1_614_265_330_000);

fn config(secrets: &[&str]) -> EndpointConfig {
    let values = secrets.iter().map(|secret| (*secret).to_owned()).collect();
    EndpointConfig {
        id: "pos".to_owned(),
        secrets: [("signing_secret".to_owned(), values)].into(),
        ..EndpointConfig::default()
    }
}

fn received(request: &ProviderRequest) -> InboundRequest {
    InboundRequest {
        method: request.method.to_owned(),
        headers: request.headers.clone(),
        body: request.body.clone(),
        ..InboundRequest::default()
    }
}

fn sent(config: &EndpointConfig, message: &OutboundMessage, now: Timestamp) -> ProviderRequest {
    match send::compose(config, message, now, &[0; 16]).unwrap() {
        Composed::Call(request) => request,
        Composed::Kept => panic!("kept"),
    }
}

#[test]
fn official_vector() {
    let mac = mac(
        &key(SECRET).unwrap(),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        b"{\"test\": 2432232314}",
    );
    assert_eq!(crypto::base64_encode(&mac), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

fn message() -> OutboundMessage {
    OutboundMessage {
        key: "msg_1".to_owned(),
        medium: "webhook".to_owned(),
        to: "https://erp.example/hook?x=1".to_owned(),
        data: json!({"type": "customer.vip", "data": {"member_no": "M-1"}}),
        ..OutboundMessage::default()
    }
}

/// The same code both ways: what we send, we take.
#[test]
fn what_is_sent_is_accepted() {
    let config = config(&[SECRET]);
    let request = sent(&config, &message(), NOW);
    assert_eq!(request.url, "https://erp.example/hook?x=1");
    let arrived = received(&request);
    let verified = verify(&config, &arrived, NOW.plus_ms(5_000)).unwrap();
    let draft = parse(&config, &arrived, &verified, NOW).unwrap().drafts.remove(0);
    assert_eq!((draft.delivery_id.as_str(), draft.name.as_str()), ("msg_1", "customer.vip"));
    assert_eq!(draft.properties, json!({"member_no": "M-1"}));
}

#[test]
fn every_try_has_the_same_id_and_body() {
    let config = config(&[SECRET]);
    let first = sent(&config, &message(), NOW);
    let second = sent(&config, &message(), NOW.plus_ms(60_000));
    assert_eq!((&first.body, &first.url), (&second.body, &second.url));
    let id = ("webhook-id".to_owned(), "msg_1".to_owned());
    assert!(first.headers.contains(&id) && second.headers.contains(&id));
    assert_ne!(first.headers, second.headers);
}

#[test]
fn while_a_secret_is_rotated_both_sign() {
    let old = "whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u";
    let request = sent(&config(&[SECRET, old]), &message(), NOW);
    for secrets in [[SECRET], [old]] {
        assert!(verify(&config(&secrets), &received(&request), NOW).is_ok());
    }
}

#[test]
fn refuses_to_send_where_it_cannot() {
    let check = |change: &dyn Fn(&mut OutboundMessage)| {
        let mut message = message();
        change(&mut message);
        send::compose(&config(&[SECRET]), &message, NOW, &[0; 16]).map_err(|reject| reject.code)
    };
    for to in [
        "",
        "ftp://x",
        "https://",
        "https:///x",
        "//x",
        "javascript:alert(1)",
        "https://u:p@x/",
        "https://x/\r\nx: y",
        "https://x/ y",
        "https://x\\@y",
        "https://例.cn/",
    ] {
        assert_eq!(check(&|it| it.to = to.to_owned()), Err("invalid_recipient"), "{to}");
    }
    for key in ["", "a.b", "a b", "a\nb"] {
        assert_eq!(check(&|it| it.key = key.to_owned()), Err("invalid_key"), "{key}");
    }
    assert!(check(&|it| it.data = Value::Null).is_ok());
    for secrets in [&[][..], &[""], &["whsec_"], &["whsec_***"]] {
        let composed = send::compose(&config(secrets), &message(), NOW, &[0; 16]);
        assert_eq!(composed, Err(Reject::MISCONFIGURED));
    }
}

#[test]
fn outcomes() {
    let check = |status: u16, retry_after: &str| {
        let headers = vec![("retry-after".to_owned(), retry_after.to_owned())];
        send::outcome(&ProviderAnswer { status, headers, body: Vec::new() }, NOW)
    };
    let retry = |reason: &str, after_ms| SendOutcome::Retry { reason: reason.to_owned(), after_ms };
    for status in [200, 202, 204] {
        assert_eq!(check(status, ""), SendOutcome::Sent { provider_ref: String::new() });
    }
    assert_eq!(check(410, ""), SendOutcome::Failed { reason: "http_410".to_owned() });
    assert_eq!(check(429, "30"), retry("http_429", Some(30_000)));
    assert_eq!(check(503, "Thu, 25 Feb 2021 15:03:10 GMT"), retry("http_503", Some(60_000)));
    assert_eq!(check(302, ""), retry("http_302", None));
    assert_eq!(check(404, ""), retry("http_404", None));
}
