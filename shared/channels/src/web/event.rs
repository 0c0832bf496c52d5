//! One event of the collector.

use super::{by_our_clock, field};
use crate::channel::{EndpointConfig, InboundRequest};
use crate::identifiers::Scopes;
use crate::values;
use serde_json::{Map, Value};
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::time::{Moment, Timestamp};
use tributary_core::touchpoint::{Draft, RawIdentifier};

/// Longer ones are taken for a mistake and derived. The documented limit is 100.
const MAX_MESSAGE_ID_BYTES: usize = 256;

/// What the events of a request share.
pub struct Surroundings<'a> {
    config: &'a EndpointConfig,
    request: &'a InboundRequest,
    received_at: Timestamp,
    /// As sent; empty where it is not.
    sent_at: Value,
    /// The batch's own context. An event's counts more.
    context: Map<String, Value>,
}

impl<'a> Surroundings<'a> {
    /// Takes what is common out of a batch; a single event keeps all that is its own.
    pub fn of(
        config: &'a EndpointConfig,
        request: &'a InboundRequest,
        body: &mut Map<String, Value>,
        received_at: Timestamp,
    ) -> Surroundings<'a> {
        let sent_at = body.get("sentAt").or_else(|| body.get("sent_at")).cloned();
        let context = match body.get_mut("batch").is_some() {
            true => object(body.remove("context")),
            false => Map::new(),
        };
        let sent_at = sent_at.unwrap_or(Value::Null);
        Surroundings { config, request, received_at, sent_at, context }
    }
}

/// Reads an event. `kind` is the type the path gave, or empty.
///
/// # Errors
/// The code under which the event is dropped.
pub fn draft(
    around: &Surroundings<'_>,
    kind: &str,
    mut event: Map<String, Value>,
) -> Result<Draft, &'static str> {
    for name in ["userId", "anonymousId", "previousId", "groupId"] {
        check_id(event.get(name))?;
    }
    let named = field(&event, "type");
    let kind = if kind.is_empty() { named.as_str() } else { kind };
    let delivery_id = delivery_id(around, &event);
    let occurred_at = occurred_at(around, &event);
    let identifiers = identifiers(around, kind, &event);
    let mut context = context(around, &mut event);
    if let ("identify", Some(previous)) = (kind, values::text(event.get("previousId"))) {
        context.insert("previous_id".to_owned(), previous.into());
    }
    let context = Value::Object(context);
    let (name, properties) = meaning(kind, event)?;
    let properties = Value::Object(properties);
    Ok(Draft { delivery_id, name, occurred_at, identifiers, properties, context })
}

/// An id is a text or an integer. An event whose id is something else would be given to whom the
/// other id names, or to nobody.
fn check_id(id: Option<&Value>) -> Result<(), &'static str> {
    match id {
        None | Some(Value::Null | Value::String(_)) => Ok(()),
        id => values::text(id).map(drop).ok_or("id_not_text_or_integer"),
    }
}

/// The event's name and properties.
fn meaning(
    kind: &str,
    mut event: Map<String, Value>,
) -> Result<(String, Map<String, Value>), &'static str> {
    if kind.is_empty() {
        return Err("event_needs_type");
    }
    let known = matches!(kind, "alias" | "group" | "identify" | "page" | "screen" | "track");
    if !known {
        return Ok(("web.unknown".to_owned(), event));
    }
    let (user_id, previous_id) = (field(&event, "userId"), field(&event, "previousId"));
    if user_id.is_empty() && field(&event, "anonymousId").is_empty() {
        return Err("event_needs_user_or_anonymous_id");
    }
    match kind {
        "track" => {
            let name = values::event_name(&field(&event, "event")).ok_or("track_needs_event")?;
            Ok((name, object(event.remove("properties"))))
        }
        "page" | "screen" => {
            let mut properties = object(event.remove("properties"));
            for key in ["name", "category"] {
                if let Some(value) = values::text(event.get(key)) {
                    properties.entry(key).or_insert(value.into());
                }
            }
            Ok((format!("{kind}.viewed"), properties))
        }
        "group" => {
            let group_id = values::text(event.get("groupId")).ok_or("group_needs_group_id")?;
            let mut properties = object(event.remove("traits"));
            properties.insert("group_id".to_owned(), group_id.into());
            Ok(("$group".to_owned(), properties))
        }
        "alias" => {
            if user_id.is_empty() || previous_id.is_empty() {
                return Err("alias_needs_user_and_previous_id");
            }
            let pairs = [("previous_id", previous_id), ("user_id", user_id)];
            let properties = pairs.map(|(key, value)| (key.to_owned(), value.into()));
            Ok(("$alias".to_owned(), Map::from_iter(properties)))
        }
        _ => Ok(("$identify".to_owned(), object(event.remove("traits")))),
    }
}

