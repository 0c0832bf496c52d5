//! What a person chooses to receive, on the page that every marketing message leads to.

use crate::consent::ConsentState;
use crate::identity::{Identity, Kind};
use crate::ids::{MessageId, digest};
use crate::message::way_out::is_marketing;
use crate::touchpoint::{Draft, RawIdentifier};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The channel of what people say there.
pub const PREFERENCE_CHANNEL: &str = "preferences";

/// The media in which people are written to.
const MEDIA: &[&str] = &["email", "sms", "push", "wechat"];
/// More of them is no choice any more.
const MAX_CHOICES: usize = 40;

/// A medium and what it is used for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Choice {
    pub medium: String,
    pub purpose: String,
}

impl Choice {
    pub fn new(medium: &str, purpose: &str) -> Choice {
        Choice { medium: medium.to_owned(), purpose: purpose.to_owned() }
    }

    /// As a form field says it.
    pub fn field(&self) -> String {
        format!("{}/{}", self.medium, self.purpose)
    }
}

/// What can be chosen: what the journeys (their definitions) send that may be left, and that of the
/// message which led here. What is owed to the person is no choice.
pub fn offered<'a>(journeys: impl IntoIterator<Item = &'a Value>, own: &Choice) -> Vec<Choice> {
    let mut found = BTreeSet::from([own.clone()]);
    for step in journeys.into_iter().filter_map(|it| it.get("steps")?.as_array()).flatten() {
        let Some(media) = step.get("media").and_then(Value::as_array) else { continue };
        let purpose = step.get("purpose").and_then(Value::as_str).unwrap_or("marketing");
        for medium in media.iter().filter_map(Value::as_str) {
            if MEDIA.contains(&medium) && is_marketing(purpose) {
                found.insert(Choice::new(medium, purpose));
            }
        }
    }
    let mut found: Vec<Choice> = found.into_iter().collect();
    let place = |choice: &Choice| MEDIA.iter().position(|it| *it == choice.medium);
    found.sort_by_key(|choice| {
        (choice.purpose != "marketing", choice.purpose.clone(), place(choice))
    });
    found.truncate(MAX_CHOICES);
    found
}

/// What the person says by sending the page: no to everything without a mark; yes only where the
/// mark is new, for leaving one where it stood says nothing.
pub fn said(
    offered: &[Choice],
    marked: &BTreeSet<String>,
    shown_marked: &BTreeSet<String>,
) -> Vec<(Choice, ConsentState)> {
    let word = |choice: &Choice| match marked.contains(&choice.field()) {
        false => Some((choice.clone(), ConsentState::Withdrawn)),
        true if shown_marked.contains(&choice.field()) => None,
        true => Some((choice.clone(), ConsentState::Granted)),
    };
    offered.iter().filter_map(word).collect()
}

/// Whom a link speaks for: the address that the message went to.
pub fn speaker(medium: &str, address: &str, identity: Option<&Identity>) -> Option<RawIdentifier> {
    match medium {
        "email" => Some(RawIdentifier::new(Kind::Email, "", address)),
        "sms" => Some(RawIdentifier::new(Kind::Phone, "", address)),
        _ => identity.map(|it| RawIdentifier::new(it.kind(), &it.scope(), it.value())),
    }
}

/// How it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// On the page.
    Page,
    /// By the mail program's own button (RFC 8058).
    OneClick,
}

/// A touchpoint for each word: the person's own act. `nonce` makes each sending a new one, so that
/// who comes back and leaves again is heard again.
pub fn drafts(
    words: &[(Choice, ConsentState)],
    speaker: &RawIdentifier,
    message: &MessageId,
    by: By,
    language: &str,
    nonce: &[u8],
) -> Vec<Draft> {
    let how = match by {
        By::Page => "page",
        By::OneClick => "one_click",
    };
    let draft = |(choice, state): &(Choice, ConsentState)| Draft {
        delivery_id: digest(&[message.as_str().as_bytes(), choice.field().as_bytes(), nonce]),
        name: "consent.updated".to_owned(),
        occurred_at: None,
        identifiers: vec![speaker.clone()],
        properties: json!({
            "medium": choice.medium,
            "purpose": choice.purpose,
            "state": state,
            "message": message,
            "how": how,
            "language": language,
        }),
        context: json!({}),
    };
    words.iter().map(draft).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ConsentState::{Granted, Withdrawn};

    fn own() -> Choice {
        Choice::new("email", "marketing")
    }

    #[test]
    fn what_journeys_send_can_be_chosen_and_what_is_owed_cannot() {
        let journeys = [
            json!({"steps": [
                {"type": "send_message", "media": ["sms", "push"], "purpose": "marketing"},
                {"type": "send_message", "media": ["email"], "purpose": "transactional"},
                {"type": "delay"},
            ]}),
            json!({"steps": [
                {"type": "send_message", "media": ["email", "webhook"], "purpose": "newsletter"},
                {"type": "send_message", "media": ["email"]},
            ]}),
            json!({"steps": 7}),
        ];
        let fields: Vec<String> = offered(&journeys, &own()).iter().map(Choice::field).collect();
        assert_eq!(
            fields,
            ["email/marketing", "sms/marketing", "push/marketing", "email/newsletter"]
        );
        assert_eq!(offered(&[], &Choice::new("email", "surveys")).len(), 1);
    }

    #[test]
    fn leaving_a_mark_says_nothing_and_taking_it_away_says_no() {
        let offered = [own(), Choice::new("sms", "marketing")];
        let set =
            |fields: &[&str]| fields.iter().map(|it| (*it).to_owned()).collect::<BTreeSet<_>>();
        let both = set(&["email/marketing", "sms/marketing"]);
        let states =
            |marked: &BTreeSet<String>, shown: &BTreeSet<String>| -> Vec<(String, ConsentState)> {
                said(&offered, marked, shown)
                    .into_iter()
                    .map(|(it, state)| (it.field(), state))
                    .collect()
            };
        assert_eq!(states(&both, &both), []);
        assert_eq!(
            states(&set(&["sms/marketing"]), &both),
            [("email/marketing".to_owned(), Withdrawn)]
        );
        assert_eq!(
            states(&both, &set(&["sms/marketing"])),
            [("email/marketing".to_owned(), Granted)]
        );
        assert_eq!(states(&set(&[]), &set(&[])).len(), 2, "said again is heard again");
        // What is not offered cannot be granted.
        assert_eq!(
            states(&set(&["email/transactional", "email/marketing", "sms/marketing"]), &both),
            []
        );
    }

    #[test]
    fn each_sending_is_a_word_of_its_own_under_the_address() {
        let (id, speaker) =
            (MessageId("msg_1".into()), speaker("email", "a@example.com", None).unwrap());
        let words = [(own(), Withdrawn)];
        let first = drafts(&words, &speaker, &id, By::OneClick, "zh", &[1]);
        let second = drafts(&words, &speaker, &id, By::Page, "zh", &[2]);
        assert_ne!(first[0].delivery_id, second[0].delivery_id);
        assert_eq!(first[0].identifiers, [RawIdentifier::new(Kind::Email, "", "a@example.com")]);
        assert_eq!(first[0].properties["state"], "withdrawn");
        assert_eq!(first[0].properties["how"], "one_click");
    }
}
