//! WeCom (企业微信): customers that a colleague adds, and what becomes of the contact.
//!
//! Messages to the company's own app come from staff, not from customers: they are kept, and
//! nobody's profile gets them.

mod contact;

use crate::channel::{
    BASE_URL, Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed,
    Reject, Reply, Verified,
};
use crate::fields::{Names, named};
use crate::{signed, values, wechat};
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::time::{SECOND_MS, Timestamp};
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "wecom",
        label: Label { zh: "企业微信", en: "WeCom" },
        summary: Label {
            zh: "接收企业微信的客户添加、变更和流失事件。",
            en: "Receives customers added, changed and lost in WeCom.",
        },
        secrets: &[
            Field::required("token", "令牌（Token）", "Token"),
            Field::required("encoding_aes_key", "EncodingAESKey", "EncodingAESKey"),
            Field::optional(
                "contact_secret",
                "客户联系 Secret（填写后自动查询客户详情）",
                "Customer contact secret (with it customers are asked about)",
            ),
        ],
        settings: &[Field::required("corp_id", "企业ID（CorpID）", "Corp id"), BASE_URL],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "SHA-1, AES",
        format: "xml",
        steps: &[
            Label {
                zh: "在企业微信管理后台「客户联系 → API」设置接收事件服务器，URL 填 {url}。",
                en: "In the WeCom console, under customer contact, API, enter {url} for events.",
            },
            Label {
                zh: "把 Token 与 EncodingAESKey 复制到密钥，企业 ID 填入设置。",
                en: "Copy token and EncodingAESKey; enter the corp id.",
            },
            Label {
                zh: "可选：填入客户联系 Secret，客户的姓名、UnionID 和备注手机号会自动查询；需把出口 IP 加入企业可信 IP。",
                en: "Optional: with the customer contact secret, names, UnionIDs and noted numbers are asked for. WeCom must trust the address the calls come from.",
            },
        ],
        unverified: "how often it tries again, and the fields of a customer (secondary sources)",
        source: "企业微信开发者中心：回调配置；加解密方案说明；客户联系事件",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: Some(contact::ENRICH),
};

const MAX_BODY_BYTES: usize = 256 * 1024;
/// The vendor names no window; it tries three times within seconds.
const MAX_AGE_MS: i64 = 300 * SECOND_MS;

/// `ChangeType` of `change_external_contact`, our name.
const CHANGES: Names<'_> = &[
    ("add_external_contact", "account.followed"),
    ("add_half_external_contact", "account.followed"),
    ("del_external_contact", "wecom.contact_removed"),
    ("del_follow_user", "account.unfollowed"),
    ("edit_external_contact", "wecom.contact_edited"),
    ("transfer_fail", "wecom.transfer_failed"),
];

/// Vendor's field, ours.
const FIELDS: Names<'_> = &[
    ("ChangeType", "change"),
    ("ChatId", "chat_id"),
    ("Content", "content"),
    ("Event", "event"),
    ("FailReason", "reason"),
    // The QR code, campaign or salesperson the customer came by.
    ("State", "scene"),
    ("UserID", "staff"),
    ("WelcomeCode", "welcome_code"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    now: Timestamp,
) -> Result<Verified, Reject> {
    let tokens = signed::secrets(config, "token")?;
    let keys = signed::secrets(config, "encoding_aes_key")?;
    let corp_id = config.setting("corp_id").ok_or(Reject::MISCONFIGURED)?;
    let signature = wechat::query(request, "msg_signature");
    if request.method == "GET" {
        // A plus sign that was not encoded has been read as a space.
        let sealed = wechat::query(request, "echostr")?.replace(' ', "+");
        wechat::signed(&tokens, request, &signature?, &[&sealed])?;
        let echo = wechat::open(&keys, corp_id, &sealed)?;
        let reply = Reply { body: echo, ..Reply::text(200, "") };
        return Ok(Verified { handshake: Some(reply), ..Verified::default() });
    }
    signed::posted(request, MAX_BODY_BYTES)?;
    let sealed = wechat::sealed(&request.body, MAX_BODY_BYTES)?;
    wechat::signed(&tokens, request, &signature?, &[&sealed])?;
    signed::fresh(&wechat::query(request, "timestamp")?, now, MAX_AGE_MS)?;
    let plaintext = Some(wechat::open(&keys, corp_id, &sealed)?);
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
    let corp_id = config.setting("corp_id").ok_or(Reject::MISCONFIGURED)?;
    let change = field("ChangeType").unwrap_or_default();
    let name = match (field("MsgType").as_deref(), field("Event").as_deref()) {
        (_, Some("change_external_contact")) => named(CHANGES, &change),
        (_, Some("change_external_chat")) => Some("wecom.group_changed"),
        (Some(kind), None) if kind != "event" => Some("wecom.staff_message"),
        _ => None,
    };
    let draft = Draft {
        delivery_id: delivery_id(&fields),
        name: name.unwrap_or("wecom.unknown").to_owned(),
        occurred_at: values::time(fields.get("CreateTime")),
        identifiers: field("ExternalUserID")
            .map(|id| RawIdentifier::new(Kind::WecomExternalUserid, corp_id, &id))
            .into_iter()
            .collect(),
        context: json!({ "corp_id": corp_id, "agent": field("AgentID") }),
        properties: properties(fields),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::empty(200) })
}

/// The documented key, sender and time, is the same for all customers of one second: the sender
/// is always `sys`. So everything that tells two events apart goes into it.
fn delivery_id(fields: &Map<String, Value>) -> String {
    let field = |name: &str| values::text(fields.get(name));
    field("MsgId").unwrap_or_else(|| {
        let parts = [
            "ToUserName",
            "CreateTime",
            "Event",
            "ChangeType",
            "UserID",
            "ExternalUserID",
            "ChatId",
            "AgentID",
            "EventKey",
        ]
        .map(|name| field(name).unwrap_or_default());
        digest(&parts.each_ref().map(String::as_bytes))
    })
}

fn properties(fields: Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for (theirs, ours) in FIELDS {
        if let Some(value) = values::text(fields.get(*theirs)) {
            properties.insert((*ours).to_owned(), value.into());
        }
    }
    properties.insert("raw".to_owned(), Value::Object(fields));
    Value::Object(properties)
}
