//! LINE official accounts: messages, follows and clicks in the chat.
//!
//! It never answers here: a reply token is good once, and whoever answers does it by LINE's API.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::{crypto, json, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "line",
        label: Label { zh: "LINE 官方账号", en: "LINE official account" },
        summary: Label {
            zh: "接收 LINE 官方账号的消息、关注和按钮点击。",
            en: "Receives messages, follows and clicks of a LINE official account.",
        },
        secrets: &[Field::required("channel_secret", "Channel secret", "Channel secret")],
        settings: &[Field::optional(
            "provider",
            "Provider ID（同一 Provider 下的用户 ID 相同）",
            "Provider id (user ids are the same within one)",
        )],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "HMAC-SHA256",
        format: "json",
        steps: &[
            Label {
                zh: "在 LINE Developers 的 Messaging API 设置里把 Webhook URL 填为 {url} 并启用。",
                en: "In the Messaging API settings enter {url} as webhook URL and switch it on.",
            },
            Label {
                zh: "把 Channel secret 复制到密钥，点 Verify。",
                en: "Copy the channel secret, then press Verify.",
            },
        ],
        unverified: "",
        source: "LINE Developers: Receive messages (webhook); Messaging API reference",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 512 * 1024;

/// LINE's type, our name.
const EVENTS: Names<'_> = &[
    ("accountLink", "line.account_linked"),
    ("beacon", "line.beacon_entered"),
    ("follow", "account.followed"),
    ("message", "message.received"),
    ("postback", "menu.clicked"),
    ("unfollow", "account.unfollowed"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "channel_secret")?;
    let given = crypto::base64_decode(signed::header(request, "x-line-signature")?)
        .ok_or(Reject::UNAUTHENTICATED)?;
    let mac = |secret: &&str| crypto::hmac_sha256(secret.as_bytes(), &request.body);
    signed::genuine(secrets.iter().any(|secret| crypto::same(&given, &mac(secret))))
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let account = values::text(body.get("destination")).unwrap_or_default();
    let provider = config.setting("provider").unwrap_or(&config.id);
    // The console's "Verify" sends no events.
    let events = body.get("events").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let drafts = events
        .iter()
        .filter_map(Value::as_object)
        .map(|event| draft(provider, &account, event))
        .collect();
    Ok(Parsed { drafts, dropped: Vec::new(), reply: Reply::empty(200) })
}

fn draft(provider: &str, account: &str, event: &Map<String, Value>) -> Draft {
    let kind = values::text(event.get("type")).unwrap_or_default();
    let inner = |object: &str, field: &str| values::text(event.get(object)?.get(field));
    let mut properties = Map::new();
    for (name, value) in [
        ("message_id", inner("message", "id")),
        ("message_type", inner("message", "type")),
        ("text", inner("message", "text")),
        ("data", inner("postback", "data")),
        ("group_id", inner("source", "groupId").or_else(|| inner("source", "roomId"))),
    ] {
        if let Some(value) = value {
            properties.insert(name.to_owned(), value.into());
        }
    }
    properties.insert("raw".to_owned(), Value::Object(event.clone()));
    Draft {
        delivery_id: values::text(event.get("webhookEventId"))
            .unwrap_or_else(|| digest(&[Value::Object(event.clone()).to_string().as_bytes()])),
        name: fields::named(EVENTS, &kind).unwrap_or("line.unknown").to_owned(),
        occurred_at: values::time(event.get("timestamp")),
        identifiers: inner("source", "userId")
            .map(|id| RawIdentifier::new(Kind::LineUser, provider, &id))
            .into_iter()
            .collect(),
        properties: Value::Object(properties),
        context: json!({ "account": account, "type": kind }),
    }
}
