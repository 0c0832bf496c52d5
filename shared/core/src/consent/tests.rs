use super::*;
use crate::identity::PhoneTables;
use crate::touchpoint::{Draft, RawIdentifier, Touchpoint};
use serde_json::{Value, json};

const RECEIVED: Timestamp = Timestamp(1_800_000_000_000);

fn arrived(channel: &str, name: &str, properties: Value, context: Value) -> Touchpoint {
    let draft = Draft {
        delivery_id: "d".to_owned(),
        name: name.to_owned(),
        occurred_at: None,
        identifiers: vec![RawIdentifier::new(crate::identity::Kind::UserId, "", "u1")],
        properties,
        context,
    };
    Touchpoint::accept(channel, "main", draft, &PhoneTables("CN"), RECEIVED)
}

/// `medium purpose state source` of each statement.
fn said(touchpoint: &Touchpoint) -> Vec<String> {
    let text = |one: &Statement| {
        let (state, source) = (one.state, one.source);
        format!("{} {} {state:?} {source:?}", one.medium, one.purpose).to_lowercase()
    };
    consents_of(touchpoint).iter().map(text).collect()
}

fn heard(channel: &str, name: &str, properties: Value) -> Vec<String> {
    said(&arrived(channel, name, properties, json!({})))
}

#[test]
fn a_reply_concerns_the_medium_it_came_by() {
    let reply = |channel, name, properties| heard(channel, name, properties);
    let sms = json!({"medium": "sms", "text": "td"});
    let stopped = ["sms * withdrawn person"];
    for channel in ["aliyun-sms-receipts", "tencent-sms-receipts", "twilio", "webhook", "web"] {
        assert_eq!(reply(channel, "message.received", sms.clone()), stopped, "{channel}");
    }
    for name in ["sms.received", "SMS Received", "sms.replied"] {
        for field in ["text", "body", "content", "message"] {
            let properties = json!({field: "退订", "phone": "13800138000"});
            assert_eq!(reply("standard-webhooks", name, properties), stopped, "{name} {field}");
        }
    }
    let flagged = json!({"medium": "sms", "text": "NOPE", "opt_out_type": "STOP"});
    assert_eq!(reply("twilio", "message.received", flagged), stopped);
    let back = json!({"medium": "sms", "text": "BACK", "opt_out_type": "START"});
    assert_eq!(reply("twilio", "message.received", back), ["sms * granted person"]);
    let help = json!({"medium": "sms", "text": "HELP", "opt_out_type": "HELP"});
    assert_eq!(reply("twilio", "message.received", help), [""; 0]);
    let yes = json!({"medium": "sms", "text": "yes"});
    assert_eq!(reply("twilio", "message.received", yes), ["sms * granted answer"]);
    // In a chat it is about the chat.
    let chat = json!({"medium": "whatsapp", "text": "stop"});
    assert_eq!(reply("meta", "message.received", chat), ["whatsapp * withdrawn person"]);
    let text = || json!({"text": "退订"});
    for (channel, medium) in
        [("line", "line"), ("telegram", "telegram"), ("wechat-official", "wechat")]
    {
        let expect = format!("{medium} * withdrawn person");
        assert_eq!(reply(channel, "message.received", text()), [expect], "{channel}");
    }
    let group = json!({"text": "退订", "group_id": "-100"});
    assert_eq!(reply("telegram", "message.received", group), [""; 0]);
    // Of what medium a message is that no channel of ours brought, nothing says.
    assert_eq!(reply("standard-webhooks", "message.received", text()), [""; 0]);
    assert_eq!(reply("intercom", "message.received", json!({"text": "stop"})), [""; 0]);
}

