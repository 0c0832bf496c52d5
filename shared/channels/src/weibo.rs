//! Weibo's fan service (微博粉丝服务平台): messages, follows and menu clicks.

use crate::channel::{
    Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed, Reject,
    Reply, Verified,
};
use crate::fields::{self, Names};
use crate::{signed, values, wechat};
use serde_json::{Value, json};
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::time::{SECOND_MS, Timestamp};
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "weibo",
        label: Label { zh: "微博粉丝服务", en: "Weibo fan service" },
        summary: Label {
            zh: "接收微博粉丝的私信、关注和菜单点击。",
            en: "Receives messages, follows and menu clicks of a Weibo account's fans.",
        },
        secrets: &[Field::required("app_secret", "应用的 App Secret", "App secret")],
        settings: &[],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "SHA-1",
        format: "json",
        steps: &[
            Label {
                zh: "在微博粉丝服务平台的开发者模式里把 URL 填为 {url}。",
                en: "In the developer mode of the fan service enter {url}.",
            },
            Label { zh: "把 AppSecret 复制到密钥。", en: "Copy the app secret." },
        ],
        unverified: "all but the signature (copies of the vendor's page): its events, answers and retries",
        source: "微博开放平台：粉丝服务平台开发接口接入指南；接收普通消息；接收事件推送",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 256 * 1024;
/// The vendor names no window; ours is that of WeChat's, whose scheme this is.
const MAX_AGE_MS: i64 = 300 * SECOND_MS;

/// `data.subtype` of events.
const EVENTS: Names<'_> = &[
    ("click", "menu.clicked"),
    ("follow", "account.followed"),
    ("scan", "code.scanned"),
    ("scan_follow", "account.followed"),
    ("subscribe", "account.followed"),
    ("unfollow", "account.unfollowed"),
    ("unsubscribe", "account.unfollowed"),
];

const FIELDS: Names<'_> = &[
    ("/text", "text"),
    ("/type", "message_type"),
    ("/data/key", "scene"),
    ("/data/subtype", "event"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    now: Timestamp,
) -> Result<Verified, Reject> {
    let secrets = signed::secrets(config, "app_secret")?;
    let signature = wechat::query(request, "signature");
    if request.method == "GET" {
        wechat::signed(&secrets, request, &signature?, &[])?;
        let reply = Reply::text(200, &wechat::query(request, "echostr")?);
        return Ok(Verified { handshake: Some(reply), ..Verified::default() });
    }
    signed::posted(request, MAX_BODY_BYTES)?;
    wechat::signed(&secrets, request, &signature?, &[])?;
    let sent = wechat::query(request, "timestamp")?;
    let sent = sent.parse::<i64>().map_err(|_| Reject::UNAUTHENTICATED)?;
    let age_ms = now.since_ms(Timestamp(sent)).saturating_abs();
    signed::genuine(age_ms <= MAX_AGE_MS)
}

fn parse(
    _config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = wechat::fields(&request.body, MAX_BODY_BYTES)?;
    let field = |name: &str| values::text(body.get(name)).unwrap_or_default();
    let (kind, sender, created) = (field("type"), field("sender_id"), field("created_at"));
    let data = body.get("data").cloned().unwrap_or_default();
    let subtype = values::text(data.get("subtype")).unwrap_or_default();
    let name = match kind.as_str() {
        "event" => fields::named(EVENTS, &subtype),
        "" => None,
        "mention" => Some("weibo.mentioned"),
        _ => Some("message.received"),
    };
    // The vendor gives no id: what tells two apart is all there is.
    let (text, all) = (field("text"), data.to_string());
    let parts = [&kind, &sender, &created, &text, &all].map(|part| part.as_bytes());
    let draft = Draft {
        delivery_id: digest(&parts),
        name: name.unwrap_or("weibo.unknown").to_owned(),
        occurred_at: values::time(body.get("created_at")),
        identifiers: Some(sender)
            .filter(|id| !id.is_empty())
            .map(|id| RawIdentifier::new(Kind::WeiboUser, "", &id))
            .into_iter()
            .collect(),
        context: json!({ "account": values::text(body.get("receiver_id")) }),
        properties: fields::properties(Value::Object(body), FIELDS),
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::empty(200) })
}
