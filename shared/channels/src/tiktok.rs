//! TikTok: private messages to a business account, posts made through an app, and people who take
//! its access away. TikTok's shop is another platform with another signature.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::{crypto, json, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::time::{SECOND_MS, Timestamp};
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "tiktok",
        label: Label { zh: "TikTok", en: "TikTok" },
        summary: Label {
            zh: "接收 TikTok 企业号的私信，以及应用的发布与授权事件。",
            en: "Receives a TikTok business account's private messages, and what becomes of an \
                 app's posts and authorizations.",
        },
        secrets: &[Field::required("client_secret", "应用的 Client secret", "Client secret")],
        settings: &[],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "HMAC-SHA256",
        format: "json",
        steps: &[
            Label {
                zh: "在 developers.tiktok.com 的应用里复制 Client secret 到密钥。",
                en: "Copy the client secret of the app at developers.tiktok.com.",
            },
            Label {
                zh: "在该应用的 Webhooks 里把回调地址（Callback URL）设为 {url}，所有事件都会推送过来。",
                en: "Under Webhooks of the app, set the callback URL to {url}: every event comes.",
            },
            Label {
                zh: "私信属于 TikTok API for Business：为那个应用另建一个接入点，填它的 Secret，\
                     再用它的接口 /business/webhook/update/ 登记地址。",
                en: "Private messages belong to TikTok API for Business: make an endpoint of its \
                     own with that app's secret, and register its address by calling \
                     /business/webhook/update/.",
            },
        ],
        unverified: "private messages (public integrations agree, TikTok's own page was not at \
                     hand); whether a retry is signed with a new time, since one older than 300 s \
                     is refused; leads of ads",
        source: "TikTok for Developers: Webhooks Overview; Webhook Events; Check the signature; \
                 Get Post Status",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 256 * 1024;
/// TikTok leaves the tolerance to the receiver ("Check the signature").
const MAX_AGE_MS: i64 = 300 * SECOND_MS;

const EVENTS: Names<'_> = &[
    ("authorization.removed", "tiktok.unauthorized"),
    ("im_mark_read_msg", "message.read"),
    ("im_receive_msg", "message.received"),
    ("im_send_msg", "message.sent"),
    ("portability.download.ready", "tiktok.export_ready"),
    ("post.publish.complete", "tiktok.post_published"),
    ("post.publish.failed", "tiktok.post_failed"),
    ("post.publish.inbox_delivered", "tiktok.draft_delivered"),
    // TikTok spells it so.
    ("post.publish.no_longer_publicaly_available", "tiktok.post_hidden"),
    ("post.publish.publicly_available", "tiktok.post_shown"),
    ("video.publish.completed", "tiktok.post_published"),
    ("video.upload.failed", "tiktok.post_failed"),
];

const FIELDS: Names<'_> = &[
    ("/text/body", "text"),
    ("/type", "message_type"),
    ("/message_id", "message_id"),
    ("/conversation_id", "conversation"),
    ("/publish_id", "publish_id"),
    ("/publish_type", "publish_type"),
    ("/post_id", "post_id"),
    ("/share_id", "share_id"),
    ("/request_id", "request_id"),
    ("/reason", "reason"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "client_secret")?;
    let header = signed::header(request, "tiktok-signature")?;
    let part = |name: &str| {
        let mut parts = header.split(',');
        parts.find_map(|part| part.trim().strip_prefix(name)).ok_or(Reject::UNAUTHENTICATED)
    };
    let (timestamp, given) = (part("t=")?, part("s=")?);
    signed::fresh(timestamp, now, MAX_AGE_MS)?;
    let message = [timestamp.as_bytes(), b".", &request.body].concat();
    let mac = |secret: &&str| crypto::hex(&crypto::hmac_sha256(secret.as_bytes(), &message));
    signed::genuine(secrets.iter().any(|it| crypto::same_hex(given, &mac(it))))
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let field = |name: &str| values::text(body.get(name));
    let event = field("event").unwrap_or_default();
    let client = field("client_key");
    let scope = client.as_ref().unwrap_or(&config.id);
    let user = field("user_openid");
    let content = content(&body);
    // Of a conversation the user is the business, and the person is the other one.
    let account = user.clone().filter(|_| event.starts_with("im_"));
    let party = |pointer: &str| values::text(content.pointer(pointer));
    let (from, to) = (party("/from_user/id"), party("/to_user/id"));
    let by_business = account.is_some() && from == account;
    let name = match event.as_str() {
        // What the business itself has read is no act of the person's.
        "im_mark_read_msg" | "im_receive_msg" if by_business => None,
        event => fields::named(EVENTS, event),
    };
    let person = match &account {
        Some(_) if by_business => to,
        Some(_) => from,
        // Whose an event is that nobody knows, nobody knows: of a comment it is the business.
        None => user.filter(|_| name.is_some()),
    };
    let delivery_id = key(&body, &content);
    let occurred_at = ["timestamp", "create_time"]
        .iter()
        .find_map(|it| values::time(content.get(*it).or_else(|| body.get(*it))));
    let draft = Draft {
        delivery_id,
        name: name.unwrap_or("tiktok.unknown").to_owned(),
        occurred_at,
        identifiers: person
            .map(|id| RawIdentifier::new(Kind::TiktokUser, scope, &id))
            .into_iter()
            .collect(),
        properties: fields::properties(content, FIELDS),
        context: json!({ "client": client, "event": event, "account": account }),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::empty(200) })
}

/// A JSON text within the JSON; where there is none, the whole body stands for it.
fn content(body: &Map<String, Value>) -> Value {
    match body.get("content") {
        Some(Value::String(text)) => json::parse_object(text.as_bytes(), MAX_BODY_BYTES)
            .map_or_else(|_| json!({ "content": text }), Value::Object),
        Some(object @ Value::Object(_)) => object.clone(),
        _ => Value::Object(body.clone()),
    }
}

/// TikTok gives no event an id. A message has one of its own; anything else is told apart by what
/// it says and when, which no retry changes.
fn key(body: &Map<String, Value>, content: &Value) -> String {
    let sent = |name: &str| body.get(name).map(Value::to_string).unwrap_or_default();
    let mut parts = ["event", "client_key", "user_openid"].map(sent).to_vec();
    match values::text(content.get("message_id")) {
        Some(id) => parts.push(id),
        None => parts.extend([sent("create_time"), content.to_string()]),
    }
    digest(&parts.iter().map(String::as_bytes).collect::<Vec<_>>())
}
