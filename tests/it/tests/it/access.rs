//! Who may see and do what, at the doors: every route for every role, masked answers, sessions,
//! API keys, the audit log.

use serde_json::{Value, json};
use std::path::Path;
use tributary_core::access::{Action, Right, Role};
use tributary_service::gateway::{Needs, needs};
use tributary_service::openapi::{ROUTES, Route};
use tributary_testkit::{Browser, World, api, cookie_of, scenario};

fn company() -> World {
    let world = World::new(1);
    let name = "06-sales-ready-lead.txt";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(name);
    scenario::run(name, &std::fs::read_to_string(path).expect("a scenario reads"), &world);
    world
}

fn path_of(route: &Route, id: &str) -> String {
    format!("/api/v1/{}", route.path.replace("{channel}", "web").replace("{id}", id))
}

/// The matrix comes from the table of routes: a route that is added is in it.
#[test]
fn every_role_is_refused_what_it_may_not_and_nothing_else() {
    let world = company();
    let (mut refused, mut admitted) = (0, 0);
    for role in Role::ALL {
        let browser = world.sign_in(role.id().replace('_', "-").as_str(), role.id(), &Value::Null);
        for route in ROUTES.iter() {
            let path = path_of(route, "unknown");
            let Some(Needs::Right(object, action)) = needs(route.method, &path) else { continue };
            let right = role.right(object);
            let may = match action {
                Action::View => right != Right::None,
                Action::Edit => matches!(right, Right::Edit | Right::Own),
            };
            let body = if route.method == "GET" { Value::Null } else { json!({}) };
            let (status, answer) = world.browse(&browser, route.method, &path, &body);
            let what = format!("{} {} {path}: {status} {answer}", role.id(), route.method);
            if may {
                assert!(status != 401 && answer["code"] != "forbidden", "{what}");
                admitted += 1;
            } else {
                assert_eq!((status, &answer["code"]), (403, &json!("forbidden")), "{what}");
                refused += 1;
            }
        }
    }
    assert!(refused > 80 && admitted > 80, "{refused} refused, {admitted} admitted");
}

#[test]
fn a_masked_answer_holds_nobodys_number_address_or_id() {
    let world = company();
    let profiles = world.get("/api/v1/profiles");
    let identities: Vec<(String, String)> = profiles["items"]
        .as_array()
        .expect("profiles")
        .iter()
        .flat_map(|profile| profile["identities"].as_array().cloned().unwrap_or_default())
        .filter(|identity| identity["kind"] != "cart")
        .map(|identity| {
            let text = |field: &str| identity[field].as_str().unwrap_or_default().to_owned();
            (text("kind"), text("value"))
        })
        // Two letters stand in every second id by chance.
        .filter(|(_, value)| value.len() > 4)
        .collect();
    assert!(identities.len() > 2, "{identities:?}");
    let clear = world.sign_in("clara", "manager", &Value::Null);
    for role in ["marketing", "read_only"] {
        let browser = world.sign_in(&role.replace('_', "-"), role, &Value::Null);
        let mut seen_clear = 0;
        for route in ROUTES.iter().filter(|route| route.method == "GET") {
            for id in ids_of(&world, route) {
                let path = path_of(route, &id);
                let (status, answer) = world.browse(&browser, "GET", &path, &Value::Null);
                let text = answer.to_string();
                for (kind, value) in &identities {
                    assert!(!text.contains(value.as_str()), "{role}: {kind} {value} in {path}");
                    // Numbers are written in more than one way.
                    let bare = value.trim_start_matches("+86");
                    assert!(kind != "phone" || !text.contains(bare), "{role}: {bare} in {path}");
                }
                let (_, full) = world.browse(&clear, "GET", &path, &Value::Null);
                let full = full.to_string();
                let shows = identities.iter().any(|(_, value)| full.contains(value.as_str()));
                seen_clear += u32::from(status == 200 && shows);
            }
        }
        assert!(seen_clear > 5, "{role}: only {seen_clear} answers had anything to hide");
    }
}

/// Ids that a route's `{id}` may be; one empty one where it has none.
fn ids_of(world: &World, route: &Route) -> Vec<String> {
    if !route.path.contains("{id}") {
        return vec![String::new()];
    }
    let list = route.path.split('/').next().unwrap_or_default();
    let found = world.get(&format!("/api/v1/{list}"));
    let items = found["items"].as_array().cloned().unwrap_or_default();
    items.iter().filter_map(|item| item["id"].as_str().map(str::to_owned)).take(5).collect()
}

