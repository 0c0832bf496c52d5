//! Mailgun: what became of mails.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::mail_events::{self, MailEvent};
use crate::{crypto, json, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::time::{HOUR_MS, SECOND_MS, Timestamp};

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
        format: "json",
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
/// The signature covers a time and a token, not the body: it must be young, or belong to an event
/// that Mailgun still tries to deliver.
const MAX_AGE_MS: i64 = 300 * SECOND_MS;
/// "Webhooks": the tries end after some eight hours.
const TRIES_MS: i64 = 9 * HOUR_MS;

/// "406 (Not Acceptable)": Mailgun tries no more. Any other refusal it would repeat for hours.
const NOT_TAKEN: u16 = 406;
const UNAUTHENTICATED: Reject = Reject::new(NOT_TAKEN, Reject::UNAUTHENTICATED.code);

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
    let not_taken = |reject: Reject| Reject::new(NOT_TAKEN, reject.code);
    let body = json::parse_object(&request.body, MAX_BODY_BYTES).map_err(not_taken)?;
    let signature = body.get("signature").ok_or(UNAUTHENTICATED)?;
    let part = |name: &str| values::text(signature.get(name)).ok_or(UNAUTHENTICATED);
    let (timestamp, token, given) = (part("timestamp")?, part("token")?, part("signature")?);
    if !is_in_time(&timestamp, body.get("event-data"), now) {
        return Err(UNAUTHENTICATED);
    }
    let text = format!("{timestamp}{token}");
    let mac = |key: &&str| crypto::hex(&crypto::hmac_sha256(key.as_bytes(), text.as_bytes()));
    match keys.iter().any(|key| crypto::same_hex(&given, &mac(key))) {
        true => Ok(Verified { once: Some(token), ..Verified::default() }),
        false => Err(UNAUTHENTICATED),
    }
}

/// A late try is judged by when its event happened: what happened lately may still be on its way, and
/// no signature is older than the event it came with.
fn is_in_time(signed: &str, event: Option<&Value>, now: Timestamp) -> bool {
    if signed::fresh(signed, now, MAX_AGE_MS).is_ok() {
        return true;
    }
    let signed = signed.parse::<i64>().ok().map(|it| Timestamp(it.saturating_mul(SECOND_MS)));
    let happened = event.and_then(|it| it.get("timestamp")?.as_f64()).map(seconds);
    let (Some(signed), Some(happened)) = (signed, happened) else { return false };
    let age = |at: Timestamp| now.since_ms(at);
    (0..=TRIES_MS).contains(&age(signed))
        && (0..=TRIES_MS).contains(&age(happened))
        && signed.since_ms(happened) >= -MAX_AGE_MS
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
        occurred_at: values::time(event.get("timestamp")),
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
