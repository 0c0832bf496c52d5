use super::*;
use crate::touchpoint::RawIdentifier;

fn check(kind: Kind, scope: &str, value: &str) -> Option<String> {
    let raw = RawIdentifier::new(kind, scope, value);
    normalize(&raw, &PhoneTables("CN")).ok().map(|identity| identity.key().to_owned())
}

#[test]
fn one_phone_however_it_is_written() {
    for written in [
        "13800138000",
        "+86 138-0013-8000",
        "8613800138000",
        "８６１３８００１３８０００",
        "0086 138 0013 8000",
    ] {
        assert_eq!(
            check(Kind::Phone, "", written).as_deref(),
            Some("phone:+8613800138000"),
            "{written}"
        );
    }
    assert_eq!(check(Kind::Phone, "", "+14158675309").as_deref(), Some("phone:+14158675309"));
    for wrong in ["123", "not a phone", "+86 000 0000 0000", "11111111111"] {
        assert_eq!(check(Kind::Phone, "", wrong), None, "{wrong}");
    }
}

#[test]
fn one_mail_however_it_is_written_and_no_junk() {
    assert_eq!(
        check(Kind::Email, "", " Li.Na@Example.COM ").as_deref(),
        Some("email:li.na@example.com")
    );
    for wrong in ["li.na", "@example.com", "a@b", "a b@example.com", "a@-x.com", "a@@example.com"] {
        assert_eq!(check(Kind::Email, "", wrong), None, "{wrong}");
    }
    for junk in [
        "null",
        "undefined",
        "NaN",
        "",
        "  ",
        "0",
        "anonymous",
        "xxxxxx",
        "00000000-0000-0000-0000-000000000000",
    ] {
        assert_eq!(check(Kind::UserId, "", junk), None, "{junk}");
    }
}

#[test]
fn scoped_kinds_need_a_scope_and_keys_read_back() {
    assert_eq!(check(Kind::WechatOpenid, "", "o1"), None);
    let key = check(Kind::WechatOpenid, "wx:1", "o:1").expect("it is valid");
    assert_eq!(key, "wechat_openid@wx%3A1:o:1");
    let identity = Identity::parse(&key).expect("the key reads back");
    assert_eq!(
        (identity.kind(), identity.scope().as_str(), identity.value()),
        (Kind::WechatOpenid, "wx:1", "o:1")
    );
    assert_eq!(Identity::parse("nothing:1"), None);
    assert_eq!(Identity::parse("phone:"), None);
}
