//! Twilio: text messages, what became of ours, and calls.

mod signature;

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::form::form_pairs;
use crate::{json, values};
use serde_json::{Map, Value, json};
use tributary_core::Gather;
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "twilio",
        label: Label { zh: "Twilio 短信与语音", en: "Twilio SMS and voice" },
        summary: Label {
            zh: "接收 Twilio 的短信、发送状态和通话事件。",
            en: "Receives Twilio's text messages, their states, and calls.",
        },
        secrets: &[
            Field::required("auth_token", "Auth Token", "Auth token"),
            Field::optional(
                "shared_key",
                "SharedKey（HMAC_SHA256 签名）",
                "Shared key (HMAC_SHA256)",
            ),
        ],
        settings: &[Field::required(
            "public_url",
            "在 Twilio 填写的完整地址（签名包含它）",
            "The address as entered at Twilio (the signature covers it)",
        )],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "HMAC-SHA1",
        format: "form",
        steps: &[
            Label {
                zh: "在 Twilio 的号码设置里把 A message comes in 与 A call comes in 的 Webhook 填为 {url}。",
                en: "In the number's settings enter {url} for A message comes in and A call comes in.",
            },
            Label {
                zh: "发短信时把 StatusCallback 设为 {url}/status。",
                en: "Give {url}/status as StatusCallback when sending.",
            },
            Label {
                zh: "把 Auth Token 复制到密钥，public_url 填与上面一字不差的地址。",
                en: "Copy the auth token; enter the address, to the letter, as public_url.",
            },
        ],
        unverified: "its timeout and how often it tries again",
        source: "Twilio: Webhooks security; Messaging webhooks; Voice status callbacks",
    },
    inbound: Some(Inbound {
        verify: signature::verify,
        parse,
        max_body_bytes: MAX_BODY_BYTES,
        sample: None,
    }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 256 * 1024;

/// "Attempt to send to unsubscribed recipient": Twilio has heard a STOP that we may not have.
const STOPPED: &str = "21610";

const STATES: Names<'_> = &[
    ("accepted", "message.accepted"),
    ("delivered", "message.delivered"),
    ("failed", "message.failed"),
    ("queued", "message.accepted"),
    ("read", "message.read"),
    ("sending", "message.accepted"),
    ("sent", "message.accepted"),
    ("undelivered", "message.failed"),
];

const CALLS: Names<'_> = &[
    ("busy", "call.missed"),
    ("canceled", "call.missed"),
    ("completed", "call.ended"),
    ("failed", "call.missed"),
    ("in-progress", "call.answered"),
    ("initiated", "call.started"),
    ("no-answer", "call.missed"),
    ("queued", "call.started"),
    ("ringing", "call.started"),
];

const FIELDS: Names<'_> = &[
    ("/Body", "text"),
    ("/MessageSid", "message_id"),
    ("/CallSid", "call_id"),
    ("/CallDuration", "duration_s"),
    ("/CallStatus", "status"),
    ("/MessageStatus", "status"),
    ("/Direction", "direction"),
    ("/RecordingUrl", "recording_url"),
    ("/ErrorCode", "code"),
    ("/NumMedia", "media"),
    ("/MediaUrl0", "media_url"),
    ("/Digits", "digits"),
    // STOP or START where Twilio looked for the words itself: also words of the company's own.
    ("/OptOutType", "opt_out_type"),
];

/// Form fields, or the JSON of the newer event streams.
fn fields_of(request: &InboundRequest) -> Result<Map<String, Value>, Reject> {
    let body = request.body.trim_ascii_start();
    if body.starts_with(b"{") {
        return json::parse_object(&request.body, MAX_BODY_BYTES);
    }
    let pairs = form_pairs(&request.body).ok_or(Reject::MALFORMED)?;
    Ok(pairs
        .into_iter()
        .map(|(name, value)| (name.replace('\0', ""), value.replace('\0', "").into()))
        .gather())
}

fn parse(
    _config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = fields_of(request)?;
    let field = |name: &str| values::text(body.get(name));
    let (message, call) = (field("MessageSid").or_else(|| field("SmsSid")), field("CallSid"));
    let status = field("MessageStatus");
    let outbound_call = field("Direction").is_some_and(|it| it.starts_with("outbound"));
    let empty = Reply::empty(204);
    let instructions = Reply { content_type: "text/xml", ..Reply::text(200, "<Response/>") };
    let (name, delivery_id, person, reply) = match (&message, &call, &status) {
        (Some(id), _, Some(status)) => {
            let name = fields::named(STATES, status);
            (name, format!("{id}:{status}"), field("To"), empty)
        }
        (Some(id), _, None) => (Some("message.received"), id.clone(), field("From"), instructions),
        (None, Some(id), _) => {
            let status = field("CallStatus").unwrap_or_default();
            let turn = field("SequenceNumber").unwrap_or_default();
            let person = if outbound_call { field("To") } else { field("From") };
            (fields::named(CALLS, &status), format!("{id}:{status}:{turn}"), person, instructions)
        }
        _ => (None, digest(&[&request.body]), None, empty),
    };
    let medium = match person.as_deref().and_then(|address| address.split_once(':')) {
        _ if message.is_none() && call.is_some() => "call",
        Some(("whatsapp", _)) => "whatsapp",
        Some(("messenger", _)) => "messenger",
        _ => "sms",
    };
    let identifiers = person.as_deref().and_then(phone).into_iter().collect();
    let whole = Value::Object(body.clone());
    // On WhatsApp people say what they are called.
    let names = fields::pick(&whole, &[("/ProfileName", "name")]);
    let mut properties = fields::pick(&whole, FIELDS);
    properties.insert("medium".to_owned(), medium.into());
    properties.insert("raw".to_owned(), whole);
    let mut context = json!({ "account": field("AccountSid"), "number": field("To") });
    if let Value::Object(context) = &mut context
        && field("ErrorCode").as_deref() == Some(STOPPED)
    {
        context.insert("consents".to_owned(), json!([{ "medium": medium, "state": "withdrawn" }]));
    }
    let draft = Draft {
        name: name.unwrap_or("twilio.unknown").to_owned(),
        // Twilio says no time of messages.
        occurred_at: values::time(body.get("Timestamp")),
        identifiers,
        properties: Value::Object(properties),
        context: fields::called(context, names),
        delivery_id,
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply })
}

/// `+1…`, `whatsapp:+1…`; a short code or a name is nobody's number.
fn phone(address: &str) -> Option<RawIdentifier> {
    let number = address.rsplit(':').next().unwrap_or(address);
    number.starts_with('+').then(|| RawIdentifier::new(Kind::Phone, "", number))
}

#[cfg(test)]
mod tests;
