//! WhatsApp: what people write, and what became of what was written to them.

use super::objects;
use crate::fields::{Names, named};
use crate::values;
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::touchpoint::{Draft, RawIdentifier};

const STATES: Names<'_> = &[
    ("delivered", "message.delivered"),
    ("failed", "message.failed"),
    ("read", "message.read"),
    ("sent", "message.accepted"),
];

pub fn drafts(value: &Map<String, Value>) -> Vec<Draft> {
    let number = value.get("metadata").and_then(|it| values::text(it.get("phone_number_id")));
    let context = json!({ "number": number });
    let messages = objects(value.get("messages")).filter_map(|it| message(it, value, &context));
    let states = objects(value.get("statuses")).filter_map(|it| state(it, &context));
    messages.chain(states).collect()
}

/// `wa_id` is a telephone number without its plus sign; people with a user name may have none.
fn phone(number: Option<String>) -> Vec<RawIdentifier> {
    let number = number.filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
    number.map(|it| RawIdentifier::new(Kind::Phone, "", &format!("+{it}"))).into_iter().collect()
}

fn message(
    message: &Map<String, Value>,
    value: &Map<String, Value>,
    context: &Value,
) -> Option<Draft> {
    let id = values::text(message.get("id"))?;
    let from = values::text(message.get("from"));
    let kind = values::text(message.get("type")).unwrap_or_default();
    let inner = |object: &str, field: &str| values::text(message.get(object)?.get(field));
    let chosen = message.get("interactive").and_then(|it| {
        let reply = it.get("button_reply").or_else(|| it.get("list_reply"))?;
        values::text(reply.get("title"))
    });
    let of_sender = |contact: &&Map<String, Value>| values::text(contact.get("wa_id")) == from;
    let name = objects(value.get("contacts"))
        .find(of_sender)
        .and_then(|it| values::text(it.get("profile")?.get("name")));
    let mut properties = Map::new();
    for (key, value) in [
        ("message_id", Some(id.clone())),
        ("message_type", Some(kind)),
        ("text", inner("text", "body").or_else(|| inner("button", "text")).or(chosen)),
        ("sender_name", name),
        // The ad or post that the person came from.
        ("scene", inner("referral", "source_id")),
    ] {
        if let Some(value) = value {
            properties.insert(key.to_owned(), value.into());
        }
    }
    properties.insert("raw".to_owned(), Value::Object(message.clone()));
    Some(Draft {
        delivery_id: id,
        name: "message.received".to_owned(),
        occurred_at: values::time(message.get("timestamp")),
        identifiers: phone(from),
        properties: Value::Object(properties),
        context: context.clone(),
    })
}

/// States arrive out of order and each once: the message's id alone is no key.
fn state(state: &Map<String, Value>, context: &Value) -> Option<Draft> {
    let id = values::text(state.get("id"))?;
    let status = values::text(state.get("status"))?;
    Some(Draft {
        delivery_id: format!("{id}:{status}"),
        name: named(STATES, &status).unwrap_or("meta.unknown").to_owned(),
        occurred_at: values::time(state.get("timestamp")),
        identifiers: phone(values::text(state.get("recipient_id"))),
        properties: json!({ "message_id": id, "status": status, "raw": state }),
        context: context.clone(),
    })
}