#[test]
fn sales_people_see_what_is_in_their_own_and_their_teams_hands() {
    let world = company();
    let lead = world.get("/api/v1/leads")["items"][0].clone();
    let (id, owner) = (lead["id"].as_str().expect("an id"), lead["owner"].clone());
    assert!(owner.is_string(), "{lead}");
    let own = world.sign_in("own", "sales", &json!({"rep": owner, "team": "north"}));
    let mate = world.sign_in("mate", "sales", &json!({"rep": "mate", "team": "north"}));
    let other = world.sign_in("other", "sales", &json!({"rep": "other", "team": "south"}));
    let seen = |browser: &Browser, path: &str| {
        let (status, answer) = world.browse(browser, "GET", path, &Value::Null);
        (status, answer["total"].as_i64().unwrap_or(-1))
    };
    for list in ["/api/v1/leads", "/api/v1/opportunities", "/api/v1/tasks?kind=follow_up_lead"] {
        assert_eq!(seen(&own, list), (200, 1), "{list}");
        assert_eq!(seen(&mate, list), (200, 1), "{list}");
        assert_eq!(seen(&other, list), (200, 0), "{list}");
    }
    let path = format!("/api/v1/leads/{id}");
    assert_eq!(seen(&own, &path).0, 200);
    assert_eq!(seen(&other, &path).0, 404);
    let accept = json!({"state": "accepted"});
    assert_eq!(world.browse(&other, "PATCH", &path, &accept).0, 404);
    assert_eq!(world.browse(&mate, "PATCH", &path, &accept).0, 200);
    let task = world.get("/api/v1/tasks?kind=follow_up_lead")["items"][0]["id"].clone();
    let path = format!("/api/v1/tasks/{}", task.as_str().expect("an id"));
    assert_eq!(world.browse(&other, "PATCH", &path, &json!({"state": "done"})).0, 404);
    assert_eq!(world.browse(&own, "PATCH", &path, &json!({"state": "done"})).0, 200);
}

#[test]
fn a_link_signs_in_once_and_within_its_time() {
    let world = World::new(1);
    let browser = world.sign_in("ada", "admin", &Value::Null);
    assert_eq!(world.browse(&browser, "GET", "/api/v1/session", &Value::Null).0, 200);

    let token = world.sign_in_token("ada@example.com");
    // A cookie somebody brought along opens nothing and does not become the session's.
    let planted = "tributary_session=planted-by-somebody-else";
    let response = world.post_token(&token, &[("cookie", planted)]);
    assert_eq!(response.status, 201);
    let cookie = cookie_of(&response).expect("a cookie");
    assert_ne!(cookie, planted);
    let (status, _) =
        world.browse_with(&[("cookie", planted)], "GET", "/api/v1/session", &Value::Null);
    assert_eq!(status, 401);
    let set = response.headers.iter().find(|(name, _)| name == "set-cookie").expect("is set");
    assert!(set.1.contains("HttpOnly") && set.1.contains("SameSite=Strict"), "{}", set.1);
    assert_eq!(world.post_token(&token, &[]).status, 401, "a link works once");

    let late = world.sign_in_token("ada@example.com");
    world.advance(15 * 60_000);
    assert_eq!(world.post_token(&late, &[]).status, 401, "a link works for 15 minutes");
    assert_eq!(world.post_token("", &[]).status, 401);

    // A week later everybody signs in anew.
    assert_eq!(world.browse(&browser, "GET", "/api/v1/session", &Value::Null).0, 200);
    world.advance(7 * 86_400_000);
    assert_eq!(world.browse(&browser, "GET", "/api/v1/session", &Value::Null).0, 401);
}

#[test]
fn only_our_own_pages_change_anything() {
    let world = World::new(1);
    let browser = world.sign_in("ada", "admin", &Value::Null);
    let (cookie, csrf) = (browser.cookie.as_str(), browser.csrf.as_str());
    let put = |headers: &[(&str, &str)]| {
        let team = json!({"name": "North"});
        let (status, answer) = world.browse_with(headers, "PUT", "/api/v1/teams/north", &team);
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    };
    let refused = |code: &str| (403, code.to_owned());
    assert_eq!(put(&[("cookie", cookie)]), refused("csrf_token_missing"));
    let wrong = [("cookie", cookie), ("x-tributary-csrf", "0123456789abcdef0123456789abcdef")];
    assert_eq!(put(&wrong), refused("csrf_token_missing"));
    let foreign = [
        ("cookie", cookie),
        ("x-tributary-csrf", csrf),
        ("host", "crm.example"),
        ("origin", "https://evil.example"),
    ];
    assert_eq!(put(&foreign), refused("foreign_origin"));
    assert_eq!(put(&[("cookie", cookie), ("x-tributary-csrf", csrf)]).0, 200);
    // Signing out is a change too, and ends the session for good.
    let (status, _) =
        world.browse_with(&[("cookie", cookie)], "DELETE", "/api/v1/session", &Value::Null);
    assert_eq!(status, 403);
    assert_eq!(world.browse(&browser, "DELETE", "/api/v1/session", &Value::Null).0, 204);
    assert_eq!(world.browse(&browser, "GET", "/api/v1/session", &Value::Null).0, 401);
}

