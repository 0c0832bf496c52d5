//! What a touchpoint says about consent.

use super::reply::{Reply, read_reply};
use super::words::{self, ALL, Read};
use super::{ConsentSource, ConsentState};
use crate::time::{SECOND_MS, Timestamp};
use crate::touchpoint::{CONSOLE_CHANNEL, Touchpoint};
use crate::vocabulary::canonical;
use serde_json::{Map, Value, json};

/// The suite's own name of it; else `consent.updated`.
pub const CONSENT_UPDATED: &str = "$consent.updated";

/// The touchpoints that may say something about consent: [`consents_of`] has the last word.
pub const CONSENT_NAMES: &[&str] = &[
    CONSENT_UPDATED,
    "$identify",
    "account.followed",
    "account.unfollowed",
    "checkout.started",
    "consent.updated",
    "customer.created",
    "customer.updated",
    "email.subscribed",
    "email.unsubscribed",
    "form.submitted",
    "message.complained",
    "message.failed",
    "message.received",
    "order.created",
    "order.updated",
    "sms.subscribed",
    "sms.unsubscribed",
];

/// More entries of a list, media of an entry or purposes of one are no statement of a person's.
const MAX_ENTRIES: usize = 20;
/// How many refusals a touchpoint shows.
const MAX_REFUSED: usize = 5;
/// The longest value that a refusal repeats.
const MAX_REFUSED_CHARS: usize = 64;

/// A medium and a purpose, `*` for all, and what was said about them, when and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub medium: String,
    pub purpose: String,
    pub state: ConsentState,
    pub source: ConsentSource,
    pub at: Timestamp,
}

/// Why an entry says nothing: the reason's code and the value it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Refusal {
    reason: &'static str,
    value: String,
}

/// What a touchpoint says about consent.
pub fn consents_of(touchpoint: &Touchpoint) -> Vec<Statement> {
    use ConsentState::{Granted, Withdrawn};
    let properties = &touchpoint.properties;
    let own = |medium: &str, state| {
        let purpose = properties.get("purpose").and_then(Value::as_str).and_then(words::purpose);
        let purpose = purpose.unwrap_or_else(|| ALL.to_owned());
        let source = reported_by(properties).unwrap_or(ConsentSource::Person);
        let at = touchpoint.occurred_at;
        Statement { medium: medium.to_owned(), purpose, state, source, at }
    };
    let name = canonical(&touchpoint.name);
    let (listed, _) = listed(name, properties, &touchpoint.context);
    let listed = listed.into_iter().map(|entry| entry.stated_in(name, touchpoint));
    let implied = match name {
        // Who follows an account may be written to there, until they leave.
        "account.followed" => account(touchpoint).map(|medium| own(medium, Granted)),
        "account.unfollowed" => account(touchpoint).map(|medium| own(medium, Withdrawn)),
        "email.subscribed" => Some(own("email", Granted)),
        "email.unsubscribed" | "message.complained" => Some(own("email", Withdrawn)),
        "sms.subscribed" => Some(own("sms", Granted)),
        "sms.unsubscribed" => Some(own("sms", Withdrawn)),
        "message.received" => replied(touchpoint),
        _ => None,
    };
    listed.chain(implied).collect()
}

/// The entries that are refused, for the touchpoint's context: `[{"reason", "value"}]`. `None`
/// where there is none.
pub fn refused_consents(name: &str, properties: &Value, context: &Value) -> Option<Value> {
    let (_, refused) = listed(name, properties, context);
    let shown = refused.into_iter().take(MAX_REFUSED);
    let shown: Vec<Value> =
        shown.map(|one| json!({ "reason": one.reason, "value": one.value })).collect();
    (!shown.is_empty()).then_some(Value::Array(shown))
}

/// An entry with its words read.
struct Entry {
    medium: &'static str,
    purpose: String,
    state: ConsentState,
    /// Who reports it, where that is said.
    source: Option<ConsentSource>,
    /// When the person said it, where that is said.
    at: Option<Timestamp>,
}

