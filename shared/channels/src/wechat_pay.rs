//! WeChat Pay, API v3: payments and refunds, signed with WeChat's key and sealed with the merchant's.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::public_key::{Algorithm, Keys, Proof};
use crate::{crypto, json, signed, values};
use serde_json::{Value, json};
use tributary_core::identity::Kind;
use tributary_core::time::{SECOND_MS, Timestamp};
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "wechat-pay",
        label: Label { zh: "微信支付", en: "WeChat Pay" },
        summary: Label {
            zh: "接收微信支付（APIv3）的支付和退款通知。",
            en: "Receives payments and refunds of WeChat Pay (API v3).",
        },
        secrets: &[
            Field::required("api_v3_key", "APIv3 密钥（32 位）", "API v3 key (32 characters)"),
            Field::required(
                "platform_key",
                "微信支付公钥或平台证书（PEM）",
                "WeChat Pay's public key or platform certificate (PEM)",
            ),
        ],
        settings: &[],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "RSA-SHA256, AES-GCM",
        format: "json",
        steps: &[
            Label {
                zh: "在微信支付商户平台「API 安全」设置 APIv3 密钥，下载微信支付公钥或平台证书。",
                en: "On the merchant platform set the APIv3 key and download the public key or certificate.",
            },
            Label {
                zh: "下单时把 notify_url 设为 {url}。",
                en: "Give {url} as notify_url when an order is placed.",
            },
        ],
        unverified: "the probes of whether signatures are checked",
        source: "微信支付：支付通知；退款结果通知；签名验证；证书和回调报文解密",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 256 * 1024;
/// "签名验证": a response older than five minutes is to be refused.
const MAX_AGE_MS: i64 = 300 * SECOND_MS;

const EVENTS: Names<'_> = &[
    ("REFUND.ABNORMAL", "wechat-pay.refund_stuck"),
    ("REFUND.CLOSED", "wechat-pay.refund_closed"),
    ("REFUND.SUCCESS", "order.refunded"),
    ("TRANSACTION.SUCCESS", "order.paid"),
];

const FIELDS: Names<'_> = &[
    ("/out_trade_no", "order_id"),
    ("/transaction_id", "transaction_id"),
    ("/out_refund_no", "refund_id"),
    ("/trade_state", "status"),
    ("/refund_status", "status"),
    ("/trade_type", "trade_type"),
    ("/attach", "attach"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let sealing = signed::secrets(config, "api_v3_key")?;
    let keys = signed::secrets(config, "platform_key")?;
    let timestamp = signed::header(request, "wechatpay-timestamp")?;
    let nonce = signed::header(request, "wechatpay-nonce")?;
    let signature = signed::header(request, "wechatpay-signature")?;
    signed::fresh(timestamp, now, MAX_AGE_MS)?;
    let signature = crypto::base64_decode(signature).ok_or(Reject::UNAUTHENTICATED)?;
    let head = format!("{timestamp}\n{nonce}\n");
    let message = [head.as_bytes(), &request.body, b"\n"].concat();
    let plaintext = open(&sealing, &request.body)?;
    let algorithm = Algorithm::RsaSha256;
    let proof = Proof { algorithm, keys: Keys::given(&keys), message, signature };
    Ok(Verified { plaintext: Some(plaintext), owed: Some(proof), ..Verified::default() })
}

/// A transaction is money only in the state that says so.
fn name(kind: &str, state: Option<&str>) -> &'static str {
    match (fields::named(EVENTS, kind), state) {
        (Some("order.paid"), Some("PAYERROR")) => "payment.failed",
        (Some("order.paid"), Some("CLOSED" | "REVOKED")) => "order.cancelled",
        (Some("order.paid"), Some("NOTPAY" | "USERPAYING" | "ACCEPT")) => "order.created",
        (name, _) => name.unwrap_or("wechat-pay.unknown"),
    }
}

/// AES-256-GCM; the tag is the end of the ciphertext.
fn open(keys: &[&str], body: &[u8]) -> Result<Vec<u8>, Reject> {
    let body = Value::Object(json::parse_object(body, MAX_BODY_BYTES)?);
    let part = |name: &str| body.pointer(&format!("/resource/{name}")).and_then(Value::as_str);
    let sealed =
        part("ciphertext").and_then(crypto::base64_decode).ok_or(Reject::UNAUTHENTICATED)?;
    let nonce = part("nonce").ok_or(Reject::UNAUTHENTICATED)?;
    let about = part("associated_data").unwrap_or_default();
    keys.iter()
        .find_map(|key| {
            crypto::aes_gcm_open(key.as_bytes(), nonce.as_bytes(), about.as_bytes(), &sealed)
        })
        .ok_or(Reject::UNAUTHENTICATED)
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let envelope = Value::Object(json::parse_object(&request.body, MAX_BODY_BYTES)?);
    let outer = |name: &str| values::text(envelope.get(name));
    let resource = verified.plaintext.as_deref().unwrap_or_default();
    let resource = Value::Object(json::parse_object(resource, MAX_BODY_BYTES)?);
    let inner = |pointer: &str| values::text(resource.pointer(pointer));
    let kind = outer("event_type").unwrap_or_default();
    let app = inner("/appid").or_else(|| inner("/sp_appid")).or_else(|| inner("/sub_appid"));
    let payer = inner("/payer/openid").or_else(|| inner("/payer/sp_openid"));
    let scope = app.clone().unwrap_or_else(|| config.id.clone());
    let mut properties = fields::pick(&resource, FIELDS);
    // In fen already.
    let total = ["/amount/refund", "/amount/payer_total", "/amount/total"];
    let total = total.iter().find_map(|it| resource.pointer(it)?.as_i64());
    if let Some(total) = total {
        let currency = inner("/amount/currency").unwrap_or_else(|| "CNY".to_owned());
        properties.insert("total_minor".to_owned(), total.into());
        properties.insert("currency".to_owned(), currency.into());
    }
    let occurred_at = values::time(resource.get("success_time"))
        .or_else(|| values::time(envelope.get("create_time")));
    properties.insert("raw".to_owned(), resource.clone());
    let draft = Draft {
        delivery_id: outer("id").ok_or(Reject::MALFORMED)?,
        name: name(&kind, inner("/trade_state").as_deref()).to_owned(),
        occurred_at,
        identifiers: payer
            .map(|id| RawIdentifier::new(Kind::WechatOpenid, &scope, &id))
            .into_iter()
            .collect(),
        properties: Value::Object(properties),
        context: json!({ "app": app, "merchant": inner("/mchid"), "event": kind }),
    };
    let reply = Reply::json(200, "{\"code\":\"SUCCESS\",\"message\":\"成功\"}");
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply })
}
