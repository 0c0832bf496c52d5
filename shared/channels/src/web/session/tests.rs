use super::*;
use crate::enrich::NotNow;
use crate::enrich::testing::{NOW, answer, config, survives_anything, touchpoint};
use serde_json::Value;

fn mini() -> EndpointConfig {
    config(("wechat_app_secret", "s3cret"), &[("wechat_app_id", "wx1")])
}

fn login(code: &Value) -> Touchpoint {
    let mut login = touchpoint("$identify", &["anonymous_id@main:a1"]);
    login.context = json!({ "wechat": { "code": code } });
    login
}

fn told(body: &Value) -> Answered {
    read(&mini(), &["c0de".to_owned()], &answer(200, body), NOW)
}

#[test]
fn a_login_is_asked_about_while_its_code_is_good() {
    let question = ENRICH.asks(&mini(), &login(&json!("c0de"))).expect("a question");
    assert_eq!(question, Question { subject: "c0de".to_owned(), good_for_ms: Some(300_000) });
    for nothing in [json!(""), json!(null), json!({}), json!("x".repeat(257))] {
        assert_eq!(ENRICH.asks(&mini(), &login(&nothing)), None, "{nothing}");
    }
    let mut elsewhere = login(&json!("c0de"));
    elsewhere.name = "page.viewed".to_owned();
    assert_eq!(ENRICH.asks(&mini(), &elsewhere), None);
    let without = config(("write_key", "k"), &[("wechat_app_id", "wx1")]);
    assert_eq!(ENRICH.asks(&without, &login(&json!("c0de"))), None, "no AppSecret");
}

#[test]
fn whose_the_code_is() {
    let request = compose(&mini(), "", &["c&de".to_owned()]).expect("a request");
    let url = "https://api.weixin.qq.com/sns/jscode2session?appid=wx1&secret=s3cret&js_code=c%26de&grant_type=authorization_code";
    assert_eq!((request.method, request.url.as_str()), ("GET", url));
    let body = json!({"openid": "oA", "session_key": "k3y", "unionid": "uA"});
    let Answered::Told(drafts) = told(&body) else { panic!("told") };
    let Some(Some(draft)) = drafts.first() else { panic!("{drafts:?}") };
    let expect = [
        RawIdentifier::new(Kind::WechatOpenid, "wx1", "oA"),
        RawIdentifier::new(Kind::WechatUnionid, "", "uA"),
    ];
    assert_eq!(draft.identifiers, expect);
    assert!(!format!("{draft:?}").contains("k3y"), "a session key is not kept");
    let Answered::Told(drafts) = told(&json!({"openid": "oA"})) else { panic!("told") };
    assert_eq!(drafts[0].as_ref().map(|draft| draft.identifiers.len()), Some(1));
}

#[test]
fn a_used_code_is_final_and_a_busy_vendor_is_not() {
    for code in [40029, 40163, 40226] {
        let refused = Answered::Refused { reason: format!("errcode_{code}") };
        assert_eq!(told(&json!({"errcode": code})), refused);
    }
    let busy = NotNow { reason: "errcode_-1".to_owned(), after_ms: None };
    assert_eq!(told(&json!({"errcode": -1})), Answered::NotNow(busy));
    survives_anything(&ENRICH, &mini(), &["c0de".to_owned()]);
}
