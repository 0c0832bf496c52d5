//! The collector for web, app and mini-program SDKs: Segment's interface, which RudderStack's,
//! Jitsu's and (on `/batch/`) PostHog's SDKs speak too.
//!
//! A write key is in every page's source: it says which endpoint an event belongs to, and proves
//! nothing about who sent it.

mod event;
mod posthog;
mod session;

use crate::channel::{
    Channel, DEFAULT_COUNTRY, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest,
    Parsed, Reject, Reply, TESTED, Verified,
};
use crate::collector::{self, MAX_BODY_BYTES, Route, route};
use crate::{crypto, json, values};
use event::Surroundings;
use serde_json::{Map, Value, json};
use tributary_core::time::Timestamp;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "web",
        label: Label { zh: "网站 / App / 小程序", en: "Web, app and mini-program" },
        summary: Label {
            zh: "接收网站、App 和小程序 SDK 的行为事件（兼容 Segment）。",
            en: "Collects events from web, app and mini-program SDKs (Segment-compatible).",
        },
        secrets: &[
            Field::required("write_key", "写入密钥", "Write key"),
            Field::optional(
                "wechat_app_secret",
                "小程序 AppSecret（填写后自动兑换登录 code）",
                "Mini-program AppSecret (with it login codes are exchanged)",
            ),
        ],
        settings: &[
            DEFAULT_COUNTRY,
            Field::optional(
                "wechat_app_id",
                "traits.openid 所属的微信 AppID",
                "WeChat app id that traits.openid belongs to",
            ),
            Field::optional(
                "wechat_base_url",
                "微信接口地址（留空为默认）",
                "WeChat's base URL (empty: the default)",
            ),
        ],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: true,
        signature: "write key (public)",
        format: "json",
        steps: &[
            Label {
                zh: "把 SDK 的 host 设为 {origin}，write key 填此处的同一个值。",
                en: "Give {origin} as the SDK's host, and the same write key as here.",
            },
            Label {
                zh: "小程序：在微信公众平台把该域名加入 request 合法域名。",
                en: "Mini-programs: add the domain to the request domains in the WeChat console.",
            },
            Label {
                zh: "小程序身份：填入 AppID 与 AppSecret，把 wx.login() 的 code 放进 identify 的 context.wechat.code。",
                en: "Who the visitor of a mini-program is: enter app id and AppSecret, and give the code of wx.login() as context.wechat.code of identify.",
            },
        ],
        unverified: "the least that analytics.js needs of its settings; context.externalIds; domains of mini-programs",
        source: "Segment: HTTP Tracking API Source; Spec: Common Fields",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: Some(sample) }),
    outbound: None,
    enrich: Some(session::ENRICH),
};

/// "HTTP API": 2,500 events a batch, 32 KB an event.
const MAX_EVENTS: usize = 2_500;
const MAX_EVENT_BYTES: usize = 32 * 1024;

const UNKNOWN_ROUTE: Reject = Reject::new(404, "unknown_route");

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    let route = route(&request.path).ok_or(UNKNOWN_ROUTE)?;
    if request.body.len() > MAX_BODY_BYTES {
        return Err(Reject::TOO_LARGE);
    }
    if let Some(reply) = collector::preflight(request) {
        return Ok(Verified { handshake: Some(reply), ..Verified::default() });
    }
    let settings = matches!(route, Route::Settings(_));
    if request.method != if settings { "GET" } else { "POST" } {
        return Err(Reject::METHOD);
    }
    let keys = config.secrets("write_key");
    if keys.is_empty() {
        return Err(Reject::MISCONFIGURED);
    }
    let valid = |given: &str| keys.iter().any(|key| crypto::same(given.as_bytes(), key.as_bytes()));
    let named = collector::write_key_of(request).ok_or(Reject::UNAUTHENTICATED)?;
    if !valid(&named) {
        return Err(Reject::UNAUTHENTICATED);
    }
    if let Route::Settings(key) = route {
        let reply = Reply::json(200, &settings_json(request, key));
        return Ok(Verified { handshake: Some(reply), ..Verified::default() });
    }
    // Two keys that disagree: somebody's configuration is wrong, and it is not clear whose data
    // this is. (`X-Write-Key` comes with a masked key in the body, so there the header counts.)
    if collector::basic_user(request).is_some() && collector::may_name_a_key(&request.body) {
        let body = json::parse(&request.body, MAX_BODY_BYTES).unwrap_or(Value::Null);
        if collector::body_key(&body).is_some_and(|key| key != named) {
            return Err(Reject::UNAUTHENTICATED);
        }
    }
    Ok(Verified::default())
}

