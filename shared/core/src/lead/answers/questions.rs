//! What somebody asked us, on whatever channel.

use super::{short, text};
use crate::ids::TouchpointId;
use crate::profile::Event;
use crate::time::Timestamp;
use crate::vocabulary::is_one_of;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Question {
    pub text: String,
    pub channel: String,
    pub at: Timestamp,
    pub touchpoint: TouchpointId,
}

pub(super) const NAMES: &[&str] = &["message.received"];

/// More do not fit a card.
const MAX_QUESTIONS: usize = 50;
const MAX_CHARS: usize = 500;

pub(super) fn questions(events: &[Event]) -> Vec<Question> {
    let mut questions: Vec<Question> = events
        .iter()
        .filter(|event| is_one_of(NAMES, &event.name) && is_inbound(event))
        .filter_map(|event| {
            let paths =
                ["text", "content", "question", "message", "body", "text.content", "message.text"];
            Some(Question {
                text: short(&text(&event.properties, &paths)?, MAX_CHARS),
                channel: event.channel.clone(),
                at: event.occurred_at,
                touchpoint: event.id.clone(),
            })
        })
        .collect();
    questions.sort_by(|a, b| (b.at, &b.touchpoint).cmp(&(a.at, &a.touchpoint)));
    questions.truncate(MAX_QUESTIONS);
    questions
}

/// Chat systems report both sides of a conversation under one name.
fn is_inbound(event: &Event) -> bool {
    let ours = ["outbound", "outgoing", "out", "agent", "bot", "staff", "system"];
    let side = ["direction", "sender_type", "message_type", "from_type", "sender.type", "role"];
    !side.iter().any(|path| {
        text(&event.properties, &[path])
            .is_some_and(|side| ours.contains(&side.to_lowercase().as_str()))
    })
}
