//! Telegram bots: messages and button presses.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::{crypto, json, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "telegram",
        label: Label { zh: "Telegram 机器人", en: "Telegram bot" },
        summary: Label {
            zh: "接收 Telegram 机器人的消息、按钮点击和带来源的启动链接。",
            en: "Receives messages, button presses and start links of a Telegram bot.",
        },
        secrets: &[Field::required(
            "secret_token",
            "setWebhook 的 secret_token",
            "secret_token of setWebhook",
        )],
        settings: &[],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "secret header",
        format: "json",
        steps: &[Label {
            zh: "用 BotFather 得到的令牌调用 setWebhook：url={url}，secret_token 为此处的密钥。",
            en: "With the token from BotFather call setWebhook: url={url}, secret_token as the secret here.",
        }],
        unverified: "",
        source: "Telegram Bot API: setWebhook; Update",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 512 * 1024;

const NAMES: Names<'_> = &[("/first_name", "first_name"), ("/last_name", "last_name")];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "secret_token")?;
    let given = signed::header(request, "x-telegram-bot-api-secret-token")?;
    signed::genuine(secrets.iter().any(|it| crypto::same(given.as_bytes(), it.as_bytes())))
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let update = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let delivery_id = values::text(update.get("update_id")).ok_or(Reject::MALFORMED)?;
    let object = |name: &str| update.get(name).and_then(Value::as_object);
    let message = object("message").or_else(|| object("edited_message"));
    let (name, subject) = match (message, object("callback_query"), object("my_chat_member")) {
        (Some(_), ..) if object("message").is_none() => ("telegram.message_edited", message),
        (Some(message), ..) => ("message.received", Some(message)),
        (_, Some(query), _) => ("menu.clicked", Some(query)),
        (_, _, Some(member)) => (membership(member), Some(member)),
        _ => ("telegram.unknown", update.values().find_map(Value::as_object)),
    };
    let field = |name: &str| values::text(subject?.get(name));
    let text = field("text").or_else(|| field("caption"));
    let mut properties = Map::new();
    for (name, value) in [
        ("message_id", field("message_id")),
        ("data", field("data")),
        ("group_id", subject.and_then(group)),
        // A link or QR code `t.me/bot?start=code` arrives as "/start code".
        ("scene", text.as_deref().and_then(|it| it.strip_prefix("/start ")).map(str::to_owned)),
        ("text", text),
    ] {
        if let Some(value) = value {
            properties.insert(name.to_owned(), value.into());
        }
    }
    let author = subject.and_then(author);
    let names = author.map(|from| fields::pick(from, NAMES)).unwrap_or_default();
    let identifiers = author.map_or_else(Vec::new, |from| identifiers(from, message));
    let occurred_at = subject.and_then(|it| values::time(it.get("date")));
    properties.insert("raw".to_owned(), Value::Object(update));
    let draft = Draft {
        delivery_id,
        name: name.to_owned(),
        occurred_at,
        identifiers,
        properties: Value::Object(properties),
        context: fields::called(json!({ "bot": config.id }), names),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::empty(200) })
}

/// The person who wrote, pressed or answered. What a bot says, or a channel or a group in its own
/// name (`sender_chat`), is by none.
fn author(subject: &Map<String, Value>) -> Option<&Value> {
    let from = subject.get("from").or_else(|| subject.get("user"))?;
    let is_bot = from.get("is_bot").and_then(Value::as_bool) == Some(true);
    (!is_bot && !subject.contains_key("sender_chat")).then_some(from)
}

/// What a person is known by. The number is theirs where they shared their own by the button for
/// it; the contact of another is not.
fn identifiers(from: &Value, message: Option<&Map<String, Value>>) -> Vec<RawIdentifier> {
    let Some(id) = values::text(from.get("id")) else { return Vec::new() };
    let contact = message.and_then(|it| it.get("contact"));
    let own = contact.filter(|it| values::text(it.get("user_id")).as_ref() == Some(&id));
    let number = own.and_then(|it| values::text(it.get("phone_number")));
    // With its country, and mostly without the plus sign.
    let number = number.map(|it| format!("+{}", it.trim_start_matches('+')));
    let phone = number.map(|it| RawIdentifier::new(Kind::Phone, "", &it));
    let user = RawIdentifier::new(Kind::TelegramUser, "", &id);
    std::iter::once(user).chain(phone).collect()
}

/// The group or channel that it happened in; `None` in a private chat.
fn group(subject: &Map<String, Value>) -> Option<String> {
    // A pressed button lies under the message it belongs to.
    let chat = subject.get("chat").or_else(|| subject.get("message")?.get("chat"))?;
    let kind = chat.get("type").and_then(Value::as_str)?;
    (kind != "private").then(|| values::text(chat.get("id"))).flatten()
}

/// Whether a person let the bot write to them, or blocked it. In a group it tells that the bot was
/// added or removed there, and nothing of the private chat of the colleague who did so.
fn membership(member: &Map<String, Value>) -> &'static str {
    if group(member).is_some() {
        return "telegram.group_changed";
    }
    match member.get("new_chat_member").and_then(|it| it.get("status")).and_then(Value::as_str) {
        Some("kicked" | "left") => "account.unfollowed",
        Some("member") => "account.followed",
        _ => "telegram.unknown",
    }
}

#[cfg(test)]
mod tests;
