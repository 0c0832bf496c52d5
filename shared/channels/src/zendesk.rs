//! Zendesk: tickets and what happens to them.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::{crypto, json, signed, values};
use serde_json::{Value, json};
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "zendesk",
        label: Label { zh: "Zendesk 工单", en: "Zendesk tickets" },
        summary: Label {
            zh: "接收 Zendesk 的工单和用户事件。",
            en: "Receives Zendesk's events of tickets and users.",
        },
        secrets: &[Field::required("signing_secret", "Webhook 签名密钥", "Signing secret")],
        settings: &[],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "HMAC-SHA256",
        format: "json",
        steps: &[
            Label {
                zh: "在 Zendesk 管理中心「应用和集成 → Webhook」新建，端点填 {url}，格式 JSON。",
                en: "In the admin centre, under Apps and integrations, Webhooks, create one with {url} as JSON.",
            },
            Label {
                zh: "订阅工单与用户事件，把签名密钥复制到密钥。",
                en: "Subscribe to events of tickets and users, and copy the signing secret.",
            },
        ],
        unverified: "the signature (public verifiers agree); the names of its events",
        source: "Zendesk: Verifying webhook authenticity; Event types",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 512 * 1024;

/// What follows `zen:event-type:`.
const EVENTS: Names<'_> = &[
    ("ticket.agent_assignment_changed", "ticket.assigned"),
    ("ticket.comment_added", "ticket.commented"),
    ("ticket.created", "ticket.opened"),
    ("ticket.status_changed", "ticket.status_changed"),
    ("user.created", "customer.created"),
];

const FIELDS: Names<'_> = &[
    ("/subject", "entity"),
    ("/detail/id", "ticket_id"),
    ("/detail/subject", "subject"),
    ("/detail/status", "status"),
    ("/detail/priority", "priority"),
    ("/detail/via/channel", "via"),
    ("/event/comment/body", "text"),
    ("/event/current", "current"),
    ("/event/previous", "previous"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "signing_secret")?;
    let timestamp = signed::header(request, "x-zendesk-webhook-signature-timestamp")?;
    let given = signed::header(request, "x-zendesk-webhook-signature")?;
    let given = crypto::base64_decode(given).ok_or(Reject::UNAUTHENTICATED)?;
    let text = [timestamp.as_bytes(), &request.body].concat();
    let mac = |secret: &&str| crypto::hmac_sha256(secret.as_bytes(), &text);
    signed::genuine(secrets.iter().any(|secret| crypto::same(&given, &mac(secret))))
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = Value::Object(json::parse_object(&request.body, MAX_BODY_BYTES)?);
    let field = |pointer: &str| values::text(body.pointer(pointer));
    // A trigger's own body has no id; its invocation has.
    let delivery_id = field("/id")
        .or_else(|| request.header("x-zendesk-webhook-invocation-id").map(str::to_owned))
        .unwrap_or_else(|| digest(&[&request.body]));
    let account = field("/account_id").unwrap_or_else(|| config.id.clone());
    let kind = field("/type").unwrap_or_default();
    let kind = kind.strip_prefix("zen:event-type:").unwrap_or(&kind).to_owned();
    // A comment is its author's, who may be in copy, unless a colleague wrote it.
    let is_staff = body.pointer("/event/comment/author/is_staff").and_then(Value::as_bool);
    let (person, names): (Option<String>, Names<'_>) = if kind.starts_with("user.") {
        (field("/detail/id"), &[("/detail/name", "name")])
    } else if is_staff == Some(false) {
        (field("/event/comment/author/id"), &[("/event/comment/author/name", "name")])
    } else {
        (field("/detail/requester_id"), &[])
    };
    let mut identifiers = Vec::new();
    identifiers.extend(person.map(|id| RawIdentifier::new(Kind::ZendeskUser, &account, &id)));
    if kind.starts_with("user.") {
        let kinds = [("external_id", Kind::UserId), ("email", Kind::Email), ("phone", Kind::Phone)];
        identifiers.extend(kinds.into_iter().filter_map(|(name, kind)| {
            Some(RawIdentifier::new(kind, "", &field(&format!("/detail/{name}"))?))
        }));
    }
    let names = fields::pick(&body, names);
    let draft = Draft {
        delivery_id,
        name: fields::named(EVENTS, &kind).unwrap_or("zendesk.unknown").to_owned(),
        occurred_at: values::time(body.get("time")),
        identifiers,
        properties: fields::properties(body, FIELDS),
        context: fields::called(json!({ "account": account, "type": kind }), names),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::empty(200) })
}

#[cfg(test)]
mod tests;
