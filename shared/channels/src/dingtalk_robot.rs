//! DingTalk's robot: what colleagues and group members write to it.
//!
//! The signature covers the time alone: who sees one request can send any body for an hour. So
//! nothing said here is ever taken as proof of anything.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::{crypto, json, signed, values};
use serde_json::{Value, json};
use tributary_core::time::{HOUR_MS, Timestamp};
use tributary_core::touchpoint::Draft;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "dingtalk-robot",
        label: Label { zh: "钉钉机器人", en: "DingTalk robot" },
        summary: Label {
            zh: "接收发给钉钉机器人的消息。",
            en: "Receives what is written to a DingTalk robot.",
        },
        secrets: &[Field::required(
            "app_secret",
            "机器人应用的 AppSecret",
            "App secret of the robot",
        )],
        settings: &[],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "HMAC-SHA256 of the time only",
        format: "json",
        steps: &[
            Label {
                zh: "在钉钉开放平台为应用添加机器人，消息接收模式选 HTTP，地址填 {url}。",
                en: "Add a robot to the app, receive messages by HTTP at {url}.",
            },
            Label {
                zh: "把应用的 AppSecret 复制到密钥。",
                en: "Copy the app secret into the secret.",
            },
        ],
        unverified: "the signature (public integrations agree); timeout and retries",
        source: "钉钉开放平台：机器人接收消息",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 256 * 1024;

/// The sender is staff, an actor and not a customer: a property, not an identity.
const FIELDS: Names<'_> = &[
    ("/msgId", "message_id"),
    ("/msgtype", "message_type"),
    ("/text/content", "text"),
    ("/conversationId", "chat"),
    ("/senderStaffId", "staff"),
    ("/senderNick", "sender_name"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "app_secret")?;
    let timestamp = signed::header(request, "timestamp")?;
    let given = signed::header(request, "sign")?;
    let given = crypto::base64_decode(given).ok_or(Reject::UNAUTHENTICATED)?;
    let sent_ms = timestamp.parse::<i64>().map_err(|_| Reject::UNAUTHENTICATED)?;
    if now.since_ms(Timestamp(sent_ms)).saturating_abs() > HOUR_MS {
        return Err(Reject::UNAUTHENTICATED);
    }
    let mac = |secret: &&str| {
        crypto::hmac_sha256(secret.as_bytes(), format!("{timestamp}\n{secret}").as_bytes())
    };
    signed::genuine(secrets.iter().any(|secret| crypto::same(&given, &mac(secret))))
}

fn parse(
    _config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = Value::Object(json::parse_object(&request.body, MAX_BODY_BYTES)?);
    let delivery_id = values::text(body.get("msgId")).ok_or(Reject::MALFORMED)?;
    let known = body.get("msgtype").is_some();
    let draft = Draft {
        delivery_id,
        name: if known { "message.received" } else { "dingtalk-robot.unknown" }.to_owned(),
        occurred_at: values::time(body.get("createAt")),
        identifiers: Vec::new(),
        context: json!({ "corp": values::text(body.get("chatbotCorpId")) }),
        properties: fields::properties(body, FIELDS),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::json(200, "{}") })
}
