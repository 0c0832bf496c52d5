//! Resend: e-mail over its HTTP interface.

pub(crate) mod events;

use crate::channel::{BASE_URL, Channel, EndpointConfig, Field, Label, Manifest, Outbound, Reject};
use crate::json;
use crate::outbound::{Composed, OutboundMessage, ProviderAnswer, ProviderRequest, SendOutcome};
use crate::retry::{by_status, retry_after_ms};
use crate::values::text;
use serde_json::{Value, json};
use tributary_core::Gather;
use tributary_core::time::Timestamp;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "resend",
        label: Label { zh: "Resend 邮件", en: "Resend e-mail" },
        summary: Label { zh: "通过 Resend 发送邮件。", en: "Sends e-mail through Resend." },
        secrets: &[Field::required("api_key", "API 密钥", "API key")],
        settings: &[Field::required("from", "发件人", "Sender"), BASE_URL],
        sends: &["email"],
        receives: false,
        unsigned: false,
        tests: false,
        signature: "API key",
        format: "",
        steps: &[
            Label {
                zh: "在 Resend 验证发信域名，新建 API key，复制到密钥。",
                en: "Verify your domain at Resend, create an API key and copy it.",
            },
            Label {
                zh: "发件人填该域名下的地址。",
                en: "Enter an address of that domain as sender.",
            },
        ],
        unverified: "the wire details",
        source: "Resend API reference: Send Email; Errors; Idempotency Keys",
    },
    inbound: None,
    outbound: Some(Outbound { compose, outcome, idempotent: true, vendor_text: false }),
    enrich: None,
};

const API: &str = "https://api.resend.com";

/// "Idempotency keys": up to 256 characters.
const MAX_KEY_BYTES: usize = 256;

/// The largest answer that is read.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

fn compose(
    config: &EndpointConfig,
    message: &OutboundMessage,
    _now: Timestamp,
    _nonce: &[u8; 16],
) -> Result<Composed, Reject> {
    let key = config.secrets("api_key").first().ok_or(Reject::MISCONFIGURED)?;
    let from = config.setting("from").ok_or(Reject::MISCONFIGURED)?;
    let base_url = config.setting("base_url").unwrap_or(API).trim_end_matches('/');
    if !message.to.contains('@') || message.to.contains(|c: char| c.is_control() || c == ',') {
        return Err(Reject::new(422, "invalid_recipient"));
    }
    let printable = message.key.bytes().all(|byte| byte.is_ascii_graphic());
    if message.key.is_empty() || message.key.len() > MAX_KEY_BYTES || !printable {
        return Err(Reject::new(422, "invalid_key"));
    }
    if message.html.is_empty() && message.text.is_empty() {
        return Err(Reject::new(422, "empty_message"));
    }
    let mut body = json!({
        "from": from,
        "to": [message.to],
        "subject": message.subject,
        "tags": [{ "name": "message", "value": tag(&message.key) }],
    });
    for (name, content) in [("html", &message.html), ("text", &message.text)] {
        if let (false, Some(body)) = (content.is_empty(), body.as_object_mut()) {
            body.insert(name.to_owned(), content.as_str().into());
        }
    }
    if let (false, Some(body)) = (message.headers.is_empty(), body.as_object_mut()) {
        let headers =
            message.headers.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
        body.insert("headers".to_owned(), Value::Object(headers.gather()));
    }
    Ok(Composed::Call(ProviderRequest {
        method: "POST",
        url: format!("{base_url}/emails"),
        headers: vec![
            ("authorization".to_owned(), format!("Bearer {key}")),
            ("content-type".to_owned(), "application/json".to_owned()),
            ("idempotency-key".to_owned(), message.key.clone()),
        ],
        body: body.to_string().into_bytes(),
    }))
}

/// Tag values are ASCII letters, digits, `_` and `-`.
fn tag(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

fn outcome(answer: &ProviderAnswer, now: Timestamp) -> SendOutcome {
    let body = json::parse(&answer.body, MAX_ANSWER_BYTES).unwrap_or(Value::Null);
    let error = body.get("error").filter(|error| error.is_object()).unwrap_or(&body);
    let name = text(error.get("name"));
    let reason = || name.clone().unwrap_or_else(|| format!("http_{}", answer.status));
    match answer.status {
        200..=299 => {
            match (text(body.get("id")), error.get("statusCode").and_then(Value::as_u64)) {
                (Some(provider_ref), None) => SendOutcome::Sent { provider_ref },
                // An error inside a success: its own status counts.
                (_, Some(status)) => {
                    let status = u16::try_from(status).unwrap_or(500);
                    by_status(&ProviderAnswer { status, ..answer.clone() }, reason(), now)
                }
                (None, None) if name.is_some() => SendOutcome::Failed { reason: reason() },
                // Not Resend's words (some proxy's). The key makes asking again harmless.
                (None, None) => SendOutcome::Retry {
                    reason: "answer_without_id".to_owned(),
                    after_ms: retry_after_ms(answer, now),
                },
            }
        }
        // The same key is being worked on at this moment.
        409 if name.as_deref() == Some("concurrent_idempotent_requests") => {
            SendOutcome::Retry { reason: reason(), after_ms: retry_after_ms(answer, now) }
        }
        _ => by_status(answer, reason(), now),
    }
}

#[cfg(test)]
mod tests;
