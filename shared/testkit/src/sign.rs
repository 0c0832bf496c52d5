//! Signing as the vendors do, for requests that the suite must accept. Written apart from the
//! channels, from the vendors' formulas.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest, Sha1};
use sha2::Sha256;
use tributary_service::Request;

fn hmac_sha256(key: &[u8], message: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key length will do");
    mac.update(message);
    STANDARD.encode(mac.finalize().into_bytes())
}

fn post(path: String, query: String, headers: &[(&str, String)], body: &str) -> Request {
    Request {
        method: "POST".to_owned(),
        path,
        query,
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        body: body.as_bytes().to_vec(),
    }
}

pub fn standard_webhook(
    endpoint: &str,
    secret: &str,
    id: &str,
    now_ms: i64,
    body: &str,
) -> Request {
    let key =
        STANDARD.decode(secret.trim_start_matches("whsec_")).expect("a signing secret is base64");
    let timestamp = (now_ms / 1_000).to_string();
    let signature = hmac_sha256(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    post(
        format!("/in/standard-webhooks/{endpoint}"),
        String::new(),
        &[
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", format!("v1,{signature}")),
        ],
        body,
    )
}

pub fn shopify(endpoint: &str, secret: &str, topic: &str, id: &str, body: &str) -> Request {
    post(
        format!("/in/shopify/{endpoint}"),
        String::new(),
        &[
            ("content-type", "application/json".to_owned()),
            ("x-shopify-topic", topic.to_owned()),
            ("x-shopify-shop-domain", "demo.myshopify.com".to_owned()),
            ("x-shopify-api-version", "2026-01".to_owned()),
            ("x-shopify-webhook-id", id.to_owned()),
            ("x-shopify-hmac-sha256", hmac_sha256(secret.as_bytes(), body.as_bytes())),
        ],
        body,
    )
}

/// A text message in plain mode.
pub fn wechat_text(
    endpoint: &str,
    token: &str,
    openid: &str,
    message_id: u64,
    now_ms: i64,
    text: &str,
) -> Request {
    let timestamp = (now_ms / 1_000).to_string();
    let nonce = "nonce1";
    let mut parts = [token, timestamp.as_str(), nonce];
    parts.sort_unstable();
    let hash = Sha1::digest(parts.concat().as_bytes());
    let signature: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let body = format!(
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName>\
         <FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{timestamp}</CreateTime>\
         <MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>\
         <MsgId>{message_id}</MsgId></xml>"
    );
    post(
        format!("/in/wechat-official/{endpoint}"),
        format!("signature={signature}&timestamp={timestamp}&nonce={nonce}&openid={openid}"),
        &[("content-type", "text/xml".to_owned())],
        &body,
    )
}

pub fn meta(endpoint: &str, secret: &str, body: &str) -> Request {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key length");
    mac.update(body.as_bytes());
    let signature: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    post(
        format!("/in/meta/{endpoint}"),
        String::new(),
        &[
            ("content-type", "application/json".to_owned()),
            ("x-hub-signature-256", format!("sha256={signature}")),
        ],
        body,
    )
}

pub fn stripe(endpoint: &str, secret: &str, now_ms: i64, body: &str) -> Request {
    let timestamp = now_ms / 1_000;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key length");
    mac.update(format!("{timestamp}.{body}").as_bytes());
    let signature: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    post(
        format!("/in/stripe/{endpoint}"),
        String::new(),
        &[("stripe-signature", format!("t={timestamp},v1={signature}"))],
        body,
    )
}

pub fn woocommerce(endpoint: &str, secret: &str, topic: &str, body: &str) -> Request {
    post(
        format!("/in/woocommerce/{endpoint}"),
        String::new(),
        &[
            ("x-wc-webhook-topic", topic.to_owned()),
            ("x-wc-webhook-id", "7".to_owned()),
            ("x-wc-webhook-signature", hmac_sha256(secret.as_bytes(), body.as_bytes())),
        ],
        body,
    )
}

/// Mailgun signs a time and a token, not the event.
pub fn mailgun(endpoint: &str, key: &str, token: &str, signed_s: i64, event: &str) -> Request {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any key length will do");
    mac.update(format!("{signed_s}{token}").as_bytes());
    let bytes = mac.finalize().into_bytes();
    let signature: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let signature =
        format!(r#"{{"timestamp":"{signed_s}","token":"{token}","signature":"{signature}"}}"#);
    let body = format!(r#"{{"signature":{signature},"event-data":{event}}}"#);
    post(format!("/in/mailgun/{endpoint}"), String::new(), &[], &body)
}
