use super::*;

fn received(object: &str, event: Value) -> Draft {
    let Value::Object(event) = event else { panic!("an object") };
    draft(object, "110", &event).unwrap()
}

#[test]
fn the_medium_is_the_app_that_it_came_by() {
    let hello = || json!({"sender": {"id": "7"}, "recipient": {"id": "110"}, "message": {"mid": "m", "text": "stop"}});
    assert_eq!(received("page", hello()).properties["medium"], "messenger");
    assert_eq!(received("instagram", hello()).properties["medium"], "instagram");
}

#[test]
fn notifications_that_were_ended_are_left() {
    let optin = |status: &str| {
        received(
            "page",
            json!({"sender": {"id": "7"}, "recipient": {"id": "110"},
            "optin": {"type": "notification_messages", "notification_messages_status": status}}),
        )
    };
    assert_eq!(optin("STOP_NOTIFICATIONS").name, "account.unfollowed");
    assert_eq!(optin("RESUME_NOTIFICATIONS").name, "account.followed");
    let plain = received("page", json!({"sender": {"id": "7"}, "optin": {"ref": "x"}}));
    assert_eq!(plain.name, "account.followed");
}

#[test]
fn what_a_person_shares_by_the_button_is_theirs() {
    let who = |text: &str, button: Value| {
        let event = json!({"sender": {"id": "7"}, "recipient": {"id": "110"},
            "message": {"mid": "m", "text": text, "quick_reply": button}});
        let found = received("page", event);
        found
            .identifiers
            .iter()
            .map(|one| format!("{} {}", one.kind.id(), one.value))
            .collect::<Vec<_>>()
    };
    let carrying = |payload: &str| json!({"payload": payload});
    let number = "+14155550100";
    assert_eq!(who(number, carrying(number)), ["messenger_user 7", "phone +14155550100"]);
    let mail = "li@example.com";
    assert_eq!(who(mail, carrying(mail)), ["messenger_user 7", "email li@example.com"]);
    // Typed, or a button of the page's own.
    for (text, button) in [
        (number, Value::Null),
        (number, carrying("CALL_ME")),
        ("Prices", carrying("Prices")),
        ("+1", carrying("+1")),
        ("14155550100", carrying("14155550100")),
    ] {
        assert_eq!(who(text, button.clone()), ["messenger_user 7"], "{text} {button}");
    }
}
