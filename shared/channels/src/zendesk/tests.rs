use super::*;

fn received(kind: &str, detail: Value, event: Value) -> Draft {
    let body = json!({"id": "e1", "account_id": 7, "type": format!("zen:event-type:{kind}"),
        "detail": detail, "event": event});
    let body = body.to_string().into_bytes();
    let request = InboundRequest { body, ..InboundRequest::default() };
    let config = EndpointConfig::default();
    let parsed = parse(&config, &request, &Verified::default(), Timestamp(0)).unwrap();
    parsed.drafts.into_iter().next().unwrap()
}

#[test]
fn a_comment_is_its_authors_unless_a_colleague_wrote_it() {
    let comment = |author: Value| json!({"comment": {"body": "Any news?", "author": author}});
    for (event, person, names) in [
        (
            comment(json!({"id": 3, "is_staff": false, "name": "Li Na"})),
            "3",
            json!({"name": "Li Na"}),
        ),
        (comment(json!({"id": 9, "is_staff": true, "name": "Agent"})), "1", Value::Null),
        (json!({}), "1", Value::Null),
    ] {
        let found = received("ticket.comment_added", json!({"id": 5, "requester_id": 1}), event);
        assert_eq!(found.identifiers[0].value, person);
        assert_eq!(found.context.get("traits").cloned().unwrap_or_default(), names);
    }
}

#[test]
fn a_user_brings_all_they_are_known_by() {
    let user = json!({"id": 3, "external_id": "u1", "email": "y@example.com", "name": "Li Na",
        "phone": "+8613800138000"});
    let found = received("user.created", user, json!({}));
    let kinds: Vec<&str> = found.identifiers.iter().map(|one| one.kind.id()).collect();
    assert_eq!(kinds, ["zendesk_user", "user_id", "email", "phone"]);
    assert_eq!(found.context["traits"], json!({"name": "Li Na"}));
}
