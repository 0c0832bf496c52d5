//! Telegram bots: messages and button presses.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
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
    let (name, subject) =
        match (object("message"), object("callback_query"), object("my_chat_member")) {
            (Some(message), ..) => ("message.received", Some(message)),
            (_, Some(query), _) => ("menu.clicked", Some(query)),
            (_, _, Some(member)) => (membership(member), Some(member)),
            _ => ("telegram.unknown", None),
        };
    let field = |name: &str| values::text(subject?.get(name));
    let text = field("text");
    let mut properties = Map::new();
    for (name, value) in [
        ("message_id", field("message_id")),
        ("data", field("data")),
        // A link or QR code `t.me/bot?start=code` arrives as "/start code".
        ("scene", text.as_deref().and_then(|it| it.strip_prefix("/start ")).map(str::to_owned)),
        ("text", text),
    ] {
        if let Some(value) = value {
            properties.insert(name.to_owned(), value.into());
        }
    }
    let from = subject.and_then(|it| it.get("from")).and_then(Value::as_object);
    let is_bot = from.and_then(|it| it.get("is_bot")).and_then(Value::as_bool) == Some(true);
    let identifiers = from
        .filter(|_| !is_bot)
        .and_then(|it| values::text(it.get("id")))
        .map(|id| RawIdentifier::new(Kind::TelegramUser, "", &id))
        .into_iter()
        .collect();
    let occurred_at = subject.and_then(|it| values::time(it.get("date")));
    properties.insert("raw".to_owned(), Value::Object(update));
    let draft = Draft {
        delivery_id,
        name: name.to_owned(),
        occurred_at,
        identifiers,
        properties: Value::Object(properties),
        context: json!({ "bot": config.id }),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::empty(200) })
}

/// Whether somebody let the bot write to them, or blocked it.
fn membership(member: &Map<String, Value>) -> &'static str {
    match member.get("new_chat_member").and_then(|it| it.get("status")).and_then(Value::as_str) {
        Some("kicked" | "left") => "account.unfollowed",
        Some("member") => "account.followed",
        _ => "telegram.unknown",
    }
}
