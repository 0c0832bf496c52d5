//! SendGrid's event webhook: what became of mails, in batches, signed with an elliptic curve.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::mail_events::{self, MailEvent};
use crate::public_key::{Algorithm, Keys, Proof};
use crate::{crypto, json, signed, values};
use serde_json::{Value, json};
use tributary_core::ids::digest;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Draft;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "sendgrid",
        label: Label { zh: "SendGrid 邮件回执", en: "SendGrid events" },
        summary: Label {
            zh: "接收 SendGrid 的送达、打开、点击、退信和退订回执。",
            en: "Receives SendGrid's reports of delivery, opens, clicks, bounces and unsubscribes.",
        },
        secrets: &[Field::required(
            "verification_key",
            "Signed Event Webhook 的验证公钥",
            "Verification key of the signed event webhook",
        )],
        settings: &[mail_events::GROUPS],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "ECDSA P-256",
        format: "json",
        steps: &[
            Label {
                zh: "在 SendGrid 的 Settings → Mail Settings → Event Webhook 新建，地址填 {url}。",
                en: "Under Settings, Mail Settings, Event Webhook, create one with {url}.",
            },
            Label {
                zh: "打开 Signed Event Webhook，把 Verification Key 复制到密钥。",
                en: "Switch on Signed Event Webhook and copy the verification key.",
            },
        ],
        unverified: "for how long it tries again",
        source: "SendGrid: Event Webhook reference; Event Webhook security features",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 1024 * 1024;

const EVENTS: Names<'_> = &[
    ("bounce", "message.bounced"),
    ("click", "message.clicked"),
    ("deferred", "message.deferred"),
    ("delivered", "message.delivered"),
    ("dropped", "message.failed"),
    ("group_resubscribe", "consent.updated"),
    ("group_unsubscribe", "consent.updated"),
    ("open", "message.opened"),
    ("processed", "message.accepted"),
    ("spamreport", "message.complained"),
    ("unsubscribe", "email.unsubscribed"),
];

const FIELDS: Names<'_> = &[
    // Ours, sent along as a custom argument.
    ("/message", "message"),
    ("/sg_message_id", "message_id"),
    ("/url", "url"),
    ("/reason", "reason"),
    ("/status", "code"),
    ("/type", "bounce"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let keys = signed::secrets(config, "verification_key")?;
    let timestamp = signed::header(request, "x-twilio-email-event-webhook-timestamp")?;
    let signature = signed::header(request, "x-twilio-email-event-webhook-signature")?;
    let signature = crypto::base64_decode(signature).ok_or(Reject::UNAUTHENTICATED)?;
    // The body to the last line break. No window: a batch sent again has its first signature.
    let message = [timestamp.as_bytes(), &request.body].concat();
    let algorithm = Algorithm::EcdsaP256Sha256;
    let proof = Proof { algorithm, keys: Keys::given(&keys), message, signature };
    Ok(Verified { owed: Some(proof), ..Verified::default() })
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let Value::Array(events) = json::parse(&request.body, MAX_BODY_BYTES)? else {
        return Err(Reject::MALFORMED);
    };
    let drafts = events.into_iter().map(|event| draft(config, event)).collect();
    Ok(Parsed { drafts, dropped: Vec::new(), reply: Reply::empty(200) })
}

fn draft(config: &EndpointConfig, event: Value) -> Draft {
    let field = |name: &str| values::text(event.get(name));
    let kind = field("event").unwrap_or_default();
    let machine = event.get("sg_machine_open").and_then(Value::as_bool) == Some(true);
    let mut properties = fields::properties(event.clone(), FIELDS);
    if let (true, Value::Object(properties)) = (kind.starts_with("group_"), &mut properties) {
        let group = field("asm_group_id").unwrap_or_default();
        let state = if kind == "group_unsubscribe" { "withdrawn" } else { "granted" };
        properties.insert("purpose".to_owned(), mail_events::purpose(config, &group).into());
        properties.insert("state".to_owned(), state.into());
        properties.insert("group".to_owned(), group.into());
    }
    mail_events::draft(MailEvent {
        delivery_id: field("sg_event_id")
            .unwrap_or_else(|| digest(&[event.to_string().as_bytes()])),
        name: fields::named(EVENTS, &kind).unwrap_or("sendgrid.unknown"),
        occurred_at: values::time(event.get("timestamp")),
        recipient: field("email"),
        user_agent: field("useragent"),
        machine: machine.then_some("mail_proxy"),
        properties,
        context: json!({ "account": config.id, "category": event.get("category") }),
    })
}
