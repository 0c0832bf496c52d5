//! PostHog's batch in Segment's words. Sources: `posthog-node`, `posthog-js`, `posthog-js-lite`,
//! `posthog-android`; PostHog, "Capture and batch API", "Person properties".

use super::field;
use crate::values;
use serde_json::{Map, Value, json};
use tributary_core::Gather;

/// An event of a PostHog batch as one of ours. What lacks an id or a name comes out lacking it,
/// and is dropped as such an event is.
pub fn translate(event: Map<String, Value>) -> Map<String, Value> {
    let properties = event.get("properties").cloned().unwrap_or_else(|| json!({}));
    let property = |name: &str| values::text(properties.get(name));
    let given = event.get("distinct_id").filter(|id| !is_blank(id));
    let id = given.or_else(|| properties.get("distinct_id")).cloned().unwrap_or_default();
    let is_visitor = is_visitor(&id, &properties);
    let (traits, once) = person(&event, &properties);
    let mut context = Map::new();
    if let Some(library) = property("$lib") {
        let library = json!({ "name": library, "version": property("$lib_version") });
        context.insert("library".to_owned(), library);
    }
    if !once.is_empty() {
        context.insert("traits_once".to_owned(), Value::Object(once));
    }
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            out.insert(name.to_owned(), value);
        }
    };
    put("messageId", json!(values::first_text(&event, &["uuid"])));
    put("timestamp", event.get("timestamp").cloned().unwrap_or_default());
    put(if is_visitor { "anonymousId" } else { "userId" }, id.clone());
    let name = field(&event, "event");
    let is_identify = matches!(name.as_str(), "$identify" | "$set");
    match name.as_str() {
        "$identify" => {
            put("type", json!("identify"));
            let before = properties.get("$anon_distinct_id").cloned().unwrap_or_default();
            // SDKs that tell visitors from users have sent it as a visitor's. Others, and they do
            // not tell now either, as a user's.
            let tells = ["$device_id", "$is_identified"].map(|name| properties.get(name));
            if tells.iter().all(Option::is_none) {
                put("previousId", before);
            } else {
                put("anonymousId", before);
            }
        }
        "$set" => put("type", json!("identify")),
        "$create_alias" | "$merge_dangerously" => {
            put("type", json!("alias"));
            let other = properties.get("alias").cloned().unwrap_or_default();
            // Before anybody is identified the visitor is given the user's id as an alias.
            let (user, before) = if is_visitor { (other, id) } else { (id, other) };
            put("userId", user);
            put("previousId", before);
        }
        "$groupidentify" => {
            put("type", json!("group"));
            put("groupId", properties.get("$group_key").cloned().unwrap_or_default());
            put("traits", properties.get("$group_set").cloned().unwrap_or_default());
        }
        "$pageview" => {
            put("type", json!("page"));
            put("properties", properties.clone());
        }
        "$screen" => {
            put("type", json!("screen"));
            put("name", json!(property("$screen_name")));
            put("properties", properties.clone());
        }
        name => {
            put("type", json!("track"));
            put("event", json!(name));
            put("properties", properties.clone());
        }
    }
    if is_identify {
        put("traits", Value::Object(traits));
    } else if !traits.is_empty() {
        context.insert("traits".to_owned(), Value::Object(traits));
    }
    if !context.is_empty() {
        put("context", Value::Object(context));
    }
    out
}

fn is_blank(id: &Value) -> bool {
    id.is_null() || id.as_str().is_some_and(|id| id.trim().is_empty())
}

/// Whether the id is a browser's or an app's own: until somebody is identified, and again after a
/// reset, which gives the browser a new one.
fn is_visitor(id: &Value, properties: &Value) -> bool {
    let text = |name: &str| values::text(properties.get(name));
    match properties.get("$is_identified").and_then(Value::as_bool) {
        Some(is_identified) => !is_identified,
        None => match text("$device_id") {
            // Older browsers' events say who is identified by `$user_id`.
            Some(device) => {
                values::text(Some(id)) == Some(device)
                    || (text("$lib").as_deref() == Some("web") && text("$user_id").is_none())
            }
            None => false,
        },
    }
}

/// What any event may say of the person: `$set`, `$unset` as null, and `$set_once`.
fn person(
    event: &Map<String, Value>,
    properties: &Value,
) -> (Map<String, Value>, Map<String, Value>) {
    let both = |name: &str| [event.get(name), properties.get(name)].into_iter().flatten();
    let fields = |name: &str| {
        let objects = both(name).filter_map(Value::as_object).flatten();
        objects.map(|(field, value)| (field.clone(), value.clone())).gather::<Map<_, _>>()
    };
    let mut traits = fields("$set");
    let gone = both("$unset").filter_map(Value::as_array).flatten();
    for field in gone.filter_map(Value::as_str) {
        traits.entry(field).or_insert(Value::Null);
    }
    (traits, fields("$set_once"))
}
