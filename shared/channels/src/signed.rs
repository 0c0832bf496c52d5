//! What most vendors' signatures have in common.

use crate::channel::{EndpointConfig, InboundRequest, Reject, Verified};
use tributary_core::time::{SECOND_MS, Timestamp};

/// Only POST, and no more than so many bytes.
pub fn posted(request: &InboundRequest, max_bytes: usize) -> Result<(), Reject> {
    match (request.method.as_str(), request.body.len() <= max_bytes) {
        ("POST", true) => Ok(()),
        ("POST", false) => Err(Reject::TOO_LARGE),
        _ => Err(Reject::METHOD),
    }
}

/// The valid secrets of that name; an empty one opens nothing.
pub fn secrets<'a>(config: &'a EndpointConfig, name: &str) -> Result<Vec<&'a str>, Reject> {
    let found: Vec<&str> =
        config.secrets(name).iter().map(|it| it.trim()).filter(|it| !it.is_empty()).collect();
    if found.is_empty() { Err(Reject::MISCONFIGURED) } else { Ok(found) }
}

pub fn header<'a>(request: &'a InboundRequest, name: &str) -> Result<&'a str, Reject> {
    request.header(name).map(str::trim).ok_or(Reject::UNAUTHENTICATED)
}

/// A signed moment in seconds that is no further from now than the window, either way.
pub fn fresh(seconds: &str, now: Timestamp, window_ms: i64) -> Result<(), Reject> {
    let seconds = seconds.parse::<i64>().map_err(|_| Reject::UNAUTHENTICATED)?;
    let off_ms = now.since_ms(Timestamp(seconds.saturating_mul(SECOND_MS))).saturating_abs();
    if off_ms <= window_ms { Ok(()) } else { Err(Reject::UNAUTHENTICATED) }
}

pub fn genuine(is: bool) -> Result<Verified, Reject> {
    if is { Ok(Verified::default()) } else { Err(Reject::UNAUTHENTICATED) }
}
