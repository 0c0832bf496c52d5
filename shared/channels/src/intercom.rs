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
        format: "json",
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
    ("contact.unsubscribed_from_sms", "sms.unsubscribed"),
    ("contact.user.created", "customer.created"),
    ("conversation.user.created", "message.received"),
    ("conversation.user.replied", "message.received"),
    ("ticket.contact.replied", "ticket.commented"),
    ("ticket.created", "ticket.opened"),
];

const FIELDS: Names<'_> = &[
    ("/source/body", "text"),
    ("/source/url", "url"),
    ("/id", "object_id"),
    ("/ticket_id", "ticket_id"),
    ("/state", "status"),
    ("/name", "name"),
];

/// What a person is known by, as an author, a contact or a user of theirs has it.
const KINDS: &[(&str, Kind)] = &[
    ("external_id", Kind::UserId),
    ("user_id", Kind::UserId),
    ("email", Kind::Email),
    ("phone", Kind::Phone),
    ("id", Kind::IntercomContact),
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
    let people = people(&topic, &item);
    let names = people.iter().find_map(|one| values::text(one.get("name")));
    let names = names.map(|name| ("name".to_owned(), name.into())).into_iter().collect();
    let identifiers = people.iter().flat_map(|one| identifiers(&app, one)).collect();
    let part = parts(&item).find(|part| is_person(part.get("author")));
    let text = part.and_then(|part| values::text(part.get("body")));
    let mut properties = fields::properties(item, FIELDS);
    if let (Value::Object(properties), Some(text)) = (&mut properties, text) {
        properties.insert("text".to_owned(), text.into());
    }
    let draft = Draft {
        delivery_id,
        name: fields::named(TOPICS, &topic).unwrap_or("intercom.unknown").to_owned(),
        occurred_at: values::time(body.get("created_at")),
        identifiers,
        properties,
        context: fields::called(json!({ "app": app, "topic": topic }), names),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::empty(200) })
}

/// The person a notification is about, as one or two objects that say different things of them.
///
/// It is the contact itself; else who wrote: the author of the new part or of the first message,
/// wherever that is no colleague and no bot; and the conversation's or ticket's contact, who has
/// the company's own id, where it is the same or the only one.
fn people<'a>(topic: &str, item: &'a Value) -> Vec<&'a Value> {
    let itself = item.get("contact").or_else(|| item.get("user")).or_else(|| {
        (topic.starts_with("contact.") || topic.starts_with("visitor.")).then_some(item)
    });
    if let Some(itself) = itself.filter(|it| it.is_object()) {
        return vec![itself];
    }
    let first = item.pointer("/source/author");
    let author = parts(item)
        .filter_map(|part| part.get("author"))
        .chain(first)
        .find(|author| is_person(Some(author)));
    let listed: Vec<&Value> = contacts(item).collect();
    let id = author.and_then(|author| values::text(author.get("id")));
    let same = listed.iter().find(|one| id.is_some() && values::text(one.get("id")) == id);
    let only = listed.first().filter(|_| listed.len() == 1 && author.is_none());
    author.into_iter().chain(same.or(only).copied()).collect()
}

fn is_person(author: Option<&Value>) -> bool {
    let kind = author.and_then(|it| it.get("type")).and_then(Value::as_str);
    matches!(kind, Some("user" | "lead" | "contact"))
}

/// The new parts of a conversation or a ticket.
fn parts(item: &Value) -> impl Iterator<Item = &Value> {
    ["/conversation_parts/conversation_parts", "/ticket_parts/ticket_parts"]
        .into_iter()
        .filter_map(|pointer| item.pointer(pointer).and_then(Value::as_array))
        .flatten()
        .chain(item.get("ticket_part"))
}

/// The people of a conversation or a ticket.
fn contacts(item: &Value) -> impl Iterator<Item = &Value> {
    ["/contacts/contacts", "/contacts", "/ticket/contacts/contacts"]
        .into_iter()
        .filter_map(|pointer| item.pointer(pointer).and_then(Value::as_array))
        .flatten()
}

fn identifiers(app: &str, person: &Value) -> Vec<RawIdentifier> {
    let named = |(name, kind): &(&str, Kind)| {
        let scope = if *kind == Kind::IntercomContact { app } else { "" };
        Some(RawIdentifier::new(*kind, scope, &values::text(person.get(*name))?))
    };
    KINDS.iter().filter_map(named).collect()
}

#[cfg(test)]
mod tests;
