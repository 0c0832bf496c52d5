use super::*;
use crate::enrich::testing::{NOW, answer, config, survives_anything, touchpoint};

fn page() -> EndpointConfig {
    config(("page_access_token", "EAAB"), &[])
}

fn lead(id: &Value) -> Touchpoint {
    let mut lead = touchpoint("meta.lead_received", &[]);
    lead.properties = json!({ "leadgen_id": id });
    lead
}

fn told(status: u16, body: &Value) -> Answered {
    read(&page(), &["123".to_owned()], &answer(status, body), NOW)
}

#[test]
fn a_leads_answers_are_asked_for() {
    assert_eq!(ENRICH.asks(&page(), &lead(&json!("123"))), Some(Question::about("123")));
    for id in [json!("1/../me"), json!(""), json!(null), json!("me"), json!("1".repeat(33))] {
        assert_eq!(ENRICH.asks(&page(), &lead(&id)), None, "{id}");
    }
    assert_eq!(ENRICH.asks(&config(("app_secret", "s"), &[]), &lead(&json!("123"))), None);
    let request = compose(&page(), "", &["123".to_owned()]).expect("a request");
    assert!(request.url.starts_with("https://graph.facebook.com/123?fields="), "{}", request.url);
    assert!(request.url.ends_with("&access_token=EAAB"));
}

#[test]
fn what_was_entered_is_a_form() {
    let body = json!({
        "id": "123", "created_time": "2026-02-28T08:49:14+0000", "form_id": "9", "ad_id": "7",
        "field_data": [
            {"name": "full_name", "values": ["Ming Wang"]},
            {"name": "email", "values": ["ming@example.com"]},
            {"name": "phone_number", "values": ["+8613800138000"]},
            {"name": "how_many_seats", "values": ["50"]},
            {"name": "empty", "values": []},
        ],
    });
    let Answered::Told(drafts) = told(200, &body) else { panic!("told") };
    let Some(Some(draft)) = drafts.first() else { panic!("{drafts:?}") };
    assert_eq!(draft.name, "form.submitted");
    let at = Timestamp::parse_rfc3339("2026-02-28T08:49:14Z").map(Into::into);
    assert_eq!(draft.occurred_at, at, "when it was entered");
    let expect = [
        RawIdentifier::new(Kind::Email, "", "ming@example.com"),
        RawIdentifier::new(Kind::Phone, "", "+8613800138000"),
    ];
    assert_eq!(draft.identifiers, expect);
    for (name, value) in [
        ("name", "Ming Wang"),
        ("phone", "+8613800138000"),
        ("how_many_seats", "50"),
        ("form", "9"),
        ("lead", "123"),
    ] {
        assert_eq!(draft.properties[name], value, "{name}");
    }
    assert_eq!(draft.properties.get("empty"), None);
}

#[test]
fn what_the_vendor_refuses_says_whose_fault_it_is() {
    let error =
        |code: i64| json!({"error": {"message": "…", "type": "OAuthException", "code": code}});
    for code in [4, 17, 190, 613] {
        assert!(matches!(told(400, &error(code)), Answered::NotNow(_)), "{code}");
    }
    let gone = Answered::Refused { reason: "graph_100".to_owned() };
    assert_eq!(told(400, &error(100)), gone);
    assert!(matches!(told(500, &error(100)), Answered::NotNow(_)));
    survives_anything(&ENRICH, &page(), &["123".to_owned()]);
}
