//! WeChat official accounts and mini-programs: messages and events that WeChat pushes.
//!
//! It never answers a message here: a passive reply would have to be made within five seconds.
//! The unionid is not in the push: it is asked for.

mod unionid;

use crate::channel::{
    BASE_URL, Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed,
    Reject, Reply, Verified,
};
use crate::fields::{Names, named};
use crate::{signed, values, wechat};
use serde_json::{Map, Value};
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::time::{SECOND_MS, Timestamp};
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "wechat-official",
        label: Label {
            zh: "微信公众号 / 小程序", en: "WeChat official account / mini-program"
        },
        summary: Label {
            zh: "接收公众号和小程序推送的消息、关注、扫码和菜单事件。",
            en: "Receives messages, follows, QR scans and menu clicks that WeChat pushes.",
        },
        secrets: &[
            Field::required("token", "令牌（Token）", "Token"),
            Field::optional("encoding_aes_key", "消息加解密密钥", "EncodingAESKey"),
            Field::optional(
                "app_secret",
                "AppSecret（填写后自动查询 UnionID）",
                "AppSecret (with it the UnionID is asked for)",
            ),
        ],
        settings: &[
            Field::required("app_id", "开发者ID（AppID）", "App id"),
            Field::required("mode", "消息加解密方式", "Message encryption")
                .one_of(&["safe", "plain"]),
            Field::optional("account", "账号类型", "Kind of account")
                .one_of(&["official", "mini-program"]),
            BASE_URL,
        ],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "SHA-1, safe mode AES",
        format: "any",
        steps: &[
            Label {
                zh: "在微信公众平台「设置与开发 → 基本配置」打开服务器配置，URL 填 {url}。",
                en: "In the WeChat console, under Basic configuration, enter {url} as the server URL.",
            },
            Label {
                zh: "Token 与 EncodingAESKey 与此处一致，加密方式选安全模式。",
                en: "The same token and EncodingAESKey as here; choose safe mode.",
            },
            Label {
                zh: "提交时微信会验证地址，随后启用。",
                en: "Submitting verifies the address; then switch it on.",
            },
            Label {
                zh: "可选：服务号填入 AppSecret，关注者的 UnionID 会自动查询；需绑定微信开放平台，并把出口 IP 加入白名单。",
                en: "Optional: with the AppSecret, followers' UnionIDs are asked for. The account must be bound to the open platform and allow the address the calls come from.",
            },
        ],
        unverified: "the events of subscription messages and of a mini-program's session; which errors of its API pass by themselves",
        source: "微信官方文档：接入指南；消息加解密说明；接收普通消息；接收事件推送",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: Some(unionid::ENRICH),
};

/// A text message has at most a few kilobytes.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// The vendor names no window, but in plain mode the signature does not cover the body: without
/// a window one captured URL would be good for any message, for ever. Retries come within 15 s.
const MAX_AGE_MS: i64 = 300 * SECOND_MS;

const MESSAGES: &[&str] =
    &["image", "link", "location", "miniprogrampage", "shortvideo", "text", "video", "voice"];

/// Event in lower case (its case varies), our name.
const EVENTS: Names<'_> = &[
    ("click", "menu.clicked"),
    ("location", "location.shared"),
    ("scan", "code.scanned"),
    ("subscribe", "account.followed"),
    ("subscribe_msg_change_event", "subscription.changed"),
    ("subscribe_msg_popup_event", "subscription.changed"),
    ("subscribe_msg_sent_event", "message.sent"),
    ("templatesendjobfinish", "message.delivered"),
    ("unsubscribe", "account.unfollowed"),
    ("user_enter_tempsession", "chat.entered"),
    ("view", "menu.clicked"),
];

