use super::*;
use crate::identity::Identity;
use crate::ids::ProfileId;
use crate::profile::TraitValue;
use crate::time::MINUTE_MS;
use serde_json::{Value, json};

const T0: Timestamp = Timestamp(1_760_000_000_000);

fn event(n: i64, name: &str, properties: Value, context: Value) -> Event {
    Event {
        profile: ProfileId("prf_1".to_owned()),
        seq: n,
        id: TouchpointId(format!("tpt_{n}")),
        channel: "web".to_owned(),
        name: name.to_owned(),
        occurred_at: T0.plus_ms(n * MINUTE_MS),
        properties,
        context,
    }
}

#[test]
fn first_touches() {
    let check = |context: Value, properties: Value, expect: [&str; 4]| {
        let events = [event(1, "Viewed Page", properties, context.clone())];
        let found = answers(&Facts::default(), &events, &events, &[]).first_touch.unwrap();
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let found = [found.source, found.medium, found.keyword, found.campaign].map(or_dash);
        assert_eq!(found, expect, "{context}");
    };
    let campaign = json!({"source": "baidu", "medium": "cpc", "term": "crm 系统", "name": "q4"});
    check(json!({"campaign": campaign}), json!({}), ["baidu", "cpc", "crm 系统", "q4"]);
    let utm = "?utm_source=wechat&utm_term=crm%20%E7%B3%BB%E7%BB%9F&utm_campaign=q4";
    check(json!({"page": {"search": utm}}), json!({}), ["wechat", "-", "crm 系统", "q4"]);
    let url = format!("https://x.cn/a{utm}#top");
    check(json!({}), json!({"url": url}), ["wechat", "-", "crm 系统", "q4"]);
    let from = |referrer: &str| json!({"page": {"url": "https://x.cn/", "referrer": referrer}});
    let baidu = "https://www.baidu.com/s?ie=utf-8&wd=%E5%AE%A2%E6%88%B7+CRM";
    check(from(baidu), json!({}), ["baidu", "organic", "客户 CRM", "-"]);
    check(from("https://m.so.com/s?q=crm"), json!({}), ["360", "organic", "crm", "-"]);
    check(from("https://also.com/s?q=crm"), json!({}), ["also.com", "-", "-", "-"]);
    check(from("https://www.google.com/"), json!({}), ["google", "organic", "-", "-"]);
    check(from("https://partner.cn/x"), json!({}), ["partner.cn", "-", "-", "-"]);
    check(from("https://x.cn/home"), json!({}), ["-", "-", "-", "-"]);
    check(from("nonsense%%%"), json!({}), ["-", "-", "-", "-"]);
    check(json!({}), json!({"keyword": "crm", "source": "douyin"}), ["douyin", "-", "crm", "-"]);
    check(json!([]), json!(null), ["-", "-", "-", "-"]);
    // A keyword in an old encoding is shown as what can be read of it, not refused.
    check(
        from("https://www.baidu.com/s?wd=%BF%CD"),
        json!({}),
        ["baidu", "organic", "\u{fffd}\u{fffd}", "-"],
    );
}

#[test]
fn the_first_visit_may_complete_the_first_touch_but_later_ones_may_not() {
    let campaign = json!({"campaign": {"source": "baidu"}});
    let identify = event(0, "$identify", json!({}), json!({}));
    let find = |later| {
        let events = [identify.clone(), event(later, "Viewed Page", json!({}), campaign.clone())];
        answers(&Facts::default(), &events, &[], &[]).first_touch.unwrap()
    };
    assert_eq!(find(1).source.as_deref(), Some("baidu"));
    assert_eq!(find(1).touchpoint.as_str(), "tpt_0");
    assert_eq!(find(31).source, None);
    assert_eq!(answers(&Facts::default(), &[], &[], &[]).first_touch, None);
}

#[test]
fn what_was_viewed() {
    let events = [
        event(
            1,
            "page.viewed",
            json!({"name": "Pricing", "url": "https://x.cn/pricing?a"}),
            json!({}),
        ),
        event(2, "Product Viewed", json!({"product_id": "7", "name": "CRM Pro"}), json!({})),
        event(
            3,
            "page.viewed",
            json!({"name": "Pricing", "url": "https://x.cn/pricing#b"}),
            json!({}),
        ),
        event(4, "Viewed Page", json!({}), json!({"page": {"path": "/", "title": "Home"}})),
        event(5, "Order Completed", json!({"name": "no"}), json!({})),
    ];
    let found = answers(&Facts::default(), &[], &events, &[]).viewed;
    let line = |one: &Viewed| {
        let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let (product, url) = (or_dash(&one.product), or_dash(&one.url));
        format!("{} {product} {url} {} {}", one.name, one.count, one.touchpoint)
    };
    let found: Vec<String> = found.iter().map(line).collect();
    assert_eq!(
        found,
        ["Home - / 1 tpt_4", "Pricing - https://x.cn/pricing 2 tpt_3", "CRM Pro CRM Pro - 1 tpt_2",]
    );
}

