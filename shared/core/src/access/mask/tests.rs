use super::*;
use serde_json::json;

fn masked(mut value: Value) -> Value {
    mask(&mut value, MaskKey(b"secret"), &[]);
    value
}

#[test]
fn masked_documents_hold_no_personal_data() {
    let document = json!({
        "id": "prf_ap5fmq01xnt3e66npqhdn5qnzr",
        "identities": [
            {"identity": "phone:+8613800138000", "kind": "phone", "value": "+8613800138000"},
            {"identity": "wechat_openid@wx1:oABCDEFGHIJK", "kind": "wechat_openid",
             "scope": "wx1", "value": "oABCDEFGHIJK"},
            {"identity": "anonymous_id@site:6f1d2c", "kind": "anonymous_id", "value": "6f1d2c"},
        ],
        "traits": {"name": "李娜", "email": "li.na@example.com", "city": "上海", "mobile": 13800138000u64},
        "by_identity": {"email:li.na@example.com": 3},
        "note": "请回电 13800138000 或写信 li.na@example.com，谢谢。tel:+8613800138000",
        "context": {"ip": "203.0.113.9", "page": {"path": "/a"}, "count": 12, "at": 1767225600000u64},
        "nested": [[{"FromUserName": "oABCDEFGHIJK", "billing_address": {"address1": "南京路 1 号"}}]],
    });
    let masked = masked(document);
    let text = masked.to_string();
    for personal in
        ["13800138000", "0138000", "li.na", "oABCDEFGHIJK", "6f1d2c", "203.0.113.9", "南京路"]
    {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
    // What is no personal data stays as it is.
    for rest in ["prf_ap5fmq01xnt3e66npqhdn5qnzr", "李娜", "上海", "\"/a\"", "12", "1767225600000"]
    {
        assert!(text.contains(rest), "{rest} in {text}");
    }
    assert_eq!(text.matches("phone:+86138****8000#").count(), 1);
}

#[test]
fn masked_values_stay_apart_and_the_same_everywhere() {
    let one = masked(json!(["phone:+8613800138000", "phone:+8613811118000"]));
    assert_ne!(one[0], one[1]);
    assert_eq!(one[0], masked(json!({"a": "phone:+8613800138000"}))["a"]);
    let mut other = json!("phone:+8613800138000");
    mask(&mut other, MaskKey(b"another"), &[]);
    assert_ne!(one[0], other, "the mark depends on the key");
}

/// Personal data in every place it has been seen, and what must not be left of it.
#[test]
fn nothing_personal_is_left_wherever_it_stands() {
    let cases = [
        // Under a field with its source.
        (
            json!({"trait_sources": {"birthday": {"value": "1990-01-01", "touchpoint": "tpt_1"}}}),
            "1990-01-01",
        ),
        (
            json!({"trait_sources": {"openid": {"value": "oDemoQingheLiNa", "touchpoint": "tpt_1"}}}),
            "oDemoQingheLiNa",
        ),
        (
            json!({"trait_sources": {"address": {"value": {"street": "南京路", "city": "上海"}, "touchpoint": "t"}}}),
            "上海",
        ),
        (
            json!({"trait_sources": {"id_card": {"value": ["310104199001011234"], "touchpoint": "t"}}}),
            "310104",
        ),
        (json!({"first_name": {"value": "San", "touchpoint": "t"}}), "San"),
        // Named beside it.
        (json!({"name": "birthday", "value": "1990-01-01"}), "1990"),
        (json!({"field_data": [{"name": "street_address", "values": ["1 Main St"]}]}), "Main"),
        (json!({"question": "身份证号", "answer": "11010119900307123X"}), "110101"),
        (json!({"path": "traits.birthday", "is": "1990-01-01"}), "1990"),
        // Anything below.
        (
            json!({"shipping_address": {"company": "Acme", "lines": ["1 Main St", "Springfield"]}}),
            "Springfield",
        ),
        (json!({"birthday": 19900101}), "19900101"),
        (json!({"phone": "5551234"}), "5551234"),
        // Lists as one text.
        (json!("phone:+8613800138000 · email:li.na@example.com"), "+8613800138000"),
        (json!("phone:+8613800138000 · email:li.na@example.com"), "li.na"),
        (json!("wechat_openid@wx1:oABCDEFGHIJK,user_id:u-2041"), "u-2041"),
        (json!("user_id:张 三"), "张 三"),
        (json!("anonymous_id@site:6f1d2c|wechat_openid@wx1:oABCDEFGHIJK"), "oABCDEFGHIJK"),
        (json!("merged phone:+8613800138000/email:li.na@example.com by hand"), "8613800138000"),
        // Addresses of pages.
        (json!("https://shop.example/u?tel=%2B8613800138000&a=1"), "8613800138000"),
        (json!("https://shop.example/u?tel=%252B8613800138000"), "8613800138000"),
        (json!("https://shop.example/u?e=li.na%40example.com"), "li.na"),
        (json!("https://shop.example/u?e=li.na%2540example.com"), "li.na"),
        (json!("https://shop.example/u?next=%2Fb%3Femail%3Dli.na%2540example.com"), "li.na"),
        (json!("https://shop.example/u?birthday=1990-01-01#top"), "1990"),
        (json!("https://shop.example/u?user%5Bopenid%5D=oABCDEFGHIJK"), "oABCDEFGHIJK"),
        (json!("https://shop.example/li.na%40example.com/orders"), "li.na"),
        (json!("tel=138+0013+8000&x=1"), "0013"),
        (json!("call 138 0013 8000 & ask, x=1"), "0013"),
        (json!("x=1 phone:+8613800138000&y=2"), "8613800138000"),
        (json!("phone%3A%2B8613800138000"), "8613800138000"),
        // Other forms within a text.
        (json!("{\"openid\":\"oABCDEFGHIJK\",\"n\":1}"), "oABCDEFGHIJK"),
        (json!("<xml><FromUserName><![CDATA[oABCDEFGHIJK]]></FromUserName></xml>"), "oABCDEFGHIJK"),
        (json!("mailto:li.na@example.com"), "li.na"),
        (json!("邮箱li.na＠example.com。"), "li.na"),
        (json!("联系人张三@例子.中国"), "张三@"),
        (json!({"13800138000": 1, "li.na@example.com": 2}), "13800138000"),
        (json!({"13800138000": 1, "li.na@example.com": 2}), "li.na"),
        // Numbers of any type.
        (json!({"n": 13800138000u64}), "13800138000"),
        (json!({"n": 13800138000.0}), "13800138000"),
        (json!({"n": 8613800138000u64}), "8613800138000"),
        // What the same document shows to be somebody's.
        (
            json!({"identifiers": ["wechat_openid@wx:oDemoQingheLiNa"], "to": "oDemoQingheLiNa"}),
            "oDemoQingheLiNa",
        ),
        (
            json!({"kind": "phone", "value": "+14155552671", "said": "call 4155552671"}),
            "4155552671",
        ),
        (
            json!({"traits": {"id_card": "11010119900307123X"}, "note": "ID 11010119900307123X ok"}),
            "123X",
        ),
    ];
    for (document, personal) in cases {
        let text = masked(document.clone()).to_string();
        assert!(!text.contains(personal), "{personal} of {document} in {text}");
    }
}

#[test]
fn one_number_has_one_mask_in_every_spelling() {
    let spellings = json!([
        {"identity": "phone:+8613800138000"}, {"kind": "phone", "value": "+8613800138000"},
        {"phone": "13800138000"}, {"mobile": "138 0013 8000"}, {"tel": "１３８-００１３-８０００"},
        {"phone": 13800138000u64}, "+86 138-0013-8000", "0086 138 0013 8000",
    ]);
    let masked = masked(spellings);
    let text = masked.to_string();
    assert_eq!(text.matches("+86138****8000#").count(), 8, "{text}");
    let marks: BTreeSet<&str> =
        text.split("****8000#").skip(1).filter_map(|rest| rest.get(..4)).collect();
    assert_eq!(marks.len(), 1, "{text}");
}

#[test]
fn what_is_nobodys_stays() {
    let document = json!({
        "id": "prf_ap5fmq01xnt3e66npqhdn5qnzr", "name": "李娜", "channel": "web", "endpoint": "site",
        "occurred_at": 1767225600000u64, "seq": 42, "amount": 32800, "when": "2026-01-01T10:00:00Z",
        "traits": {"city": "上海", "company": "Acme", "tags": ["vip"], "member_level": "gold"},
        "trait_sources": {"birthday": {"value": "1990-01-01", "touchpoint": "tpt_x1", "channel": "web",
            "occurred_at": 1767225600000u64}},
        "identities": ["cart@shop:c-13"], "page": "https://shop.example/tea?utm_source=baidu&kw=%E8%8C%B6",
        "order": "5001234567", "text": "您好 {{ traits.name }}，订单 2026-01-01 已发货",
    });
    let masked = masked(document.clone());
    for field in [
        "id",
        "name",
        "channel",
        "occurred_at",
        "seq",
        "amount",
        "when",
        "traits",
        "identities",
        "page",
        "order",
        "text",
    ] {
        assert_eq!(masked[field], document[field], "{field}");
    }
    let source = &masked["trait_sources"]["birthday"];
    assert_eq!((&source["touchpoint"], &source["channel"]), (&json!("tpt_x1"), &json!("web")));
    assert_eq!(source["occurred_at"], json!(1767225600000u64));
}

#[test]
fn fields_that_an_administrator_marked_are_personal_everywhere() {
    let mut document = json!({
        "traits": {"blood_type": "AB", "city": "上海"},
        "trait_sources": {"blood_type": {"value": "AB", "touchpoint": "t"}},
        "page": "https://shop.example/?bloodType=AB", "fields": [{"name": "Blood type", "value": "AB"}],
    });
    mask(&mut document, MaskKey(b"secret"), &[plain_name("Blood Type")]);
    let text = document.to_string();
    assert!(!text.contains("AB") && text.contains("上海"), "{text}");
}