#[test]
fn disabling_and_another_role_end_sessions_and_an_administrator_remains() {
    let world = World::new(1);
    let ada = world.sign_in("ada", "admin", &Value::Null);
    let sam = world.sign_in("sam", "sales", &Value::Null);
    let session =
        |browser: &Browser| world.browse(browser, "GET", "/api/v1/session", &Value::Null).0;
    let user = |id: &str, role: &str, state: &str| {
        let email = format!("{id}@example.com");
        let body = json!({"name": id, "email": email, "role": role, "state": state});
        world.browse(&ada, "PUT", &format!("/api/v1/users/{id}"), &body)
    };
    assert_eq!(user("sam", "service", "active").0, 200);
    assert_eq!(session(&sam), 401);
    let sam = world.sign_in("sam", "service", &Value::Null);
    assert_eq!(user("sam", "service", "disabled").0, 200);
    assert_eq!(session(&sam), 401);
    let link = json!({"email": "sam@example.com"});
    assert_eq!(world.send("POST", "/api/v1/sign-in", &link).0, 202, "nobody learns who is who");
    assert_eq!(world.get("/api/v1/messages")["items"], json!([]));
    for (role, state) in [("sales", "active"), ("admin", "disabled")] {
        assert_eq!(user("ada", role, state).1["code"], "last_admin");
    }
    assert_eq!(session(&ada), 200);
}

#[test]
fn a_mailed_link_is_in_the_outbox_and_nobody_else_reads_it() {
    let world = World::new(1);
    world.sign_in("ada", "admin", &Value::Null);
    let ask = json!({"email": " Ada@Example.com ", "language": "en", "return_to": "/profiles"});
    for _ in 0..9 {
        assert_eq!(world.send("POST", "/api/v1/sign-in", &ask), (202, json!({})));
    }
    let sent = world.get("/api/v1/messages");
    let items = sent["items"].as_array().expect("messages");
    assert_eq!(items.len(), 5, "five in a quarter of an hour are enough: {sent}");
    assert_eq!(items[0]["status"], "sent", "{sent}");
    assert!(!sent.to_string().contains("token="), "{sent}");
    let stored = world.0.db.sqlite.dump("SELECT content, rendered FROM messages");
    assert!(!stored.join("\n").contains("token"), "nothing of it is kept: {stored:?}");
}

#[test]
fn a_key_does_what_its_scopes_say_until_it_is_revoked() {
    let world = company();
    let (status, key) = world.send(
        "POST",
        "/api/v1/api-keys",
        &json!({"name": "warehouse", "scopes": ["profiles:view"]}),
    );
    assert_eq!(status, 201, "{key}");
    let header = format!("Bearer {}", key["key"].as_str().expect("the key"));
    let get =
        |path: &str| world.browse_with(&[("authorization", &header)], "GET", path, &Value::Null);
    let (status, answer) = get("/api/v1/profiles");
    assert_eq!(status, 200);
    assert!(answer.to_string().contains("****"), "masked without personal_data:view");
    assert_eq!(get("/api/v1/leads").0, 403);
    assert_eq!(get("/api/v1/api-keys").0, 403);
    let listed = world.get("/api/v1/api-keys");
    assert_eq!(listed["items"][0]["last_used_at"], json!(world.now().0));
    assert!(listed["items"][0]["key"].is_null());
    let stored = world.0.db.sqlite.dump("SELECT * FROM api_keys").join("\n");
    assert!(!stored.contains(key["key"].as_str().expect("the key")), "only the hash is kept");
    let path = format!("/api/v1/api-keys/{}", key["id"].as_str().expect("an id"));
    assert_eq!(world.send("DELETE", &path, &Value::Null).0, 204);
    assert_eq!(get("/api/v1/profiles").0, 401);
    let unknown = json!({"name": "x", "scopes": ["everything:edit"]});
    assert_eq!(world.send("POST", "/api/v1/api-keys", &unknown).0, 422);
}