impl Entry {
    /// An event that tells of a consent is the person's act. A list within another touchpoint is a
    /// copy of what stands elsewhere, unless it says when the person said so.
    fn stated_in(self, name: &str, touchpoint: &Touchpoint) -> Statement {
        let told = name == CONSENT_UPDATED || name == "consent.updated";
        let source = match self.source {
            _ if touchpoint.channel == CONSOLE_CHANNEL => ConsentSource::Copy,
            Some(source) => source,
            None if told || self.at.is_some() => ConsentSource::Person,
            None => ConsentSource::Copy,
        };
        Statement {
            medium: self.medium.to_owned(),
            purpose: self.purpose,
            state: self.state,
            source,
            at: self.at.map_or(touchpoint.occurred_at, |at| at.min(touchpoint.received_at)),
        }
    }
}

/// The entries of a touchpoint, and those that are refused.
fn listed(name: &str, properties: &Value, context: &Value) -> (Vec<Entry>, Vec<Refusal>) {
    let mut entries = Vec::new();
    let mut refused = Vec::new();
    let mut add = |read: Result<Vec<Entry>, Refusal>| match read {
        Ok(read) => entries.extend(read),
        Err(refusal) => refused.push(refusal),
    };
    let told = name == CONSENT_UPDATED || name == "consent.updated";
    let lists = told || ["$identify", "customer.created", "customer.updated"].contains(&name);
    let listed = properties.get("consents").filter(|_| lists);
    if let Some(single) = properties.as_object().filter(|_| told && listed.is_none()) {
        add(entry(single, None));
    }
    for list in [listed, context.get("consents")].into_iter().flatten() {
        match list {
            Value::Array(items) => {
                for item in items.iter().take(MAX_ENTRIES) {
                    add(item
                        .as_object()
                        .map_or_else(|| Err(refusal("no_entry", item)), |item| entry(item, None)));
                }
            }
            // `{"email": true, "sms": {"state": "withdrawn", "purpose": "marketing"}}`
            Value::Object(map) => {
                for (medium, value) in map.iter().take(MAX_ENTRIES) {
                    add(match value {
                        Value::Object(object) => entry(object, Some(medium)),
                        state => entry(
                            &Map::from_iter([("state".to_owned(), state.clone())]),
                            Some(medium),
                        ),
                    });
                }
            }
            Value::Null => {}
            other => add(Err(refusal("no_entry", other))),
        }
    }
    (entries, refused)
}

/// Reads an entry: each of its media with each of its purposes.
fn entry(object: &Map<String, Value>, medium: Option<&str>) -> Result<Vec<Entry>, Refusal> {
    let first = |names: &[&str]| {
        names.iter().find_map(|name| object.get(*name)).filter(|value| !value.is_null())
    };
    let read = match first(&["state", "status", "granted", "subscribed", "opted_in", "opt_in"]) {
        Some(value) => (words::state(value), value),
        None => match first(&["withdrawn", "unsubscribed", "opted_out", "opt_out"]) {
            Some(value) => (opposite(words::state(value)), value),
            None => (Read::Unreadable, &Value::Null),
        },
    };
    let state = match read {
        (Read::Said(state), _) => state,
        (Read::Nothing, _) => return Ok(Vec::new()),
        (Read::Unreadable, value) => return Err(refusal("unknown_state", value)),
    };
    let named = medium.map(Value::from);
    let media = match named.as_ref().or_else(|| first(&["medium", "media", "channel", "channels"]))
    {
        None => vec![ALL],
        Some(value) => names_in(value)
            .map(|name| {
                let known = name.as_str().and_then(words::medium);
                known.ok_or_else(|| refusal("unknown_medium", name))
            })
            .collect::<Result<Vec<_>, _>>()?,
    };
    let purposes = match first(&["purpose", "purposes"]) {
        None => vec![ALL.to_owned()],
        Some(value) => names_in(value)
            .map(|name| {
                let known = match name {
                    Value::String(text) => words::purpose(text),
                    Value::Number(number) => words::purpose(&number.to_string()),
                    _ => None,
                };
                known.ok_or_else(|| refusal("unreadable_purpose", name))
            })
            .collect::<Result<Vec<_>, _>>()?,
    };
    let at = first(&["at", "updated_at", "consent_updated_at"]).and_then(time);
    let source = reported_by(&Value::Object(object.clone()));
    let each = |medium: &'static str| {
        let of =
            move |purpose: &String| Entry { medium, purpose: purpose.clone(), state, source, at };
        purposes.iter().map(of).collect::<Vec<_>>()
    };
    Ok(media.into_iter().flat_map(each).collect())
}

