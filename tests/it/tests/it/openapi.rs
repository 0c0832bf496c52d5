//! `docs/openapi.json` is what the types and the table of routes say, the table is what the
//! handlers match, and what they answer is what the document says. `UPDATE_EXPECT=1 cargo test`
//! rewrites the document.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tributary_service::gateway::PREFIXES;
use tributary_service::openapi::{self, Answer, CODES, ROUTES, Route};
use tributary_testkit::{World, scenario};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[test]
fn the_document_is_up_to_date() {
    let path = Path::new(ROOT).join("docs/openapi.json");
    let text = format!("{:#}\n", openapi::document());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &text).expect("the document is written");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == text,
        "docs/openapi.json is not what the types say; UPDATE_EXPECT=1 rewrites"
    );
}

#[test]
fn names_mean_one_thing_and_references_lead_somewhere() {
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    for (name, schema) in openapi::schemas() {
        let before = known.insert(name.clone(), schema.clone());
        assert!(before.is_none_or(|before| before == schema), "two types are named {name}");
    }
    let document = openapi::document();
    let mut references = BTreeSet::new();
    collect_references(&document, &mut references);
    for reference in &references {
        assert!(document.pointer(&reference[1..]).is_some(), "{reference} leads nowhere");
    }
    for name in known.keys() {
        let reference = format!("#/components/schemas/{name}");
        assert!(references.contains(&reference), "nothing refers to {name}");
    }
    let mut ids = BTreeSet::new();
    for operation in document["paths"].as_object().expect("paths").values() {
        for operation in operation.as_object().expect("methods").values() {
            let id = operation["operationId"].as_str().expect("an id");
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
        }
    }
}

/// Every tag that is used is described, as what it is; none is described that is not used.
#[test]
fn tags_are_the_functions_that_own_the_routes() {
    let document = openapi::document();
    let described: BTreeMap<&str, &str> = document["tags"]
        .as_array()
        .expect("tags")
        .iter()
        .map(|tag| (tag["name"].as_str().unwrap_or(""), tag["description"].as_str().unwrap_or("")))
        .collect();
    let mut used = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for operation in methods.as_object().expect("methods").values() {
            let tag = operation["tags"][0].as_str().expect("a tag");
            let what =
                described.get(tag).unwrap_or_else(|| panic!("{path}: {tag} is not described"));
            let owned = path.starts_with("/api/v1/");
            assert_eq!(what.starts_with("Owned by the function"), owned, "{path}: {tag}: {what}");
            used.insert(tag);
        }
    }
    assert_eq!(used, described.keys().copied().collect());
    assert!(PREFIXES.iter().all(|prefix| used.contains(prefix.owner)));
}

fn collect_references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| collect_references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect_references(value, found)),
        _ => {}
    }
}

#[test]
fn the_routes_are_those_that_the_handlers_match() {
    for prefix in PREFIXES {
        let first = |route: &&Route| route.path.split('/').next() == Some(prefix.name);
        assert!(ROUTES.iter().any(first), "{} is not described", prefix.name);
    }
    let handlers = [
        "access/mod.rs",
        "admin/mod.rs",
        "directory/mod.rs",
        "doors/mod.rs",
        "enrich/api.rs",
        "journey_runner/api.rs",
        "lead_assign/api/mod.rs",
        "message_send/api.rs",
        "profile_merge/api.rs",
    ];
    let mut matched = BTreeSet::new();
    for handler in handlers {
        let path = Path::new(ROOT).join("shared/service/src").join(handler);
        let text = std::fs::read_to_string(&path).expect("a handler reads");
        for method in ["GET", "PUT", "POST", "PATCH", "DELETE"] {
            for after in text.split(&format!("(\"{method}\", [")).skip(1) {
                let arm = after.split(']').next().unwrap_or_default();
                let parts = arm.split(',').map(str::trim).filter(|part| !part.is_empty());
                let parts: Vec<&str> = parts
                    .map(|part| part.strip_prefix('"').map_or("{}", |it| it.trim_end_matches('"')))
                    .collect();
                let parts = parts.strip_prefix(&["api", "v1"]).unwrap_or(&parts);
                matched.insert(format!("{method} {}", parts.join("/")));
            }
        }
    }
    let described: BTreeSet<String> = ROUTES
        .iter()
        .map(|route| {
            let blank = |part| if str::starts_with(part, '{') { "{}" } else { part };
            let parts: Vec<&str> = route.path.split('/').map(blank).collect();
            format!("{} {}", route.method, parts.join("/"))
        })
        .collect();
    assert_eq!(described.len(), ROUTES.len());
    assert_eq!(matched, described);
}