#[test]
fn the_audit_log_knows_changes_and_views_and_notices_when_it_was_tampered_with() {
    let world = company();
    let manager = world.sign_in("mona", "manager", &Value::Null);
    let marketing = world.sign_in("max", "marketing", &Value::Null);
    let profile = world.get("/api/v1/profiles")["items"][0]["id"].clone();
    let path = format!("/api/v1/profiles/{}", profile.as_str().expect("an id"));
    for browser in [&manager, &manager, &marketing] {
        assert_eq!(world.browse(browser, "GET", &path, &Value::Null).0, 200);
    }
    let team = json!({"name": "North"});
    assert_eq!(world.send("PUT", "/api/v1/teams/north", &team).0, 200);
    let of = |actor: &str, action: &str| {
        let found = world.get(&format!("/api/v1/audit?actor={actor}&action={action}"));
        found["items"].as_array().expect("entries").clone()
    };
    assert_eq!(of("mona", "personal_data_viewed").len(), 1, "twice in a quarter is one view");
    assert_eq!(of("max", "personal_data_viewed").len(), 0, "what is masked is no personal data");
    let changed = of("admin-token", "changed");
    assert!(changed.iter().any(|entry| entry["object"] == "teams/north"), "{changed:?}");
    world.advance(16 * 60_000);
    assert_eq!(world.browse(&manager, "GET", &path, &Value::Null).0, 200);
    assert_eq!(of("mona", "personal_data_viewed").len(), 2);

    let verified = world.get("/api/v1/audit/verification");
    assert_eq!(verified["intact"], true, "{verified}");
    let entries = verified["entries"].as_i64().expect("a count");
    for tampering in
        ["UPDATE audit SET actor = 'x' WHERE seq = 2", "DELETE FROM audit WHERE seq = 2"]
    {
        world.0.db.sqlite.with(|db| {
            let refused = db.execute(tampering, []);
            assert!(refused.is_err(), "the log is append-only: {tampering}");
        });
    }
    // Whoever gets around that is found out.
    world.0.db.sqlite.with(|db| {
        db.execute_batch(
            "DROP TRIGGER audit_is_not_changed; UPDATE audit SET actor = 'x' WHERE seq = 2",
        )
        .expect("a determined administrator");
    });
    let verified = world.get("/api/v1/audit/verification");
    assert_eq!((&verified["intact"], &verified["broken_at"]), (&json!(false), &json!(2)));
    assert!(entries > 3);
}

#[test]
fn people_are_found_by_number_address_name_and_id() {
    let world = company();
    let profile = world.get("/api/v1/profiles")["items"][0].clone();
    let id = profile["id"].as_str().expect("an id");
    let found = |query: &str| -> Vec<String> {
        let answer = world.get(&format!("/api/v1/search?q={query}"));
        let items = answer["items"].as_array().expect("items").clone();
        items.iter().map(|item| item["id"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert!(found(id).contains(&id.to_owned()));
    let identities = profile["identities"].as_array().expect("identities").clone();
    for identity in identities.iter().filter(|one| one["kind"] != "cart") {
        let value = identity["value"].as_str().expect("a value");
        let query: String = value.replace('+', "%2B");
        assert!(found(&query).contains(&id.to_owned()), "{value}");
    }
    assert_eq!(found("nobody-has-this"), Vec::<String>::new());
    assert_eq!(found(""), Vec::<String>::new());
    // By name, of however it is written; and no more by a name that somebody no longer has.
    let name = |delivery: &str, name: &str| {
        let body = json!({
            "type": "identify", "messageId": delivery, "userId": "renamed",
            "traits": {"name": name}, "writeKey": "wk_lead",
        });
        let mut request = api("POST", "/v1/identify", &body);
        request.headers.retain(|(name, _)| name != "authorization");
        assert_eq!(world.request(request).status, 200);
        world.advance(1_000);
    };
    name("d-1", "欧阳娜娜");
    assert_eq!(found("欧阳").len(), 1);
    assert_eq!(found("阳娜").len(), 1);
    name("d-2", "Anna Müller");
    assert_eq!(found("欧阳").len(), 0);
    assert_eq!(found("müll").len(), 1);
    assert_eq!(found("anna mü"), found("müll"));
}
