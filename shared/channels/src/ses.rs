//! Amazon SES over SNS: what became of mails.
//!
//! SNS signs with a certificate of Amazon's that lies at an address in the message. That says the
//! message is Amazon's; that it is this company's, the topic says. So the topic is the secret.

mod sns;

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::mail_events::{self, MailEvent};
use crate::{json, values};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tributary_core::time::{Moment, Timestamp};
use tributary_core::touchpoint::Draft;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "ses",
        label: Label { zh: "Amazon SES 邮件回执", en: "Amazon SES events" },
        summary: Label {
            zh: "经 SNS 接收 Amazon SES 的送达、打开、点击和退信回执。",
            en: "Receives Amazon SES's reports of delivery, opens, clicks and bounces through SNS.",
        },
        secrets: &[Field::required("topic_arn", "SNS 主题 ARN", "ARN of the SNS topic")],
        settings: &[mail_events::GROUPS],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "RSA, Amazon's certificate",
        format: "json",
        steps: &[
            Label {
                zh: "新建 SNS 主题，在 SES 的 Configuration set 里把事件发往该主题。",
                en: "Create an SNS topic and send the events of the SES configuration set to it.",
            },
            Label {
                zh: "为主题添加 HTTPS 订阅 {url}（不要勾选原始消息），确认会自动完成。",
                en: "Subscribe {url} by HTTPS without raw delivery; the confirmation is answered by itself.",
            },
            Label { zh: "把主题 ARN 填入密钥。", en: "Enter the topic ARN as the secret." },
        ],
        unverified: "how often it tries again; whether the confirmation of an end signs its token",
        source: "Amazon SNS: Verifying the signatures of messages; Amazon SES: Event publishing",
    },
    inbound: Some(Inbound {
        verify: sns::verify,
        parse,
        max_body_bytes: MAX_BODY_BYTES,
        sample: None,
    }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 512 * 1024;

/// `eventType` or, in the older form, `notificationType`; and the object that tells more.
const EVENTS: &[(&str, &str, &str)] = &[
    ("Bounce", "message.bounced", "bounce"),
    ("Click", "message.clicked", "click"),
    ("Complaint", "message.complained", "complaint"),
    ("Delivery", "message.delivered", "delivery"),
    ("DeliveryDelay", "message.deferred", "deliveryDelay"),
    ("Open", "message.opened", "open"),
    ("Reject", "message.failed", "reject"),
    ("Rendering Failure", "message.failed", "failure"),
    ("Send", "message.accepted", "send"),
    ("Subscription", "email.unsubscribed", "subscription"),
];

const FIELDS: Names<'_> = &[
    ("/mail/tags/message/0", "message"),
    ("/mail/messageId", "message_id"),
    ("/click/link", "url"),
    ("/bounce/bounceType", "bounce"),
    ("/bounce/bounceSubType", "bounce_subtype"),
    ("/bounce/bouncedRecipients/0/diagnosticCode", "reason"),
    ("/complaint/complaintFeedbackType", "reason"),
];

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let envelope = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let field = |name: &str| values::text(envelope.get(name));
    let id = field("MessageId").ok_or(Reject::MALFORMED)?;
    let text = field("Message").unwrap_or_default();
    let event = json::parse_object(text.as_bytes(), MAX_BODY_BYTES)
        .map_or_else(|_| json!({ "message": text }), Value::Object);
    let sent_at = values::time(envelope.get("Timestamp"));
    let reply = Reply::empty(200);
    let people = recipients(&event);
    if people.is_empty() {
        let unknown = draft(config, &id, &event, None, sent_at);
        return Ok(Parsed { drafts: vec![unknown], dropped: Vec::new(), reply });
    }
    let one = |person: &String| {
        let id = format!("{id}:{person}");
        let draft = draft(config, &id, &event, Some(person.clone()), sent_at.clone());
        topics(config, &event).map_or_else(|| vec![draft.clone()], |topics| each(&draft, topics))
    };
    Ok(Parsed { drafts: people.iter().flat_map(one).collect(), dropped: Vec::new(), reply })
}

fn draft(
    config: &EndpointConfig,
    delivery_id: &str,
    event: &Value,
    recipient: Option<String>,
    sent_at: Option<Moment>,
) -> Draft {
    let kind = ["eventType", "notificationType"].iter().find_map(|it| values::text(event.get(*it)));
    let known = EVENTS.iter().find(|(theirs, ..)| Some(*theirs) == kind.as_deref());
    // Moved out of the spam folder: the opposite of a complaint.
    let pardoned = "/complaint/complaintFeedbackType";
    let pardoned = event.pointer(pardoned).and_then(Value::as_str) == Some("not-spam");
    let known = known.filter(|_| !pardoned);
    let empty = Map::new();
    let detail = known.and_then(|(_, _, object)| event.get(*object)?.as_object()).unwrap_or(&empty);
    mail_events::draft(MailEvent {
        delivery_id: delivery_id.to_owned(),
        name: known.map_or("ses.unknown", |(_, ours, _)| ours),
        occurred_at: values::time(detail.get("timestamp")).or(sent_at),
        recipient,
        user_agent: values::text(detail.get("userAgent")),
        machine: None,
        properties: fields::properties(event.clone(), FIELDS),
        context: json!({ "account": config.id }),
    })
}

/// What somebody chose topic by topic; `None`: it is no such choice, or an end of all of them.
fn topics(config: &EndpointConfig, event: &Value) -> Option<Vec<(String, &'static str)>> {
    let chosen = event.pointer("/subscription/newTopicPreferences")?;
    if chosen.get("unsubscribeAll").and_then(Value::as_bool) == Some(true) {
        return None;
    }
    let topics = chosen.get("topicSubscriptionStatus")?.as_array()?.iter().take(50);
    let word = |topic: &Value| {
        let purpose = mail_events::purpose(config, &values::text(topic.get("topicName"))?);
        match topic.get("subscriptionStatus")?.as_str()? {
            "OptOut" => Some((purpose, "withdrawn")),
            "OptIn" => Some((purpose, "granted")),
            _ => None,
        }
    };
    let mut words: BTreeMap<String, &'static str> = BTreeMap::new();
    for (purpose, state) in topics.filter_map(word) {
        // Two topics for one purpose: who left one of them has left.
        let before = words.entry(purpose).or_insert(state);
        if state == "withdrawn" {
            *before = state;
        }
    }
    Some(words.into_iter().collect())
}

/// A draft for each word.
fn each(draft: &Draft, words: Vec<(String, &'static str)>) -> Vec<Draft> {
    let one = |(purpose, state): (String, &str)| {
        let mut draft = draft.clone();
        draft.delivery_id = format!("{}:{purpose}", draft.delivery_id);
        draft.name = "consent.updated".to_owned();
        if let Value::Object(properties) = &mut draft.properties {
            properties.insert("purpose".to_owned(), purpose.into());
            properties.insert("state".to_owned(), state.into());
        }
        draft
    };
    words.into_iter().map(one).collect()
}

/// Those the event is about, where it says so; else everybody the mail went to.
fn recipients(event: &Value) -> Vec<String> {
    let lists = [
        "/bounce/bouncedRecipients",
        "/complaint/complainedRecipients",
        "/deliveryDelay/delayedRecipients",
        "/delivery/recipients",
        "/mail/destination",
    ];
    let list = lists.iter().find_map(|pointer| event.pointer(pointer)?.as_array());
    let address = |one: &Value| values::text(one.get("emailAddress").or(Some(one)));
    let mut found: Vec<String> = list.into_iter().flatten().filter_map(address).collect();
    found.sort_unstable();
    found.dedup();
    found
}
