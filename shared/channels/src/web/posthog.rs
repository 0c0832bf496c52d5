//! PostHog's batch in Segment's words. Source: `posthog-node`; PostHog, "Capture and batch API".

use super::field;
use crate::values;
use serde_json::{Map, Value, json};

/// An event of a PostHog batch as one of ours. What lacks an id or a name comes out lacking it,
/// and is dropped as such an event is.
pub fn translate(event: Map<String, Value>) -> Map<String, Value> {
    let properties = event.get("properties").cloned().unwrap_or_else(|| json!({}));
    let property = |name: &str| values::text(properties.get(name));
    let id = [field(&event, "distinct_id"), property("distinct_id").unwrap_or_default()]
        .into_iter()
        .find(|id| !id.is_empty());
    // Until a visitor is identified the id is the browser's.
    let anonymous = id.is_some() && id == property("$device_id");
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            out.insert(name.to_owned(), value);
        }
    };
    put("messageId", json!(values::first_text(&event, &["uuid"])));
    put("timestamp", event.get("timestamp").cloned().unwrap_or_default());
    put(if anonymous { "anonymousId" } else { "userId" }, json!(id));
    if let Some(library) = property("$lib") {
        let library = json!({ "name": library, "version": property("$lib_version") });
        put("context", json!({ "library": library }));
    }
    match field(&event, "event").as_str() {
        "$identify" => {
            put("type", json!("identify"));
            put("anonymousId", json!(property("$anon_distinct_id")));
            let traits = properties.get("$set").or_else(|| event.get("$set"));
            put("traits", traits.cloned().unwrap_or_default());
        }
        "$create_alias" => {
            put("type", json!("alias"));
            put("previousId", json!(property("alias")));
        }
        "$groupidentify" => {
            put("type", json!("group"));
            put("groupId", json!(property("$group_key")));
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
    out
}
