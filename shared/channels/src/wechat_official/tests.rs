use super::*;
use crate::crypto;
use serde_json::json;

fn config(mode: &str) -> EndpointConfig {
    let secret = |name: &str, value: &str| (name.to_owned(), vec![value.to_owned()]);
    let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    EndpointConfig {
        secrets: [secret("token", "AAAAA"), secret("encoding_aes_key", &"A".repeat(43))].into(),
        settings: [setting("app_id", "wxba5fad812f8e6fb9"), setting("mode", mode)].into(),
        ..EndpointConfig::default()
    }
}

const OFFICIAL: &str = "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQ\
    MkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfM\
    uFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOc\
    fBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=";

fn post(query: &str, body: &str) -> InboundRequest {
    InboundRequest {
        method: "POST".to_owned(),
        query: query.to_owned(),
        body: body.as_bytes().to_vec(),
        ..InboundRequest::default()
    }
}

#[test]
fn official_handshake() {
    assert_eq!(
        crypto::wechat_signature(&["AAAAA", "1714037059", "486452656"]),
        "899cf89e464efb63f54ddac96b0a0a235f53aa78"
    );
}

/// In compatible mode the same push also has its fields in clear, which nothing protects.
#[test]
fn official_push_and_only_its_encrypted_part() {
    let query = "timestamp=1714112445&nonce=415670741&encrypt_type=aes\
                 &msg_signature=046e02f8204d34f8ba5fa3b1db94908f3df2e9b3";
    let body = json!({"ToUserName": "gh_97417a04a28d", "Encrypt": OFFICIAL, "Event": "forged"});
    let request = post(query, &body.to_string());
    for mode in ["safe", "plain"] {
        let verified = verify(&config(mode), &request, Timestamp(1_714_112_445_000)).unwrap();
        let clear: Value = serde_json::from_slice(verified.plaintext.as_deref().unwrap()).unwrap();
        assert_eq!(
            clear,
            json!({"ToUserName": "gh_97417a04a28d", "FromUserName": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
                "CreateTime": 1_714_112_445, "MsgType": "event", "Event": "debug_demo",
                "debug_str": "hello world"})
        );
        let parsed = parse(&config(mode), &request, &verified, Timestamp(0)).unwrap();
        assert_eq!(parsed.drafts[0].properties["event"], "debug_demo");
        assert_eq!(parsed.reply, Reply::text(200, "success"));
    }
}

#[test]
fn the_plain_signature_does_not_open_a_sealed_push() {
    let signature = crypto::wechat_signature(&["AAAAA", "1714112445", "415670741"]);
    let query = format!(
        "timestamp=1714112445&nonce=415670741&encrypt_type=aes&signature={signature}\
         &msg_signature={signature}"
    );
    let request = post(&query, &json!({ "Encrypt": OFFICIAL }).to_string());
    let outcome = verify(&config("safe"), &request, Timestamp(1_714_112_445_000));
    assert_eq!(outcome, Err(Reject::UNAUTHENTICATED));
}

fn draft(xml: &str) -> Draft {
    let request = post("", &format!("<xml><FromUserName>o1</FromUserName>{xml}</xml>"));
    let parsed = parse(&config("plain"), &request, &Verified::default(), Timestamp(0)).unwrap();
    parsed.drafts.into_iter().next().unwrap()
}

fn event(name: &str, key: &str) -> Draft {
    draft(&format!(
        "<CreateTime>1</CreateTime><MsgType>event</MsgType><Event>{name}</Event>\
         <EventKey>{key}</EventKey>"
    ))
}

#[test]
fn names() {
    assert!(EVENTS.is_sorted() && MESSAGES.is_sorted());
    for kind in MESSAGES {
        let draft = draft(&format!("<MsgType>{kind}</MsgType><MsgId>1</MsgId>"));
        assert_eq!(draft.name, "message.received");
    }
    for (theirs, ours) in EVENTS {
        assert_eq!(event(theirs, "").name, *ours);
        assert_eq!(event(&theirs.to_uppercase(), "").name, *ours);
    }
    let template = |status: &str| {
        draft(&format!(
            "<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><Status>{status}</Status>"
        ))
    };
    assert_eq!(template("success").name, "message.delivered");
    assert_eq!(template("failed:user block").name, "message.failed");
    assert_eq!(event("new_in_2030", "").name, "wechat.unknown");
    assert_eq!(draft("<MsgType>hologram</MsgType>").name, "wechat.unknown");
    assert_eq!(draft("").name, "wechat.unknown");
}

#[test]
fn scenes() {
    let scene = |name: &str, key: &str| event(name, key).properties.get("scene").cloned();
    assert_eq!(scene("subscribe", "qrscene_expo"), Some(json!("expo")));
    assert_eq!(scene("subscribe", ""), None);
    assert_eq!(scene("subscribe", "last_trade_no_1"), None);
    assert_eq!(scene("SCAN", "expo"), Some(json!("expo")));
    assert_eq!(scene("CLICK", "expo"), None);
}

/// Sender and second do not tell two events apart; event and key do.
#[test]
fn delivery_ids() {
    let id = |name: &str, key: &str| event(name, key).delivery_id;
    assert_eq!(id("SCAN", "a"), id("SCAN", "a"));
    assert_ne!(id("SCAN", "a"), id("SCAN", "b"));
    assert_ne!(id("SCAN", "a"), id("CLICK", "a"));
    let message = draft("<MsgType>text</MsgType><MsgId>24000000000000001</MsgId>");
    assert_eq!(message.delivery_id, "24000000000000001");
    assert_eq!(draft("<X>1</X>").delivery_id, draft("<X>1</X>").delivery_id);
    assert_ne!(draft("<X>1</X>").delivery_id, draft("<X>2</X>").delivery_id);
}