/// The least that analytics.js needs to start.
fn settings_json(request: &InboundRequest, key: &str) -> String {
    let host = request.header("host").unwrap_or_default();
    json!({ "integrations": { "Segment.io": { "apiKey": key, "apiHost": format!("{host}/v1") } } })
        .to_string()
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let route = route(&request.path).ok_or(UNKNOWN_ROUTE)?;
    let Value::Object(mut body) = json::parse(&request.body, MAX_BODY_BYTES)? else {
        return Err(Reject::MALFORMED);
    };
    let mut parsed = Parsed { reply: Reply::json(200, "{\"success\":true}"), ..Parsed::default() };
    let around = Surroundings::of(config, request, &mut body, received_at);
    let draft = |kind: &str, mut event: Map<String, Value>| {
        // A key has no place in the log.
        event.remove("writeKey");
        if size(&event) > MAX_EVENT_BYTES {
            return Err("event_too_large");
        }
        event::draft(&around, kind, event)
    };
    if let Route::Event(kind) = route {
        parsed.drafts.push(draft(kind, body).map_err(|code| Reject::new(400, code))?);
        return Ok(parsed);
    }
    let Some(Value::Array(items)) = body.remove("batch") else {
        return Err(Reject::new(400, "batch_missing"));
    };
    if items.len() > MAX_EVENTS {
        return Err(Reject::new(400, "batch_too_long"));
    }
    for (index, item) in items.into_iter().enumerate() {
        let outcome = match item {
            Value::Object(event) if route == Route::Posthog => draft("", posthog::translate(event)),
            Value::Object(event) => draft("", event),
            _ => Err("event_not_an_object"),
        };
        match outcome {
            Ok(one) => parsed.drafts.push(one),
            // One bad event must not cost the batch. Segment drops it in silence; here the answer
            // names it.
            Err(code) => parsed.dropped.push((index, code)),
        }
    }
    if !parsed.dropped.is_empty() {
        parsed.reply = Reply::json(200, &parsed.told());
    }
    Ok(parsed)
}

/// Of a visitor who is nobody: an event without one is none.
fn sample(config: &EndpointConfig, now: Timestamp) -> Option<InboundRequest> {
    let key = config.secrets("write_key").first()?;
    let basic = crypto::base64_encode(format!("{key}:").as_bytes());
    let body = json!({
        "anonymousId": "console",
        "event": TESTED,
        "messageId": format!("test-{}", now.0),
        "timestamp": now.to_rfc3339(),
    });
    let headers = [("authorization", format!("Basic {basic}"))];
    Some(InboundRequest::sample("/v1/track", &headers, &body))
}

/// When an event happened by our clock: the sender's clock cancels out of `sentAt − original`.
/// It never happened after it arrived. Source: Segment, "Spec: Common Fields": timestamps.
fn by_our_clock(
    original: Timestamp,
    sent_at: Option<Timestamp>,
    received_at: Timestamp,
) -> Timestamp {
    let at = match sent_at {
        Some(sent_at) => received_at.plus_ms(-sent_at.since_ms(original).max(0)),
        None => original,
    };
    at.clamp(Timestamp(0), received_at)
}

/// In bytes of JSON, counted without writing them down.
fn size(event: &Map<String, Value>) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    serde_json::to_writer(&mut count, event).map_or(usize::MAX, |()| count.0)
}

/// A field of an event as text, empty where it is absent or null.
fn field(event: &Map<String, Value>, name: &str) -> String {
    values::text(event.get(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
