//! What WeChat's official accounts and WeCom have in common: the envelope and its signature.

use crate::channel::{InboundRequest, Reject};
use crate::{crypto, json, values, xml};
use serde_json::{Map, Value};

pub fn query(request: &InboundRequest, name: &str) -> Result<String, Reject> {
    request.query_param(name).ok_or(Reject::UNAUTHENTICATED)
}

/// SHA-1 over one of the tokens, the query's timestamp and nonce, and what else is signed.
pub fn signed(
    tokens: &[&str],
    request: &InboundRequest,
    signature: &str,
    more: &[&str],
) -> Result<(), Reject> {
    let (timestamp, nonce) = (query(request, "timestamp")?, query(request, "nonce")?);
    let good = tokens.iter().any(|token| {
        let mut parts = vec![*token, timestamp.as_str(), nonce.as_str()];
        parts.extend_from_slice(more);
        crypto::same_hex(signature, &crypto::wechat_signature(&parts))
    });
    if good { Ok(()) } else { Err(Reject::UNAUTHENTICATED) }
}

/// What one of the keys opens, and its owner's id is the expected one.
pub fn open(keys: &[&str], owner: &str, sealed: &str) -> Result<Vec<u8>, Reject> {
    let opened = keys.iter().find_map(|key| {
        let (message, found) = crypto::wechat_decrypt(key, sealed)?;
        crypto::same(&found, owner.as_bytes()).then_some(message)
    });
    opened.ok_or(Reject::UNAUTHENTICATED)
}

/// The `Encrypt` field of the outer document.
pub fn sealed(body: &[u8], max_bytes: usize) -> Result<String, Reject> {
    let fields = fields(body, max_bytes)?;
    values::text(fields.get("Encrypt")).ok_or(Reject::UNAUTHENTICATED)
}

/// XML or JSON, told apart by the first character: the content type cannot be trusted.
pub fn fields(body: &[u8], max_bytes: usize) -> Result<Map<String, Value>, Reject> {
    let first = body
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(body)
        .iter()
        .find(|byte| !byte.is_ascii_whitespace());
    let value = match first {
        Some(b'<') => xml::parse(body, max_bytes)?.into_value(),
        _ => json::parse(body, max_bytes)?,
    };
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(Reject::MALFORMED),
    }
}
