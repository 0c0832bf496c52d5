//! What became of mails, as Resend's webhooks say it. They are Standard Webhooks and come through
//! that channel.

use crate::channel::EndpointConfig;
use crate::fields::{self, Names};
use crate::mail_events::{self, MailEvent};
use crate::values;
use serde_json::{Value, json};
use tributary_core::time::Moment;
use tributary_core::touchpoint::Draft;

const EVENTS: Names<'_> = &[
    ("email.bounced", "message.bounced"),
    ("email.clicked", "message.clicked"),
    ("email.complained", "message.complained"),
    ("email.delivered", "message.delivered"),
    ("email.delivery_delayed", "message.deferred"),
    ("email.failed", "message.failed"),
    ("email.opened", "message.opened"),
    ("email.received", "message.received"),
    ("email.sent", "message.accepted"),
    ("email.suppressed", "message.bounced"),
];

const FIELDS: Names<'_> = &[
    ("/tags/message", "message"),
    ("/email_id", "message_id"),
    ("/subject", "subject"),
    ("/click/link", "url"),
    ("/bounce/type", "bounce"),
    ("/bounce/subType", "bounce_subtype"),
    ("/suppressed/type", "bounce_subtype"),
    ("/bounce/message", "reason"),
    ("/failed/reason", "reason"),
    ("/suppressed/message", "reason"),
];

/// A list of more is no list of recipients: what one request may make is limited.
const MAX_RECIPIENTS: usize = 50;

/// One draft for each person it is about; `None`: it is no event of Resend's that says so.
pub(crate) fn drafts(
    config: &EndpointConfig,
    delivery_id: &str,
    body: &Value,
) -> Option<Vec<Draft>> {
    let kind = values::text(body.get("type"))?;
    let data = body.get("data").filter(|data| data.is_object())?;
    let at = values::time(body.get("created_at"));
    if kind.starts_with("contact.") {
        return left(config, delivery_id, data, at).map(|draft| vec![draft]);
    }
    let name = fields::named(EVENTS, &kind)?;
    data.get("email_id")?;
    // Of a mail that came in, the recipient is the company.
    let people = if name == "message.received" { "from" } else { "to" };
    let mut people = addresses(data.get(people)?);
    people.truncate(MAX_RECIPIENTS);
    let several = people.len() > 1;
    let one = |person: String| {
        let id = if several { format!("{delivery_id}:{person}") } else { delivery_id.to_owned() };
        event(config, id, name, Some(person), data, at.clone())
    };
    let drafts: Vec<Draft> = people.into_iter().map(one).collect();
    (!drafts.is_empty()).then_some(drafts)
}

fn event(
    config: &EndpointConfig,
    delivery_id: String,
    name: &str,
    recipient: Option<String>,
    data: &Value,
    occurred_at: Option<Moment>,
) -> Draft {
    let mut properties = fields::properties(data.clone(), FIELDS);
    // Tags are a list in older versions.
    let tags = data.get("tags").and_then(Value::as_array).into_iter().flatten();
    let mut tagged = tags.filter(|tag| tag.get("name").and_then(Value::as_str) == Some("message"));
    if let (Some(tag), Value::Object(properties)) = (tagged.next(), &mut properties) {
        properties.insert("message".to_owned(), tag.get("value").cloned().unwrap_or_default());
    }
    mail_events::draft(MailEvent {
        delivery_id,
        name,
        occurred_at,
        recipient,
        user_agent: values::text(data.pointer("/click/userAgent")),
        machine: None,
        properties,
        context: json!({ "account": config.id }),
    })
}

/// A contact is unsubscribed. That it is not says nothing: it begins so.
fn left(
    config: &EndpointConfig,
    delivery_id: &str,
    data: &Value,
    at: Option<Moment>,
) -> Option<Draft> {
    let email = values::text(data.get("email"))?;
    let gone = data.get("unsubscribed").and_then(Value::as_bool) == Some(true);
    gone.then(|| event(config, delivery_id.to_owned(), "email.unsubscribed", Some(email), data, at))
}

/// One or a list; `Li Na <li.na@example.com>` is the address within.
fn addresses(value: &Value) -> Vec<String> {
    let many = value.as_array().map_or_else(|| vec![value], |list| list.iter().collect());
    let mut found: Vec<String> = many
        .into_iter()
        .filter_map(|one| values::text(Some(one)))
        .map(|text| match text.rsplit_once('<') {
            Some((_, address)) => address.trim_end_matches(['>', ' ']).to_owned(),
            None => text,
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
