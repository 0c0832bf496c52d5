//! Doudian (抖店), the shops inside Douyin: orders, payments, shipping and refunds.
//!
//! Its messages name the order and hardly ever the buyer, whose phone comes encrypted.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::{crypto, json, signed, values};
use serde_json::{Value, json};
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::payment::PAYMENT;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "doudian",
        label: Label { zh: "抖店", en: "Doudian shop" },
        summary: Label {
            zh: "接收抖店店铺的订单、支付、发货和退款消息。",
            en: "Receives a Doudian shop's orders, payments, shipments and refunds.",
        },
        secrets: &[Field::required("app_secret", "应用的 App Secret", "App secret")],
        settings: &[Field::required("app_key", "应用的 App Key", "App key")],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "MD5",
        format: "json",
        steps: &[
            Label {
                zh: "先把抖店开放平台应用的 App Key 填到设置，App Secret 复制到密钥。",
                en: "First copy the app key and the app secret of the app at Doudian's open \
                     platform into the form.",
            },
            Label {
                zh: "在该应用的「消息推送」里把推送地址设为 {url}；平台会立即发一条测试消息，测试不会留下记录。",
                en: "Under message push of the app, set the address to {url}: a test comes at \
                     once and leaves no record.",
            },
            Label {
                zh: "订阅订单消息和售后消息，并请店铺授权该应用。",
                en: "Subscribe to the messages on orders and on refunds, and let the shop \
                     authorize the app.",
            },
        ],
        unverified: "the numbers of its messages (public integrations agree); HMAC-SHA256 in \
                     place of MD5 (one integration has it, the vendor's SDK only MD5); whether any \
                     message names the buyer; how often it tries again",
        source: "抖店开放平台：消息推送服务接入指南；订单消息；售后消息",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 512 * 1024;
const DONE: &str = "{\"code\":0,\"msg\":\"success\"}";

/// Sent once when the address is entered, to see whether it answers.
const TEST: &str = "0";
const PAID: &str = "101";
/// `pay_type` of what is paid to the courier.
const ON_DELIVERY: &str = "0";

/// `tag`, our name, the field that says when.
const EVENTS: &[(&str, &str, &str)] = &[
    ("100", "order.created", "create_time"),
    (PAID, "order.paid", "pay_time"),
    ("102", "order.fulfilled", "update_time"),
    ("103", "doudian.order_finished", "complete_time"),
    // Another parcel, another address, another price.
    ("104", "order.updated", "update_time"),
    ("105", "order.updated", "update_time"),
    ("106", "order.cancelled", "cancel_time"),
    ("108", "doudian.order_partly_shipped", "update_time"),
    ("109", "order.updated", "modify_time"),
    // Asked for and agreed to is not yet paid back.
    ("200", "doudian.refund_requested", "apply_time"),
    ("201", "doudian.refund_agreed", "agree_time"),
    ("204", "doudian.refund_refused", "refuse_time"),
    ("206", "order.refunded", "success_time"),
    ("207", "doudian.refund_closed", "close_time"),
];

const FIELDS: Names<'_> = &[
    ("/p_id", "order_id"),
    ("/aftersale_id", "refund_id"),
    ("/s_id", "item_id"),
    ("/aftersale_status", "status"),
    ("/order_status", "status"),
    ("/cancel_reason", "reason"),
    ("/reason_code", "reason"),
    ("/logistics_msg/logistics_code", "tracking"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "app_secret")?;
    // The header `app-id` says the same; what is hashed is what was configured.
    let key = config.setting("app_key").ok_or(Reject::MISCONFIGURED)?;
    let given = signed::header(request, "event-sign")?;
    let is_good = |secret: &&str| {
        let text = [key.as_bytes(), &request.body, secret.as_bytes()].concat();
        let mac = crypto::hmac_sha256(secret.as_bytes(), &text);
        crypto::same_hex(given, &crypto::md5_hex(&text))
            || crypto::same_hex(given, &crypto::hex(&mac))
    };
    signed::genuine(secrets.iter().any(is_good))
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let Value::Array(items) = json::parse(&request.body, MAX_BODY_BYTES)? else {
        return Err(Reject::MALFORMED);
    };
    let mut parsed = Parsed { reply: Reply::json(200, DONE), ..Parsed::default() };
    for (index, item) in items.into_iter().enumerate() {
        match values::text(item.get("tag")) {
            Some(tag) if tag == TEST => {}
            Some(tag) => parsed.drafts.push(message(config, &tag, item)),
            None => parsed.dropped.push((index, "not_a_message")),
        }
    }
    Ok(parsed)
}

fn message(config: &EndpointConfig, tag: &str, mut item: Value) -> Draft {
    let id = ["msg_id", "msgId"].iter().find_map(|name| values::text(item.get(*name)));
    let delivery_id = id.unwrap_or_else(|| digest(&[item.to_string().as_bytes()]));
    let data = data(item.get_mut("data").map(Value::take).unwrap_or_default());
    let field = |name: &str| values::text(data.get(name));
    let known = EVENTS.iter().find(|(theirs, ..)| *theirs == tag);
    let name = match known {
        // The shop has confirmed the order; nobody has paid.
        Some(_) if tag == PAID && field("pay_type").as_deref() == Some(ON_DELIVERY) => {
            "doudian.order_confirmed"
        }
        Some((_, ours, _)) => *ours,
        None => "doudian.unknown",
    };
    let shop = field("shop_id").unwrap_or_else(|| config.id.clone());
    let mut properties = fields::pick(&data, FIELDS);
    // Fen.
    let amounts = ["pay_amount", "refund_amount", "total_amount"];
    if let Some(amount) = amounts.iter().find_map(|it| field(it)?.parse::<i64>().ok()) {
        properties.insert("total_minor".to_owned(), amount.into());
        properties.insert("currency".to_owned(), "CNY".into());
    }
    if name == "order.created" {
        let on_delivery = field("pay_type").as_deref() == Some(ON_DELIVERY);
        let payment = if on_delivery { "on_delivery" } else { "awaited" };
        properties.insert(PAYMENT.to_owned(), payment.into());
    }
    let buyer = field("doudian_open_id").or_else(|| field("open_id"));
    let occurred_at = known.and_then(|(.., time)| values::time(data.get(*time)));
    let context = json!({ "shop": shop, "store": field("store_id"), "tag": tag });
    properties.insert("raw".to_owned(), data);
    Draft {
        delivery_id,
        name: name.to_owned(),
        occurred_at,
        identifiers: buyer
            .map(|id| RawIdentifier::new(Kind::DoudianUser, &shop, &id))
            .into_iter()
            .collect(),
        properties: Value::Object(properties),
        context,
    }
}

/// An object, or the same as a JSON text.
fn data(sent: Value) -> Value {
    match sent {
        Value::String(text) => json::parse_object(text.as_bytes(), MAX_BODY_BYTES)
            .map_or_else(|_| json!({ "data": text }), Value::Object),
        Value::Object(object) => Value::Object(object),
        other => json!({ "data": other }),
    }
}
