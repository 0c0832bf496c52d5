//! Aliyun SMS: text messages by approved template, over the signed RPC interface.

use crate::channel::{BASE_URL, Channel, EndpointConfig, Field, Label, Manifest, Outbound, Reject};
use crate::outbound::{
    Composed, OutboundMessage, ProviderAnswer, ProviderRequest, SendOutcome, TEMPLATE_WAY_OUT,
};
use crate::retry::{by_status, retry_after_ms};
use crate::values::text;
use crate::{crypto, json};
use serde_json::Value;
use tributary_core::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "aliyun-sms",
        label: Label { zh: "阿里云短信", en: "Aliyun SMS" },
        summary: Label {
            zh: "通过阿里云按已审核的模板发送短信。",
            en: "Sends text messages by approved template through Aliyun.",
        },
        secrets: &[
            Field::required("access_key_id", "AccessKey ID", "AccessKey id"),
            Field::required("access_key_secret", "AccessKey 密钥", "AccessKey secret"),
        ],
        settings: &[
            Field::required("sign_name", "短信签名", "Signature name"),
            Field::optional("template_code", "默认模板", "Default template code"),
            Field::optional(
                TEMPLATE_WAY_OUT,
                "默认模板含退订方式（如“拒收请回复R”）",
                "The default template says how to stop",
            )
            .one_of(&["no", "yes"]),
            BASE_URL,
        ],
        sends: &["sms"],
        receives: false,
        unsigned: false,
        tests: false,
        signature: "ACS3-HMAC-SHA256",
        format: "",
        steps: &[
            Label {
                zh: "在阿里云控制台的 RAM 访问控制中新建只用于短信的 AccessKey，复制到密钥。",
                en: "Create an AccessKey for SMS only (RAM in the Aliyun console) and copy it into the secrets.",
            },
            Label {
                zh: "在短信服务中申请签名和模板，通过后填入签名名称与模板代码。",
                en: "Have the signature and the template approved there, then enter both.",
            },
        ],
        unverified: "international templates",
        source: "阿里云：SendSms；V3 版本请求体与签名机制；短信服务错误码",
    },
    inbound: None,
    // `OutId` comes back in receipts; it does not keep a message from being sent twice.
    outbound: Some(Outbound { compose, outcome, idempotent: false, vendor_text: true }),
    enrich: None,
};

const API: &str = "https://dysmsapi.aliyuncs.com";
const MAX_ANSWER_BYTES: usize = 64 * 1024;

fn compose(
    config: &EndpointConfig,
    message: &OutboundMessage,
    now: Timestamp,
    nonce: &[u8; 16],
) -> Result<Composed, Reject> {
    let secret = |name: &str| config.secrets(name).first().ok_or(Reject::MISCONFIGURED);
    let (key_id, key_secret) = (secret("access_key_id")?, secret("access_key_secret")?);
    let sign_name = config.setting("sign_name").ok_or(Reject::MISCONFIGURED)?;
    let template = Some(message.template_code.as_str())
        .filter(|code| !code.is_empty())
        .or_else(|| config.setting("template_code"))
        .ok_or(Reject::new(422, "template_missing"))?;
    let base_url = config.setting("base_url").unwrap_or(API).trim_end_matches('/');
    let host = base_url.split_once("://").map(|(_, host)| host).ok_or(Reject::MISCONFIGURED)?;
    // The signed path is `/`, so a base URL with a path would not verify.
    if host.is_empty() || host.contains('/') {
        return Err(Reject::MISCONFIGURED);
    }
    let phone = phone_number(&message.to).ok_or(Reject::new(422, "invalid_recipient"))?;
    let mut parameters = vec![
        ("OutId", message.key.clone()),
        ("PhoneNumbers", phone),
        ("SignName", sign_name.to_owned()),
        ("TemplateCode", template.to_owned()),
    ];
    if let Some(data) = message.data.as_object().filter(|data| !data.is_empty()) {
        parameters.push(("TemplateParam", Value::Object(data.clone()).to_string()));
    }
    let query = canonical_query(&parameters);
    let action = Action { host, action: "SendSms", version: "2017-05-25", query: &query };
    Ok(Composed::Call(ProviderRequest {
        method: "POST",
        url: format!("{base_url}/?{query}"),
        headers: action.signed_headers(key_id, key_secret, &date(now), &crypto::hex(nonce)),
        body: Vec::new(),
    }))
}

