//! Mailgun: what became of mails.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::mail_events::{self, MailEvent};
use crate::{crypto, json, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::time::{SECOND_MS, Timestamp};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "mailgun",
        label: Label { zh: "Mailgun 邮件回执", en: "Mailgun events" },
        summary: Label {
            zh: "接收 Mailgun 的送达、打开、点击、退信和退订回执。",
            en: "Receives Mailgun's reports of delivery, opens, clicks, bounces and unsubscribes.",
        },
        secrets: &[Field::required(
            "signing_key",
            "HTTP webhook signing key",
            "HTTP webhook signing key",
        )],
        settings: &[],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "HMAC-SHA256 of a token",
        steps: &[
            Label {
                zh: "在 Mailgun 的 Sending → Webhooks 为每种事件添加 {url}。",
                en: "Under Sending, Webhooks, add {url} for each event.",
            },
            Label {
                zh: "把 HTTP webhook signing key 复制到密钥。",
                en: "Copy the HTTP webhook signing key.",
            },
        ],
        unverified: "the wire details and how often it tries again",
        source: "Mailgun: Webhooks; Securing Webhooks",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 512 * 1024;
/// The signature covers a time and a token, not the body: it must be young.
const MAX_AGE_MS: i64 = 300 * SECOND_MS;

const EVENTS: Names<'_> = &[
    ("accepted", "message.accepted"),
    ("clicked", "message.clicked"),
    ("complained", "message.complained"),
    ("delivered", "message.delivered"),
    ("opened", "message.opened"),
    ("rejected", "message.failed"),
    ("unsubscribed", "email.unsubscribed"),
];

const FIELDS: Names<'_> = &[
    ("/user-variables/message", "message"),
    ("/message/headers/message-id", "message_id"),
    ("/url", "url"),
    ("/reason", "reason"),
    ("/severity", "severity"),
    ("/delivery-status/code", "code"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let keys = signed::secrets(config, "signing_key")?;
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let signature = body.get("signature").ok_or(Reject::UNAUTHENTICATED)?;
    let part = |name: &str| values::text(signature.get(name)).ok_or(Reject::UNAUTHENTICATED);
    let (timestamp, token, given) = (part("timestamp")?, part("token")?, part("signature")?);
    signed::fresh(&timestamp, now, MAX_AGE_MS)?;
    let text = format!("{timestamp}{token}");
    let mac = |key: &&str| crypto::hex(&crypto::hmac_sha256(key.as_bytes(), text.as_bytes()));
    signed::genuine(keys.iter().any(|key| crypto::same_hex(&given, &mac(key))))
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let empty = Value::Object(Map::new());
    let event = body.get("event-data").unwrap_or(&empty);
    let field = |name: &str| values::text(event.get(name));
    let delivery_id = field("id").ok_or(Reject::MALFORMED)?;
    let kind = field("event").unwrap_or_default();
    let name = match (kind.as_str(), field("severity").as_deref()) {
        ("failed", Some("temporary")) => Some("message.deferred"),
        ("failed", _) => Some("message.bounced"),
        (kind, _) => fields::named(EVENTS, kind),
    };
    let agent = values::text(event.pointer("/client-info/user-agent"));
    let told = values::text(event.pointer("/client-info/bot"));
    let draft = mail_events::draft(MailEvent {
        delivery_id,
        name: name.unwrap_or("mailgun.unknown"),
        // Seconds with decimals.
        occurred_at: event.get("timestamp").and_then(Value::as_f64).map(seconds),
        recipient: field("recipient"),
        user_agent: agent,
        machine: told.map(|_| "vendor_says_bot"),
        properties: fields::properties(event.clone(), FIELDS),
        context: json!({ "account": config.id }),
    });
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::empty(200) })
}

fn seconds(seconds: f64) -> Timestamp {
    Timestamp((seconds * SECOND_MS as f64) as i64)
}
