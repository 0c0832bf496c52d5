//! Receipts of text messages as Chinese providers post them: a list, without a signature.

use crate::channel::{EndpointConfig, InboundRequest, Parsed, Reject, Reply, Verified};
use crate::fields::{self, Names};
use crate::{json, signed, values};
use serde_json::{Value, json};
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::time::{Moment, Timestamp};
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub const MAX_BODY_BYTES: usize = 512 * 1024;

pub struct Report<'a> {
    pub delivery_id: String,
    pub name: &'a str,
    pub occurred_at: Option<Moment>,
    pub phone: Option<String>,
}

/// Its address is the secret: nothing in the request proves anything.
pub fn verify(
    _config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    Ok(Verified::default())
}

/// Reads each item of the list; what is no report is left out, the others count.
pub fn parse<'a>(
    config: &EndpointConfig,
    body: &[u8],
    names: Names<'_>,
    reply: Reply,
    read: impl Fn(&Value) -> Option<Report<'a>>,
) -> Result<Parsed, Reject> {
    let items = match json::parse(body, MAX_BODY_BYTES)? {
        Value::Array(items) => items,
        // Replies come one by one.
        one @ Value::Object(_) => vec![one],
        _ => return Err(Reject::MALFORMED),
    };
    let mut parsed = Parsed { reply, ..Parsed::default() };
    for (index, item) in items.into_iter().enumerate() {
        let Some(report) = read(&item) else {
            parsed.dropped.push((index, "not_a_report"));
            continue;
        };
        let mut properties = match fields::properties(item, names) {
            Value::Object(properties) => properties,
            _ => Default::default(),
        };
        properties.insert("medium".to_owned(), "sms".into());
        parsed.drafts.push(Draft {
            delivery_id: report.delivery_id,
            name: report.name.to_owned(),
            occurred_at: report.occurred_at,
            identifiers: report
                .phone
                .map(|phone| RawIdentifier::new(Kind::Phone, "", &phone))
                .into_iter()
                .collect(),
            properties: Value::Object(properties),
            context: json!({ "account": config.id }),
        });
    }
    Ok(parsed)
}

/// No provider gives an id: what tells two reports apart.
pub fn key(item: &Value, fields: &[&str]) -> String {
    let parts: Vec<String> =
        fields.iter().map(|name| values::text(item.get(*name)).unwrap_or_default()).collect();
    digest(&parts.iter().map(String::as_bytes).collect::<Vec<_>>())
}
