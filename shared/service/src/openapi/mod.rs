//! The API as an OpenAPI 3.1 document: the routes are a table, the schemas come from the types
//! that requests are read into and answers are written from. Native only; a test writes
//! `docs/openapi.json` from it and holds it against the handlers' sources and answers.

mod codes;
mod doors;
mod routes;
mod schemas;

pub use codes::{CODES, DOOR_CODES, documented_codes};
pub use routes::{Answer, Query, ROUTES, Route, Total};
pub use schemas::schemas;

use codes::{COMMON, COMMON_OF_WRITES, status_of};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The whole document.
pub fn document() -> Value {
    let mut schemas: Map<String, Value> = schemas().into_iter().collect();
    open_parts(&mut schemas);
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for route in ROUTES.iter() {
        let path = format!("/api/v1/{}", route.path);
        paths.entry(path).or_default().insert(route.method.to_lowercase(), operation(route));
    }
    let doors = doors::doors();
    for (path, methods) in doors.as_object().into_iter().flatten() {
        paths.insert(path.clone(), methods.as_object().cloned().unwrap_or_default());
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tributary",
            "version": "1",
            "description": "Times are milliseconds since the Unix epoch, UTC. Lists are newest \
                first and go on with `next_cursor` until it is null. Errors are RFC 9457 problems; \
                clients should read `code`, which is stable, and not `detail`. A path that is not \
                described answers 404 `not_found`, a method that is not described 405 \
                `method_not_allowed`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"bearer": []}, {"session": []}],
        "tags": tags(),
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "An API key, which may do what its scopes say; or ADMIN_TOKEN, which \
                    may do everything, or READONLY_TOKEN, which sees what is masked.",
            }, "session": {
                "type": "apiKey",
                "in": "cookie",
                "name": "__Host-tributary_session",
                "description": "Set by POST session. Changes also need x-tributary-csrf.",
            }},
            "responses": shared_refusals(),
            "schemas": schemas,
        },
    })
}

/// Where channels and SDKs send: the tag of what no function owns a prefix for.
const WEBHOOKS: &str = "webhooks";
const DEVELOPMENT: &str = "development";

/// A tag for each function that owns a route, and for what lies outside `/api/v1`.
fn tags() -> Vec<Value> {
    let paths = ROUTES.iter().map(|route| format!("/api/v1/{}", route.path));
    let owners: BTreeSet<&str> = paths.filter_map(|path| crate::gateway::owner_of(&path)).collect();
    let owned = owners.into_iter().map(
        |owner| json!({"name": owner, "description": format!("Owned by the function {owner}.")}),
    );
    let others = [
        (WEBHOOKS, "Where channels and SDKs send."),
        (DEVELOPMENT, "Only where TRIBUTARY_ENV is development."),
    ];
    owned.chain(others.map(|(name, what)| json!({"name": name, "description": what}))).collect()
}

/// A part of an `allOf` that refuses other properties would refuse those of its siblings.
fn open_parts(schemas: &mut Map<String, Value>) {
    fn parts(value: &Value, inside: bool, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                if let (true, Some(Value::String(name))) = (inside, map.get("$ref")) {
                    found.extend(name.rsplit('/').next().map(str::to_owned));
                }
                for (key, value) in map {
                    let inside =
                        key == "allOf" || (inside && matches!(key.as_str(), "oneOf" | "anyOf"));
                    parts(value, inside, found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| parts(item, inside, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    schemas.values().for_each(|schema| parts(schema, false, &mut found));
    for name in found {
        if let Some(Value::Object(schema)) = schemas.get_mut(&name)
            && schema.get("additionalProperties") == Some(&Value::Bool(false))
        {
            schema.remove("additionalProperties");
        }
    }
}

fn operation(route: &Route) -> Value {
    let path = format!("/api/v1/{}", route.path);
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": route.summary,
        "tags": [crate::gateway::owner_of(&path)],
        "responses": responses(route),
    });
    let in_path =
        route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path.map(
        |name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}),
    );
    let in_query = route.query.iter().map(|(name, what)| {
        let single = name.strip_suffix('*');
        let schema = match *name {
            _ if single.is_some() => json!({"type": "array", "items": {"type": "string"}}),
            "limit" => json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
            _ => json!({"type": "string"}),
        };
        let name = single.unwrap_or(name);
        json!({"name": name, "in": "query", "description": what, "schema": schema})
    });
    let parameters: Vec<Value> = in_path.chain(in_query).collect();
    if let Value::Object(map) = &mut operation {
        if !parameters.is_empty() {
            map.insert("parameters".to_owned(), json!(parameters));
        }
        if let Some(body) = route.body {
            let content = json!({"application/json": {"schema": reference(body)}});
            map.insert("requestBody".to_owned(), json!({"required": true, "content": content}));
        }
    }
    operation
}

