//! What a touchpoint states about the person: traits, tags and consents.

use super::{ConsentState, TAG_PREFIX};
use crate::touchpoint::Touchpoint;
use crate::vocabulary::canonical;
use serde_json::{Map, Value};

/// A tag was put on or taken off: `{"tag", "reason"}`.
pub const TAG_ADDED: &str = "$tag.added";
pub const TAG_REMOVED: &str = "$tag.removed";
/// Traits typed in the console: the properties are the fields.
pub const PROFILE_EDITED: &str = "$profile.edited";
/// `{"medium", "purpose", "state"}`
pub const CONSENT_UPDATED: &str = "$consent.updated";

/// A longer trait is a document, not a trait.
const MAX_TRAIT_BYTES: usize = 4_096;
const MAX_TRAITS: usize = 100;

/// The fields this touchpoint sets. Null takes a field away.
pub fn traits_of(touchpoint: &Touchpoint) -> Vec<(String, Value)> {
    match touchpoint.name.as_str() {
        TAG_ADDED | TAG_REMOVED => tag_of(touchpoint).into_iter().collect(),
        "$identify" | PROFILE_EDITED => fields(touchpoint.properties.as_object()),
        _ => fields(touchpoint.context.get("traits").and_then(Value::as_object)),
    }
}

fn tag_of(touchpoint: &Touchpoint) -> Option<(String, Value)> {
    let tag = touchpoint.properties.get("tag")?.as_str()?.trim();
    if tag.is_empty() || tag.len() > 128 {
        return None;
    }
    let reason = touchpoint.properties.get("reason").cloned().unwrap_or(Value::Null);
    let value = match touchpoint.name.as_str() {
        TAG_REMOVED => Value::Null,
        // Null would read as "taken off".
        _ if reason.is_null() => Value::Bool(true),
        _ => reason,
    };
    Some((format!("{TAG_PREFIX}{tag}"), value))
}

fn fields(map: Option<&Map<String, Value>>) -> Vec<(String, Value)> {
    let Some(map) = map else { return Vec::new() };
    map.iter()
        // A sender may not forge tags through traits.
        .filter(|(field, _)| !field.is_empty() && field.len() <= 128)
        .filter(|(field, _)| !field.starts_with(TAG_PREFIX) && *field != "consents")
        .filter(|(_, value)| value.to_string().len() <= MAX_TRAIT_BYTES)
        .take(MAX_TRAITS)
        .map(|(field, value)| (field.clone(), value.clone()))
        .collect()
}

/// `(medium, purpose, state)`: what the person agreed to or withdrew here. `*` means all.
pub fn consents_of(touchpoint: &Touchpoint) -> Vec<(String, String, ConsentState)> {
    use ConsentState::{Granted, Withdrawn};
    let one = |medium: &str, state| vec![(medium.to_owned(), "*".to_owned(), state)];
    match canonical(&touchpoint.name) {
        CONSENT_UPDATED | "consent.updated" => stated(&touchpoint.properties).into_iter().collect(),
        // Whoever follows an account may be written to there, until they leave.
        "account.followed" => one(medium_of(&touchpoint.channel), Granted),
        "account.unfollowed" => one(medium_of(&touchpoint.channel), Withdrawn),
        "email.subscribed" => one("email", Granted),
        "email.unsubscribed" | "message.complained" => one("email", Withdrawn),
        "sms.unsubscribed" => one("sms", Withdrawn),
        "$identify" => identified(touchpoint.properties.get("consents")),
        _ => Vec::new(),
    }
}

/// The medium in which an account's followers are written to.
fn medium_of(channel: &str) -> &str {
    match channel {
        "wechat-official" => "wechat",
        other => other,
    }
}

/// Traits `{"consents": {"email": true, "sms": "withdrawn"}}`.
fn identified(consents: Option<&Value>) -> Vec<(String, String, ConsentState)> {
    let Some(map) = consents.and_then(Value::as_object) else { return Vec::new() };
    map.iter()
        .filter_map(|(medium, value)| Some((medium.clone(), "*".to_owned(), state(value)?)))
        .take(20)
        .collect()
}

fn stated(properties: &Value) -> Option<(String, String, ConsentState)> {
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let medium = text("medium").or_else(|| text("channel")).unwrap_or("*");
    let purpose = text("purpose").unwrap_or("*");
    Some((medium.to_owned(), purpose.to_owned(), state(properties.get("state")?)?))
}

fn state(value: &Value) -> Option<ConsentState> {
    match value {
        Value::Bool(true) => Some(ConsentState::Granted),
        Value::Bool(false) => Some(ConsentState::Withdrawn),
        Value::String(text) => match text.to_lowercase().as_str() {
            "granted" | "subscribed" | "opt_in" | "yes" | "true" => Some(ConsentState::Granted),
            "withdrawn" | "denied" | "unsubscribed" | "opt_out" | "no" | "false" => {
                Some(ConsentState::Withdrawn)
            }
            _ => None,
        },
        _ => None,
    }
}

/// The money in a touchpoint, in minor units: `total_minor`, else `total` or `revenue` in major
/// units with two decimals.
pub fn money_of(touchpoint: &Touchpoint) -> i64 {
    let properties = &touchpoint.properties;
    if let Some(minor) = properties.get("total_minor").and_then(Value::as_i64) {
        return minor;
    }
    let major = ["total", "revenue"].iter().find_map(|name| match properties.get(name)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse::<f64>().ok(),
        _ => None,
    });
    match major {
        Some(major) if major.is_finite() && major.abs() < 1e12 => (major * 100.0).round() as i64,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::PhoneTables;
    use crate::time::Timestamp;
    use crate::touchpoint::Draft;
    use serde_json::json;

    fn said(channel: &str, name: &str) -> Vec<(String, String, ConsentState)> {
        let draft = Draft {
            delivery_id: "d".to_owned(),
            name: name.to_owned(),
            occurred_at: None,
            identifiers: Vec::new(),
            properties: json!({}),
            context: json!({}),
        };
        consents_of(&Touchpoint::accept(channel, "main", draft, &PhoneTables("CN"), Timestamp(1)))
    }

    #[test]
    fn following_an_account_is_a_word_about_that_channel_alone() {
        let about = |medium: &str, state| vec![(medium.to_owned(), "*".to_owned(), state)];
        assert_eq!(said("line", "account.followed"), about("line", ConsentState::Granted));
        assert_eq!(said("wecom", "account.unfollowed"), about("wecom", ConsentState::Withdrawn));
        assert_eq!(said("line", "message.received"), []);
    }
}
