//! What is answered about doors, and has no type of its own.

use std::collections::BTreeMap;
use tributary_core::time::Timestamp;
use tributary_core::{doors, ids};
use utoipa::ToSchema;

#[derive(ToSchema)]
pub struct CodeDoor {
    pub id: String,
    /// What the printed code says.
    pub url: String,
    pub definition: doors::code::Code,
    pub version: String,
    /// Touchpoints that came through it, about a minute old.
    pub used: i64,
    pub updated_at: Timestamp,
}

#[derive(ToSchema)]
pub struct FormDoor {
    pub id: String,
    /// Where people fill it in.
    pub url: String,
    pub definition: doors::form::Form,
    /// Which definition this is: submissions and consents name it.
    pub version: String,
    /// Touchpoints that came through it, about a minute old.
    pub used: i64,
    pub updated_at: Timestamp,
}

#[derive(ToSchema)]
pub struct Enrichments {
    pub items: Vec<tributary_store::enrich::Summary>,
}

#[derive(ToSchema)]
pub struct AskedAgain {
    /// How many questions.
    pub asked_again: u64,
}

#[derive(ToSchema)]
pub struct EndpointCount {
    pub count: u64,
    pub last_at: Timestamp,
}

#[derive(ToSchema)]
pub struct QuarantinedRequest {
    pub id: ids::QuarantineId,
    pub channel: String,
    pub endpoint: String,
    /// Why it was not taken.
    pub code: String,
    pub bytes: i64,
    pub tries: i64,
    pub state: String,
    pub at: Timestamp,
    pub request: KeptRequest,
}

/// In clear where the channel encrypts; without what proves who sent it.
#[derive(ToSchema)]
pub struct KeptRequest {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// The body is no text and stands here as base64.
    pub base64: bool,
}

#[derive(ToSchema)]
pub struct Replayed {
    pub touchpoints: Vec<String>,
    /// How many the log did not have.
    pub new: u64,
    /// Why it stays in quarantine, where a part still does not fit.
    pub left: Option<String>,
}
