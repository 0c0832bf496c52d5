//! Feishu and Lark: what is said to the company's app, and what else it subscribes to.
//!
//! People in Feishu are colleagues or partners: a Feishu user is a person of that app only.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::{crypto, json, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "feishu",
        label: Label { zh: "飞书", en: "Feishu / Lark" },
        summary: Label {
            zh: "接收飞书应用订阅的消息和事件。",
            en: "Receives the messages and events that a Feishu or Lark app subscribes to.",
        },
        secrets: &[
            Field::required("verification_token", "Verification Token", "Verification token"),
            Field::optional(
                "encrypt_key",
                "Encrypt Key（建议填写，填写后只接受加密并签名的请求）",
                "Encrypt key (recommended: then only encrypted, signed requests are taken)",
            ),
        ],
        settings: &[],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "SHA-256, AES, token",
        format: "json",
        steps: &[
            Label {
                zh: "在飞书开放平台的应用里打开「事件与回调」，请求地址填 {url}。",
                en: "Open Events and callbacks of the app and enter {url} as request address.",
            },
            Label {
                zh: "把 Encrypt Key 与 Verification Token 复制到密钥，再保存。",
                en: "Copy Encrypt Key and Verification Token into the secrets before saving.",
            },
            Label {
                zh: "添加所需事件，例如接收消息，然后发布应用版本。",
                en: "Add the events you need, such as messages, and publish a version of the app.",
            },
        ],
        unverified: "how often it tries again (a secondary source)",
        source: "飞书开放平台：将事件发送至开发者服务器；接收事件；事件列表",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 512 * 1024;

const FIELDS: Names<'_> = &[
    ("/message/message_id", "message_id"),
    ("/message/message_type", "message_type"),
    ("/message/chat_id", "chat"),
    ("/open_message_id", "message_id"),
    ("/open_chat_id", "chat"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let tokens = signed::secrets(config, "verification_token")?;
    let keys = signed::secrets(config, "encrypt_key").unwrap_or_default();
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let plaintext = match keys.is_empty() {
        true => None,
        // With a key set, what comes in clear is not theirs.
        false => Some(open(&keys, &body)?),
    };
    let message = match &plaintext {
        Some(opened) => {
            json::parse_object(opened, MAX_BODY_BYTES).map_err(|_| Reject::UNAUTHENTICATED)?
        }
        None => body,
    };
    let given = message.get("header").and_then(|it| values::text(it.get("token")));
    let given = given.or_else(|| values::text(message.get("token"))).unwrap_or_default();
    let known = tokens.iter().any(|it| crypto::same(given.as_bytes(), it.as_bytes()));
    let verified = signed::genuine(known)?;
    let challenge = values::text(message.get("challenge"));
    if let (Some("url_verification"), Some(challenge)) =
        (message.get("type").and_then(Value::as_str), challenge)
    {
        // The one request that carries no signature.
        let reply = Reply::json(200, &json!({ "challenge": challenge }).to_string());
        return Ok(Verified { handshake: Some(reply), ..verified });
    }
    if !keys.is_empty() {
        signed_by(&keys, request)?;
    }
    Ok(Verified { plaintext, ..verified })
}

/// `{"encrypt"}`: AES-256-CBC under the key's SHA-256, the first block being the start vector.
fn open(keys: &[&str], body: &Map<String, Value>) -> Result<Vec<u8>, Reject> {
    let sealed = values::text(body.get("encrypt")).ok_or(Reject::UNAUTHENTICATED)?;
    let sealed = crypto::base64_decode(&sealed).ok_or(Reject::UNAUTHENTICATED)?;
    let (iv, data) = sealed.split_at_checked(16).ok_or(Reject::UNAUTHENTICATED)?;
    keys.iter()
        .find_map(|key| crypto::aes_cbc_open(&crypto::sha256(key.as_bytes()), iv, data))
        .ok_or(Reject::UNAUTHENTICATED)
}

/// A plain hash over time, nonce, key and raw body. The vendor names no window, and sends again
/// for six hours.
fn signed_by(keys: &[&str], request: &InboundRequest) -> Result<(), Reject> {
    let timestamp = signed::header(request, "x-lark-request-timestamp")?;
    let nonce = signed::header(request, "x-lark-request-nonce")?;
    let given = signed::header(request, "x-lark-signature")?;
    let hash = |key: &&str| {
        let mut text = [timestamp, nonce, *key].concat().into_bytes();
        text.extend_from_slice(&request.body);
        crypto::hex(&crypto::sha256(&text))
    };
    signed::genuine(keys.iter().any(|key| crypto::same_hex(given, &hash(key)))).map(drop)
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = verified.plaintext.as_deref().unwrap_or(&request.body);
    let body = Value::Object(json::parse_object(body, MAX_BODY_BYTES)?);
    // Version 2 has a header, version 1 has its fields at the top and in the event.
    let first = |pointers: &[&str]| pointers.iter().find_map(|it| values::text(body.pointer(it)));
    let delivery_id = first(&["/header/event_id", "/uuid"]).ok_or(Reject::MALFORMED)?;
    let kind = first(&["/header/event_type", "/event/type"]).unwrap_or_default();
    let app = first(&["/header/app_id", "/event/app_id"]).unwrap_or_else(|| config.id.clone());
    let by_person = first(&["/event/sender/sender_type"]).is_none_or(|it| it == "user");
    let name = match kind.as_str() {
        "im.message.receive_v1" | "message" if by_person => "message.received",
        _ => "feishu.unknown",
    };
    let person = first(&[
        "/event/sender/sender_id/open_id",
        "/event/operator/open_id",
        "/event/operator/operator_id/open_id",
        "/event/operator_id/open_id",
        "/event/reader/reader_id/open_id",
        "/event/user_id/open_id",
        "/event/open_id",
    ]);
    let mut properties = fields::properties(body.get("event").cloned().unwrap_or_default(), FIELDS);
    if let (Some(text), Value::Object(properties)) = (said(&body), &mut properties) {
        properties.insert("text".to_owned(), text.into());
    }
    let draft = Draft {
        delivery_id,
        name: name.to_owned(),
        occurred_at: values::time(body.pointer("/header/create_time"))
            .or_else(|| values::time(body.get("ts"))),
        identifiers: person
            .filter(|_| by_person)
            .map(|id| RawIdentifier::new(Kind::FeishuUser, &app, &id))
            .into_iter()
            .collect(),
        properties,
        context: json!({ "app": app, "type": kind }),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::json(200, "{}") })
}

/// The content is a JSON text of its own, `{"text": "…"}`.
fn said(body: &Value) -> Option<String> {
    let content = values::text(body.pointer("/event/message/content"))?;
    let content = json::parse_object(content.as_bytes(), MAX_BODY_BYTES).ok()?;
    values::text(content.get("text"))
}
