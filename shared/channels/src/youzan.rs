//! Youzan (有赞): the shop's orders.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::{crypto, json, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::payment::{PAYMENT, unpaid};
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "youzan",
        label: Label { zh: "有赞商城", en: "Youzan shop" },
        summary: Label {
            zh: "接收有赞店铺的订单、支付和退款消息。",
            en: "Receives a Youzan shop's orders, payments and refunds.",
        },
        secrets: &[Field::required("client_secret", "应用的 client_secret", "Client secret")],
        settings: &[Field::required("client_id", "应用的 client_id", "Client id")],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "MD5",
        format: "json",
        steps: &[
            Label {
                zh: "在有赞云控制台的应用里打开消息推送，地址填 {url}。",
                en: "Open message push of the app in the Youzan cloud console and enter {url}.",
            },
            Label {
                zh: "把 client_id 与 client_secret 复制到密钥与设置。",
                en: "Copy client_id and client_secret into the form.",
            },
        ],
        unverified: "both signatures (public integrations agree); the names of its events",
        source: "有赞云：消息推送；交易消息",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 512 * 1024;
const DONE: &str = "{\"code\":0,\"msg\":\"success\"}";

/// What follows a payment (`TradeSuccess`) is not a second one.
const EVENTS: Names<'_> = &[
    ("trade_TradeBuyerPay", "youzan.order_confirmed"),
    ("trade_TradeClose", "order.cancelled"),
    ("trade_TradeCreate", "order.created"),
    ("trade_TradePaid", "order.paid"),
    ("trade_TradeSuccess", "youzan.order_finished"),
    ("trade_refund_RefundSuccess", "order.refunded"),
];

const FIELDS: Names<'_> = &[
    ("/full_order_info/order_info/tid", "order_id"),
    ("/tid", "order_id"),
    ("/full_order_info/order_info/status_str", "status"),
    ("/refund_id", "refund_id"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "client_secret")?;
    let client = config.setting("client_id").ok_or(Reject::MISCONFIGURED)?;
    let matches = |given: &str, text: &[u8]| {
        let hash =
            |secret: &&str| crypto::md5_hex(&[client.as_bytes(), text, secret.as_bytes()].concat());
        secrets.iter().any(|secret| crypto::same_hex(given, &hash(secret)))
    };
    if let Some(given) = request.header("event-sign") {
        return signed::genuine(matches(given.trim(), &request.body));
    }
    // The older way covers the message alone, as it stands, still percent-encoded.
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let given = values::text(body.get("sign")).ok_or(Reject::UNAUTHENTICATED)?;
    let message = body.get("msg").and_then(Value::as_str).ok_or(Reject::UNAUTHENTICATED)?;
    signed::genuine(matches(&given, message.as_bytes()))
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let field = |name: &str| values::text(body.get(name));
    let reply = Reply::json(200, DONE);
    if body.get("test").and_then(Value::as_bool) == Some(true) {
        return Ok(Parsed { reply, ..Parsed::default() });
    }
    let delivery_id = field("msg_id").ok_or(Reject::MALFORMED)?;
    let kind = field("type").unwrap_or_default();
    let shop = field("kdt_id").unwrap_or_else(|| config.id.clone());
    let message = message(&body);
    let mut properties = fields::pick(&message, FIELDS);
    properties.extend(money(&message));
    properties.extend(payment(&kind, &message).map(|it| (PAYMENT.to_owned(), it.into())));
    let first =
        |pointers: &[&str]| pointers.iter().find_map(|it| values::text(message.pointer(it)));
    let buyer = "/full_order_info/buyer_info";
    let mut identifiers = Vec::new();
    if let Some(id) = first(&[&format!("{buyer}/yz_open_id"), "/yz_open_id"]) {
        identifiers.push(RawIdentifier::new(Kind::YouzanUser, &shop, &id));
    }
    if let Some(phone) = first(&[&format!("{buyer}/buyer_phone"), "/buyer_phone"]) {
        identifiers.push(RawIdentifier::new(Kind::Phone, "", &phone));
    }
    let times = [
        "/full_order_info/order_info/pay_time",
        "/full_order_info/order_info/update_time",
        "/update_time",
    ];
    let occurred_at = times.iter().find_map(|it| values::time(message.pointer(it)));
    properties.insert("raw".to_owned(), message);
    let draft = Draft {
        delivery_id,
        name: fields::named(EVENTS, &kind).unwrap_or("youzan.unknown").to_owned(),
        occurred_at,
        identifiers,
        properties: Value::Object(properties),
        context: json!({ "shop": shop, "type": kind }),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply })
}

/// `msg` is JSON, form-encoded, as a text.
fn message(body: &Map<String, Value>) -> Value {
    let text = body.get("msg").and_then(Value::as_str).unwrap_or_default();
    let pair = format!("x={text}");
    let decoded = form_urlencoded::parse(pair.as_bytes()).next();
    let decoded = decoded.map(|(_, value)| value.into_owned()).unwrap_or_default();
    json::parse_object(decoded.as_bytes(), MAX_BODY_BYTES)
        .map_or_else(|_| json!({ "msg": text }), Value::Object)
}

/// How an order that has just been made will be paid.
fn payment(kind: &str, message: &Value) -> Option<&'static str> {
    let info = |name: &str| message.pointer(&format!("/full_order_info/order_info/{name}"));
    let way = ["pay_type_str", "pay_type_desc"].into_iter().filter_map(|it| info(it)?.as_str());
    match kind {
        "trade_TradePaid" => Some("done"),
        // Code 9 is the courier's.
        "trade_TradeCreate" if info("pay_type").and_then(Value::as_i64) == Some(9) => {
            Some("on_delivery")
        }
        "trade_TradeCreate" => Some(unpaid(way)),
        _ => None,
    }
}

/// Yuan with decimals, as text or number.
fn money(message: &Value) -> Map<String, Value> {
    let amounts = ["/full_order_info/pay_info/payment", "/refunded_fee", "/payment"];
    let amount = amounts.iter().find_map(|it| values::minor_of(message.pointer(it)?, "CNY"));
    match amount {
        Some(minor) => Map::from_iter([
            ("total_minor".to_owned(), minor.into()),
            ("currency".to_owned(), "CNY".into()),
        ]),
        None => Map::new(),
    }
}
