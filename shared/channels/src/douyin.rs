//! Douyin's open platform (抖音): private messages, contact by phone or site, local-life orders.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::{crypto, json, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "douyin",
        label: Label { zh: "抖音开放平台", en: "Douyin open platform" },
        summary: Label {
            zh: "接收抖音的私信、留资和生活服务订单事件。",
            en: "Receives Douyin's private messages, contacts and local-life orders.",
        },
        secrets: &[Field::required("client_secret", "应用的 client_secret", "Client secret")],
        settings: &[],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "SHA-1",
        format: "json",
        steps: &[
            Label {
                zh: "在抖音开放平台的应用里设置 Webhooks 地址为 {url}，把 client_secret 复制到密钥。",
                en: "Set the webhooks address of the app to {url} and copy its client_secret.",
            },
            Label {
                zh: "勾选私信、授权和订单事件。",
                en: "Tick private messages, authorisations and orders.",
            },
        ],
        unverified: "how often it tries again; the fields of local-life orders",
        source: "抖音开放平台：Webhooks 概述；生活服务 Webhooks",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 512 * 1024;

const EVENTS: Names<'_> = &[
    ("authorize", "douyin.authorized"),
    ("dial_phone", "douyin.phone_dialled"),
    ("enter_im", "chat.entered"),
    ("im_receive_msg", "message.received"),
    ("receive_msg", "message.received"),
    ("unauthorize", "douyin.unauthorized"),
    ("website_contact", "douyin.site_contacted"),
];

/// `action` of `life_trade_order_notify`.
const ORDERS: Names<'_> = &[("pay_success", "order.paid"), ("refund_success", "order.refunded")];

const FIELDS: Names<'_> = &[
    ("/message_type", "message_type"),
    ("/content/text", "text"),
    ("/text", "text"),
    ("/order_id", "order_id"),
    ("/order/order_id", "order_id"),
    ("/refund_id", "refund_id"),
    ("/refund/refund_id", "refund_id"),
    ("/action", "action"),
    ("/scene", "scene"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "client_secret")?;
    let given = request.header("x-douyin-signature");
    if let Some(given) = given {
        let hash = |secret: &&str| crypto::sha1_hex(&[secret.as_bytes(), &request.body].concat());
        signed::genuine(secrets.iter().any(|it| crypto::same_hex(given.trim(), &hash(it))))?;
    }
    // The parser refuses whatever follows the value: a hash of secret and body can be extended.
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    if body.get("event").and_then(Value::as_str) == Some("verify_webhook") {
        // May come unsigned; nothing is kept, and the answer says nothing.
        let challenge = body.get("content").and_then(|it| it.get("challenge")).cloned();
        let reply = json!({ "challenge": challenge.unwrap_or_default() }).to_string();
        return Ok(Verified { handshake: Some(Reply::json(200, &reply)), ..Verified::default() });
    }
    signed::genuine(given.is_some())
}

fn parse(
    _config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let field = |name: &str| values::text(body.get(name));
    let delivery_id = match request.header("msg-id").map(str::trim) {
        Some(id) if !id.is_empty() => id.to_owned(),
        _ => digest(&[&request.body]),
    };
    let content = content(&body);
    let event = field("event").unwrap_or_default();
    let action = values::text(content.get("action")).unwrap_or_default();
    let name = match event.as_str() {
        "life_trade_order_notify" => fields::named(ORDERS, &action),
        event => fields::named(EVENTS, event),
    };
    let client = field("client_key").unwrap_or_default();
    let mut properties = fields::pick(&content, FIELDS);
    let cents = ["/pay_amount", "/order/pay_amount", "/amount_info/pay_amount"];
    let paid = cents.iter().find_map(|it| content.pointer(it)).and_then(Value::as_i64);
    if let Some(paid) = paid {
        properties.insert("total_minor".to_owned(), paid.into());
        properties.insert("currency".to_owned(), "CNY".into());
    }
    let occurred_at =
        ["create_time", "msg_time"].iter().find_map(|it| values::time(content.get(*it)));
    properties.insert("raw".to_owned(), content);
    let draft = Draft {
        delivery_id,
        name: name.unwrap_or("douyin.unknown").to_owned(),
        occurred_at,
        identifiers: field("from_user_id")
            .filter(|_| !client.is_empty())
            .map(|id| RawIdentifier::new(Kind::DouyinUser, &client, &id))
            .into_iter()
            .collect(),
        properties: Value::Object(properties),
        context: json!({ "client": client, "event": event, "account": field("to_user_id") }),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::empty(200) })
}

/// A JSON text within the JSON; what is none is kept as it came.
fn content(body: &Map<String, Value>) -> Value {
    match body.get("content") {
        Some(Value::String(text)) => json::parse_object(text.as_bytes(), MAX_BODY_BYTES)
            .map_or_else(|_| json!({ "text": text }), Value::Object),
        Some(Value::Object(object)) => Value::Object(object.clone()),
        Some(other) => json!({ "content": other }),
        None => Value::Object(Map::new()),
    }
}