/// Every code that the API's code names is documented with its status, and no other.
#[test]
fn codes_are_those_of_the_sources() {
    assert!(CODES.is_sorted());
    let documented: BTreeSet<&str> = openapi::documented_codes().into_iter().collect();
    let explained: BTreeSet<&str> = CODES.iter().map(|(code, _, _)| *code).collect();
    assert_eq!(documented, explained);
    let mut all = String::new();
    let mut statuses: BTreeMap<String, u16> = BTreeMap::new();
    let mut folders: Vec<_> = ["service", "edge", "channels", "core"]
        .map(|name| Path::new(ROOT).join("shared").join(name).join("src"))
        .into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("sources are there") {
            let path = entry.expect("an entry reads").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|it| it != "rs") || path.ends_with("openapi.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a source reads");
            for after in text.split("problem(").skip(1) {
                let Some((status, rest)) = after.split_once(',') else { continue };
                let Ok(status) = status.trim().parse::<u16>() else { continue };
                let Some(code) = rest.trim_start().strip_prefix('"') else { continue };
                let code = code.split('"').next().unwrap_or_default();
                assert!(explained.contains(code), "{code} in {path:?} is not documented");
                statuses.insert(code.to_owned(), status);
            }
            all.push_str(&text);
        }
    }
    assert!(statuses.len() > 30, "{statuses:?}");
    for (code, status, _) in CODES {
        assert!(all.contains(&format!("\"{code}\"")), "nothing answers {code}");
        assert_eq!(statuses.get(*code).unwrap_or(status), status, "{code}");
    }
}

/// Nothing is there yet, so every id is unknown, but every route is.
#[test]
fn every_route_is_there_on_a_fresh_installation() {
    let world = World::new(1);
    for route in ROUTES.iter() {
        let path = concrete(route, "web", "unknown");
        let body = if route.method == "GET" { Value::Null } else { json!({}) };
        let browser = world.sign_in("ada", "admin", &Value::Null);
        let (status, answer) = world.browse(&browser, route.method, &path, &body);
        let code = answer["code"].as_str().unwrap_or_default();
        assert!(!matches!(code, "not_found" | "method_not_allowed"), "{} {path}", route.method);
        if status >= 400 {
            let problems = route.problems;
            assert!(problems.contains(&code), "{} {path} answers {code}", route.method);
        }
        check_answer(route, &path, status, &answer);
    }
}

/// What is answered after a scenario, lists and single things, is as described.
#[test]
fn answers_are_as_described() {
    let mut seen = BTreeSet::new();
    for name in ["01-welcome.txt", "06-sales-ready-lead.txt", "07-fallback-queue.txt"] {
        let text = std::fs::read_to_string(Path::new(ROOT).join("tests/scenarios").join(name));
        let world = World::new(1);
        scenario::run(name, &text.expect("a scenario reads"), &world);
        world.quarantined("{\"bill\": 1}");
        assert_eq!(
            world.send("PUT", "/api/v1/codes/card", &json!({"target": "https://x.example/"})).0,
            201
        );
        let words = json!({"zh": "名", "en": "Name"});
        let field = json!({"name": "name", "kind": "text", "label": words});
        let form = json!({"title": words, "fields": [field]});
        assert_eq!(world.send("PUT", "/api/v1/forms/demo", &form).0, 201);
        let journeys = world.get("/api/v1/journeys");
        for journey in journeys["items"].as_array().expect("journeys") {
            let schema = json!({"$ref": "#/components/schemas/JourneyDefinition"});
            assert_conforms(&schema, &journey["definition"], "a definition");
        }
        for route in ROUTES.iter().filter(|route| route.method == "GET") {
            let list = route.path.split('/').next().unwrap_or_default();
            let browser = world.sign_in("ada", "admin", &Value::Null);
            let (_, found) =
                world.browse(&browser, "GET", &format!("/api/v1/{list}"), &Value::Null);
            let items = found["items"].as_array().cloned().unwrap_or_default();
            let items = if items.is_empty() { vec![Value::Null] } else { items };
            for item in items.iter().take(20) {
                let text = |field: &str| item[field].as_str().unwrap_or("unknown").to_owned();
                let path = concrete(route, &text("channel"), &text("id"));
                let (status, answer) = world.browse(&browser, "GET", &path, &Value::Null);
                check_answer(route, &path, status, &answer);
                if status == 200 {
                    seen.insert(route.path);
                }
                if !route.path.contains('{') {
                    break;
                }
            }
        }
        // Of one thing: an edge is cut and its answer read.
        let profiles = world.get("/api/v1/profiles");
        for profile in profiles["items"].as_array().expect("profiles") {
            let id = profile["id"].as_str().expect("an id");
            let edges = world.get(&format!("/api/v1/profiles/{id}/identities"));
            let Some(edge) = edges["edges"].get(0) else { continue };
            let path = format!("/api/v1/profiles/{id}/unmerge");
            let body = json!({"edge": {"a": edge["a"], "b": edge["b"]}});
            let (status, answer) = world.send("POST", &path, &body);
            let route = ROUTES.iter().find(|route| route.path.ends_with("unmerge"));
            check_answer(route.expect("a route"), &path, status, &answer);
            assert_eq!(status, 200, "{answer}");
            let path = format!("/api/v1/profiles/{id}/identities");
            let route = ROUTES.iter().find(|route| route.path == "profiles/{id}/identities");
            check_answer(route.expect("a route"), &path, 200, &world.get(&path));
            break;
        }
    }
    let unseen: Vec<&str> = ROUTES
        .iter()
        .filter(|route| route.method == "GET" && !seen.contains(route.path))
        .map(|route| route.path)
        .collect();
    assert!(unseen.is_empty(), "never answered 200: {unseen:?}");
}

