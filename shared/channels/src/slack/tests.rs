use super::*;

#[test]
fn what_a_person_writes_is_a_message_whatever_its_form() {
    let named = |event: Value| {
        let body = json!({"event_id": "E1", "team_id": "T1", "event": event});
        let body = body.to_string().into_bytes();
        let request = InboundRequest { body, ..InboundRequest::default() };
        let config = EndpointConfig::default();
        let parsed = parse(&config, &request, &Verified::default(), Timestamp(0)).unwrap();
        (parsed.drafts[0].name.clone(), parsed.drafts[0].identifiers.len())
    };
    for subtype in
        [json!(null), json!("file_share"), json!("thread_broadcast"), json!("me_message")]
    {
        let mut event = json!({"type": "message", "user": "U1", "text": "hi"});
        if !subtype.is_null() {
            event["subtype"] = subtype.clone();
        }
        assert_eq!(named(event), ("message.received".to_owned(), 1), "{subtype}");
    }
    for event in [
        json!({"type": "message", "subtype": "channel_join", "user": "U1"}),
        json!({"type": "message", "subtype": "bot_message", "bot_id": "B1"}),
        json!({"type": "message", "subtype": 3, "user": "U1"}),
        json!({"type": "message", "bot_id": "B1", "user": "U1", "text": "hi"}),
    ] {
        assert_eq!(named(event.clone()), ("slack.unknown".to_owned(), 0), "{event}");
    }
}
