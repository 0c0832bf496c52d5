use super::*;
use crate::channel::{EndpointConfig, InboundRequest, Verified};
use crate::receiver;
use serde_json::json;
use tributary_core::time::Timestamp;

/// What the channel makes of a body whose sender is proven: `name address purpose state`.
#[track_caller]
fn check(channel: &str, groups: &str, body: &Value, expect: &[&str]) {
    let config = EndpointConfig {
        channel: channel.to_owned(),
        id: "main".to_owned(),
        settings: [("groups".to_owned(), groups.to_owned())].into(),
        ..EndpointConfig::default()
    };
    let request = InboundRequest {
        method: "POST".to_owned(),
        body: body.to_string().into_bytes(),
        ..InboundRequest::default()
    };
    let inbound = receiver(channel).and_then(|it| it.inbound).unwrap();
    let parsed = (inbound.parse)(&config, &request, &Verified::default(), Timestamp(1)).unwrap();
    let text = |draft: &Draft, field: &str| {
        draft.properties[field].as_str().map(|text| format!(" {text}")).unwrap_or_default()
    };
    let found: Vec<String> = parsed
        .drafts
        .iter()
        .map(|draft| {
            let people: Vec<&str> = draft.identifiers.iter().map(|it| it.value.as_str()).collect();
            let said = [text(draft, "purpose"), text(draft, "state")].concat();
            format!("{} {}{said}", draft.name, people.join(","))
        })
        .collect();
    assert_eq!(found, expect, "{body}");
    let mut ids: Vec<&str> = parsed.drafts.iter().map(|it| it.delivery_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), expect.len(), "each is a delivery of its own");
}

#[test]
fn a_group_of_sendgrids_is_for_what_the_setting_says() {
    let event = |kind: &str, group: Value| json!([{"event": kind, "email": "a@example.com", "asm_group_id": group, "sg_event_id": "e", "timestamp": 1}]);
    let groups = r#"{"12": "newsletter", "13": ""}"#;
    let leave = "group_unsubscribe";
    check(
        "sendgrid",
        groups,
        &event(leave, json!(12)),
        &["consent.updated a@example.com newsletter withdrawn"],
    );
    check(
        "sendgrid",
        groups,
        &event(leave, json!("12")),
        &["consent.updated a@example.com newsletter withdrawn"],
    );
    check(
        "sendgrid",
        groups,
        &event("group_resubscribe", json!(12)),
        &["consent.updated a@example.com newsletter granted"],
    );
    for (groups, group) in [
        (groups, json!(99)),
        (groups, json!(13)),
        ("", json!(12)),
        ("{}", json!(12)),
        ("no json", json!(12)),
        (groups, Value::Null),
    ] {
        check(
            "sendgrid",
            groups,
            &event(leave, group),
            &["consent.updated a@example.com marketing withdrawn"],
        );
    }
    check(
        "sendgrid",
        groups,
        &event("unsubscribe", Value::Null),
        &["email.unsubscribed a@example.com"],
    );
    check(
        "sendgrid",
        groups,
        &event("spamreport", Value::Null),
        &["message.complained a@example.com"],
    );
}

#[test]
fn a_change_at_postmark_is_a_word_only_where_the_recipient_said_it() {
    let change = |suppress: bool, reason: &str, origin: &str| {
        json!({
            "RecordType": "SubscriptionChange", "Recipient": "a@example.com", "Origin": origin,
            "SuppressSending": suppress, "SuppressionReason": reason, "ChangedAt": "2026-01-01T00:00:00Z",
        })
    };
    for (suppress, reason, origin, expect) in [
        (true, "ManualSuppression", "Recipient", "email.unsubscribed"),
        (true, "ManualSuppression", "Customer", "email.unsubscribed"),
        (true, "HardBounce", "Recipient", "message.bounced"),
        (true, "SpamComplaint", "Recipient", "message.complained"),
        (false, "", "Recipient", "email.subscribed"),
        (false, "", "Customer", "postmark.reactivated"),
        (false, "", "Admin", "postmark.reactivated"),
    ] {
        let expect = format!("{expect} a@example.com");
        check("postmark", "", &change(suppress, reason, origin), &[&expect]);
    }
}

/// An event of SES's within its envelope.
fn ses(event: &Value) -> Value {
    json!({"MessageId": "m1", "Message": event.to_string(), "Timestamp": "2026-01-01T00:00:00Z"})
}

#[test]
fn ses_says_what_somebody_chose_topic_by_topic() {
    let chosen = |all: bool, topics: Value| {
        ses(&json!({
            "eventType": "Subscription", "mail": {"messageId": "x", "destination": ["a@example.com"]},
            "subscription": {"newTopicPreferences": {"unsubscribeAll": all, "topicSubscriptionStatus": topics}},
        }))
    };
    let topic = |name: &str, status: &str| json!({"topicName": name, "subscriptionStatus": status});
    let groups = r#"{"news": "newsletter", "asks": "surveys"}"#;
    let out = |name| topic(name, "OptOut");
    check(
        "ses",
        groups,
        &chosen(true, json!([out("news")])),
        &["email.unsubscribed a@example.com"],
    );
    check(
        "ses",
        groups,
        &chosen(false, json!([out("news"), topic("asks", "OptIn")])),
        &[
            "consent.updated a@example.com newsletter withdrawn",
            "consent.updated a@example.com surveys granted",
        ],
    );
    // Two topics nobody said what for: who left one has left.
    check(
        "ses",
        groups,
        &chosen(false, json!([topic("x", "OptIn"), out("y"), topic("z", "OptIn")])),
        &["consent.updated a@example.com marketing withdrawn"],
    );
    check("ses", groups, &chosen(false, json!([])), &[]);
}

#[test]
fn ses_complaints_are_about_those_who_complained() {
    let complaint = |kind: &str, people: &[&str]| {
        let people: Vec<Value> = people.iter().map(|it| json!({"emailAddress": it})).collect();
        ses(&json!({
            "notificationType": "Complaint",
            "mail": {"messageId": "x", "destination": ["a@example.com", "b@example.com"]},
            "complaint": {"complainedRecipients": people, "complaintFeedbackType": kind},
        }))
    };
    check(
        "ses",
        "",
        &complaint("abuse", &["b@example.com"]),
        &["message.complained b@example.com"],
    );
    check(
        "ses",
        "",
        &complaint("", &["a@example.com", "b@example.com"]),
        &["message.complained a@example.com", "message.complained b@example.com"],
    );
    // Moved out of the spam folder.
    check("ses", "", &complaint("not-spam", &["b@example.com"]), &["ses.unknown b@example.com"]);
}
