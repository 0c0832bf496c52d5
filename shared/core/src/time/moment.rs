//! When a sender says that something happened (ADR 0026).

use super::{MINUTE_MS, Timestamp, read};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Of times without a zone where nothing else is set: Chinese vendors mean Beijing.
pub const UTC_OFFSET_MINUTES: i64 = 480;
/// What is kept of a time that cannot be read.
const MAX_UNREADABLE_CHARS: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    At(Timestamp),
    /// By a clock on the wall whose zone is not said, here as if it were UTC.
    Local(Timestamp),
    /// Said, and not understood: as it was sent, cut off.
    Unreadable(String),
}

impl Moment {
    /// ISO 8601 in its spellings, RFC 2822 and its relatives, and seconds, milliseconds or
    /// finer since the epoch, as number or text. `None`: nothing is said.
    pub fn read(value: &Value) -> Option<Moment> {
        match value {
            Value::Null => None,
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => Some(Moment::of_text(text)),
            Value::Number(number) => Some(Moment::of_text(&number.to_string())),
            other => Some(Moment::unreadable(&other.to_string())),
        }
    }

    pub fn of_text(text: &str) -> Moment {
        match read::read(text.trim()) {
            Some((ms, None)) => Moment::Local(Timestamp(ms)),
            Some((ms, Some(offset))) => Moment::At(Timestamp(ms).plus_ms(-offset * MINUTE_MS)),
            None => Moment::unreadable(text),
        }
    }

    fn unreadable(text: &str) -> Moment {
        let is_plain = |c: &char| !c.is_control();
        Moment::Unreadable(
            text.trim().chars().filter(is_plain).take(MAX_UNREADABLE_CHARS).collect(),
        )
    }

    /// A time without a zone read by a clock that is so far ahead of UTC.
    pub fn in_zone(self, utc_offset_minutes: i64) -> Moment {
        match self {
            Moment::Local(at) => Moment::At(at.plus_ms(-utc_offset_minutes * MINUTE_MS)),
            other => other,
        }
    }

    /// The moment, or what could not be read.
    ///
    /// # Errors
    /// The unreadable text.
    pub fn known(self) -> Result<Timestamp, String> {
        match self.in_zone(UTC_OFFSET_MINUTES) {
            Moment::At(at) | Moment::Local(at) => Ok(at),
            Moment::Unreadable(text) => Err(text),
        }
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Moment {
        Moment::At(at)
    }
}
