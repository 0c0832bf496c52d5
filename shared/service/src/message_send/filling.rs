//! The text of one message, with its way out.

use super::leaving::{self, NoWayOut};
use super::providers::{Carrier, Providers};
use super::render::{Rendered, context, render};
use super::snapshot::{Parsed, Snapshot};
use crate::way_out::Links;
use serde_json::{Value, json};
use tributary_core::message::{Language, language};
use tributary_core::profile::Facts;
use tributary_core::time::Timestamp;
use tributary_store::messages::Message;

/// What holds for every message of a page.
pub struct Given<'a> {
    pub providers: &'a Providers,
    pub links: Option<&'a Links>,
    pub utc_offset_minutes: i64,
    pub now: Timestamp,
}

/// What one message is filled from.
pub struct Filling<'a> {
    pub snapshot: &'a Snapshot,
    pub parsed: &'a Parsed,
    pub facts: &'a Facts,
    pub given: &'a Given<'a>,
    pub carrier: &'a Carrier,
}

/// Why a message has no text to send.
pub enum Unready {
    Template(String),
    NoWayOut(NoWayOut),
}

/// The text; on a second try the very same as on the first, for the provider's idempotency key
/// stands for that text.
pub fn rendered(
    row: &Message,
    medium: &str,
    address: &str,
    data: &Filling,
) -> Result<Rendered, Unready> {
    if row.medium.as_deref() == Some(medium)
        && let Some(before) =
            row.rendered.as_deref().and_then(|text| serde_json::from_str(text).ok())
    {
        return Ok(before);
    }
    let content = &data.parsed.content;
    let Some(template) = content.templates.get(medium) else {
        return Err(Unready::Template(format!("no template for {medium}")));
    };
    leaving::check(template, row, medium, data.carrier).map_err(Unready::NoWayOut)?;
    let nothing = Value::Null;
    let entry = data.parsed.gate.entered.as_ref().map_or(&nothing, |entered| &entered.properties);
    let reviews = &data.snapshot.reviews;
    let (offset, now) = (data.given.utc_offset_minutes, data.given.now);
    let link = leaving::link(data.given.links, row);
    let mut context = context(row, content, entry, data.facts, reviews, now, offset);
    if let Value::Object(context) = &mut context {
        context.insert("unsubscribe".to_owned(), json!({ "url": link }));
    }
    let language = if row.identity.is_some() { language(data.facts) } else { Language::Zh };
    let rendered = render(template, language, &context).map_err(Unready::Template)?;
    leaving::complete(rendered, row, medium, address, link, language).map_err(Unready::NoWayOut)
}
