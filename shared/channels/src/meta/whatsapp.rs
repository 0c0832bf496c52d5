//! WhatsApp: what people write, what became of what was written to them, and whether they want
//! more of it.

use super::objects;
use crate::fields::{Names, called, named};
use crate::values;
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::touchpoint::{Draft, RawIdentifier};

const MEDIUM: &str = "whatsapp";

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

/// People stop and resume a company's marketing in WhatsApp's own menu.
pub fn preferences(value: &Map<String, Value>) -> Vec<Draft> {
    objects(value.get("user_preferences")).filter_map(preference).collect()
}

fn preference(said: &Map<String, Value>) -> Option<Draft> {
    let field = |name: &str| values::text(said.get(name));
    let state = match field("value")?.as_str() {
        "stop" => "withdrawn",
        "resume" => "granted",
        _ => return None,
    };
    let (person, at) = (field("wa_id")?, field("timestamp").unwrap_or_default());
    Some(Draft {
        delivery_id: digest(&[person.as_bytes(), state.as_bytes(), at.as_bytes()]),
        name: "consent.updated".to_owned(),
        occurred_at: values::time(said.get("timestamp")),
        identifiers: phone(Some(person)),
        properties: json!({
            "medium": MEDIUM, "purpose": "marketing", "state": state, "raw": said,
        }),
        context: json!({ "field": "user_preferences" }),
    })
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
        ("medium", Some(MEDIUM.to_owned())),
        ("group_id", values::text(message.get("group_id"))),
        ("text", inner("text", "body").or_else(|| inner("button", "text")).or(chosen)),
        ("sender_name", name.clone()),
        // The ad or post that the person came from.
        ("scene", inner("referral", "source_id")),
    ] {
        if let Some(value) = value {
            properties.insert(key.to_owned(), value.into());
        }
    }
    properties.insert("raw".to_owned(), Value::Object(message.clone()));
    let names = name.map(|name| ("name".to_owned(), Value::from(name)));
    Some(Draft {
        delivery_id: id,
        name: "message.received".to_owned(),
        occurred_at: values::time(message.get("timestamp")),
        identifiers: phone(from),
        properties: Value::Object(properties),
        context: called(context.clone(), names.into_iter().collect()),
    })
}

/// "The user has stopped receiving marketing messages from you on WhatsApp."
const STOPPED: i64 = 131_050;

/// States arrive out of order and each once: the message's id alone is no key.
fn state(state: &Map<String, Value>, context: &Value) -> Option<Draft> {
    let id = values::text(state.get("id"))?;
    let status = values::text(state.get("status"))?;
    let mut context = context.clone();
    let code = |error: &Map<String, Value>| error.get("code").and_then(Value::as_i64);
    if let Value::Object(context) = &mut context
        && objects(state.get("errors")).any(|error| code(error) == Some(STOPPED))
    {
        let said = json!([{ "medium": MEDIUM, "purpose": "marketing", "state": "withdrawn" }]);
        context.insert("consents".to_owned(), said);
    }
    Some(Draft {
        delivery_id: format!("{id}:{status}"),
        name: named(STATES, &status).unwrap_or("meta.unknown").to_owned(),
        occurred_at: values::time(state.get("timestamp")),
        identifiers: phone(values::text(state.get("recipient_id"))),
        properties: json!({ "message_id": id, "status": status, "medium": MEDIUM, "raw": state }),
        context,
    })
}

#[cfg(test)]
mod tests;
