//! Signing in: links lead to the company's own address, few are sent, and none lies about.

use serde_json::{Value, json};
use std::pin::Pin;
use tributary_service::Response;
use tributary_testkit::{DbFaults, World, api, step};

const PATH: &str = "/api/v1/sign-in";

fn set(world: &World, name: &str, value: &str) {
    world.0.vars.borrow_mut().insert(name.to_owned(), value.to_owned());
}

/// An installation that mails for real.
fn company() -> World {
    let world = World::new(1);
    world.sign_in("ada", "admin", &Value::Null);
    let endpoint = json!({"secrets": {"api_key": "k"}, "settings": {"from": "crm@example.com"}});
    assert_eq!(world.send("PUT", "/api/v1/endpoints/resend/main", &endpoint).0, 201);
    set(&world, "TRIBUTARY_ENV", "production");
    set(&world, "PUBLIC_URL", "https://crm.example.com");
    world
}

fn ask(email: &str) -> Value {
    json!({"email": email, "language": "en", "return_to": "/profiles"})
}

/// What the provider was asked to send.
fn mailed(world: &World) -> Vec<String> {
    let requests = world.0.providers.requests.borrow();
    requests.iter().map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect()
}

#[test]
fn links_name_the_public_address_and_nothing_a_sender_wrote() {
    let world = company();
    let mut request = api("POST", PATH, &ask("ada@example.com"));
    for header in ["host", "x-forwarded-host", "forwarded", "origin"] {
        let value = if header == "origin" { "https://other.example" } else { "evil.example" };
        request.headers.push((header.to_owned(), value.to_owned()));
    }
    assert_eq!(world.request(request.clone()).status, 403, "another site's page does not ask");
    request.headers.retain(|(name, _)| name != "origin");
    assert_eq!(world.request(request).status, 202);
    let mails = mailed(&world);
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("https://crm.example.com/sign-in#token="), "{mails:?}");
    assert!(!mails[0].contains("evil.example"), "{mails:?}");
}

#[test]
fn without_a_public_address_nothing_is_sent() {
    let world = company();
    for unset in ["", "http://crm.example.com", "crm.example.com", "javascript:alert(1)"] {
        let vars = &world.0.vars;
        if unset.is_empty() {
            vars.borrow_mut().remove("PUBLIC_URL");
        } else {
            set(&world, "PUBLIC_URL", unset);
        }
        for email in ["ada@example.com", "nobody@example.com"] {
            let (status, answer) = world.send("POST", PATH, &ask(email));
            assert_eq!((status, &answer["code"]), (503, &json!("public_url_missing")), "{unset}");
            assert!(answer["detail"].as_str().is_some_and(|it| it.contains("PUBLIC_URL")));
        }
        assert!(mailed(&world).is_empty());
    }
    // Nor is anybody sent to a provider that would send them back somewhere else.
    set(&world, "OIDC_ISSUER", "https://login.example.com");
    set(&world, "OIDC_CLIENT_ID", "crm");
    let sign_in = world.request(api("GET", "/api/v1/sign-in", &Value::Null));
    assert_eq!(sign_in.status, 200);
}

/// The outbox, a copy of the database and its log hold nothing that signs anybody in.
#[test]
fn a_token_is_sealed_while_it_waits_and_gone_once_it_is_sent() {
    let world = company();
    let everything = |world: &World| {
        let all = [
            "SELECT * FROM messages",
            "SELECT * FROM deliveries",
            "SELECT * FROM touchpoints",
            "SELECT * FROM sign_in_links",
        ];
        all.map(|sql| world.0.db.sqlite.dump(sql).join("\n")).join("\n")
    };
    // Asked for, not yet sent.
    let response = tributary_testkit::block_on(world.clone().dispatch(api(
        "POST",
        PATH,
        &ask("ada@example.com"),
    )));
    assert_eq!(response.status, 202);
    let waiting = everything(&world);
    assert!(waiting.contains("sealed~") && !waiting.contains("token="), "{waiting}");
    // A provider that fails keeps it waiting, rendered.
    let faults = tributary_testkit::ProviderFaults { broken: 100, ..Default::default() };
    world.0.providers.faults.set(faults);
    world.settle();
    let tried = everything(&world);
    assert!(tried.contains("queued") && !tried.contains("token="), "{tried}");
    world.0.providers.faults.set(Default::default());
    world.advance(600_000);
    let sent = everything(&world);
    assert!(
        sent.contains("sent") && !sent.contains("token=") && !sent.contains("sealed~"),
        "{sent}"
    );
    let mails = mailed(&world);
    let token = |mail: &String| {
        let rest = mail.split("token=").nth(1).expect("a token");
        rest.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
            .collect::<String>()
    };
    let tokens: Vec<String> = mails.iter().map(token).collect();
    assert!(
        tokens.len() > 1 && tokens.iter().all(|it| *it == tokens[0]),
        "every try said the same"
    );
    assert!(!sent.contains(&tokens[0]));
    assert_eq!(world.post_token(&tokens[0], &[]).status, 201, "and it is the link's");
    // One that cannot be sent is not kept either.
    world.send("DELETE", "/api/v1/endpoints/resend/main", &Value::Null);
    assert_eq!(world.send("POST", PATH, &ask("ada@example.com")).0, 202);
    let failed = everything(&world);
    assert!(failed.contains("no_provider") && !failed.contains("sealed~"), "{failed}");
}

