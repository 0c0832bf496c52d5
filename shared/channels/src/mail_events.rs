//! What mail providers report, alike for all of them: who it is about, and whether a person did it.

use crate::channel::{EndpointConfig, Field};
use crate::machines;
use serde_json::Value;
use tributary_core::identity::Kind;
use tributary_core::time::Moment;
use tributary_core::touchpoint::{Draft, RawIdentifier};

/// What the vendor's groups or topics are for. Only the company knows.
pub const GROUPS: Field = Field::optional(
    "groups",
    r#"退订组对应的用途（JSON，例如 {"12345":"newsletter"}；未列出的为 marketing）"#,
    r#"What unsubscribe groups are for (JSON, such as {"12345":"newsletter"}; marketing unless listed)"#,
);

/// The purpose of a group: as the setting says, else marketing, which is what people leave.
pub fn purpose(config: &EndpointConfig, group: &str) -> String {
    let groups = config.setting("groups").and_then(|text| serde_json::from_str::<Value>(text).ok());
    let told = groups.as_ref().and_then(|groups| groups.get(group)?.as_str());
    told.filter(|told| !told.is_empty()).unwrap_or("marketing").to_owned()
}

pub struct MailEvent<'a> {
    pub delivery_id: String,
    /// `message.opened` …
    pub name: &'a str,
    pub occurred_at: Option<Moment>,
    pub recipient: Option<String>,
    /// Of the program that opened the mail or followed the link, where the provider tells it.
    pub user_agent: Option<String>,
    /// The provider itself says that no person did it, with the reason.
    pub machine: Option<&'static str>,
    pub properties: Value,
    pub context: Value,
}

/// An open or click of a machine has a name of its own, so that nothing that counts people can
/// mistake it.
pub fn draft(event: MailEvent<'_>) -> Draft {
    let reason = event.machine.or_else(|| event.user_agent.as_deref().and_then(machines::reason));
    let (name, reason) = match (event.name, reason) {
        ("message.opened", Some(reason)) => ("message.opened_by_machine", Some(reason)),
        ("message.clicked", Some(reason)) => ("message.clicked_by_machine", Some(reason)),
        (name, _) => (name, None),
    };
    let mut properties = match event.properties {
        Value::Object(properties) => properties,
        _ => Default::default(),
    };
    properties.insert("medium".to_owned(), "email".into());
    if let Some(reason) = reason {
        properties.insert("machine".to_owned(), reason.into());
    }
    Draft {
        delivery_id: event.delivery_id,
        name: name.to_owned(),
        occurred_at: event.occurred_at,
        identifiers: event
            .recipient
            .map(|address| RawIdentifier::new(Kind::Email, "", &address))
            .into_iter()
            .collect(),
        properties: Value::Object(properties),
        context: event.context,
    }
}

#[cfg(test)]
mod tests;