fn names_in(value: &Value) -> impl Iterator<Item = &Value> {
    let (one, many) = match value {
        Value::Array(items) => (None, Some(items)),
        one => (Some(one), None),
    };
    one.into_iter().chain(many.into_iter().flatten()).take(MAX_ENTRIES)
}

fn opposite(read: Read) -> Read {
    match read {
        Read::Said(ConsentState::Granted) => Read::Said(ConsentState::Withdrawn),
        Read::Said(ConsentState::Withdrawn) => Read::Said(ConsentState::Granted),
        other => other,
    }
}

fn refusal(reason: &'static str, value: &Value) -> Refusal {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Refusal { reason, value: text.chars().take(MAX_REFUSED_CHARS).collect() }
}

/// Who reports a statement: `by` the person, or another; a `source` that copies is another, too.
fn reported_by(properties: &Value) -> Option<ConsentSource> {
    let text = |name: &str| Some(properties.get(name)?.as_str()?.trim().to_lowercase());
    if let Some(by) = text("by").filter(|by| !by.is_empty()) {
        let person = ["person", "customer", "contact", "user", "self", "subscriber", "recipient"];
        let is_person = person.contains(&by.as_str());
        return Some(if is_person { ConsentSource::Person } else { ConsentSource::Copy });
    }
    let copies = ["import", "imported", "csv", "sync", "migration", "list", "admin", "staff"];
    text("source").filter(|source| copies.contains(&source.as_str())).map(|_| ConsentSource::Copy)
}

/// RFC 3339, or seconds or milliseconds since the epoch. A time that cannot be read is none: the
/// statement then is a copy.
fn time(value: &Value) -> Option<Timestamp> {
    /// Times above this many seconds (the year 5138) are milliseconds.
    const MAX_SECONDS: i64 = 100_000_000_000;
    let number = match value {
        Value::String(text) => match text.trim().parse::<i64>() {
            Ok(number) => number,
            Err(_) => return Timestamp::parse_rfc3339(text),
        },
        other => other.as_i64()?,
    };
    match number {
        ..=0 => None,
        1..MAX_SECONDS => Some(Timestamp(number.saturating_mul(SECOND_MS))),
        _ => Some(Timestamp(number)),
    }
}

/// The medium of the account that a touchpoint is about: said by the channel, else its own.
fn account(touchpoint: &Touchpoint) -> Option<&'static str> {
    let said = touchpoint.properties.get("medium").and_then(Value::as_str);
    // A webhook that tells of an account is not the account.
    said.map_or_else(|| words::medium(&touchpoint.channel), words::medium)
        .filter(|medium| !["webhook", ALL].contains(medium))
}

/// What a message says as a reply. On a text message these are the words of carriers and of the
/// law, with or without the vendor's own flag; in a chat only those that mean nothing else.
fn replied(touchpoint: &Touchpoint) -> Option<Statement> {
    let Touchpoint { properties, context, .. } = touchpoint;
    // What is said to a group is said about the group.
    if properties.get("group_id").is_some() {
        return None;
    }
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let sent_as = context.get("sent_as").and_then(Value::as_str).unwrap_or(&touchpoint.name);
    let is_text = text("medium").is_none() && sent_as.to_lowercase().starts_with("sms");
    let medium = if is_text { "sms" } else { account(touchpoint)? };
    let written = ["text", "body", "content", "message", "Body"].iter().find_map(|name| text(name));
    let reply = match text("opt_out_type") {
        Some("STOP") => Reply::Stop,
        Some("START") => Reply::Start,
        _ => read_reply(written?, medium == "sms")?,
    };
    let (state, source) = match reply {
        Reply::Stop => (ConsentState::Withdrawn, ConsentSource::Person),
        Reply::Start => (ConsentState::Granted, ConsentSource::Person),
        Reply::Yes => (ConsentState::Granted, ConsentSource::Answer),
    };
    Some(Statement {
        medium: medium.to_owned(),
        purpose: ALL.to_owned(),
        state,
        source,
        at: touchpoint.occurred_at,
    })
}
