//! What a channel is.

use crate::enrich::Enrich;
use crate::outbound::{Composed, OutboundMessage, ProviderAnswer, SendOutcome};
use crate::public_key::Proof;
use serde::Serialize;
use std::collections::BTreeMap;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Draft;

/// A channel: plain data and plain functions, so that it can be listed and costs only what it
/// names.
#[derive(Clone, Copy)]
pub struct Channel {
    pub manifest: Manifest,
    /// For a channel that receives.
    pub inbound: Option<Inbound>,
    /// For a channel that sends.
    pub outbound: Option<Outbound>,
    /// For a channel whose vendor has to be asked for what the webhook leaves out.
    pub enrich: Option<Enrich>,
}

#[derive(Clone, Copy)]
pub struct Inbound {
    /// Authenticates the raw bytes, and answers a handshake where the channel has one. Nothing is
    /// parsed for meaning before this has said yes.
    pub verify: fn(&EndpointConfig, &InboundRequest, Timestamp) -> Result<Verified, Reject>,
    /// Turns an authenticated request, received at that moment, into touchpoints and the exact
    /// reply. Deterministic; the delivery ids depend on the request alone.
    pub parse: fn(&EndpointConfig, &InboundRequest, &Verified, Timestamp) -> Result<Parsed, Reject>,
    /// Largest body in bytes, decompressed.
    pub max_body_bytes: usize,
    /// A request as the sender would make it, proven with the endpoint's own secret: where the
    /// sender is a program of the company's and has no button for a test. See [`Manifest::tests`].
    pub sample: Option<fn(&EndpointConfig, Timestamp) -> Option<InboundRequest>>,
}

#[derive(Clone, Copy)]
pub struct Outbound {
    /// A pure request value, not a call.
    pub compose:
        fn(&EndpointConfig, &OutboundMessage, Timestamp, &[u8; 16]) -> Result<Composed, Reject>,
    /// Reads the provider's answer, received at that moment (`Retry-After` may be a date).
    pub outcome: fn(&ProviderAnswer, Timestamp) -> SendOutcome,
    /// The provider takes an idempotency key: after a crash between call and answer it is safe
    /// to send again.
    pub idempotent: bool,
    /// The vendor keeps the text, as a template: what the message says is not sent.
    pub vendor_text: bool,
}

/// What the console's form, the documents and the conformance tests are made from.
#[derive(Clone, Copy, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Manifest {
    /// Kebab case: `wechat-official`.
    pub id: &'static str,
    pub label: Label,
    /// One sentence: what it connects.
    pub summary: Label,
    /// Write-only, encrypted at rest, two valid at a time.
    pub secrets: &'static [Field],
    pub settings: &'static [Field],
    /// What it can send (`email`, `sms`, `webhook` …); empty for a channel that only receives.
    pub sends: &'static [&'static str],
    pub receives: bool,
    /// The vendor does not sign, so the endpoint id itself must be secret.
    pub unsigned: bool,
    /// The console can send a test through the endpoint's own door.
    pub tests: bool,
    /// How a request proves where it comes from: `HMAC-SHA256`.
    pub signature: &'static str,
    /// How a request is written: `json`, `xml`, `form`; `any` where it comes in several;
    /// empty for a channel that only sends.
    pub format: &'static str,
    /// What to do at the vendor's, step by step; `{url}` stands for the webhook's address.
    pub steps: &'static [Label],
    /// What no official text at hand confirms; empty where all is.
    pub unverified: &'static str,
    /// Where the vendor documents it: the page's title.
    pub source: &'static str,
}

#[derive(Clone, Copy, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Label {
    pub zh: &'static str,
    pub en: &'static str,
}

#[derive(Clone, Copy, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ChannelField))]
pub struct Field {
    pub name: &'static str,
    pub label: Label,
    pub required: bool,
    /// Allowed values; empty for free text.
    pub choices: &'static [&'static str],
}

impl Field {
    pub const fn required(name: &'static str, zh: &'static str, en: &'static str) -> Field {
        Field { name, label: Label { zh, en }, required: true, choices: &[] }
    }

    pub const fn optional(name: &'static str, zh: &'static str, en: &'static str) -> Field {
        Field { name, label: Label { zh, en }, required: false, choices: &[] }
    }

    /// Only these values, the first being what a form starts with.
    pub const fn one_of(self, choices: &'static [&'static str]) -> Field {
        Field { choices, ..self }
    }
}

/// For channels that bring phone numbers as people type them.
pub const DEFAULT_COUNTRY: Field = Field::optional(
    "default_country",
    "没有国际区号的电话号码所属的国家（两位字母，默认 CN）",
    "Country of phone numbers without a country code (two letters)",
);

