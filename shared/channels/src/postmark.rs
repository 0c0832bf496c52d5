//! Postmark: what became of mails. It does not sign; it sends the name and password it was given.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::mail_events::{self, MailEvent};
use crate::{crypto, json, signed, values};
use serde_json::{Value, json};
use tributary_core::ids::digest;
use tributary_core::time::Timestamp;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "postmark",
        label: Label { zh: "Postmark 邮件回执", en: "Postmark events" },
        summary: Label {
            zh: "接收 Postmark 的送达、打开、点击、退信和退订回执。",
            en: "Receives Postmark's reports of delivery, opens, clicks, bounces and unsubscribes.",
        },
        secrets: &[Field::required(
            "credentials",
            "Webhook 的 Basic 认证，写作 用户名:密码",
            "Basic auth of the webhook, as user:password",
        )],
        settings: &[],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "Basic",
        format: "json",
        steps: &[
            Label {
                zh: "在 Postmark 的 Message Stream → Webhooks 新建，地址填 {url}。",
                en: "In the message stream, under Webhooks, add {url}.",
            },
            Label {
                zh: "在 Basic auth 中填用户名与密码，与此处密钥（user:password）一致。",
                en: "Enter user and password of Basic auth, the same as in the secret (user:password).",
            },
        ],
        unverified: "the wire details and how often it tries again",
        source: "Postmark: Webhooks overview; Protecting your webhook",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 512 * 1024;

const EVENTS: Names<'_> = &[
    ("Bounce", "message.bounced"),
    ("Click", "message.clicked"),
    ("Delivery", "message.delivered"),
    ("Open", "message.opened"),
    ("SpamComplaint", "message.complained"),
];

const FIELDS: Names<'_> = &[
    ("/Metadata/message", "message"),
    ("/MessageID", "message_id"),
    ("/OriginalLink", "url"),
    ("/Type", "bounce"),
    ("/Description", "reason"),
    ("/SuppressionReason", "bounce"),
    ("/SuppressionReason", "reason"),
    ("/Origin", "origin"),
    ("/Tag", "tag"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "credentials")?;
    let header = signed::header(request, "authorization")?;
    let (scheme, given) = header.split_once(' ').ok_or(Reject::UNAUTHENTICATED)?;
    let given = crypto::base64_decode(given).ok_or(Reject::UNAUTHENTICATED)?;
    let basic = scheme.eq_ignore_ascii_case("basic");
    signed::genuine(basic && secrets.iter().any(|it| crypto::same(&given, it.as_bytes())))
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = Value::Object(json::parse_object(&request.body, MAX_BODY_BYTES)?);
    let first = |names: &[&str]| names.iter().find_map(|name| values::text(body.get(*name)));
    let kind = first(&["RecordType"]).unwrap_or_default();
    let times = ["DeliveredAt", "BouncedAt", "ReceivedAt", "ChangedAt"];
    let recipient = first(&["Recipient", "Email"]);
    let (message, at) = (first(&["MessageID"]), first(&times));
    let parts = [Some(kind.clone()), message, recipient.clone(), at, first(&["ID"])];
    let parts = parts.map(Option::unwrap_or_default);
    let suppressed = body.get("SuppressSending").and_then(Value::as_bool);
    // A word of the recipient's is one only where the recipient said it.
    let why = first(&["SuppressionReason"]).unwrap_or_default();
    let by_recipient = first(&["Origin"]).is_none_or(|origin| origin == "Recipient");
    let name = match (kind.as_str(), suppressed, why.as_str()) {
        ("SubscriptionChange", Some(true), "HardBounce") => Some("message.bounced"),
        ("SubscriptionChange", Some(true), "SpamComplaint") => Some("message.complained"),
        ("SubscriptionChange", Some(true), _) => Some("email.unsubscribed"),
        ("SubscriptionChange", _, _) if by_recipient => Some("email.subscribed"),
        ("SubscriptionChange", _, _) => Some("postmark.reactivated"),
        (kind, _, _) => fields::named(EVENTS, kind),
    };
    let draft = mail_events::draft(MailEvent {
        delivery_id: digest(&parts.each_ref().map(String::as_bytes)),
        name: name.unwrap_or("postmark.unknown"),
        occurred_at: times.iter().find_map(|name| values::time(body.get(*name))),
        recipient,
        user_agent: first(&["UserAgent"]),
        machine: None,
        context: json!({ "account": config.id, "stream": first(&["MessageStream"]) }),
        properties: fields::properties(body, FIELDS),
    });
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::empty(200) })
}
