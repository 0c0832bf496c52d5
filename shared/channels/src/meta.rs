//! Meta: WhatsApp, Messenger, Instagram and lead ads, which arrive at one webhook.
//!
//! A lead ad brings ids only: its answers are asked for.

mod chat;
mod lead;
mod whatsapp;

use crate::channel::{
    BASE_URL, Channel, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest, Parsed,
    Reject, Reply, Verified,
};
use crate::{crypto, json, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::ids::digest;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Draft;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "meta",
        label: Label {
            zh: "Meta（WhatsApp / Messenger / Instagram）",
            en: "Meta (WhatsApp / Messenger / Instagram)",
        },
        summary: Label {
            zh: "接收 WhatsApp、Messenger、Instagram 的消息和送达状态，以及线索广告通知。",
            en: "Receives messages and delivery states of WhatsApp, Messenger and Instagram, and lead ads.",
        },
        secrets: &[
            Field::required("app_secret", "应用密钥（App secret）", "App secret"),
            Field::required("verify_token", "验证口令（Verify token）", "Verify token"),
            Field::optional(
                "page_access_token",
                "主页长期访问令牌（填写后自动查询线索内容）",
                "Long-lived page access token (with it leads' answers are asked for)",
            ),
        ],
        settings: &[BASE_URL],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "HMAC-SHA256",
        format: "json",
        steps: &[
            Label {
                zh: "在 Meta 开发者后台的应用里打开 Webhooks，回调地址填 {url}，验证令牌填此处的同一个值。",
                en: "Open Webhooks of the app, enter {url} and the same verify token as here.",
            },
            Label {
                zh: "把应用密钥（App Secret）复制到密钥。", en: "Copy the app secret."
            },
            Label {
                zh: "订阅 messages 与 leadgen 字段。",
                en: "Subscribe to the fields messages and leadgen.",
            },
            Label {
                zh: "线索广告：填入有 leads_retrieval 权限的主页长期访问令牌，表单内容会自动查询。",
                en: "Lead ads: with a long-lived page token that may leads_retrieval, the answers are asked for.",
            },
        ],
        unverified: "how long it tries again; what people with a user name and no number send; which errors of the Graph API pass by themselves",
        source: "Meta for Developers: Webhooks, getting started; WhatsApp Cloud API webhooks",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: Some(lead::ENRICH),
};

/// A lead of which only the ids are known.
const LEAD: &str = "meta.lead_received";

/// "Event notifications are aggregated … up to 1,000 updates": Meta allows 3 MB.
const MAX_BODY_BYTES: usize = 3 * 1024 * 1024;

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    if request.method == "GET" {
        return handshake(config, request);
    }
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "app_secret")?;
    // Their older `x-hub-signature` is SHA-1 and not looked at.
    let given = signed::header(request, "x-hub-signature-256")?
        .strip_prefix("sha256=")
        .ok_or(Reject::UNAUTHENTICATED)?;
    let mac = |it: &&str| crypto::hex(&crypto::hmac_sha256(it.as_bytes(), &request.body));
    signed::genuine(secrets.iter().any(|it| crypto::same_hex(given, &mac(it))))
}

fn handshake(config: &EndpointConfig, request: &InboundRequest) -> Result<Verified, Reject> {
    let tokens = signed::secrets(config, "verify_token")?;
    let query = |name: &str| request.query_param(name).unwrap_or_default();
    let given = query("hub.verify_token");
    let good = tokens.iter().any(|it| crypto::same(given.as_bytes(), it.as_bytes()));
    if !good || query("hub.mode") != "subscribe" {
        return Err(Reject::new(403, "unauthenticated"));
    }
    let reply = Reply::text(200, &query("hub.challenge"));
    Ok(Verified { handshake: Some(reply), ..Verified::default() })
}

fn parse(
    _config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let object = values::text(body.get("object")).unwrap_or_default();
    let mut drafts = Vec::new();
    for entry in objects(body.get("entry")) {
        let account = values::text(entry.get("id")).unwrap_or_default();
        for change in objects(entry.get("changes")) {
            let field = values::text(change.get("field")).unwrap_or_default();
            match (field.as_str(), change.get("value").and_then(Value::as_object)) {
                ("messages", Some(value)) if object.starts_with("whatsapp") => {
                    drafts.extend(whatsapp::drafts(value));
                }
                ("user_preferences", Some(value)) if object.starts_with("whatsapp") => {
                    drafts.extend(whatsapp::preferences(value));
                }
                ("leadgen", Some(value)) => drafts.extend(told(&account, value)),
                (_, value) => drafts.push(unknown(&object, &account, &field, value, entry)),
            }
        }
        // On standby another program answers: what people write comes all the same.
        for event in objects(entry.get("messaging")).chain(objects(entry.get("standby"))) {
            drafts.extend(chat::draft(&object, &account, event));
        }
    }
    Ok(Parsed { drafts, dropped: Vec::new(), reply: Reply::empty(200) })
}

fn objects(value: Option<&Value>) -> impl Iterator<Item = &Map<String, Value>> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

/// It names the lead; what was entered has to be asked for.
fn told(page: &str, value: &Map<String, Value>) -> Option<Draft> {
    let id = values::text(value.get("leadgen_id"))?;
    Some(Draft {
        delivery_id: format!("lead:{id}"),
        name: LEAD.to_owned(),
        occurred_at: values::time(value.get("created_time")),
        identifiers: Vec::new(),
        properties: Value::Object(value.clone()),
        context: json!({ "page": page }),
    })
}

fn unknown(
    object: &str,
    account: &str,
    field: &str,
    value: Option<&Map<String, Value>>,
    entry: &Map<String, Value>,
) -> Draft {
    let value = value.cloned().unwrap_or_default();
    let text = Value::Object(value.clone()).to_string();
    let at = values::text(entry.get("time")).unwrap_or_default();
    let parts = [object, account, field, &at, &text];
    Draft {
        delivery_id: digest(&parts.map(str::as_bytes)),
        name: "meta.unknown".to_owned(),
        occurred_at: values::time(entry.get("time")),
        identifiers: Vec::new(),
        properties: Value::Object(value),
        context: json!({ "object": object, "account": account, "field": field }),
    }
}