fn object(value: Option<Value>) -> Map<String, Value> {
    match value {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

/// `messageId`, or one derived from what was sent, equal when the same is sent again.
fn delivery_id(around: &Surroundings<'_>, event: &Map<String, Value>) -> String {
    let id = field(event, "messageId");
    if !id.is_empty() && id.len() <= MAX_MESSAGE_ID_BYTES {
        return id;
    }
    // Invariant: a map of JSON values always serialises; its keys are sorted.
    let canonical = serde_json::to_string(event).unwrap_or_default();
    digest(&[b"derived", canonical.as_bytes(), around.sent_at.to_string().as_bytes()])
}

/// A time without a zone is UTC, as the SDKs of the protocol mean it.
fn occurred_at(around: &Surroundings<'_>, event: &Map<String, Value>) -> Option<Moment> {
    let said = ["originalTimestamp", "timestamp"].map(|name| values::utc(event.get(name)));
    let readable = said.iter().flatten().find_map(at);
    let Some(original) = readable else { return said.into_iter().flatten().next() };
    let sent_at = [event.get("sentAt"), Some(&around.sent_at)];
    let sent_at = sent_at.into_iter().find_map(|sent_at| at(&values::utc(sent_at)?));
    Some(by_our_clock(original, sent_at, around.received_at).into())
}

fn at(moment: &Moment) -> Option<Timestamp> {
    moment.clone().known().ok()
}

fn identifiers(
    around: &Surroundings<'_>,
    kind: &str,
    event: &Map<String, Value>,
) -> Vec<RawIdentifier> {
    let endpoint = around.config.id.as_str();
    let mut found = Vec::new();
    let ids = ["userId", "anonymousId", "previousId"].map(|name| values::text(event.get(name)));
    let [user, anonymous, previous] = &ids;
    // The id that was used until now, a visitor's or a user's, whichever the sender knows.
    let previous_user = previous.as_ref().filter(|_| previous != anonymous);
    for (value, kind) in [
        (user.as_ref(), Kind::UserId),
        (anonymous.as_ref(), Kind::AnonymousId),
        (previous.as_ref(), Kind::AnonymousId),
        (previous_user, Kind::UserId),
    ] {
        let scope = if kind.scoped() { endpoint } else { "" };
        found.extend(value.map(|value| RawIdentifier::new(kind, scope, value)));
    }
    let context = event.get("context");
    // A group's traits describe the company, not the person.
    let own_traits = if kind == "group" { None } else { event.get("traits") };
    let of_context = |name: &str| context.and_then(|context| context.get(name));
    for traits in [own_traits, of_context("traits"), of_context("traits_once")] {
        let Some(traits) = traits.and_then(Value::as_object) else { continue };
        let app = values::first_text(traits, &["app_id", "appid"])
            .or_else(|| around.config.setting("wechat_app_id").map(str::to_owned))
            .unwrap_or_else(|| endpoint.to_owned());
        let corp = values::first_text(traits, &["corp_id", "corpid"]);
        let corp = corp.unwrap_or_else(|| endpoint.to_owned());
        found.extend(Scopes { app: &app, corp: &corp, endpoint }.within(traits));
    }
    if let Some(device) = context.and_then(|context| context.get("device")) {
        for name in ["id", "advertisingId"] {
            if let Some(value) = values::text(device.get(name)) {
                found.push(RawIdentifier::new(Kind::DeviceId, "", &value));
            }
        }
    }
    let external = context.and_then(|context| context.get("externalIds")).and_then(Value::as_array);
    found.extend(external.into_iter().flatten().filter_map(|id| external_id(endpoint, id)));
    found
}

/// Segment's `context.externalIds`: unique within their type. Ids of accounts are nobody's.
fn external_id(endpoint: &str, id: &Value) -> Option<RawIdentifier> {
    let collection = values::text(id.get("collection"));
    if collection.is_some_and(|collection| collection != "users") {
        return None;
    }
    let (kind, value) = (values::text(id.get("type"))?, values::text(id.get("id"))?);
    let scopes = Scopes { app: endpoint, corp: endpoint, endpoint };
    Some(
        scopes
            .named(&kind, &value)
            .unwrap_or_else(|| RawIdentifier::new(Kind::ExternalId, &kind, &value)),
    )
}

/// The event's context over the batch's, with the address and name of a browser, which its
/// scripts need not send. A server's own address says nothing about the visitor.
fn context(around: &Surroundings<'_>, event: &mut Map<String, Value>) -> Map<String, Value> {
    let mut context = object(event.remove("context"));
    for (key, value) in &around.context {
        context.entry(key.as_str()).or_insert_with(|| value.clone());
    }
    let from_browser = around.request.header("origin").is_some();
    let direct = context.get("direct").and_then(Value::as_bool).unwrap_or(false);
    if let (true, Some(ip)) = (from_browser || direct, &around.request.ip) {
        context.entry("ip").or_insert_with(|| ip.as_str().into());
    }
    if let (true, Some(agent)) = (from_browser, around.request.header("user-agent")) {
        context.entry("userAgent").or_insert_with(|| agent.into());
    }
    // Routing for the sender's other destinations: kept, and of no effect here.
    let integrations = object(event.remove("integrations"));
    if !integrations.is_empty() {
        context.insert("integrations".to_owned(), Value::Object(integrations));
    }
    context
}
