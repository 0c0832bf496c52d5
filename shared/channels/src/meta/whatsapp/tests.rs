use super::*;

fn value(text: Value) -> Map<String, Value> {
    match text {
        Value::Object(value) => value,
        _ => Map::new(),
    }
}

#[test]
fn a_message_brings_its_medium_and_the_senders_name() {
    let found = drafts(&value(json!({
        "metadata": {"phone_number_id": "77"},
        "contacts": [{"wa_id": "8613800138000", "profile": {"name": "Li Na"}}],
        "messages": [{"from": "8613800138000", "id": "w1", "type": "text", "text": {"body": "stop"}}],
        "statuses": [{"id": "w0", "status": "read", "recipient_id": "8613800138000"}],
    })));
    assert_eq!(found[0].context["traits"], json!({"name": "Li Na"}));
    assert_eq!(found[1].context.get("traits"), None);
    assert!(found.iter().all(|one| one.properties["medium"] == "whatsapp"));
    // The name of another who is in the same request is not the sender's.
    let found = drafts(&value(json!({
        "contacts": [{"wa_id": "8613900139000", "profile": {"name": "Wang Wei"}}],
        "messages": [{"from": "8613800138000", "id": "w1", "type": "text", "text": {"body": "hi"}}],
    })));
    assert_eq!(found[0].context.get("traits"), None);
}

#[test]
fn the_menu_that_stops_marketing_is_a_consent() {
    let said = |word: &str| {
        preferences(&value(json!({"user_preferences": [{"wa_id": "8613800138000",
            "detail": "…", "category": "marketing_messages", "value": word, "timestamp": 1_772_351_990}]})))
    };
    for (word, state) in [("stop", "withdrawn"), ("resume", "granted")] {
        let found = said(word);
        assert_eq!(found[0].name, "consent.updated");
        let properties = &found[0].properties;
        let got = ["medium", "purpose", "state"].map(|name| properties[name].as_str());
        assert_eq!(got, [Some("whatsapp"), Some("marketing"), Some(state)]);
        assert_eq!(found[0].identifiers[0].value, "+8613800138000");
    }
    assert_eq!(said("later"), []);
}

#[test]
fn a_refusal_because_the_person_stopped_it_is_a_withdrawal() {
    let failed = |code: i64| {
        let found = drafts(&value(json!({"statuses": [{"id": "w1", "status": "failed",
            "recipient_id": "8613800138000", "errors": [{"code": code, "title": "…"}]}]})));
        found[0].context.get("consents").cloned().unwrap_or_default()
    };
    let stopped = json!([{"medium": "whatsapp", "purpose": "marketing", "state": "withdrawn"}]);
    assert_eq!(failed(131_050), stopped);
    assert_eq!(failed(131_026), Value::Null);
}