/// For channels whose senders write times as they like.
pub const UTC_OFFSET: Field = Field::optional(
    "utc_offset",
    "没有时区的时间所用的时区（如 +08:00，默认 +08:00）",
    "Offset of times without a zone (such as +08:00, the default)",
);

/// For channels that call the vendor: a relay with a fixed address, or a test.
pub const BASE_URL: Field =
    Field::optional("base_url", "接口地址（留空为默认）", "Base URL (empty: the default)");

/// One configured account of a channel, secrets decrypted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointConfig {
    pub channel: String,
    pub id: String,
    /// Newest first; at most two are valid, so that a secret can be rotated without downtime.
    pub secrets: BTreeMap<String, Vec<String>>,
    pub settings: BTreeMap<String, String>,
}

impl EndpointConfig {
    /// The valid values of a secret, newest first.
    pub fn secrets(&self, name: &str) -> &[String] {
        self.secrets.get(name).map_or(&[], Vec::as_slice)
    }

    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// A webhook request as it arrived: raw body (gzip undone by the edge), raw query.
#[derive(Clone, Debug, Default)]
pub struct InboundRequest {
    pub method: String,
    /// What follows `/in/{channel}/{endpoint}` or, on the collector, the whole path (`/v1/track`).
    pub path: String,
    /// Without the `?`, as sent.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The sender's address, where the platform tells it.
    pub ip: Option<String>,
}

impl InboundRequest {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A test of this body: see [`Inbound::sample`].
    pub(crate) fn sample(path: &str, headers: &[(&str, String)], body: &serde_json::Value) -> Self {
        let json = ("content-type", "application/json".to_owned());
        let headers = headers.iter().chain([&json]);
        InboundRequest {
            method: "POST".to_owned(),
            path: path.to_owned(),
            headers: headers.map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            body: body.to_string().into_bytes(),
            ..InboundRequest::default()
        }
    }

    pub fn query_param(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

/// What a test is called in the log: a touchpoint of nobody's.
pub const TESTED: &str = "integration.tested";

/// What authentication found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verified {
    /// The body in clear where the channel encrypts; `None`: the raw body is the message.
    pub plaintext: Option<Vec<u8>>,
    /// The signature is by public key: nothing holds until the platform has checked this.
    pub owed: Option<Proof>,
    /// A handshake: answer this at once, there is nothing to parse.
    pub handshake: Option<Reply>,
    /// The handshake is complete when this address of the vendor's has been called.
    pub visit: Option<String>,
    /// The proof does not cover the body: it stands for the first one it came with, and no other.
    pub once: Option<String>,
}

/// What a request said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    pub drafts: Vec<Draft>,
    /// Items of a batch that were left out because they are not valid, with the code.
    pub dropped: Vec<(usize, &'static str)>,
    pub reply: Reply,
}

/// Items of a batch that the answer names; the others it counts.
const MAX_TOLD: usize = 100;

impl Parsed {
    /// The answer to a batch of which not every item was taken.
    pub(crate) fn told(&self) -> String {
        let told = self.dropped.iter().take(MAX_TOLD);
        let dropped: Vec<serde_json::Value> =
            told.map(|(index, code)| serde_json::json!({ "index": index, "code": code })).collect();
        serde_json::json!({
            "success": true,
            "accepted": self.drafts.len(),
            "dropped": dropped,
            "dropped_count": self.dropped.len(),
        })
        .to_string()
    }
}

/// The very answer that stops the vendor's retries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub content_type: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn text(status: u16, body: &str) -> Reply {
        Reply {
            status,
            content_type: "text/plain; charset=utf-8",
            body: body.into(),
            ..Reply::default()
        }
    }

    pub fn json(status: u16, body: &str) -> Reply {
        Reply { status, content_type: "application/json", body: body.into(), ..Reply::default() }
    }

    pub fn empty(status: u16) -> Reply {
        Reply { status, ..Reply::default() }
    }
}

/// Why a request is refused. The code is stable and documented; no detail leaves the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reject {
    pub status: u16,
    pub code: &'static str,
}

impl Reject {
    pub const fn new(status: u16, code: &'static str) -> Reject {
        Reject { status, code }
    }

    /// Wrong, missing or stale signature: constant answer, no detail.
    pub const UNAUTHENTICATED: Reject = Reject::new(401, "unauthenticated");
    pub const MALFORMED: Reject = Reject::new(400, "malformed_body");
    pub const TOO_LARGE: Reject = Reject::new(413, "body_too_large");
    pub const TOO_DEEP: Reject = Reject::new(400, "nested_too_deep");
    pub const DOCTYPE: Reject = Reject::new(400, "xml_doctype_refused");
    pub const METHOD: Reject = Reject::new(405, "method_not_allowed");
    /// The endpoint lacks a setting or secret the channel needs.
    pub const MISCONFIGURED: Reject = Reject::new(503, "endpoint_misconfigured");
}
