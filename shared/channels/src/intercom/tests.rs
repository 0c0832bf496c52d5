use super::*;

fn received(topic: &str, item: Value) -> Draft {
    let body = json!({"id": "n1", "app_id": "app", "topic": topic, "data": {"item": item}});
    let body = body.to_string().into_bytes();
    let request = InboundRequest { body, ..InboundRequest::default() };
    let config = EndpointConfig { id: "main".to_owned(), ..EndpointConfig::default() };
    let parsed = parse(&config, &request, &Verified::default(), Timestamp(0)).unwrap();
    parsed.drafts.into_iter().next().unwrap()
}

/// `kind value` of each identifier.
fn who(draft: &Draft) -> Vec<String> {
    draft.identifiers.iter().map(|one| format!("{} {}", one.kind.id(), one.value)).collect()
}

fn admin() -> Value {
    json!({"type": "admin", "id": "a1", "name": "Agent", "email": "agent@ours.example"})
}

#[test]
fn a_message_is_its_authors_wherever_that_stands() {
    let user = || json!({"type": "user", "id": "c1", "name": "Li Na", "email": "y@example.com"});
    let listed = |more: Value| json!({"contacts": [more]});
    let plain = || json!({"type": "contact", "id": "c1"});
    let known = || json!({"type": "contact", "id": "c1", "external_id": "u1"});
    let part =
        |author: Value| json!({"conversation_parts": [{"body": "<p>Yes</p>", "author": author}]});
    let by_admin = || json!({"body": "<p>Offer</p>", "author": admin()});
    let (email, contact) = ("email y@example.com", "intercom_contact c1");
    for (topic, item, expect) in [
        (
            "conversation.user.replied",
            json!({"source": by_admin(), "contacts": listed(plain()), "conversation_parts": part(user())}),
            vec![email, contact, contact],
        ),
        (
            "conversation.user.replied",
            json!({"source": by_admin(), "contacts": listed(known()), "conversation_parts": part(user())}),
            vec![email, contact, "user_id u1", contact],
        ),
        (
            "conversation.user.replied",
            json!({"source": by_admin(), "contacts": listed(known())}),
            vec!["user_id u1", contact],
        ),
        (
            "conversation.user.created",
            json!({"source": {"body": "hi", "author": user()}}),
            vec![email, contact],
        ),
        ("ticket.created", json!({"contacts": listed(known())}), vec!["user_id u1", contact]),
        (
            "ticket.contact.replied",
            json!({"contacts": listed(plain()), "ticket_parts": {"ticket_parts": [{"author": user()}]}}),
            vec![email, contact, contact],
        ),
        ("ticket.created", json!({"ticket": {"contacts": listed(plain())}}), vec![contact]),
        (
            "contact.lead.created",
            json!({"type": "contact", "id": "c1", "phone": "+8613800138000"}),
            vec!["phone +8613800138000", contact],
        ),
        (
            "contact.tag.created",
            json!({"contact": known(), "tag": {"id": "t"}}),
            vec!["user_id u1", contact],
        ),
        (
            "conversation.user.created",
            json!({"user": {"id": "c1", "user_id": "u1"}}),
            vec!["user_id u1", contact],
        ),
        // Which of several wrote, nothing says; and what a colleague wrote to nobody known.
        (
            "conversation.user.replied",
            json!({"source": by_admin(), "contacts": {"contacts": [plain(), {"id": "c2"}]}}),
            vec![],
        ),
        ("conversation.admin.replied", json!({"source": by_admin()}), vec![]),
    ] {
        let found = received(topic, item.clone());
        assert_eq!(who(&found), expect, "{topic} {item}");
    }
}

#[test]
fn the_text_and_the_name_are_the_authors() {
    let parts = json!({"conversation_parts": [
        {"body": "<p>Any news?</p>", "author": admin()},
        {"body": "<p>Yes</p>", "author": {"type": "lead", "id": "c1", "name": "Li Na"}},
    ]});
    let item =
        json!({"source": {"body": "<p>Offer</p>", "author": admin()}, "conversation_parts": parts});
    let found = received("conversation.user.replied", item);
    assert_eq!(found.properties["text"], "<p>Yes</p>");
    assert_eq!(found.context["traits"], json!({"name": "Li Na"}));
    let item = json!({"source": {"body": "<p>Offer</p>", "author": admin()}});
    let found = received("conversation.admin.replied", item);
    assert_eq!((found.name.as_str(), found.context.get("traits")), ("intercom.unknown", None));
}
