use super::*;

fn received(update: &Value) -> Draft {
    let config = EndpointConfig { id: "bot".to_owned(), ..EndpointConfig::default() };
    let body = update.to_string().into_bytes();
    let request = InboundRequest { body, ..InboundRequest::default() };
    let parsed = parse(&config, &request, &Verified::default(), Timestamp(0)).unwrap();
    parsed.drafts.into_iter().next().unwrap()
}

fn ivan() -> Value {
    json!({"id": 5, "is_bot": false, "first_name": "Ivan", "last_name": "Petrov"})
}

/// `kind value` of each identifier.
fn who(draft: &Draft) -> Vec<String> {
    draft.identifiers.iter().map(|one| format!("{} {}", one.kind.id(), one.value)).collect()
}

#[test]
fn what_becomes_of_the_bot_in_a_group_is_about_the_group() {
    let member = |chat: Value, status: &str| {
        received(&json!({"update_id": 1, "my_chat_member": {
            "from": ivan(), "chat": chat, "date": 1_772_351_990,
            "old_chat_member": {"status": "member"}, "new_chat_member": {"status": status},
        }}))
    };
    let private = || json!({"id": 5, "type": "private"});
    assert_eq!(member(private(), "kicked").name, "account.unfollowed");
    assert_eq!(member(private(), "member").name, "account.followed");
    for kind in ["group", "supergroup", "channel"] {
        for status in ["kicked", "left", "member", "administrator", "restricted"] {
            let found = member(json!({"id": -100, "type": kind}), status);
            assert_eq!(found.name, "telegram.group_changed", "{kind} {status}");
            assert_eq!(found.properties["group_id"], "-100");
        }
    }
}

#[test]
fn a_number_is_whose_it_is() {
    let shared = |contact: Value| {
        received(&json!({"update_id": 1, "message": {
            "message_id": 9, "from": ivan(), "chat": {"id": 5, "type": "private"},
            "date": 1_772_351_990, "contact": contact,
        }}))
    };
    let own = shared(json!({"phone_number": "79261234567", "first_name": "Ivan", "user_id": 5}));
    assert_eq!(who(&own), ["telegram_user 5", "phone +79261234567"]);
    let own = shared(json!({"phone_number": "+79261234567", "user_id": 5}));
    assert_eq!(who(&own), ["telegram_user 5", "phone +79261234567"]);
    for another in [
        json!({"phone_number": "+79267654321", "first_name": "Olga", "user_id": 6}),
        json!({"phone_number": "+79267654321", "first_name": "Olga"}),
        json!({"phone_number": "+79267654321", "vcard": "BEGIN:VCARD", "user_id": 50}),
        json!({"user_id": 5}),
        json!("+79261234567"),
    ] {
        assert_eq!(who(&shared(another.clone())), ["telegram_user 5"], "{another}");
    }
}

#[test]
fn what_is_written_has_its_author_and_says_where() {
    let message = |more: Value| {
        let mut message = json!({"message_id": 9, "from": ivan(), "date": 1_772_351_990,
            "chat": {"id": 5, "type": "private"}, "text": "hi"});
        if let (Value::Object(message), Value::Object(more)) = (&mut message, more) {
            message.extend(more);
        }
        received(&json!({"update_id": 1, "message": message}))
    };
    let found = message(json!({}));
    assert_eq!(found.context["traits"], json!({"first_name": "Ivan", "last_name": "Petrov"}));
    assert_eq!(found.properties.get("group_id"), None);
    let found = message(json!({"chat": {"id": -7, "type": "group"}}));
    assert_eq!(
        (found.name.as_str(), &found.properties["group_id"]),
        ("message.received", &json!("-7"))
    );
    let found = message(json!({"text": null, "caption": "the broken one"}));
    assert_eq!(found.properties["text"], "the broken one");
    // In the name of a group or a channel, and by a program.
    for by_none in [
        json!({"sender_chat": {"id": -7, "type": "supergroup"}}),
        json!({"from": {"id": 777_000, "first_name": "Telegram"}, "sender_chat": {"id": -8, "type": "channel"}}),
        json!({"from": {"id": 9, "is_bot": true, "first_name": "b"}}),
    ] {
        let found = message(by_none.clone());
        assert_eq!((who(&found), found.context.get("traits")), (Vec::new(), None), "{by_none}");
    }
    for (kind, field) in
        [("poll_answer", "user"), ("inline_query", "from"), ("chat_join_request", "from")]
    {
        let found = received(&json!({"update_id": 3, kind: {"id": "1", field: ivan()}}));
        assert_eq!(
            (found.name.as_str(), who(&found)),
            ("telegram.unknown", vec!["telegram_user 5".to_owned()])
        );
    }
    let edited =
        json!({"update_id": 2, "edited_message": {"message_id": 9, "from": ivan(), "text": "hi!"}});
    let edited = received(&edited);
    assert_eq!(
        (edited.name.as_str(), who(&edited)),
        ("telegram.message_edited", vec!["telegram_user 5".to_owned()])
    );
}
