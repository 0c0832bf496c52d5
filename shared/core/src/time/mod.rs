//! Time as a value. Nothing here reads a clock: `now` is always an argument.

mod civil;
mod moment;
mod read;

pub use moment::{Moment, UTC_OFFSET_MINUTES};
pub use read::utc_offset_minutes;

use serde::{Deserialize, Serialize};
use std::fmt;

/// Milliseconds since the Unix epoch, UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Timestamp(pub i64);

pub const SECOND_MS: i64 = 1_000;
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;

impl Timestamp {
    pub const fn plus_ms(self, ms: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(ms))
    }

    pub const fn since_ms(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Reads a time that says its offset, in any spelling; see [`Moment`].
    pub fn parse_rfc3339(text: &str) -> Option<Timestamp> {
        match Moment::of_text(text) {
            Moment::At(at) => Some(at),
            Moment::Local(_) | Moment::Unreadable(_) => None,
        }
    }

    pub fn to_rfc3339(self) -> String {
        civil::to_rfc3339(self.0).unwrap_or_else(|| self.0.to_string())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}
