//! A journey's "webhook" step: a signed POST to the address the message names.

use super::{keys, mac};
use crate::channel::{EndpointConfig, Reject};
use crate::crypto;
use crate::outbound::{Composed, OutboundMessage, ProviderAnswer, ProviderRequest, SendOutcome};
use crate::retry::retry_after_ms;
use serde_json::{Value, json};
use tributary_core::time::Timestamp;

/// The request for a message: its body is the message's `data`, or subject and text where it has
/// none. The id is the message's key, the same on every try; the timestamp is this try's.
///
/// # Errors
/// 422 where the address is not an HTTP URL or the key cannot be an id;
/// [`Reject::MISCONFIGURED`] without a usable secret.
pub fn compose(
    config: &EndpointConfig,
    message: &OutboundMessage,
    now: Timestamp,
    _nonce: &[u8; 16],
) -> Result<Composed, Reject> {
    let keys = keys(config)?;
    if !is_http_url(&message.to) {
        return Err(Reject::new(422, "invalid_recipient"));
    }
    let printable = message.key.bytes().all(|byte| byte.is_ascii_graphic());
    if message.key.is_empty() || message.key.contains('.') || !printable {
        return Err(Reject::new(422, "invalid_key"));
    }
    let body = match &message.data {
        Value::Null => json!({
            "type": "message",
            "data": { "subject": message.subject, "text": message.text },
        }),
        data => data.clone(),
    }
    .to_string()
    .into_bytes();
    let timestamp = now.0.div_euclid(1_000).to_string();
    // While a secret is being rotated both sign, so that the receiver can change over any time.
    let signatures: Vec<String> = keys
        .iter()
        .map(|key| mac(key, &message.key, &timestamp, &body))
        .map(|mac| format!("v1,{}", crypto::base64_encode(&mac)))
        .collect();
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Ok(Composed::Call(ProviderRequest {
        method: "POST",
        url: message.to.clone(),
        headers: vec![
            header("content-type", "application/json"),
            header("webhook-id", &message.key),
            header("webhook-timestamp", &timestamp),
            header("webhook-signature", &signatures.join(" ")),
        ],
        body,
    }))
}

/// What is certainly not a URL to post to; which addresses may be reached is the host's to say.
fn is_http_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let Some(rest) = rest else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    plain && url.len() <= 2_048 && !host.is_empty() && !host.contains('@')
}

/// "Deliverability and reliability": 2xx is taken, 410 ends it, anything else is tried again,
/// redirects included.
pub fn outcome(answer: &ProviderAnswer, now: Timestamp) -> SendOutcome {
    let reason = format!("http_{}", answer.status);
    match answer.status {
        200..=299 => SendOutcome::Sent { provider_ref: String::new() },
        410 => SendOutcome::Failed { reason },
        _ => SendOutcome::Retry { reason, after_ms: retry_after_ms(answer, now) },
    }
}
