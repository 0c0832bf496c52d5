//! What every answer of the API says to caches and browsers, whatever became of the request.

use serde_json::{Value, json};
use tributary_service::Response;
use tributary_service::openapi::ROUTES;
use tributary_testkit::{World, api};

#[track_caller]
fn is_private(answer: &Response, what: &str) {
    for (name, value) in [("cache-control", "no-store"), ("x-content-type-options", "nosniff")] {
        let found: Vec<&str> = answer
            .headers
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .collect();
        assert_eq!(found, [value], "{what}: {name}, {}", answer.status);
    }
}

#[test]
fn no_answer_of_the_api_is_kept_or_taken_for_another_type() {
    let world = World::new(1);
    let mut statuses = std::collections::BTreeSet::new();
    for route in ROUTES.iter() {
        let path = format!("/api/v1/{}", route.path.replace(['{', '}'], ""));
        let body = if route.method == "GET" { Value::Null } else { json!({}) };
        let mut asked = vec![api(route.method, &path, &body)];
        for token in ["", "wrong", tributary_testkit::READONLY_TOKEN] {
            let mut request = api(route.method, &path, &body);
            request.headers.retain(|(name, _)| name != "authorization");
            request.headers.push(("authorization".to_owned(), format!("Bearer {token}")));
            asked.push(request);
        }
        for request in asked {
            let answer = world.request(request);
            statuses.insert(answer.status);
            is_private(&answer, &format!("{} {path}", route.method));
        }
    }
    for status in [200, 401, 403, 404, 422] {
        assert!(statuses.contains(&status), "{statuses:?}");
    }
}

#[test]
fn a_document_beyond_the_budget_is_refused_unread() {
    let world = World::new(1);
    let large = format!("{{\"text\": \"{}\"}}", "x".repeat(1_100_000));
    for path in ["journeys/a", "endpoints/webhook/a", "forms/a", "reps/a", "users/a", "setup"] {
        let mut request = api("PUT", &format!("/api/v1/{path}"), &Value::Null);
        request.body = large.clone().into_bytes();
        let answer = world.request(request);
        assert_eq!(answer.status, 413, "{path}: {}", String::from_utf8_lossy(&answer.body));
        is_private(&answer, path);
    }
    let form = json!({"title": {"zh": "x".repeat(70_000)}, "fields": []});
    let (status, answer) = world.send("PUT", "/api/v1/forms/a", &form);
    assert_eq!((status, &answer["code"]), (413, &json!("body_too_large")));
    let settings = json!({"authentication": "bearer", "signature_header": "x".repeat(70_000)});
    let endpoint = json!({"secrets": {"secret": "s"}, "settings": settings});
    let (status, answer) = world.send("PUT", "/api/v1/endpoints/webhook/a", &endpoint);
    assert_eq!((status, &answer["code"]), (422, &json!("invalid_setting")));
}