fn concrete(route: &Route, channel: &str, id: &str) -> String {
    let path = route.path.replace("{channel}", channel).replace("{id}", id);
    format!("/api/v1/{path}")
}

/// The answer conforms to what the document says about this route and status.
fn check_answer(route: &Route, path: &str, status: u16, answer: &Value) {
    let document = openapi::document();
    let pointer = format!("/api/v1/{}", route.path);
    let operation = &document["paths"][&pointer][route.method.to_lowercase()];
    let response = operation["responses"].get(status.to_string());
    let response =
        response.unwrap_or_else(|| panic!("{path}: {status} is not described: {answer}"));
    let response = match response["$ref"].as_str() {
        Some(reference) => document.pointer(&reference[1..]).expect("a shared answer"),
        None => response,
    };
    if matches!(route.answer, Answer::Empty) && status == 204 {
        return;
    }
    let media = response["content"].as_object().and_then(|content| content.values().next());
    let schema = &media.unwrap_or_else(|| panic!("{path}: {status} has no schema"))["schema"];
    assert_conforms(schema, answer, path);
}

fn assert_conforms(schema: &Value, value: &Value, what: &str) {
    let checker = Checker { document: openapi::document() };
    let mut wrong = Vec::new();
    checker.check(schema, value, "", true, &mut wrong);
    assert!(wrong.is_empty(), "{what}: {wrong:#?}\n{value:#}");
}

/// As much of JSON Schema as the document uses; stricter in one thing: a property that is not
/// described is wrong.
struct Checker {
    document: Value,
}

impl Checker {
    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => self.document.pointer(&reference[1..]).expect("a schema"),
            None => schema,
        }
    }

    fn check(
        &self,
        schema: &Value,
        value: &Value,
        at: &str,
        closed: bool,
        wrong: &mut Vec<String>,
    ) {
        let schema = self.resolve(schema);
        let types: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one],
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let is = |kind: &&str| match *kind {
            "null" => value.is_null(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "array" => value.is_array(),
            _ => value.is_object(),
        };
        if !types.is_empty() && !types.iter().any(is) {
            wrong.push(format!("{at}: not {types:?}: {value}"));
            return;
        }
        if let Value::Array(allowed) = &schema["enum"]
            && !allowed.contains(value)
        {
            wrong.push(format!("{at}: not one of {allowed:?}: {value}"));
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.check(part, value, at, false, wrong);
        }
        for either in ["oneOf", "anyOf"] {
            let Value::Array(parts) = &schema[either] else { continue };
            let fits = parts.iter().filter(|part| {
                let mut wrong = Vec::new();
                self.check(part, value, at, closed, &mut wrong);
                wrong.is_empty()
            });
            if fits.count() == 0 {
                wrong.push(format!("{at}: fits none of {either}: {value}"));
            }
        }
        if let Value::Array(items) = value {
            for (index, item) in items.iter().enumerate() {
                if schema.get("items").is_some() {
                    self.check(&schema["items"], item, &format!("{at}/{index}"), true, wrong);
                }
            }
        }
        let Value::Object(map) = value else { return };
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !map.contains_key(name) {
                wrong.push(format!("{at}: {name} is missing"));
            }
        }
        let mut known = BTreeSet::new();
        self.properties(schema, &mut known);
        for (name, value) in map {
            let at = format!("{at}/{name}");
            if let Some(schema) = schema["properties"].get(name) {
                self.check(schema, value, &at, true, wrong);
            } else if schema["additionalProperties"].is_object() {
                self.check(&schema["additionalProperties"], value, &at, true, wrong);
            } else if closed && !known.is_empty() && !known.contains(name) {
                wrong.push(format!("{at}: is not described"));
            }
        }
    }

    fn properties(&self, schema: &Value, known: &mut BTreeSet<String>) {
        let schema = self.resolve(schema);
        known.extend(
            schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()),
        );
        for parts in ["allOf", "oneOf", "anyOf"] {
            for part in schema[parts].as_array().into_iter().flatten() {
                self.properties(part, known);
            }
        }
    }
}
