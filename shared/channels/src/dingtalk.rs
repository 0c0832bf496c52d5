//! DingTalk's event subscription: what changes in the company's own organisation and approvals.
//! No customer speaks here.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::{crypto, json, signed, values, wechat};
use serde_json::{Value, json};
use tributary_core::ids::digest;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Draft;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "dingtalk",
        label: Label { zh: "钉钉事件订阅", en: "DingTalk events" },
        summary: Label {
            zh: "接收钉钉的通讯录、审批等事件。",
            en: "Receives DingTalk's events of the organisation and its approvals.",
        },
        secrets: &[
            Field::required("token", "签名 token", "Token"),
            Field::required("aes_key", "加密 aes_key", "AES key"),
        ],
        settings: &[Field::required(
            "owner_key",
            "应用的 AppKey（旧版回调填 CorpId，第三方应用填 SuiteKey）",
            "The app's AppKey (legacy callback: CorpId; third-party app: SuiteKey)",
        )],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "SHA-1, AES",
        format: "json",
        steps: &[
            Label {
                zh: "在钉钉开放平台的应用里打开「事件订阅」，推送方式选 HTTP。",
                en: "Open Event subscription of the app on the DingTalk open platform and choose HTTP.",
            },
            Label {
                zh: "请求网址填 {url}，把 aes_key 与 Token 复制到密钥，保存时钉钉会验证。",
                en: "Enter {url}, copy aes_key and Token into the secrets; saving verifies the address.",
            },
            Label {
                zh: "勾选通讯录与审批事件。", en: "Tick the events of staff and approvals."
            },
        ],
        unverified: "retries, and the order of events",
        source: "钉钉开放平台：配置 HTTP 推送；DingTalk-Callback-Crypto",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 256 * 1024;

const EVENTS: Names<'_> = &[
    ("bpms_instance_change", "dingtalk.approval_changed"),
    ("bpms_task_change", "dingtalk.approval_task_changed"),
    ("user_add_org", "dingtalk.staff_added"),
    ("user_leave_org", "dingtalk.staff_left"),
    ("user_modify_org", "dingtalk.staff_changed"),
];

const FIELDS: Names<'_> = &[
    ("/EventType", "event"),
    ("/CorpId", "corp"),
    ("/processInstanceId", "approval"),
    ("/staffId", "staff"),
    ("/result", "result"),
    ("/title", "title"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let tokens = signed::secrets(config, "token")?;
    let keys = signed::secrets(config, "aes_key")?;
    let owner = config.setting("owner_key").ok_or(Reject::MISCONFIGURED)?;
    let sealed = sealed(request)?;
    used_token(&tokens, request, &sealed)?;
    let opened = wechat::open(&keys, owner, &sealed)?;
    let message = json::parse_object(&opened, MAX_BODY_BYTES)?;
    let is_check = message.get("EventType").and_then(Value::as_str) == Some("check_url");
    let handshake = if is_check { Some(success(config, request, now)?) } else { None };
    Ok(Verified { plaintext: Some(opened), handshake, ..Verified::default() })
}

fn sealed(request: &InboundRequest) -> Result<String, Reject> {
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    values::text(body.get("encrypt")).ok_or(Reject::UNAUTHENTICATED)
}

/// The token under which the request is signed.
fn used_token<'a>(
    tokens: &[&'a str],
    request: &InboundRequest,
    sealed: &str,
) -> Result<&'a str, Reject> {
    let (signature, timestamp, nonce) = query(request)?;
    let signs = |token: &&&str| {
        let expected = crypto::wechat_signature(&[**token, &timestamp, &nonce, sealed]);
        crypto::same_hex(&signature, &expected)
    };
    tokens.iter().find(signs).copied().ok_or(Reject::UNAUTHENTICATED)
}