/// `PUT endpoints/{channel}/{id}` → `put_endpoints_channel_id`.
fn operation_id(route: &Route) -> String {
    let words = route.path.replace(['{', '}'], "").replace(['/', '-'], "_");
    format!("{}_{words}", route.method.to_lowercase())
}

fn responses(route: &Route) -> Value {
    let mut responses = Map::new();
    let content = |schema: Value| json!({"application/json": {"schema": schema}});
    match &route.answer {
        Answer::One(statuses, name) => {
            for status in *statuses {
                let what = match status {
                    201 => "Created.",
                    202 => "Accepted; the work follows.",
                    _ => "As asked.",
                };
                let response = json!({"description": what, "content": content(reference(name))});
                responses.insert(status.to_string(), response);
            }
        }
        Answer::List(of, total) => {
            let response = json!({"description": "A page.", "content": content(page(of, *total))});
            responses.insert("200".to_owned(), response);
        }
        Answer::Empty => {
            responses.insert("204".to_owned(), json!({"description": "Done."}));
        }
    }
    let of_writes: &[&str] = if route.method == "GET" { &[] } else { COMMON_OF_WRITES };
    let codes = route.problems.iter().chain(COMMON).chain(of_writes);
    let codes: Vec<&str> = codes.copied().collect();
    for (status, codes) in by_status(&codes) {
        let common = codes.iter().all(|code| !route.problems.contains(code));
        let refusal = if common { shared_refusal("Common", status) } else { refusal(&codes) };
        responses.insert(status.to_string(), refusal);
    }
    Value::Object(responses)
}

fn shared_refusal(of: &str, status: u16) -> Value {
    json!({"$ref": format!("#/components/responses/{of}{status}")})
}

/// What many operations answer, once.
fn shared_refusals() -> Map<String, Value> {
    let common: Vec<&str> = COMMON.iter().chain(COMMON_OF_WRITES).copied().collect();
    let mut shared = Map::new();
    for (of, codes) in [("Common", common.as_slice()), ("Door", DOOR_CODES)] {
        for (status, codes) in by_status(codes) {
            shared.insert(format!("{of}{status}"), refusal(&codes));
        }
    }
    shared
}

fn by_status<'a>(codes: &[&'a str]) -> BTreeMap<u16, Vec<&'a str>> {
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for code in codes {
        let same = by_status.entry(status_of(code)).or_default();
        if !same.contains(code) {
            same.push(code);
        }
    }
    by_status
}

fn page(of: &str, total: Total) -> Value {
    let mut properties = json!({
        "items": {"type": "array", "items": reference(of)},
        "next_cursor": {"type": ["string", "null"], "description": "null: the last page."},
    });
    let mut required = vec!["items", "next_cursor"];
    if let (Value::Object(map), true) = (&mut properties, total != Total::Never) {
        map.insert("total".to_owned(), json!({"type": "integer", "format": "int64"}));
    }
    if total == Total::Always {
        required.push("total");
    }
    json!({"type": "object", "properties": properties, "required": required})
}

/// A problem with one of these codes.
fn refusal(codes: &[&str]) -> Value {
    let meanings = codes.iter().map(|code| {
        let meaning = CODES.iter().find(|(known, _, _)| known == code).map_or("", |known| known.2);
        format!("`{code}`: {meaning}")
    });
    let meanings: Vec<String> = meanings.collect();
    let mut parts = vec![reference("Problem"), json!({"properties": {"code": {"enum": codes}}})];
    if codes.contains(&"definition_invalid") {
        let errors = json!({"type": "array", "items": reference("DefinitionProblem")});
        parts.push(json!({"properties": {"errors": errors}}));
    }
    json!({
        "description": meanings.join(" "),
        "content": {"application/problem+json": {"schema": {"allOf": parts}}},
    })
}
