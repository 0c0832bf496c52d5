//! Intercom: conversations, contacts and tickets.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::{crypto, json, signed, values};
use serde_json::{Value, json};
use tributary_core::identity::Kind;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "intercom",
        label: Label { zh: "Intercom 会话", en: "Intercom conversations" },
        summary: Label {
            zh: "接收 Intercom 的会话、联系人和工单事件。",
            en: "Receives Intercom's events of conversations, contacts and tickets.",
        },
        secrets: &[Field::required("client_secret", "应用的 client_secret", "Client secret")],
        settings: &[],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "HMAC-SHA1",
        steps: &[
            Label {
                zh: "在 Intercom 的 Developer Hub 打开应用的 Webhooks，端点填 {url}。",
                en: "In the Developer Hub open the app's Webhooks and enter {url}.",
            },
            Label {
                zh: "把 Client secret 复制到密钥，并勾选会话与联系人主题。",
                en: "Copy the client secret, and choose the topics of conversations and contacts.",
            },
        ],
        unverified: "the wire details and retries",
        source: "Intercom: Webhooks; Signed notifications",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 1024 * 1024;

const TOPICS: Names<'_> = &[
    ("contact.lead.created", "customer.created"),
    ("contact.unsubscribed", "email.unsubscribed"),
    ("contact.user.created", "customer.created"),
    ("conversation.user.created", "message.received"),
    ("conversation.user.replied", "message.received"),
    ("ticket.created", "ticket.opened"),
];

const FIELDS: Names<'_> = &[
    ("/conversation_parts/conversation_parts/0/body", "text"),
    ("/source/body", "text"),
    ("/source/url", "url"),
    ("/id", "object_id"),
    ("/state", "status"),
    ("/name", "name"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    // Asked when the address is saved, without a signature; nothing is answered but that it is there.
    if request.method == "HEAD" {
        let handshake = Some(Reply::empty(200));
        return Ok(Verified { handshake, ..Verified::default() });
    }
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "client_secret")?;
    let given = signed::header(request, "x-hub-signature")?;
    let given = given.strip_prefix("sha1=").ok_or(Reject::UNAUTHENTICATED)?;
    let mac = |secret: &&str| crypto::hex(&crypto::hmac_sha1(secret.as_bytes(), &request.body));
    signed::genuine(secrets.iter().any(|secret| crypto::same_hex(given, &mac(secret))))
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = Value::Object(json::parse_object(&request.body, MAX_BODY_BYTES)?);
    let field = |pointer: &str| values::text(body.pointer(pointer));
    let delivery_id = field("/id").ok_or(Reject::MALFORMED)?;
    let topic = field("/topic").unwrap_or_default();
    let app = field("/app_id").unwrap_or_else(|| config.id.clone());
    let item = body.pointer("/data/item").cloned().unwrap_or_default();
    let draft = Draft {
        delivery_id,
        name: fields::named(TOPICS, &topic).unwrap_or("intercom.unknown").to_owned(),
        occurred_at: values::time(body.get("created_at")),
        identifiers: people(&topic, &app, &item),
        properties: fields::properties(item, FIELDS),
        context: json!({ "app": app, "topic": topic }),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::empty(200) })
}

/// A contact itself, or the author of a conversation, unless that is a colleague or a bot.
fn people(topic: &str, app: &str, item: &Value) -> Vec<RawIdentifier> {
    let person = if topic.starts_with("contact.") {
        Some(item)
    } else {
        item.pointer("/source/author").filter(|author| {
            matches!(author.get("type").and_then(Value::as_str), Some("user" | "lead" | "contact"))
        })
    };
    let Some(person) = person else { return Vec::new() };
    let kinds = [
        ("external_id", Kind::UserId, ""),
        ("email", Kind::Email, ""),
        ("phone", Kind::Phone, ""),
        ("id", Kind::IntercomContact, app),
    ];
    let named = |(name, kind, scope): (&str, Kind, &str)| {
        Some(RawIdentifier::new(kind, scope, &values::text(person.get(name))?))
    };
    kinds.into_iter().filter_map(named).collect()
}
