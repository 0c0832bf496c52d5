//! What is not `/api/v1`: where channels and SDKs send, and what only development has.

use super::codes::DOOR_CODES;
use super::{DEVELOPMENT, WEBHOOKS, refusal};
use super::{by_status, shared_refusal};
use serde_json::{Map, Value, json};

/// What is not `/api/v1`, briefly: channels and SDKs have documents of their own.
pub(super) fn doors() -> Value {
    let statuses = by_status(DOOR_CODES).into_keys();
    let refusals: Map<String, Value> =
        statuses.map(|status| (status.to_string(), shared_refusal("Door", status))).collect();
    let door = |id: &str, summary: &str, kept: &str| {
        let mut responses = refusals.clone();
        responses.insert("200".to_owned(), json!({"description": kept}));
        json!({
            "operationId": id,
            "summary": summary,
            "tags": [WEBHOOKS],
            "security": [],
            "responses": responses,
        })
    };
    let text = json!({"type": "string"});
    let segment =
        |name: &str| json!({"name": name, "in": "path", "required": true, "schema": text});
    let with = |mut operation: Value, extra: Value| {
        if let (Value::Object(operation), Value::Object(extra)) = (&mut operation, extra) {
            operation.extend(extra);
        }
        operation
    };
    let endpoint = json!({"parameters": [segment("channel"), segment("endpoint")]});
    let event = json!({"requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object"}}}}});
    let mut doors = json!({
        "/in/{channel}/{endpoint}": {
            "get": with(
                door("shake_hands", "A channel's handshake, where it has one", "What the channel expects."),
                endpoint.clone(),
            ),
            "post": with(
                door(
                    "receive",
                    "A channel's webhook, authenticated over the raw bytes as the vendor signs",
                    "Kept. The body is what stops the vendor's retries.",
                ),
                endpoint,
            ),
        },
        "/v1/projects/{write_key}/settings": {
            "get": with(
                door("sdk_settings", "The settings that analytics.js loads", "Settings."),
                json!({"parameters": [segment("write_key")]}),
            ),
        },
        "/batch": {"post": with(door("posthog_batch", "PostHog's batch (`api_key` in the body)", "Kept."), event.clone())},
        "/dev/advance": {"post": {
            "operationId": "advance",
            "summary": "Moves the clock of a development installation and does all that falls due",
            "tags": [DEVELOPMENT],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {
                "type": "object",
                "properties": {"by_seconds": {"type": "integer", "minimum": 0}},
                "required": ["by_seconds"],
            }}}},
            "responses": {
                "200": {"description": "At rest.", "content": {"application/json": {"schema": {
                    "type": "object",
                    "properties": {
                        "now": {"type": "string", "format": "date-time"},
                        "ticks": {"type": "integer"},
                        "done": {"type": "integer"},
                    },
                    "required": ["now", "ticks", "done"],
                }}}},
                "400": refusal(&["malformed_body", "time_runs_forward"]),
                "401": refusal(&["unauthenticated"]),
                "403": refusal(&["forbidden"]),
                "503": refusal(&["function_unavailable"]),
            },
        }},
    });
    let kinds = ["alias", "batch", "group", "identify", "page", "screen", "track"];
    for kind in kinds {
        let operation = door(
            &format!("collect_{kind}"),
            "Segment's HTTP API: the write key is the user of Basic authentication, `X-Write-Key` \
             or `writeKey` in the body. RudderStack's single letters and Jitsu's `/api/s/` too",
            "Kept.",
        );
        if let Value::Object(map) = &mut doors {
            map.insert(format!("/v1/{kind}"), json!({"post": with(operation, event.clone())}));
        }
    }
    doors
}