/// "PhoneNumbers": mainland numbers bare, others as country code and number without a plus.
fn phone_number(e164: &str) -> Option<String> {
    let digits = e164.strip_prefix('+')?;
    let number = digits.strip_prefix("86").unwrap_or(digits);
    let valid = (5..=15).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    valid.then(|| number.to_owned())
}

/// ISO 8601 in whole seconds, UTC.
fn date(now: Timestamp) -> String {
    let text = now.to_rfc3339();
    let seconds = text.split('.').next().unwrap_or(&text);
    format!("{seconds}Z")
}

/// Sorted by name, percent-encoded by RFC 3986.
fn canonical_query(parameters: &[(&str, String)]) -> String {
    let mut sorted: Vec<_> = parameters.iter().collect();
    sorted.sort_unstable();
    let pairs: Vec<String> = sorted
        .iter()
        .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)))
        .collect();
    pairs.join("&")
}

fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => {
                out.push('%');
                out.push_str(&crypto::hex(&[byte]).to_ascii_uppercase());
            }
        }
    }
    out
}

/// An RPC call without a body, as it is signed.
struct Action<'a> {
    host: &'a str,
    action: &'a str,
    version: &'a str,
    query: &'a str,
}

impl Action<'_> {
    /// ACS3-HMAC-SHA256. Source: "V3 版本请求体与签名机制".
    fn signed_headers(
        &self,
        key_id: &str,
        key_secret: &str,
        date: &str,
        nonce: &str,
    ) -> Vec<(String, String)> {
        let body_hash = crypto::sha256_hex(b"");
        let mut headers: Vec<(String, String)> = [
            ("host", self.host),
            ("x-acs-action", self.action),
            ("x-acs-content-sha256", &body_hash),
            ("x-acs-date", date),
            ("x-acs-signature-nonce", nonce),
            ("x-acs-version", self.version),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        let lines: String =
            headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
        let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(";");
        let canonical = format!("POST\n/\n{}\n{lines}\n{names}\n{body_hash}", self.query);
        let to_sign = format!("ACS3-HMAC-SHA256\n{}", crypto::sha256_hex(canonical.as_bytes()));
        let mac = crypto::hmac_sha256(key_secret.as_bytes(), to_sign.as_bytes());
        let authorization = format!(
            "ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={}",
            crypto::hex(&mac)
        );
        // The client writes `host` itself.
        headers.retain(|(name, _)| name != "host");
        headers.push(("authorization".to_owned(), authorization));
        headers
    }
}

/// Aliyun answers many refusals with 200: the code decides where there is one.
fn outcome(answer: &ProviderAnswer, now: Timestamp) -> SendOutcome {
    let body = json::parse(&answer.body, MAX_ANSWER_BYTES).unwrap_or(Value::Null);
    let code = text(body.get("Code"));
    let retry = |reason: &str, after_ms: Option<i64>| SendOutcome::Retry {
        reason: reason.to_owned(),
        after_ms: retry_after_ms(answer, now).or(after_ms),
    };
    match code.as_deref() {
        Some("OK") if (200..300).contains(&answer.status) => {
            SendOutcome::Sent { provider_ref: text(body.get("BizId")).unwrap_or_default() }
        }
        Some(code @ "isv.BUSINESS_LIMIT_CONTROL") => retry(code, window_ms(&body)),
        Some(
            code @ ("isp.SYSTEM_ERROR"
            | "InternalError"
            | "ServiceUnavailable"
            | "SignatureNonceUsed"
            | "InvalidTimeStamp.Expired"),
        ) => retry(code, None),
        Some(code) if code.starts_with("Throttling") => retry(code, None),
        Some(code) if code != "OK" && answer.status < 500 && answer.status != 429 => {
            SendOutcome::Failed { reason: code.to_owned() }
        }
        // Accepted, or not: nothing says so. It may have gone out, so it is not tried again.
        None if (200..300).contains(&answer.status) => {
            SendOutcome::Failed { reason: "answer_without_code".to_owned() }
        }
        code => {
            let reason = code.filter(|code| *code != "OK").map(str::to_owned);
            by_status(answer, reason.unwrap_or_else(|| format!("http_{}", answer.status)), now)
        }
    }
}

/// Flow control is by minute, hour or day for one number; the message says which.
fn window_ms(body: &Value) -> Option<i64> {
    let message = text(body.get("Message"))?;
    [("分钟级", MINUTE_MS), ("小时级", HOUR_MS), ("天级", DAY_MS)]
        .iter()
        .find(|(word, _)| message.contains(word))
        .map(|(_, window_ms)| *window_ms)
}

#[cfg(test)]
mod tests;