#[test]
fn media_and_purposes_are_one_name_each() {
    for (word, name) in [
        ("SMS", "sms"),
        ("Sms", "sms"),
        (" sms ", "sms"),
        ("ＳＭＳ", "sms"),
        ("短信", "sms"),
        ("text-message", "sms"),
        ("Email", "email"),
        ("E-Mail", "email"),
        ("电子邮件", "email"),
        ("WeChat", "wechat"),
        ("微信", "wechat"),
        ("wechat-official", "wechat"),
        ("App Push", "push"),
        ("WhatsApp", "whatsapp"),
        ("ALL", "*"),
        ("电话", "call"),
    ] {
        assert_eq!(medium(word), Some(name), "{word}");
    }
    for word in ["", "pigeon", "sms2", "e mail address"] {
        assert_eq!(medium(word), None, "{word}");
    }
    for (word, name) in [
        ("Marketing", "marketing"),
        ("营销", "marketing"),
        ("PROMOTIONAL", "marketing"),
        ("all", "*"),
        ("Order Updates", "order_updates"),
        ("order-updates", "order_updates"),
        ("ＮＥＷＳ", "news"),
    ] {
        assert_eq!(purpose(word).as_deref(), Some(name), "{word}");
    }
    assert_eq!(purpose("  "), None);
    // The words of a preference mean the same here.
    for (name, words) in crate::message::MEDIA {
        assert!(words.iter().all(|word| medium(word) == Some(name)), "{name}");
    }
}

#[test]
fn yes_and_no_are_read_however_they_are_written() {
    let granted = [
        json!(true),
        json!(1),
        json!(1.0),
        json!("1"),
        json!("true"),
        json!("TRUE"),
        json!("Yes"),
        json!("granted"),
        json!("subscribed"),
        json!("SUBSCRIBED"),
        json!("opted_in"),
        json!("opt-in"),
        json!("Opted In"),
        json!("同意"),
        json!("on"),
    ];
    let withdrawn = [
        json!(false),
        json!(0),
        json!("0"),
        json!("false"),
        json!("False"),
        json!("no"),
        json!("withdrawn"),
        json!("unsubscribed"),
        json!("UNSUBSCRIBED"),
        json!("opted_out"),
        json!("opt-out"),
        json!("revoked"),
        json!("退订"),
        json!("off"),
        json!("redacted"),
    ];
    let nothing = [
        json!(null),
        json!(""),
        json!("pending"),
        json!("not_subscribed"),
        json!("NOT_SUBSCRIBED"),
    ];
    let unreadable = [json!("perhaps"), json!(2), json!(0.5), json!([]), json!({})];
    for (values, expect) in [
        (&granted[..], Read::Said(ConsentState::Granted)),
        (&withdrawn, Read::Said(ConsentState::Withdrawn)),
        (&nothing, Read::Nothing),
        (&unreadable, Read::Unreadable),
    ] {
        for value in values {
            assert_eq!(state(value), expect, "{value}");
        }
    }
}

