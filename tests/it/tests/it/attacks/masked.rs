//! Masked means masked: in every answer, in every spelling, and not to be found out by asking.

use super::{company, identify, key};
use serde_json::{Value, json};
use tributary_testkit::World;

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Everything that is known about one person stands in traits, in touchpoints and in search.
#[test]
fn no_answer_holds_what_a_profile_knows_about_its_person() {
    let world = company();
    let link =
        "https://shop.example/u?tel=%2B8613977776666&e=nana%2540example.com&birthday=1991-02-03";
    identify(
        &world,
        "u-nana-2041",
        &json!({
            "name": "娜娜", "phone": "139 7777 6666", "email": "nana@example.com", "birthday": "1991-02-03",
            "openid": "oNanaNanaNana77", "id_card": "310104199102031234", "address": {"street": "南京路 7 号"},
            "first_name": "Nanalisa", "blood_type": "AB-", "landing": link,
            "note": "联系人 nana@example.com / １３９-７７７７-６６６６ wechat_openid@wx1:oNanaNanaNana77",
        }),
    );
    let fields = json!({"fields": ["Blood type"]});
    assert_eq!(world.send("PUT", "/api/v1/personal-fields", &fields), (200, fields.clone()));
    assert_eq!(world.get("/api/v1/personal-fields"), fields);
    let personal = [
        "13977776666",
        "7777 6666",
        "7777-6666",
        "77776666",
        "７７７７",
        "nana@example",
        "nana%",
        "1991-02-03",
        "oNanaNana",
        "310104199102031234",
        "南京路",
        "Nanalisa",
        "AB-",
        "u-nana-2041",
    ];
    let id =
        world.get("/api/v1/profiles?identity=email:nana@example.com")["items"][0]["id"].clone();
    let id = id.as_str().expect("a profile");
    let paths = [
        "/api/v1/profiles".to_owned(),
        format!("/api/v1/profiles/{id}"),
        format!("/api/v1/profiles/{id}/timeline"),
        format!("/api/v1/profiles/{id}/identities"),
        "/api/v1/touchpoints".to_owned(),
        "/api/v1/messages".to_owned(),
        format!("/api/v1/search?q={}", encoded("娜娜")),
        format!("/api/v1/search?q={}", encoded("13977776666")),
        "/api/v1/profiles?identity=email:nana@example.com".to_owned(),
    ];
    let clear = world.sign_in("clara", "manager", &Value::Null);
    for role in ["marketing", "read_only"] {
        let browser = world.sign_in(&role.replace('_', "-"), role, &Value::Null);
        for path in &paths {
            let (status, answer) = world.browse(&browser, "GET", path, &Value::Null);
            let text = answer.to_string();
            assert_eq!(status, 200, "{path}: {text}");
            for one in personal {
                assert!(!text.contains(one), "{role}: {one} in {path}: {text}");
            }
        }
        let (_, profile) = world.browse(&browser, "GET", &paths[1], &Value::Null);
        assert_eq!(profile["traits"]["name"], "娜娜", "what may be seen is seen");
    }
    let (_, full) = world.browse(&clear, "GET", &paths[1], &Value::Null);
    assert_eq!(full["trait_sources"]["birthday"]["value"], "1991-02-03");
    // Names that answers are made of cannot be taken away.
    for fields in [json!(["name"]), json!(["ID"]), json!([" "]), json!([7])] {
        let put = json!({"fields": fields});
        assert_eq!(world.send("PUT", "/api/v1/personal-fields", &put).0, 422, "{fields}");
    }
    let marketing = world.sign_in("mark", "marketing", &Value::Null);
    let put = json!({"fields": []});
    assert_eq!(world.browse(&marketing, "PUT", "/api/v1/personal-fields", &put).0, 403);
}

#[test]
fn search_answers_lists_of_typed_values() {
    let world = company();
    let found = world.get("/api/v1/search?q=13811112222");
    let item = &found["items"][0];
    assert_eq!(item["matched"], "phone", "{found}");
    let identities = item["identities"].as_array().expect("a list");
    let phone = identities.iter().find(|one| one["kind"] == "phone").expect("a phone");
    assert_eq!(phone["value"], "+8613811112222");
    assert_eq!(phone["identity"], "phone:+8613811112222");
    assert!(item["detail"].is_null());
}

/// A number is not found out digit by digit, nor by trying many.
#[test]
fn who_sees_no_numbers_finds_few_people_by_them() {
    let world = company();
    let masked = world.sign_in("max", "marketing", &Value::Null);
    let seen = |path: &str| world.browse(&masked, "GET", path, &Value::Null);
    let found = |query: &str| {
        let (status, answer) = seen(&format!("/api/v1/search?q={}", encoded(query)));
        (status, answer["items"].as_array().map_or(0, Vec::len))
    };
    assert_eq!(found("13811112222"), (200, 1), "the whole number leads to its person");
    for part in ["+8613811112", "1381111", "buyer", "buyer@co", "lead", "o6"] {
        assert_eq!(found(part).1, 0, "{part}");
    }
    assert_eq!(world.get("/api/v1/search?q=1381111222")["items"].as_array().map(Vec::len), Some(0));
    assert!(
        !world.get("/api/v1/search?q=%2B8613811112")["items"].as_array().expect("items").is_empty()
    );
    // Noted, without the number itself.
    let noted = world.get("/api/v1/audit?actor=max&action=looked_up");
    assert!(!noted["items"].as_array().expect("entries").is_empty());
    assert!(!noted.to_string().contains("1381111"), "{noted}");
    let mut refused = 0;
    for n in 0..90 {
        let path = match n % 3 {
            0 => format!("/api/v1/profiles?identity=phone:138{n:08}"),
            1 => format!("/api/v1/messages?identity=phone:%2B86138{n:08}"),
            _ => format!("/api/v1/search?q=a{n}@example.com"),
        };
        let (status, answer) = seen(&path);
        if status == 429 {
            assert_eq!(answer["code"], "too_many_lookups");
            refused += 1;
        }
    }
    assert!((25..=90).contains(&refused), "{refused} of 90 refused");
    // Names are free, the same number again costs nothing, others have their own count, an hour ends it.
    assert_eq!(found("王总").0, 200);
    assert_eq!(found("13811112222").0, 200);
    let other = world.sign_in("mia", "marketing", &Value::Null);
    let path = "/api/v1/search?q=13899990000";
    assert_eq!(world.browse(&other, "GET", path, &Value::Null).0, 200);
    let clear = world.sign_in("mona", "manager", &Value::Null);
    for n in 0..70 {
        let path = format!("/api/v1/profiles?identity=phone:139{n:08}");
        assert_eq!(world.browse(&clear, "GET", &path, &Value::Null).0, 200);
    }
    world.advance(3_600_000);
    assert_eq!(seen("/api/v1/search?q=13899990000").0, 200);
}

#[test]
fn a_key_without_the_right_sees_no_staff_addresses_either() {
    let world = World::new(1);
    world.sign_in("ada", "admin", &Value::Null);
    for (scopes, clear) in
        [(&["users:view"][..], false), (&["users:view", "personal_data:view"], true)]
    {
        let header = key(&world, scopes);
        let headers = [("authorization", header.as_str())];
        let (status, answer) = world.browse_with(&headers, "GET", "/api/v1/users", &Value::Null);
        assert_eq!(status, 200);
        assert_eq!(answer.to_string().contains("ada@example.com"), clear, "{answer}");
    }
}
