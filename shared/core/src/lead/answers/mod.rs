//! What a salesperson wants to know before the first call: how the person found us, what they
//! looked at, what they asked, which mails they got and opened, and what they are.

mod first_touch;
mod mails;
mod questions;
mod viewed;

pub use first_touch::{FIRST_TOUCH_WINDOW_MS, FirstTouch};
pub use mails::{Mail, SentMail};
pub use questions::Question;
pub use viewed::Viewed;

use crate::ids::TouchpointId;
use crate::profile::{Event, Facts};
use crate::time::Timestamp;
use crate::vocabulary::all_names;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The five answers. Times are milliseconds since the Unix epoch, UTC.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answers {
    /// `None`: nothing but what the suite itself did.
    pub first_touch: Option<FirstTouch>,
    /// Last seen first.
    pub viewed: Vec<Viewed>,
    /// Newest first.
    pub questions: Vec<Question>,
    /// Newest first.
    pub mails: Vec<Mail>,
    pub segments_and_tags: SegmentsAndTags,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SegmentsAndTags {
    pub segments: Vec<String>,
    pub tags: Vec<Tag>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tag {
    pub tag: String,
    /// Why, as who set it said.
    pub reason: String,
    pub touchpoint: TouchpointId,
    pub at: Timestamp,
}

/// Names that `events` must hold.
pub fn event_names() -> Vec<String> {
    let lists = [viewed::NAMES, questions::NAMES, mails::NAMES, SEGMENT_NAMES];
    all_names(lists.into_iter().flatten().copied()).into_iter().collect()
}

const SEGMENT_NAMES: &[&str] = &["$segment.entered", "$segment.left", "$segment.exited"];

/// `earliest`: the first touchpoints of the profile, oldest first; `events`: those of
/// [`event_names`], oldest first; `mails`: what the outbox sent by mail.
pub fn answers(facts: &Facts, earliest: &[Event], events: &[Event], mails: &[SentMail]) -> Answers {
    Answers {
        first_touch: first_touch::first_touch(earliest),
        viewed: viewed::viewed(events),
        questions: questions::questions(events),
        mails: mails::mails(mails, events),
        segments_and_tags: SegmentsAndTags { segments: segments(facts, events), tags: tags(facts) },
    }
}

fn tags(facts: &Facts) -> Vec<Tag> {
    facts
        .tags()
        .map(|(tag, value)| Tag {
            tag: tag.to_owned(),
            reason: match &value.value {
                serde_json::Value::String(reason) => reason.clone(),
                serde_json::Value::Bool(_) => String::new(),
                other => other.to_string(),
            },
            touchpoint: value.touchpoint.clone(),
            at: value.occurred_at,
        })
        .collect()
}

/// Entered and not left since, and what a source says about itself in the trait `segments`.
fn segments(facts: &Facts, events: &[Event]) -> Vec<String> {
    let mut inside: BTreeMap<String, bool> = BTreeMap::new();
    if let Some(serde_json::Value::Array(names)) = facts.trait_value("segments") {
        inside.extend(names.iter().filter_map(|name| Some((name.as_str()?.to_owned(), true))));
    }
    for event in events.iter().filter(|event| SEGMENT_NAMES.contains(&event.name.as_str())) {
        if let Some(name) = text(&event.properties, &["label", "name", "segment", "id"]) {
            inside.insert(name, event.name == "$segment.entered");
        }
    }
    inside.into_iter().filter_map(|(name, inside)| inside.then_some(name)).collect()
}

/// The first of these paths that holds text or a number.
pub(super) fn text(document: &serde_json::Value, paths: &[&str]) -> Option<String> {
    paths.iter().find_map(|path| crate::filter::text_at(document, path))
}

/// At most so many characters, so that one long message does not fill the card.
pub(super) fn short(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
