//! The collector's paths, keys and cross-origin rules: what the edge must know of the `web`
//! channel before an endpoint is found, because its SDKs name a write key and not an endpoint.

use crate::channel::{InboundRequest, Reply};
use crate::values::text;
use crate::{crypto, json};
use serde_json::Value;

/// A batch is at most 500 KB; the SDKs' count is approximate. Source: Segment, "HTTP API":
/// limits.
pub const MAX_BODY_BYTES: usize = 512 * 1024;

/// What a path asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route<'a> {
    /// One event of the type the path names; empty where the body names it.
    Event(&'static str),
    Batch,
    /// PostHog's batch.
    Posthog,
    /// The settings that analytics.js loads, for this write key.
    Settings(&'a str),
}

/// The route of a path, or `None` where it is not the collector's. Source: Segment, "HTTP API";
/// `@segment/analytics-next` (single letters, `/b`), `@jitsu/js` (`/api/s`), `posthog-node`.
pub fn route(path: &str) -> Option<Route<'_>> {
    let path = path.strip_suffix('/').unwrap_or(path);
    if path == "/batch" {
        return Some(Route::Posthog);
    }
    if let Some(rest) = path.strip_prefix("/api/s/") {
        let kind = rest.strip_prefix("s2s/").unwrap_or(rest);
        return match kind {
            "batch" => Some(Route::Batch),
            _ if kind.contains('/') => None,
            _ => Some(Route::Event(event_type(kind).unwrap_or_default())),
        };
    }
    let rest = path.strip_prefix("/v1/")?;
    if let Some(key) = rest.strip_prefix("projects/").and_then(|it| it.strip_suffix("/settings")) {
        return (!key.is_empty() && !key.contains('/')).then_some(Route::Settings(key));
    }
    match rest {
        "batch" | "b" => Some(Route::Batch),
        _ => event_type(rest).map(Route::Event),
    }
}

/// The event type of a path's last part: the word or its first letter.
fn event_type(part: &str) -> Option<&'static str> {
    const TYPES: [&str; 6] = ["alias", "group", "identify", "page", "screen", "track"];
    TYPES.into_iter().find(|kind| *kind == part || kind.get(..1) == Some(part))
}

/// The write key a request names: the user of Basic authentication, `X-Write-Key`, the settings
/// path, or `writeKey` (PostHog: `api_key`) in the body; the first present counts.
pub fn write_key_of(request: &InboundRequest) -> Option<String> {
    let header = || request.header("x-write-key").map(|key| key.trim().to_owned());
    let path = || match route(&request.path) {
        Some(Route::Settings(key)) => Some(key.to_owned()),
        _ => None,
    };
    let named = basic_user(request).or_else(header).or_else(path);
    match named {
        Some(key) => Some(key).filter(|key| !key.is_empty()),
        None => body_key(&json::parse(&request.body, MAX_BODY_BYTES).ok()?),
    }
}

/// The user name of `Authorization: Basic`, with a colon behind it or without. Credentials that
/// cannot be read are nobody's, so that no other key is looked for: empty.
pub(crate) fn basic_user(request: &InboundRequest) -> Option<String> {
    let (scheme, credentials) = request.header("authorization")?.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = crypto::base64_decode(credentials).and_then(|it| String::from_utf8(it).ok());
    let decoded = decoded.unwrap_or_default();
    Some(decoded.split(':').next().unwrap_or_default().to_owned())
}

/// Whether [`body_key`] can find one: the body need not be read for it where the word is not there.
/// (Spelt with escapes it is not found. Then the header counts, as it does where there is none.)
pub(crate) fn may_name_a_key(body: &[u8]) -> bool {
    let text = std::str::from_utf8(body).unwrap_or_default();
    ["\"writeKey\"", "\"api_key\""].iter().any(|word| text.contains(word))
}

pub(crate) fn body_key(body: &Value) -> Option<String> {
    text(body.get("writeKey")).or_else(|| text(body.get("api_key")))
}

/// The headers that every answer of the collector carries, refusals included, so that a browser
/// lets the page read it. Empty for a request that no page of another origin made.
pub fn cors_headers(request: &InboundRequest) -> Vec<(&'static str, String)> {
    let Some(origin) = request.header("origin") else { return Vec::new() };
    let mut headers =
        vec![("access-control-allow-origin", origin.to_owned()), ("vary", "Origin".to_owned())];
    if request.method == "OPTIONS" {
        headers.extend([
            ("access-control-allow-methods", "GET, POST, OPTIONS".to_owned()),
            (
                "access-control-allow-headers",
                "authorization, content-encoding, content-type, x-retry-count, x-write-key"
                    .to_owned(),
            ),
            ("access-control-max-age", "86400".to_owned()),
        ]);
    }
    headers
}

/// The answer to a preflight, to which [`cors_headers`] belong. It needs no key: a browser sends
/// none with it.
pub fn preflight(request: &InboundRequest) -> Option<Reply> {
    (request.method == "OPTIONS" && route(&request.path).is_some()).then(|| Reply::empty(204))
}