#[test]
fn consents_are_read_alone_in_lists_and_in_maps() {
    let updated = |properties| heard("web", "Consent Updated", properties);
    assert_eq!(
        updated(json!({"medium": "SMS", "state": "unsubscribed"})),
        ["sms * withdrawn person"]
    );
    assert_eq!(
        updated(json!({"channel": "E-Mail", "purpose": "营销", "opted_in": "true"})),
        ["email marketing granted person"]
    );
    assert_eq!(
        updated(json!({"media": ["sms", "Email"], "opt_out": true})),
        ["sms * withdrawn person", "email * withdrawn person"]
    );
    assert_eq!(updated(json!({"state": false})), ["* * withdrawn person"]);
    assert_eq!(
        updated(json!({"consents": [
            {"medium": "sms", "state": 0},
            {"medium": "email", "state": "subscribed", "by": "import"},
            {"medium": "push", "state": "pending"},
        ]})),
        ["sms * withdrawn person", "email * granted copy"]
    );
    // What a call names the person with is a copy of what is known elsewhere.
    assert_eq!(
        heard(
            "web",
            "$identify",
            json!({"consents": {
                "SMS": "0", "email": {"state": "granted", "purpose": "marketing"},
            }})
        ),
        ["sms * withdrawn copy", "email marketing granted copy"]
    );
    // With the time at which the person said so it is their word, of that time.
    let shop = arrived(
        "shopify",
        "customer.updated",
        json!({}),
        json!({"consents": [
            {"medium": "email", "state": "subscribed", "at": "2026-01-02T03:04:05-05:00"},
            {"medium": "sms", "state": "unsubscribed", "at": "2999-01-01T00:00:00Z"},
            {"medium": "push", "state": "subscribed", "at": "last week"},
        ]}),
    );
    assert_eq!(
        said(&shop),
        ["email * granted person", "sms * withdrawn person", "push * granted copy"]
    );
    let at: Vec<Timestamp> = consents_of(&shop).iter().map(|one| one.at).collect();
    let stated = Timestamp::parse_rfc3339("2026-01-02T08:04:05Z").unwrap();
    assert_eq!(at, [stated, RECEIVED, RECEIVED]);
    // A colleague's entry is not the person's act.
    assert_eq!(
        heard("console", CONSENT_UPDATED, json!({"medium": "sms", "state": "granted"})),
        ["sms * granted copy"]
    );
}

#[test]
fn what_cannot_be_read_is_refused_where_one_sees_it() {
    for (properties, reason, value) in [
        (json!({"medium": "pigeon", "state": "granted"}), "unknown_medium", "pigeon"),
        (json!({"medium": 7, "state": false}), "unknown_medium", "7"),
        (json!({"medium": "sms", "state": "perhaps"}), "unknown_state", "perhaps"),
        (json!({"medium": "sms"}), "unknown_state", "null"),
        (json!({"medium": "sms", "state": 1, "purpose": "!"}), "unreadable_purpose", "!"),
        (json!({"consents": "all"}), "no_entry", "all"),
        (json!({"consents": ["sms"]}), "no_entry", "sms"),
    ] {
        let touchpoint = arrived("web", "Consent Updated", properties.clone(), json!({}));
        let expect = json!([{"reason": reason, "value": value}]);
        assert_eq!(touchpoint.context["consents_refused"], expect, "{properties}");
        assert_eq!(consents_of(&touchpoint), [], "{properties}");
    }
    let good = arrived("web", "Consent Updated", json!({"medium": "SMS", "state": 0}), json!({}));
    assert_eq!(good.context.get("consents_refused"), None);
    // The good entries of a list count.
    let half = json!({"consents": {"sms": false, "pigeon": false}});
    let half = arrived("web", "$identify", half, json!({}));
    assert_eq!(said(&half), ["sms * withdrawn copy"]);
    assert_eq!(half.context["consents_refused"][0]["value"], "pigeon");
}

#[test]
fn following_an_account_is_a_word_about_that_account_alone() {
    let followed = |channel: &str, properties| heard(channel, "account.followed", properties);
    assert_eq!(followed("line", json!({})), ["line * granted person"]);
    assert_eq!(followed("wechat-official", json!({})), ["wechat * granted person"]);
    assert_eq!(followed("meta", json!({"medium": "messenger"})), ["messenger * granted person"]);
    assert_eq!(followed("webhook", json!({})), [""; 0]);
    assert_eq!(heard("wecom", "account.unfollowed", json!({})), ["wecom * withdrawn person"]);
    assert_eq!(heard("line", "message.received", json!({})), [""; 0]);
}

#[test]
fn every_touchpoint_that_says_something_is_one_the_gate_looks_for() {
    for term in crate::vocabulary::TERMS {
        let properties =
            json!({"medium": "sms", "state": "granted", "text": "stop", "consents": {"sms": true}});
        let speaks = !consents_of(&arrived("line", term.name, properties, json!({}))).is_empty();
        assert!(!speaks || CONSENT_NAMES.contains(&term.name), "{}", term.name);
    }
}
