//! Google Ads: what people enter into a lead form of an ad.

use crate::channel::{
    Channel, DEFAULT_COUNTRY, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest,
    Parsed, Reject, Reply, Verified,
};
use crate::fields::{self, Names};
use crate::{crypto, json, people, signed, values};
use serde_json::{Value, json};
use tributary_core::identity::Kind;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, RawIdentifier};

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "google-ads",
        label: Label { zh: "Google Ads 潜客表单", en: "Google Ads lead forms" },
        summary: Label {
            zh: "接收 Google Ads 潜在客户表单提交的信息。",
            en: "Receives what people enter into a lead form of Google Ads.",
        },
        secrets: &[Field::required("google_key", "Webhook 密钥", "Webhook key")],
        settings: &[DEFAULT_COUNTRY],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "key in the body",
        format: "json",
        steps: &[
            Label {
                zh: "在 Google Ads 的潜在客户表单里打开 Webhook，网址填 {url}，密钥填此处的同一个值。",
                en: "In the lead form asset, add a webhook with the URL {url} and the same key as here.",
            },
            Label {
                zh: "点发送测试数据：测试不会留下记录。",
                en: "Send test data: a test leaves no record.",
            },
        ],
        unverified: "how often it tries again",
        source: "Google Ads: Webhook integration for lead form assets",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 128 * 1024;

/// `column_id`, our name.
const COLUMNS: Names<'_> = &[
    ("CITY", "city"),
    ("COMPANY_NAME", "company"),
    ("COUNTRY", "country"),
    ("EMAIL", "email"),
    ("FIRST_NAME", "first_name"),
    ("FULL_NAME", "name"),
    ("JOB_TITLE", "title"),
    ("LAST_NAME", "last_name"),
    ("PHONE_NUMBER", "phone"),
    ("POSTAL_CODE", "postal_code"),
    ("REGION", "province"),
    ("STREET_ADDRESS", "street"),
    ("WORK_EMAIL", "work_email"),
    ("WORK_PHONE", "work_phone"),
];

const FIELDS: Names<'_> = &[
    ("/form_id", "form"),
    ("/campaign_id", "campaign"),
    ("/adgroup_id", "adgroup"),
    ("/creative_id", "creative"),
    // Says which click it was, never who.
    ("/gcl_id", "gclid"),
];

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let keys = signed::secrets(config, "google_key")?;
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let given = values::text(body.get("google_key")).ok_or(Reject::UNAUTHENTICATED)?;
    signed::genuine(keys.iter().any(|key| crypto::same(given.as_bytes(), key.as_bytes())))
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let mut body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    let reply = Reply::json(200, "{}");
    if body.get("is_test").and_then(Value::as_bool) == Some(true) {
        return Ok(Parsed { reply, ..Parsed::default() });
    }
    let delivery_id = values::text(body.get("lead_id")).ok_or(Reject::MALFORMED)?;
    // The secret is not kept.
    body.remove("google_key");
    let body = Value::Object(body);
    let mut properties = fields::pick(&body, FIELDS);
    let mut identifiers = Vec::new();
    let columns = body.get("user_column_data").and_then(Value::as_array);
    for column in columns.into_iter().flatten() {
        let id = values::text(column.get("column_id")).unwrap_or_default();
        let Some(value) = values::text(column.get("string_value")) else { continue };
        let kind = match id.as_str() {
            "EMAIL" | "WORK_EMAIL" => Some(Kind::Email),
            "PHONE_NUMBER" | "WORK_PHONE" => Some(Kind::Phone),
            _ => None,
        };
        identifiers.extend(kind.map(|kind| RawIdentifier::new(kind, "", &value)));
        if let Some(name) = fields::named(COLUMNS, &id) {
            properties.insert(name.to_owned(), value.into());
        }
    }
    let known = body.get("user_column_data").is_some();
    let mut context = json!({ "account": config.id });
    people::state(&mut context, people::traits_of_person(&properties));
    properties.insert("raw".to_owned(), body);
    let draft = Draft {
        delivery_id,
        name: if known { "form.submitted" } else { "google-ads.unknown" }.to_owned(),
        // The vendor does not say when.
        occurred_at: None,
        identifiers,
        properties: Value::Object(properties),
        context,
    };
    Ok(Parsed { drafts: vec![draft], dropped: Vec::new(), reply })
}
