//! Which mails somebody got, and which of them they opened.

use super::text;
use crate::profile::Event;
use crate::time::Timestamp;
use crate::vocabulary::is_one_of;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mail {
    pub subject: String,
    /// `None`: another system sent it and told us.
    pub journey: Option<String>,
    pub sent_at: Option<Timestamp>,
    pub opened_at: Option<Timestamp>,
    /// The outbox id, or the id of the system that sent it.
    pub message: String,
}

/// A mail the outbox sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentMail {
    pub message: String,
    /// Under which the provider reports on it.
    pub provider_ref: Option<String>,
    pub subject: String,
    pub journey: String,
    pub sent_at: Timestamp,
}

const SENT: &[&str] = &["message.delivered", "message.sent"];
/// Who clicks has opened, also where images are blocked.
const OPENED: &[&str] = &["message.opened", "message.clicked"];
pub(super) const NAMES: &[&str] =
    &["message.clicked", "message.delivered", "message.opened", "message.sent"];

/// Where a report names the mail it is about.
const REFERENCES: &[&str] = &[
    "message",
    "message_id",
    "messageId",
    "key",
    "out_id",
    "provider_ref",
    "email_id",
    "sg_message_id",
    "campaign_id",
    "email_subject",
    "subject",
];
/// More do not fit a card.
const MAX_MAILS: usize = 50;

/// Joins the outbox with what providers report. A report about a mail we did not send is a mail
/// of its own.
pub(super) fn mails(sent: &[SentMail], events: &[Event]) -> Vec<Mail> {
    let mut mails: Vec<Mail> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for one in sent {
        let references = [Some(one.message.clone()), one.provider_ref.clone()];
        known.extend(references.into_iter().flatten().map(|reference| (reference, mails.len())));
        mails.push(Mail {
            subject: one.subject.clone(),
            journey: Some(one.journey.clone()),
            sent_at: Some(one.sent_at),
            opened_at: None,
            message: one.message.clone(),
        });
    }
    for event in events {
        let (is_sent, is_opened) = (is_one_of(SENT, &event.name), is_one_of(OPENED, &event.name));
        if !is_sent && !is_opened {
            continue;
        }
        // A report about another medium.
        if text(&event.properties, &["medium"]).is_some_and(|medium| medium != "email") {
            continue;
        }
        let references: Vec<String> =
            REFERENCES.iter().filter_map(|path| text(&event.properties, &[path])).collect();
        let Some(first) = references.first() else { continue };
        let found = references.iter().find_map(|reference| known.get(reference)).copied();
        let index = found.unwrap_or(mails.len());
        known.entry(first.clone()).or_insert(index);
        // What is neither ours nor says that it is a mail may be a text message.
        let (subject, medium) = (
            text(&event.properties, &["subject", "email_subject"]),
            text(&event.properties, &["medium"]),
        );
        if found.is_none() && subject.is_none() && medium.is_none() {
            continue;
        }
        if found.is_none() {
            mails.push(Mail {
                subject: subject.unwrap_or_default(),
                journey: None,
                sent_at: None,
                opened_at: None,
                message: first.clone(),
            });
        }
        let Some(mail) = mails.get_mut(index) else { continue };
        let earlier = |standing: Option<Timestamp>| {
            Some(standing.map_or(event.occurred_at, |at| at.min(event.occurred_at)))
        };
        if is_opened {
            mail.opened_at = earlier(mail.opened_at);
        } else if mail.journey.is_none() {
            mail.sent_at = earlier(mail.sent_at);
        }
    }
    mails.sort_by(|a, b| {
        let at = |mail: &Mail| mail.sent_at.or(mail.opened_at);
        (at(b), &b.message).cmp(&(at(a), &a.message))
    });
    mails.truncate(MAX_MAILS);
    mails
}