/// Vendor's field, ours.
const FIELDS: Names<'_> = &[
    ("Content", "text"),
    ("Description", "description"),
    ("EventKey", "event_key"),
    ("Format", "format"),
    ("Label", "label"),
    ("Latitude", "latitude"),
    ("Location_X", "latitude"),
    ("Location_Y", "longitude"),
    ("Longitude", "longitude"),
    ("MediaId", "media_id"),
    ("MsgId", "msg_id"),
    ("PicUrl", "pic_url"),
    ("Precision", "precision"),
    ("Recognition", "recognition"),
    ("Scale", "scale"),
    ("SessionFrom", "session_from"),
    ("Status", "status"),
    ("ThumbMediaId", "thumb_media_id"),
    ("Ticket", "ticket"),
    ("Title", "title"),
    ("Url", "url"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    now: Timestamp,
) -> Result<Verified, Reject> {
    let tokens = signed::secrets(config, "token")?;
    let app_id = config.setting("app_id").ok_or(Reject::MISCONFIGURED)?;
    let query = |name: &str| wechat::query(request, name);
    let fresh = || signed::fresh(&query("timestamp")?, now, MAX_AGE_MS);
    if request.method == "GET" {
        wechat::signed(&tokens, request, &query("signature")?, &[])?;
        let echo = request.query_param("echostr").ok_or(Reject::MALFORMED)?;
        return Ok(Verified { handshake: Some(Reply::text(200, &echo)), ..Verified::default() });
    }
    signed::posted(request, MAX_BODY_BYTES)?;
    let encrypted = request.query_param("encrypt_type").as_deref() == Some("aes");
    if !encrypted {
        // An endpoint in safe mode takes nothing in clear: that would be a downgrade.
        if config.setting("mode") != Some("plain") {
            return Err(Reject::UNAUTHENTICATED);
        }
        wechat::signed(&tokens, request, &query("signature")?, &[])?;
        fresh()?;
        return Ok(Verified::default());
    }
    let sealed = wechat::sealed(&request.body, MAX_BODY_BYTES)?;
    wechat::signed(&tokens, request, &query("msg_signature")?, &[&sealed])?;
    fresh()?;
    let keys = signed::secrets(config, "encoding_aes_key")?;
    let plaintext = Some(wechat::open(&keys, app_id, &sealed)?);
    Ok(Verified { plaintext, ..Verified::default() })
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = verified.plaintext.as_deref().unwrap_or(&request.body);
    let fields = wechat::fields(body, MAX_BODY_BYTES)?;
    let field = |name: &str| values::text(fields.get(name));
    let kind = field("MsgType").unwrap_or_default().to_ascii_lowercase();
    let event = field("Event").unwrap_or_default().to_ascii_lowercase();
    let name = match kind.as_str() {
        "event" => named(EVENTS, &event),
        _ if MESSAGES.contains(&kind.as_str()) => Some("message.received"),
        _ => None,
    };
    // "success", or why a template did not arrive.
    let arrived = field("Status").is_none_or(|status| status == "success");
    let name = name.map(|name| match name {
        "message.delivered" if !arrived => "message.failed",
        name => name,
    });
    let app_id = config.setting("app_id").ok_or(Reject::MISCONFIGURED)?;
    let openid = field("FromUserName");
    let draft = Draft {
        delivery_id: delivery_id(&fields, body),
        name: name.unwrap_or("wechat.unknown").to_owned(),
        occurred_at: values::time(fields.get("CreateTime")),
        identifiers: openid
            .map(|openid| RawIdentifier::new(Kind::WechatOpenid, app_id, &openid))
            .into_iter()
            .collect(),
        context: context(app_id, &fields),
        properties: properties(&kind, &event, fields),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::text(200, "success") })
}

/// "Message de-duplication": a message by its MsgId, an event by sender and time, to which event
/// and key are added because two events can share a second. What has neither: by its content.
fn delivery_id(fields: &Map<String, Value>, body: &[u8]) -> String {
    let field = |name: &str| values::text(fields.get(name));
    if let Some(id) = field("MsgId") {
        return id;
    }
    match (field("FromUserName"), field("CreateTime")) {
        (Some(from), Some(at)) => {
            let more = ["Event", "EventKey", "MsgID"].map(|name| field(name).unwrap_or_default());
            let [event, key, job] = more.each_ref().map(String::as_bytes);
            digest(&[from.as_bytes(), at.as_bytes(), event, key, job])
        }
        _ => digest(&[body]),
    }
}

fn context(app_id: &str, fields: &Map<String, Value>) -> Value {
    let mut context = Map::new();
    context.insert("app_id".to_owned(), app_id.into());
    if let Some(account) = values::text(fields.get("ToUserName")) {
        context.insert("account".to_owned(), account.into());
    }
    Value::Object(context)
}

fn properties(kind: &str, event: &str, fields: Map<String, Value>) -> Value {
    let mut properties = Map::new();
    properties.insert("msg_type".to_owned(), kind.into());
    if !event.is_empty() {
        properties.insert("event".to_owned(), event.into());
    }
    for (theirs, ours) in FIELDS {
        if let Some(value) = values::text(fields.get(*theirs)) {
            properties.insert((*ours).to_owned(), value.into());
        }
    }
    // The code of the QR that was scanned: campaign, package, expo stand, salesperson.
    let key = values::text(fields.get("EventKey")).unwrap_or_default();
    let scene = match event {
        "subscribe" => key.strip_prefix("qrscene_"),
        "scan" => Some(key.as_str()),
        _ => None,
    };
    if let Some(scene) = scene.filter(|scene| !scene.is_empty()) {
        properties.insert("scene".to_owned(), scene.into());
    }
    properties.insert("raw".to_owned(), Value::Object(fields));
    Value::Object(properties)
}

#[cfg(test)]
mod tests;