#[test]
fn what_was_asked() {
    let long = "长".repeat(600);
    let events = [
        event(1, "wechat.message.text", json!({"content": "多少钱？"}), json!({})),
        event(2, "chat.message", json!({"text": "您好", "direction": "outbound"}), json!({})),
        event(3, "Chat Message Sent", json!({"message": {"text": long}}), json!({})),
        event(4, "Question Asked", json!({"question": 42}), json!({})),
        event(5, "chat.message", json!({}), json!({})),
    ];
    let found = answers(&Facts::default(), &[], &events, &[]).questions;
    let ids: Vec<&str> = found.iter().map(|one| one.touchpoint.as_str()).collect();
    assert_eq!(ids, ["tpt_4", "tpt_3", "tpt_1"]);
    assert_eq!(found[1].text.chars().count(), 501);
    assert_eq!(found[2].text, "多少钱？");
}

#[test]
fn which_mails_were_opened() {
    let sent = |id: &str, reference: Option<&str>, minute: i64| SentMail {
        message: id.to_owned(),
        provider_ref: reference.map(str::to_owned),
        subject: format!("subject {id}"),
        journey: "welcome".to_owned(),
        sent_at: T0.plus_ms(minute * MINUTE_MS),
    };
    let outbox = [sent("msg_1", Some("re_1"), 1), sent("msg_2", None, 2), sent("msg_3", None, 3)];
    let events = [
        event(4, "email.delivered", json!({"email_id": "re_1"}), json!({})),
        event(6, "email.opened", json!({"email_id": "re_1"}), json!({})),
        event(5, "email.opened", json!({"email_id": "re_1"}), json!({})),
        event(7, "Email Opened", json!({"message": "msg_2"}), json!({})),
        event(8, "Email Delivered", json!({"email_id": "ext", "subject": "Hello"}), json!({})),
        event(9, "Email Opened", json!({"email_id": "ext", "subject": "Hello"}), json!({})),
        event(10, "email.opened", json!({}), json!({})),
        event(11, "message.opened", json!({"message": "msg_3", "medium": "sms"}), json!({})),
    ];
    let found = answers(&Facts::default(), &[], &events, &outbox).mails;
    let minutes = |at: Option<Timestamp>| at.map(|at| at.since_ms(T0) / MINUTE_MS);
    let found: Vec<(&str, Option<i64>, Option<i64>, bool)> = found
        .iter()
        .map(|mail| {
            let (sent, opened) = (minutes(mail.sent_at), minutes(mail.opened_at));
            (mail.message.as_str(), sent, opened, mail.journey.is_some())
        })
        .collect();
    assert_eq!(
        found,
        [
            ("ext", Some(8), Some(9), false),
            ("msg_3", Some(3), None, true),
            ("msg_2", Some(2), Some(7), true),
            ("msg_1", Some(1), Some(5), true),
        ]
    );
}

#[test]
fn segments_and_tags() {
    let value = |value: Value| TraitValue {
        value,
        occurred_at: T0,
        touchpoint: TouchpointId("tpt_9".to_owned()),
        channel: "web".to_owned(),
        rank: crate::profile::Rank::Form,
        identity: Identity::parse("email:a@b.cn").unwrap(),
    };
    let traits = [
        ("tag:价格敏感".to_owned(), value(json!("三次查看优惠"))),
        ("tag:vip".to_owned(), value(json!(true))),
        ("segments".to_owned(), value(json!(["潜在客户", 7]))),
    ];
    let facts = Facts { traits: traits.into(), ..Facts::default() };
    let events = [
        event(1, "$segment.entered", json!({"segment": "a"}), json!({})),
        event(2, "$segment.entered", json!({"segment": "b"}), json!({})),
        event(3, "$segment.left", json!({"segment": "a"}), json!({})),
    ];
    let found = answers(&facts, &[], &events, &[]).segments_and_tags;
    assert_eq!(found.segments, ["b", "潜在客户"]);
    let tags: Vec<(&str, &str)> =
        found.tags.iter().map(|tag| (tag.tag.as_str(), tag.reason.as_str())).collect();
    assert_eq!(tags, [("vip", ""), ("价格敏感", "三次查看优惠")]);
}
