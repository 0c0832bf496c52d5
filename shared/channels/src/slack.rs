//! Slack's Events API: what is said to and about the company's app.
//!
//! People in Slack are colleagues or partners, so a Slack user is a person of that workspace only.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::{crypto, json, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::Gather;
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::time::{SECOND_MS, Timestamp};
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "slack",
        label: Label { zh: "Slack", en: "Slack" },
        summary: Label {
            zh: "接收 Slack 应用订阅的消息和事件。",
            en: "Receives the messages and events that a Slack app subscribes to.",
        },
        secrets: &[Field::required("signing_secret", "Signing secret", "Signing secret")],
        settings: &[],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "HMAC-SHA256 `v0`",
        format: "any",
        steps: &[
            Label {
                zh: "在 api.slack.com 的应用里打开 Event Subscriptions，Request URL 填 {url}。",
                en: "Open Event Subscriptions of the app and enter {url} as request URL.",
            },
            Label {
                zh: "先把 Basic Information 里的 Signing Secret 复制到密钥。",
                en: "Copy the signing secret from Basic Information first.",
            },
            Label {
                zh: "订阅 message.channels、message.im 与 app_mention。",
                en: "Subscribe to message.channels, message.im and app_mention.",
            },
        ],
        unverified: "retries",
        source: "Slack API: Verifying requests from Slack; The Events API",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 512 * 1024;
/// "Verifying requests from Slack": five minutes.
const MAX_AGE_MS: i64 = 300 * SECOND_MS;

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "signing_secret")?;
    let timestamp = signed::header(request, "x-slack-request-timestamp")?;
    let given = signed::header(request, "x-slack-signature")?
        .strip_prefix("v0=")
        .ok_or(Reject::UNAUTHENTICATED)?;
    signed::fresh(timestamp, now, MAX_AGE_MS)?;
    let mut message = format!("v0:{timestamp}:").into_bytes();
    message.extend_from_slice(&request.body);
    let mac = |secret: &&str| crypto::hex(&crypto::hmac_sha256(secret.as_bytes(), &message));
    let verified = signed::genuine(secrets.iter().any(|it| crypto::same_hex(given, &mac(it))))?;
    if is_form(&request.body) {
        return Ok(verified);
    }
    // The handshake is signed like everything else.
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    match (body.get("type").and_then(Value::as_str), values::text(body.get("challenge"))) {
        (Some("url_verification"), Some(challenge)) => {
            Ok(Verified { handshake: Some(Reply::text(200, &challenge)), ..verified })
        }
        _ => Ok(verified),
    }
}

/// Slash commands (`team_id` and more) and buttons (`payload`) are forms, events are JSON.
fn is_form(body: &[u8]) -> bool {
    !body.trim_ascii_start().starts_with(b"{")
        && form_urlencoded::parse(body).any(|(name, _)| name == "team_id" || name == "payload")
}

/// `/webhook-collect`, typed by a person. The token in it is Slack's older proof and is not kept.
fn command(body: &[u8]) -> Draft {
    let fields: Map<String, Value> = form_urlencoded::parse(body)
        .filter(|(name, _)| name != "token")
        .map(|(name, value)| (json::without_nul(&name), json::without_nul(&value).into()))
        .gather();
    let field = |name: &str| values::text(fields.get(name));
    let team = field("team_id").unwrap_or_default();
    let is_command = field("command").is_some();
    Draft {
        // Each has a trigger of its own, so no two are the same.
        delivery_id: digest(&[body]),
        name: if is_command { "slack.command" } else { "slack.unknown" }.to_owned(),
        occurred_at: None,
        identifiers: field("user_id")
            .map(|id| RawIdentifier::new(Kind::SlackUser, &team, &id))
            .into_iter()
            .collect(),
        properties: Value::Object(fields),
        context: json!({ "team": team, "type": "form" }),
    }
}

fn parse(
    _config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    if is_form(&request.body) {
        let drafts = vec![command(&request.body)];
        return Ok(Parsed { drafts, dropped: Vec::new(), reply: Reply::empty(200) });
    }
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let reply = Reply::empty(200);
    let Some(delivery_id) = values::text(body.get("event_id")) else {
        // `app_rate_limited` and what else is no event.
        return Ok(Parsed { reply, ..Parsed::default() });
    };
    let empty = Map::new();
    let event = body.get("event").and_then(Value::as_object).unwrap_or(&empty);
    let field = |name: &str| values::text(event.get(name));
    let team = values::text(body.get("team_id")).unwrap_or_default();
    let kind = field("type").unwrap_or_default();
    // What a bot says, ours above all, is no person's message. Most subtypes are notices; these
    // are messages with a file, to all from within a thread, or in the third person.
    let written = [None, Some("file_share"), Some("thread_broadcast"), Some("me_message")];
    let subtype = event.get("subtype").map(|it| it.as_str().unwrap_or_default());
    let by_person = !event.contains_key("bot_id") && written.contains(&subtype);
    let name = match kind.as_str() {
        "message" | "app_mention" if by_person => "message.received",
        _ => "slack.unknown",
    };
    let mut properties = Map::new();
    for name in ["text", "channel", "thread_ts", "subtype"] {
        if let Some(value) = field(name) {
            properties.insert(name.to_owned(), value.into());
        }
    }
    properties.insert("raw".to_owned(), Value::Object(event.clone()));
    let draft = Draft {
        delivery_id,
        name: name.to_owned(),
        occurred_at: values::time(body.get("event_time")),
        identifiers: field("user")
            .filter(|_| by_person)
            .map(|id| RawIdentifier::new(Kind::SlackUser, &team, &id))
            .into_iter()
            .collect(),
        properties: Value::Object(properties),
        context: json!({ "team": team, "type": kind }),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply })
}

#[cfg(test)]
mod tests;
