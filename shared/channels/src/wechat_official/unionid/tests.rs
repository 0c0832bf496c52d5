use super::*;
use crate::enrich::Token;
use crate::enrich::testing::{NOW, answer, config, survives_anything, touchpoint};

const OPENID: &str = "wechat_openid@wx1:oA";

fn safe() -> EndpointConfig {
    config(("app_secret", "s3cret"), &[("app_id", "wx1")])
}

fn openids() -> Vec<String> {
    ["oA", "oB", "oC"].map(str::to_owned).into()
}

#[test]
fn a_follower_whose_unionid_is_unknown_is_asked_about() {
    let asked = |config: &EndpointConfig, touchpoint: &Touchpoint| ENRICH.asks(config, touchpoint);
    let followed = touchpoint("account.followed", &[OPENID]);
    assert_eq!(asked(&safe(), &followed), Some(Question::about("oA")));
    let known = touchpoint("account.followed", &[OPENID, "wechat_unionid:u"]);
    assert_eq!(asked(&safe(), &known), None, "known");
    assert_eq!(asked(&safe(), &touchpoint("account.unfollowed", &[OPENID])), None, "gone");
    let other = touchpoint("account.followed", &["wechat_openid@wx2:oA"]);
    assert_eq!(asked(&safe(), &other), None, "of another app");
    let nobody = touchpoint("account.followed", &[]);
    assert_eq!(asked(&safe(), &nobody), None);
    let without = config(("token", "t"), &[("app_id", "wx1")]);
    assert_eq!(asked(&without, &followed), None, "no AppSecret");
    let mini = config(("app_secret", "s"), &[("app_id", "wx1"), ("account", "mini-program")]);
    assert_eq!(asked(&mini, &followed), None, "mini-programs have no such API");
}

#[test]
fn a_token_is_asked_for_and_a_refused_one_renewed() {
    let request = |want| {
        let request = token_request(&safe(), want).expect("a request");
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        (request.url, body)
    };
    let (url, body) = request(Want::Any);
    assert_eq!(url, "https://api.weixin.qq.com/cgi-bin/stable_token");
    let whose = json!({"grant_type": "client_credential", "appid": "wx1", "secret": "s3cret",
        "force_refresh": false});
    assert_eq!(body, whose);
    assert_eq!(request(Want::Another).1["force_refresh"], true);
    let token = |body: &Value| tencent_api::token(&answer(200, body), NOW);
    let good = token(&json!({"access_token": "T", "expires_in": 7200}));
    assert_eq!(good, Token::Good { token: "T".to_owned(), good_for_ms: 6_900_000 });
    for (body, reason) in [
        (json!({"errcode": 40125, "errmsg": "invalid appsecret"}), "errcode_40125"),
        (json!({"errcode": 40164, "errmsg": "invalid ip"}), "errcode_40164"),
        (json!({"errcode": 40001}), "errcode_40001"),
        (json!({"expires_in": 7200}), "no_access_token"),
    ] {
        assert!(matches!(token(&body), Token::No(it) if it.reason == reason), "{body}");
    }
}

#[test]
fn a_hundred_are_asked_about_at_once_and_told_in_order() {
    let request = compose(&safe(), "T+/=", &openids()).expect("a request");
    let url = "https://api.weixin.qq.com/cgi-bin/user/info/batchget?access_token=T%2B%2F%3D";
    assert_eq!((request.method, request.url.as_str()), ("POST", url));
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!(body["user_list"][1], json!({"openid": "oB", "lang": "zh_CN"}));

    // Not in the order asked, one without a unionid, one left out.
    let users = json!({"user_info_list": [
        {"subscribe": 1, "openid": "oC", "language": "zh_CN"},
        {"subscribe": 1, "openid": "oA", "unionid": "uA", "subscribe_scene": "ADD_SCENE_QR_CODE",
            "qr_scene_str": "expo-2026"},
    ]});
    let Answered::Told(told) = read(&safe(), &openids(), &answer(200, &users), NOW) else {
        panic!("told")
    };
    let [Some(first), None, None] = told.as_slice() else { panic!("{told:?}") };
    let unionid = RawIdentifier::new(Kind::WechatUnionid, "", "uA");
    assert_eq!((first.name.as_str(), &first.identifiers), ("identity.learned", &vec![unionid]));
    let what = json!({"came_by": "ADD_SCENE_QR_CODE", "scene": "expo-2026"});
    assert_eq!(first.properties, what);
}

#[test]
fn what_the_vendor_refuses_says_whose_fault_it_is() {
    let read = |body: &Value| read(&safe(), &openids(), &answer(200, body), NOW);
    assert_eq!(read(&json!({"errcode": 42001})), Answered::TokenRefused);
    assert_eq!(read(&json!({"errcode": 40001})), Answered::TokenRefused);
    for code in [-1, 45009, 48001] {
        let Answered::NotNow(it) = read(&json!({"errcode": code})) else { panic!("{code}") };
        assert_eq!(it.reason, format!("errcode_{code}"));
    }
    let bad = Answered::Refused { reason: "errcode_40003".to_owned() };
    assert_eq!(read(&json!({"errcode": 40003, "errmsg": "invalid openid"})), bad);
    survives_anything(&ENRICH, &safe(), &openids());
}
