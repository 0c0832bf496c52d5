use super::*;
use serde_json::json;

/// 2026-01-01T00:00:00.789Z
const NOW: Timestamp = Timestamp(1_767_225_600_789);

/// The worked example of "V3 版本请求体与签名机制", with its own key, time and nonce.
#[test]
fn official_signature() {
    let query = canonical_query(&[
        ("RegionId", "cn-shanghai".to_owned()),
        ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd".to_owned()),
    ]);
    let action = Action {
        host: "ecs.cn-shanghai.aliyuncs.com",
        action: "RunInstances",
        version: "2014-05-26",
        query: &query,
    };
    let headers = action.signed_headers(
        "YourAccessKeyId",
        "YourAccessKeySecret",
        "2023-10-26T10:22:32Z",
        "3156853299f313e23d1673dc12e1703d",
    );
    let expected = "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;\
        x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=\
        06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";
    assert_eq!(headers.last(), Some(&("authorization".to_owned(), expected.to_owned())));
}

fn config() -> EndpointConfig {
    let secret = |name: &str, value: &str| (name.to_owned(), vec![value.to_owned()]);
    let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    EndpointConfig {
        secrets: [secret("access_key_id", "ak"), secret("access_key_secret", "sk")].into(),
        settings: [setting("sign_name", "茶 店"), setting("template_code", "SMS_1")].into(),
        ..EndpointConfig::default()
    }
}

fn message() -> OutboundMessage {
    OutboundMessage {
        key: "msg_1".to_owned(),
        to: "+8613800138000".to_owned(),
        data: json!({"code": "1 2*~"}),
        ..OutboundMessage::default()
    }
}

#[test]
fn the_request() {
    let Ok(Composed::Call(request)) = compose(&config(), &message(), NOW, &[0xab; 16]) else {
        panic!("a call")
    };
    assert_eq!(
        request.url,
        "https://dysmsapi.aliyuncs.com/?OutId=msg_1&PhoneNumbers=13800138000\
         &SignName=%E8%8C%B6%20%E5%BA%97&TemplateCode=SMS_1\
         &TemplateParam=%7B%22code%22%3A%221%202%2A~%22%7D"
    );
    let header = |name: &str| {
        let found = request.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    };
    assert_eq!(header("x-acs-action"), Some("SendSms"));
    assert_eq!(header("x-acs-version"), Some("2017-05-25"));
    assert_eq!(header("x-acs-date"), Some("2026-01-01T00:00:00Z"));
    assert_eq!(header("x-acs-signature-nonce"), Some("abababababababababababababababab"));
    assert_eq!(header("host"), None);
    assert!(request.body.is_empty());
}

#[test]
fn recipients() {
    for (to, expect) in [
        ("+8613800138000", Some("13800138000")),
        ("+85251234567", Some("85251234567")),
        ("13800138000", None),
        ("+86", None),
        ("+86138x", None),
        ("+1234567890123456", None),
        ("", None),
    ] {
        assert_eq!(phone_number(to).as_deref(), expect, "{to}");
    }
}

#[test]
fn refuses_to_compose() {
    let check = |config: &EndpointConfig, message: &OutboundMessage| {
        compose(config, message, NOW, &[0; 16]).map(drop).map_err(|reject| reject.code)
    };
    let mut config = config();
    config.settings.remove("template_code");
    assert_eq!(check(&config, &message()), Err("template_missing"));
    let own = OutboundMessage { template_code: "SMS_2".to_owned(), ..message() };
    assert_eq!(check(&config, &own), Ok(()));
    config.settings.insert("base_url".to_owned(), "http://127.0.0.1:9/path".to_owned());
    assert_eq!(check(&config, &own), Err("endpoint_misconfigured"));
}

#[test]
fn outcomes() {
    let check = |status: u16, body: Value| {
        let body = body.to_string().into_bytes();
        outcome(&ProviderAnswer { status, headers: Vec::new(), body }, NOW)
    };
    let code = |code: &str, message: &str| json!({"Code": code, "Message": message});
    let retry = |reason: &str, after_ms| SendOutcome::Retry { reason: reason.into(), after_ms };
    let failed = |reason: &str| SendOutcome::Failed { reason: reason.into() };
    assert_eq!(
        check(200, json!({"Code": "OK", "BizId": "900619746936498440^0"})),
        SendOutcome::Sent { provider_ref: "900619746936498440^0".into() }
    );
    let limit = "isv.BUSINESS_LIMIT_CONTROL";
    assert_eq!(check(200, code(limit, "触发分钟级流控Permits:1")), retry(limit, Some(60_000)));
    assert_eq!(check(200, code(limit, "触发小时级流控Permits:5")), retry(limit, Some(3_600_000)));
    assert_eq!(check(200, code(limit, "触发天级流控Permits:10")), retry(limit, Some(86_400_000)));
    assert_eq!(check(200, code(limit, "")), retry(limit, None));
    assert_eq!(check(400, code("Throttling.User", "")), retry("Throttling.User", None));
    assert_eq!(check(503, code("ServiceUnavailable", "")), retry("ServiceUnavailable", None));
    let number = "isv.MOBILE_NUMBER_ILLEGAL";
    assert_eq!(check(200, code(number, "")), failed(number));
    let key = "InvalidAccessKeyId.NotFound";
    assert_eq!(check(403, code(key, "")), failed(key));
    assert_eq!(check(500, code("Odd", "")), retry("Odd", None));
    assert_eq!(check(500, code("OK", "")), retry("http_500", None));
    assert_eq!(check(200, json!("<html>")), failed("answer_without_code"));
}