/// The same answer, and the same work before it: neither status nor time tells who has an account.
#[test]
fn known_and_unknown_addresses_are_answered_alike() {
    let world = company();
    let calls = |email: &str| {
        let before = world.0.db.sqlite.calls.get();
        let request = api("POST", PATH, &ask(email));
        let response = tributary_testkit::block_on(world.clone().dispatch(request));
        (response.status, response.body, world.0.db.sqlite.calls.get() - before)
    };
    let known = calls("ada@example.com");
    assert_eq!(known.0, 202);
    for email in
        ["nobody@example.com", "ADA@example.org", "no user@example.com".replace(' ', "_").as_str()]
    {
        assert_eq!(calls(email), known, "{email}");
    }
    // Nor once the limit is reached, nor for somebody who is no more.
    for _ in 0..9 {
        assert_eq!(calls("ada@example.com"), known);
    }
    world.settle();
    assert_eq!(mailed(&world).len(), 5);
    let gone =
        json!({"name": "Bo", "email": "bo@example.com", "role": "sales", "state": "disabled"});
    assert_eq!(world.send("PUT", "/api/v1/users/bo", &gone).0, 201);
    assert_eq!(calls("bo@example.com"), known);
    world.settle();
    assert_eq!(mailed(&world).len(), 5);
}

#[test]
fn five_links_a_quarter_of_an_hour_hold_against_many_at_once() {
    let world = company();
    world.0.db.inject(DbFaults { interleave: true, ..DbFaults::default() });
    type Running = Pin<Box<dyn Future<Output = Response>>>;
    let mut running: Vec<Running> = (0..64)
        .map(|_| -> Running {
            Box::pin(world.clone().dispatch(api("POST", PATH, &ask("ada@example.com"))))
        })
        .collect();
    let mut answered = 0;
    for _ in 0..100_000 {
        running.retain_mut(|one| match step(one) {
            Some(response) => {
                assert_eq!(response.status, 202);
                answered += 1;
                false
            }
            None => true,
        });
        if running.is_empty() {
            break;
        }
    }
    world.0.db.inject(DbFaults::default());
    assert_eq!(answered, 64);
    world.settle();
    assert_eq!(mailed(&world).len(), 5);
    // A link that was used still counts.
    let mails = mailed(&world);
    let token = mails[0].split("token=").nth(1).expect("a token");
    let token: String =
        token.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    assert_eq!(world.post_token(&token, &[]).status, 201);
    assert_eq!(world.post_token(&token, &[]).status, 401, "a link works once");
    for _ in 0..3 {
        assert_eq!(world.send("POST", PATH, &ask("ada@example.com")).0, 202);
    }
    assert_eq!(mailed(&world).len(), 5);
    world.advance(15 * 60_000 + 1);
    assert_eq!(world.send("POST", PATH, &ask("ada@example.com")).0, 202);
    assert_eq!(mailed(&world).len(), 6, "a quarter of an hour later there is room");
}

#[test]
fn an_address_is_one_address() {
    let world = company();
    for email in [
        "ada@example.com,eve@evil.example",
        "ada@example.com;eve@evil.example",
        "ada@example.com\n",
        "\r\nada@example.com",
        "ada@example.com\r\nBcc: eve@evil.example",
        "ada\0@example.com",
        "ada@example.com\0",
        "<ada@example.com>",
        "Ada <ada@example.com>",
        "ada@example.com>",
        "ada@example",
        "",
        "ada",
        "ada@example.com eve@evil.example",
        "\"a\"@example.com",
        "ada@example.com\u{2028}",
        "ada@example.com\t",
    ] {
        let (status, answer) = world.send("POST", PATH, &ask(email));
        assert_eq!((status, &answer["code"]), (422, &json!("invalid_address")), "{email:?}");
        let user = json!({"name": "Eve", "email": email, "role": "sales"});
        let (status, answer) = world.send("PUT", "/api/v1/users/eve", &user);
        assert_eq!((status, &answer["code"]), (422, &json!("invalid_user")), "{email:?}");
        let rep = json!({"name": "Eve", "notify": {"email": email}});
        assert_eq!(world.send("PUT", "/api/v1/reps/eve", &rep).0, 422, "{email:?}");
    }
    assert!(mailed(&world).is_empty());
    assert_eq!(
        world.send("POST", PATH, &ask("  Ada@Example.com ")).0,
        202,
        "blanks and capitals are no fault"
    );
    assert_eq!(mailed(&world).len(), 1);
}
