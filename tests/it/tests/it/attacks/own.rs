//! Own means own: rows about others' customers are not read, whatever route leads to them.

use super::{company, identify};
use serde_json::{Value, json};
use tributary_core::access::{Object, Right, Role};
use tributary_service::gateway::{Needs, needs, scoped_by};
use tributary_service::openapi::ROUTES;
use tributary_testkit::{Browser, World};

/// The words of a list by which a row about the lead's person is recognised.
fn marks(world: &World) -> (String, Vec<String>) {
    let lead = world.get("/api/v1/leads")["items"][0].clone();
    let profile = lead["profile"].as_str().expect("a profile").to_owned();
    (profile, vec!["lead6".to_owned(), "buyer@corp.example".to_owned(), "13811112222".to_owned()])
}

fn shown(world: &World, browser: &Browser, path: &str) -> (u16, Value) {
    world.browse(browser, "GET", path, &Value::Null)
}

#[test]
fn every_route_with_an_own_right_shows_nothing_of_others() {
    let world = company();
    identify(&world, "stranger-77", &json!({"email": "stranger@example.com"}));
    let (profile, marks) = marks(&world);
    let own = world.sign_in("own", "sales", &json!({"rep": "east", "team": "a"}));
    let mate = world.sign_in("mate", "sales", &json!({"rep": "mate", "team": "a"}));
    let other = world.sign_in("other", "sales", &json!({"rep": "north", "team": "b"}));
    let nobody = world.sign_in("nobody", "sales", &Value::Null);
    let mut routes = 0;
    for route in ROUTES.iter().filter(|route| route.method == "GET") {
        let pattern = format!("/api/v1/{}", route.path);
        let Some(Needs::Right(object, _)) = needs("GET", &pattern) else { continue };
        let object = scoped_by(&pattern).unwrap_or(object);
        if !matches!(Role::Sales.right(object), Right::Own | Right::OwnView) {
            continue;
        }
        let ids: Vec<String> = match route.path.split_once("{id}") {
            None => vec![String::new()],
            Some(("profiles/", _)) => vec![profile.clone()],
            Some((list, _)) => {
                let found = world.get(&format!("/api/v1/{}", list.trim_end_matches('/')));
                let items = found["items"].as_array().cloned().unwrap_or_default();
                items.iter().filter_map(|item| item["id"].as_str().map(str::to_owned)).collect()
            }
        };
        let mut seen_by_own = false;
        for id in ids {
            let path = pattern.replace("{id}", &id);
            let holds = |browser: &Browser| {
                let (status, answer) = shown(&world, browser, &path);
                assert!(matches!(status, 200 | 404), "{path}: {status} {answer}");
                let text = answer.to_string();
                status == 200 && marks.iter().any(|mark| text.contains(mark.as_str()))
            };
            assert!(!holds(&other) && !holds(&nobody), "{path}");
            seen_by_own |= holds(&own) && holds(&mate);
            for browser in [&own, &other, &nobody] {
                let (_, answer) = shown(&world, browser, &path);
                assert!(!answer.to_string().contains("stranger"), "{path}");
            }
        }
        // A lead's summary names no identity; what it answers is tested by its own name.
        let rows = !matches!(object, Object::Leads | Object::Tasks) && route.path != "vocabulary";
        assert!(seen_by_own || !rows, "{pattern}");
        routes += 1;
    }
    assert!(routes >= 8, "{routes} routes");
}

#[test]
fn filters_do_not_widen_what_is_own() {
    let world = company();
    let (profile, _) = marks(&world);
    let other = world.sign_in("other", "sales", &json!({"rep": "north"}));
    let own = world.sign_in("own", "sales", &json!({"rep": "east"}));
    let paths = [
        format!("/api/v1/profiles/{profile}/timeline"),
        format!("/api/v1/profiles/{profile}/timeline?kind=order"),
        format!("/api/v1/profiles/{profile}/timeline?channel=web"),
        format!("/api/v1/messages?profile={profile}"),
        "/api/v1/messages?identity=email:buyer@corp.example".to_owned(),
        "/api/v1/messages?status=sent".to_owned(),
        "/api/v1/messages?journey=welcome".to_owned(),
        "/api/v1/messages?journey=lead-assign".to_owned(),
        "/api/v1/touchpoints?channel=web".to_owned(),
        "/api/v1/touchpoints?endpoint=site".to_owned(),
        format!("/api/v1/tasks?profile={profile}"),
        "/api/v1/tasks?owner=east".to_owned(),
        "/api/v1/leads?owner=east".to_owned(),
        format!("/api/v1/leads?profile={profile}"),
        "/api/v1/opportunities?owner=east".to_owned(),
    ];
    let mut seen = 0;
    for path in paths {
        let (status, answer) = shown(&world, &other, &path);
        assert_eq!((status, &answer["items"]), (200, &json!([])), "{path}");
        assert!(answer["total"].as_i64().unwrap_or(0) == 0, "{path}: {answer}");
        let (_, answer) = shown(&world, &own, &path);
        seen += usize::from(answer["items"].as_array().is_some_and(|items| !items.is_empty()));
    }
    assert!(seen >= 9, "{seen} lists show the owner their own");
}

#[test]
fn the_owner_sees_the_history_and_a_task_opens_it_too() {
    let world = company();
    let (profile, _) = marks(&world);
    let own = world.sign_in("own", "sales", &json!({"rep": "east"}));
    let timeline = format!("/api/v1/profiles/{profile}/timeline");
    let whole = world.get(&timeline)["items"].as_array().expect("items").len();
    let (_, answer) = shown(&world, &own, &timeline);
    assert_eq!(answer["items"].as_array().expect("items").len(), whole);
    let (_, log) = shown(&world, &own, "/api/v1/touchpoints");
    assert_eq!(log["total"], json!(log["items"].as_array().expect("items").len()));
    assert!(log["total"].as_i64().expect("a total") > 5, "{log}");
    // Handed over, it is the other's.
    let lead = world.get("/api/v1/leads")["items"][0]["id"].clone();
    let path = format!("/api/v1/leads/{}", lead.as_str().expect("an id"));
    assert_eq!(world.send("PATCH", &path, &json!({"owner": "north"})).0, 200);
    world.advance(1_000);
    let (_, answer) = shown(&world, &own, &timeline);
    assert_eq!(answer["items"], json!([]));
    let north = world.sign_in("north", "sales", &json!({"rep": "north"}));
    let (_, answer) = shown(&world, &north, &timeline);
    assert!(!answer["items"].as_array().expect("items").is_empty());
}
