use super::*;

fn received(fields: &[(&str, &str)]) -> Draft {
    let mut form = form_urlencoded::Serializer::new(String::new());
    let body = form.extend_pairs(fields).finish().into_bytes();
    let request = InboundRequest { body, ..InboundRequest::default() };
    let config = EndpointConfig::default();
    let parsed = parse(&config, &request, &Verified::default(), Timestamp(0)).unwrap();
    assert_eq!(parsed.drafts.len(), 1);
    parsed.drafts.into_iter().next().unwrap()
}

#[test]
fn the_medium_is_that_of_the_persons_address() {
    for (fields, medium) in [
        (&[("MessageSid", "SM1"), ("From", "+14155550100"), ("Body", "STOP")][..], "sms"),
        (&[("MessageSid", "SM1"), ("From", "rcs:+14155550100"), ("Body", "STOP")], "sms"),
        (&[("MessageSid", "SM1"), ("From", "whatsapp:+14155550100"), ("Body", "STOP")], "whatsapp"),
        (&[("MessageSid", "SM1"), ("From", "messenger:4711"), ("Body", "STOP")], "messenger"),
        (
            &[("MessageSid", "SM1"), ("To", "whatsapp:+14155550100"), ("MessageStatus", "read")],
            "whatsapp",
        ),
        (&[("CallSid", "CA1"), ("From", "+14155550100"), ("CallStatus", "ringing")], "call"),
    ] {
        assert_eq!(received(fields).properties["medium"], medium, "{fields:?}");
    }
}

#[test]
fn the_vendors_flag_and_the_senders_name_are_handed_on() {
    let found = received(&[
        ("MessageSid", "SM1"),
        ("From", "whatsapp:+14155550100"),
        ("Body", "NOPE"),
        ("OptOutType", "STOP"),
        ("ProfileName", "Li Na"),
    ]);
    assert_eq!(found.properties["opt_out_type"], "STOP");
    assert_eq!(found.context["traits"], json!({"name": "Li Na"}));
}

#[test]
fn a_refusal_because_the_person_stopped_it_is_a_withdrawal() {
    let failed = |to: &str, code: &str| {
        let fields =
            [("MessageSid", "SM1"), ("To", to), ("MessageStatus", "failed"), ("ErrorCode", code)];
        received(&fields).context.get("consents").cloned().unwrap_or_default()
    };
    let of = |medium: &str| json!([{"medium": medium, "state": "withdrawn"}]);
    assert_eq!(failed("+14155550100", "21610"), of("sms"));
    assert_eq!(failed("whatsapp:+14155550100", "21610"), of("whatsapp"));
    assert_eq!(failed("+14155550100", "30003"), Value::Null);
}