/// Signature, timestamp, nonce, in either of the vendor's spellings.
fn query(request: &InboundRequest) -> Result<(String, String, String), Reject> {
    let find = |names: &[&str]| {
        form_urlencoded::parse(request.query.as_bytes())
            .find(|(key, _)| names.iter().any(|name| key.eq_ignore_ascii_case(name)))
            .map(|(_, value)| value.into_owned())
            .ok_or(Reject::UNAUTHENTICATED)
    };
    Ok((find(&["signature", "msg_signature"])?, find(&["timestamp"])?, find(&["nonce"])?))
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    verified: &Verified,
    received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let opened = verified.plaintext.as_deref().unwrap_or(&request.body);
    let message = Value::Object(json::parse_object(opened, MAX_BODY_BYTES)?);
    let kind = values::text(message.get("EventType")).unwrap_or_default();
    // Sent again it is encrypted anew: only the text within is the same.
    let delivery_id = ["eventId", "EventId"]
        .iter()
        .find_map(|name| values::text(message.get(*name)))
        .unwrap_or_else(|| digest(&[opened]));
    let draft = Draft {
        delivery_id,
        name: fields::named(EVENTS, &kind).unwrap_or("dingtalk.unknown").to_owned(),
        occurred_at: ["/eventTime", "/TimeStamp", "/finishTime", "/createTime"]
            .iter()
            .find_map(|pointer| values::time(message.pointer(pointer))),
        identifiers: Vec::new(),
        properties: fields::properties(message, FIELDS),
        context: json!({ "owner": config.setting("owner_key") }),
    };
    let reply = success(config, request, received_at)?;
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply })
}

/// The word `success`, encrypted and signed: anything else counts as a failure.
fn success(
    config: &EndpointConfig,
    request: &InboundRequest,
    now: Timestamp,
) -> Result<Reply, Reject> {
    let owner = config.setting("owner_key").ok_or(Reject::MISCONFIGURED)?;
    let sealed = sealed(request)?;
    // While secrets change, the vendor reads an answer under those it asked with.
    let (tokens, keys) = (signed::secrets(config, "token")?, signed::secrets(config, "aes_key")?);
    let token = used_token(&tokens, request, &sealed)?;
    let opens = |key: &&&str| wechat::open(&[key], owner, &sealed).is_ok();
    let key = *keys.iter().find(opens).ok_or(Reject::UNAUTHENTICATED)?;
    let timestamp = now.0.to_string();
    // Different for each request and known to nobody without the key.
    let text = [timestamp.as_bytes(), &request.body].concat();
    let random = crypto::hex(&crypto::hmac_sha256(key.as_bytes(), &text));
    let (salt, nonce) = random.split_at_checked(16).ok_or(Reject::MISCONFIGURED)?;
    let nonce = nonce.get(..16).unwrap_or(nonce);
    let reply = sealed_reply(token, key, owner, salt.as_bytes(), &timestamp, nonce);
    reply.ok_or(Reject::MISCONFIGURED)
}

fn sealed_reply(
    token: &str,
    key: &str,
    owner: &str,
    salt: &[u8],
    timestamp: &str,
    nonce: &str,
) -> Option<Reply> {
    let sealed = crypto::wechat_encrypt(key, salt, b"success", owner.as_bytes())?;
    let reply = json!({
        "encrypt": sealed,
        "msg_signature": crypto::wechat_signature(&[token, timestamp, nonce, &sealed]),
        "nonce": nonce,
        "timeStamp": timestamp,
    });
    Some(Reply::json(200, &reply.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DingTalk-Callback-Crypto's key and owner; the reply as dingtalk-sdk 1.3.8 makes it.
    #[test]
    fn the_reply_is_the_vendors() {
        let reply = sealed_reply(
            "mryue",
            "Yue0EfdN5900c1ce5cf6A152c63DDe1808a60c5ecd7",
            "ding6ccabc44d2c8d38b",
            b"0123456789abcdef",
            "1608001896814",
            "WL4PK6yA",
        );
        let body: Value = serde_json::from_slice(&reply.unwrap().body).unwrap();
        assert_eq!(body["msg_signature"], "ec77e7d4fff9fdfd84e6cf9e46c4af1fb49245a5");
        assert_eq!(
            body["encrypt"],
            "IJtyRhe3IwDdDbVy9KT2PQsXn9Di6CEK7IwoL8L4CQ+xgriQ8Y0sMuvHw0Vv9Ce+6cMGlc1MMsHA2a+tCiq9IA=="
        );
    }
}
