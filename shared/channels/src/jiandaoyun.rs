//! Jiandaoyun (简道云): what people enter into the company's no-code forms.

use crate::channel::{
    Channel, DEFAULT_COUNTRY, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest,
    Parsed, Reject, Reply, Verified,
};
use crate::identifiers::Scopes;
use crate::{crypto, json, people, signed, values};
use serde_json::{Map, Value, json};
use tributary_core::Gather;
use tributary_core::ids::digest;
use tributary_core::time::{SECOND_MS, Timestamp};
use tributary_core::touchpoint::Draft;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "jiandaoyun",
        label: Label { zh: "简道云表单", en: "Jiandaoyun forms" },
        summary: Label {
            zh: "接收简道云表单的提交、修改和删除。",
            en: "Receives what people submit to Jiandaoyun's forms, and how it is changed later.",
        },
        secrets: &[Field::required("secret", "数据推送的 Secret", "Secret of the data push")],
        settings: &[DEFAULT_COUNTRY],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "SHA-1",
        format: "json",
        steps: &[
            Label {
                zh: "在表单的「扩展功能 → 数据推送」里把服务器地址设为 {url}，点「生成 Secret」，复制到密钥。",
                en: "Under the form's extensions, data push, enter {url} as server address, \
                     generate a secret and copy it.",
            },
            Label {
                zh: "勾选「有新数据提交时推送」；修改、删除和恢复按需勾选。",
                en: "Choose the push on new data; on changed, deleted and restored data as needed.",
            },
            Label {
                zh: "在「设置字段别名」里把手机字段的别名设为 phone，邮箱设为 email，会员号设为 member_no：\
                     没有别名的字段认不出人。",
                en: "Under field aliases, call the phone field phone, the mail address email, the \
                     member number member_no: a field without an alias identifies nobody.",
            },
        ],
        unverified: "what a phone field holds (public integrations agree); how often it tries \
                     again, and whether with a new timestamp, since one older than 300 s is \
                     refused; what the connection test sends",
        source: "简道云开放平台：数据推送；开发指南 签名验证；表单和数据接口",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 256 * 1024;
/// The vendor sends a time and leaves the tolerance to the receiver.
const MAX_AGE_MS: i64 = 300 * SECOND_MS;

/// `op`, our name, the entry's own field that says when.
const EVENTS: &[(&str, &str, &str)] = &[
    ("data_create", "form.submitted", "createTime"),
    ("data_recover", "jiandaoyun.entry_restored", "updateTime"),
    ("data_remove", "jiandaoyun.entry_removed", "deleteTime"),
    ("data_update", "jiandaoyun.entry_updated", "updateTime"),
];

/// What Jiandaoyun puts beside the form's own fields. The people among it are colleagues.
const SYSTEM: &[&str] = &[
    "_id",
    "appId",
    "createTime",
    "creator",
    "deleteTime",
    "deleter",
    "entryId",
    "formName",
    "updateTime",
    "updater",
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let secrets = signed::secrets(config, "secret")?;
    let given = signed::header(request, "x-jdy-signature")?;
    // The vendor's sample writes `sha1=` in front; its own receivers compare the bare digits.
    let given = given.strip_prefix("sha1=").unwrap_or(given);
    let query = |name: &str| request.query_param(name).ok_or(Reject::UNAUTHENTICATED);
    let (timestamp, nonce) = (query("timestamp")?, query("nonce")?);
    signed::fresh(&timestamp, now, MAX_AGE_MS)?;
    // Colons join the parts: with one of its own, the nonce could swallow the body's beginning.
    if nonce.contains(':') {
        return Err(Reject::UNAUTHENTICATED);
    }
    let hash = |secret: &&str| {
        let parts = [nonce.as_bytes(), &request.body, secret.as_bytes(), timestamp.as_bytes()];
        crypto::sha1_hex(&parts.join(&b':'))
    };
    signed::genuine(secrets.iter().any(|secret| crypto::same_hex(given, &hash(secret))))
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let mut body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let delivery_id = match request.header("x-jdy-deliverid").map(str::trim) {
        Some(id) if !id.is_empty() => id.to_owned(),
        _ => digest(&[&request.body]),
    };
    let op = values::text(body.get("op")).unwrap_or_default();
    let op_time = values::time(body.get("opTime"));
    let data = match body.get_mut("data").map(Value::take) {
        Some(Value::Object(data)) => data,
        _ => body,
    };
    let field = |name: &str| values::text(data.get(name));
    let known = EVENTS.iter().find(|(theirs, ..)| *theirs == op);
    let mut properties = fields(&data);
    let scopes = Scopes { app: &config.id, corp: &config.id, endpoint: &config.id };
    // What is no entry of a form speaks of colleagues.
    let identifiers = known.map(|_| scopes.within(&properties)).unwrap_or_default();
    let traits = known.map(|_| people::traits_of_person(&properties)).unwrap_or_default();
    for (theirs, ours) in [("entryId", "form"), ("formName", "form_name"), ("_id", "entry")] {
        properties.extend(field(theirs).map(|value| (ours.to_owned(), value.into())));
    }
    let occurred_at = op_time.or_else(|| known.and_then(|(.., at)| values::time(data.get(*at))));
    let mut context = json!({ "op": op, "app": field("appId") });
    people::state(&mut context, traits);
    properties.insert("raw".to_owned(), Value::Object(data));
    let draft = Draft {
        delivery_id,
        name: known.map_or("jiandaoyun.unknown", |(_, ours, _)| *ours).to_owned(),
        occurred_at,
        identifiers,
        properties: Value::Object(properties),
        context,
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply: Reply::text(200, "success") })
}

/// The form's own fields, under their aliases. A phone comes with whether it was verified, and is
/// the number here.
fn fields(data: &Map<String, Value>) -> Map<String, Value> {
    let own = data.iter().filter(|(name, _)| !SYSTEM.contains(&name.as_str()));
    let plain =
        own.map(|(name, value)| (name.clone(), value.get("phone").unwrap_or(value).clone()));
    plain.filter(|(_, value)| !value.is_null()).gather()
}
