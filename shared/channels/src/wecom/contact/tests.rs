use super::*;
use crate::enrich::testing::{NOW, answer, config, survives_anything, touchpoint};

const PERSON: &str = "wecom_external_userid@ww1:wmA";

fn corp() -> EndpointConfig {
    config(("contact_secret", "s3cret"), &[("corp_id", "ww1")])
}

fn told(body: &Value) -> Answered {
    read(&corp(), &["wmA".to_owned()], &answer(200, body), NOW)
}

#[test]
fn a_customer_who_was_added_or_changed_is_asked_about() {
    for name in ["account.followed", "wecom.contact_edited"] {
        let question = ENRICH.asks(&corp(), &touchpoint(name, &[PERSON]));
        assert_eq!(question, Some(Question::about("wmA")), "{name}");
    }
    assert_eq!(ENRICH.asks(&corp(), &touchpoint("account.unfollowed", &[PERSON])), None);
    assert_eq!(ENRICH.asks(&corp(), &touchpoint("account.followed", &[])), None);
    let without = config(("token", "t"), &[("corp_id", "ww1")]);
    assert_eq!(ENRICH.asks(&without, &touchpoint("account.followed", &[PERSON])), None);
}

#[test]
fn the_requests() {
    let token = token_request(&corp(), Want::Any).expect("a request");
    let url = "https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=ww1&corpsecret=s3cret";
    assert_eq!((token.method, token.url.as_str()), ("GET", url));
    let ask = compose(&corp(), "T", &["wmA".to_owned()]).expect("a request");
    let url = "https://qyapi.weixin.qq.com/cgi-bin/externalcontact/get?access_token=T&external_userid=wmA";
    assert_eq!((ask.method, ask.url.as_str()), ("GET", url));
}

#[test]
fn name_unionid_and_noted_numbers_are_told() {
    let body = json!({
        "errcode": 0,
        "external_contact": {"external_userid": "wmA", "name": "王总", "position": "经理",
            "corp_name": "腾飞", "type": 1, "unionid": "uA"},
        "follow_user": [
            {"userid": "zhangsan", "remark_mobiles": ["13800138000", "", 5]},
            {"userid": "lisi", "remark": "王"},
        ],
    });
    let Answered::Told(drafts) = told(&body) else { panic!("told") };
    let Some(Some(draft)) = drafts.first() else { panic!("{drafts:?}") };
    let kinds: Vec<(Kind, &str)> =
        draft.identifiers.iter().map(|one| (one.kind, one.value.as_str())).collect();
    let expect = [(Kind::WechatUnionid, "uA"), (Kind::Phone, "13800138000"), (Kind::Phone, "5")];
    assert_eq!(kinds, expect, "what is no number is refused where numbers are read");
    let traits = json!({"name": "王总", "title": "经理", "company": "腾飞"});
    assert_eq!(draft.context["traits"], traits);
    let again = told(&body);
    assert_eq!(again, Answered::Told(drafts), "the same answer is the same touchpoint");
    assert_eq!(told(&json!({"external_contact": {}})), Answered::Told(vec![None]));
}

#[test]
fn what_the_vendor_refuses_says_whose_fault_it_is() {
    assert_eq!(told(&json!({"errcode": 40014})), Answered::TokenRefused);
    let nobody = Answered::Refused { reason: "errcode_84061".to_owned() };
    assert_eq!(told(&json!({"errcode": 84061})), nobody);
    assert!(matches!(told(&json!({"errcode": 60020})), Answered::NotNow(_)));
    survives_anything(&ENRICH, &corp(), &["wmA".to_owned()]);
}
