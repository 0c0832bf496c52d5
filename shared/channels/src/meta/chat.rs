//! Messenger and Instagram: messages, button presses, and what was delivered and read.

use crate::values;
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::touchpoint::{Draft, RawIdentifier};

/// The object that says what happened, our name.
const EVENTS: &[(&str, &str)] = &[
    ("message", "message.received"),
    ("postback", "menu.clicked"),
    ("delivery", "message.delivered"),
    ("read", "message.read"),
    ("optin", "account.followed"),
    ("referral", "account.entered"),
];

/// `None`: what the page itself wrote.
pub fn draft(object: &str, account: &str, event: &Map<String, Value>) -> Option<Draft> {
    let known = EVENTS.iter().find(|(field, _)| event.contains_key(*field));
    let inner = |field: &str| known.and_then(|(kind, _)| event.get(*kind)?.get(field));
    if inner("is_echo").and_then(Value::as_bool) == Some(true) {
        return None;
    }
    let party = |name: &str| values::text(event.get(name).and_then(|it| it.get("id")));
    let (sender, recipient) = (party("sender"), party("recipient"));
    let (kind, medium) = match object {
        "instagram" => (Kind::InstagramUser, "instagram"),
        _ => (Kind::MessengerUser, "messenger"),
    };
    // What the page may send of its own accord was ended in the chat.
    let ended = values::text(inner("notification_messages_status"))
        .is_some_and(|status| status == "STOP_NOTIFICATIONS");
    let at = values::text(event.get("timestamp")).unwrap_or_default();
    let delivery_id = values::text(inner("mid")).unwrap_or_else(|| {
        let parts = [
            sender.as_deref().unwrap_or_default(),
            recipient.as_deref().unwrap_or_default(),
            &at,
            known.map_or("", |(field, _)| *field),
        ];
        digest(&parts.map(str::as_bytes))
    });
    let own = shared(values::text(inner("text")), inner("quick_reply"));
    let referral = inner("referral").or_else(|| event.get("referral"));
    let mut properties = Map::new();
    for (name, value) in [
        ("message_id", values::text(inner("mid"))),
        ("text", values::text(inner("text")).or_else(|| values::text(inner("title")))),
        ("data", values::text(inner("payload"))),
        ("scene", referral.and_then(|it| values::text(it.get("ref")))),
    ] {
        if let Some(value) = value {
            properties.insert(name.to_owned(), value.into());
        }
    }
    properties.insert("medium".to_owned(), medium.into());
    properties.insert("raw".to_owned(), Value::Object(event.clone()));
    let name = known.map_or("meta.unknown", |(_, ours)| *ours);
    Some(Draft {
        delivery_id,
        name: if ended { "account.unfollowed" } else { name }.to_owned(),
        occurred_at: values::time(event.get("timestamp")),
        identifiers: sender
            .map(|id| RawIdentifier::new(kind, account, &id))
            .into_iter()
            .chain(own)
            .collect(),
        properties: Value::Object(properties),
        context: json!({ "object": object, "account": account }),
    })
}

/// The number or address that a person shared by the vendor's own button for it: the text and what
/// the button carries are that number then. What is typed proves nothing.
fn shared(text: Option<String>, button: Option<&Value>) -> Option<RawIdentifier> {
    let text = text?;
    let carried = values::text(button?.get("payload"))?;
    let is_number = text.strip_prefix('+').is_some_and(|rest| {
        (6..=15).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_digit())
    });
    let kind = if is_number { Kind::Phone } else { Kind::Email };
    let fits = carried == text && (is_number || text.contains('@'));
    fits.then(|| RawIdentifier::new(kind, "", &text))
}

#[cfg(test)]
mod tests;
