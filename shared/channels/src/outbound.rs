//! What leaves: a message, the provider request it becomes, and what the answer means.

use serde::{Deserialize, Serialize};

/// A message ready to be sent: recipient chosen, text rendered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutboundMessage {
    /// The outbox id: the provider's idempotency key, equal on every try.
    pub key: String,
    /// `email`, `sms`, `webhook` …
    pub medium: String,
    /// The address within the medium: e-mail, E.164 phone, URL.
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The provider's own template, where it insists on one (Aliyun SMS).
    pub template_code: String,
    /// Parameters for that template, or the body of a webhook.
    pub data: serde_json::Value,
    /// Of a mail, besides what the provider writes itself: the way out of a marketing message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
}

/// The channels whose vendor keeps the texts ([`crate::Outbound::vendor_text`]); a test holds them
/// against that, and whoever only asks for them does not carry a sender.
pub const VENDOR_TEXT: &[&str] = &["aliyun-sms"];

/// The setting of an account whose vendor keeps the texts: its default template says how to stop.
pub const TEMPLATE_WAY_OUT: &str = "template_way_out";

/// An HTTP request as a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProviderRequest {
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl ProviderRequest {
    pub fn get(url: String) -> ProviderRequest {
        ProviderRequest { method: "GET", url, ..ProviderRequest::default() }
    }

    pub fn post_json(url: String, body: &serde_json::Value) -> ProviderRequest {
        ProviderRequest {
            method: "POST",
            url,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        }
    }
}

/// A path below a base URL, with a query where there is one.
pub fn address(base: &str, path: &str, query: &[(&str, &str)]) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    let query = pairs.extend_pairs(query).finish();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{path}{mark}{query}", base.trim_end_matches('/'))
}

#[derive(Clone, Debug, PartialEq)]
pub enum Composed {
    Call(ProviderRequest),
    /// Nothing to call: the message counts as delivered (the local mailbox).
    Kept,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProviderAnswer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl ProviderAnswer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What a provider's answer means for the message.
#[derive(Clone, Debug, PartialEq)]
pub enum SendOutcome {
    Sent {
        provider_ref: String,
    },
    /// Try again, not before `after_ms` where the provider says so.
    Retry {
        reason: String,
        after_ms: Option<i64>,
    },
    /// Final: this message will never be taken.
    Failed {
        reason: String,
    },
}
