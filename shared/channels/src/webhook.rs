//! Webhooks of any shape, by a mapping that the company writes: tills, ERP, call centres, devices.

use crate::channel::{
    Channel, DEFAULT_COUNTRY, EndpointConfig, Field, Inbound, InboundRequest, Label, Manifest,
    Parsed, Reject, Reply, UTC_OFFSET, Verified,
};
use crate::mapping::{Mapping, Spent, read_body};
use crate::{crypto, signed};
use serde_json::Value;
use tributary_core::time::Timestamp;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "webhook",
        label: Label { zh: "通用 Webhook（映射）", en: "Any webhook, by a mapping" },
        summary: Label {
            zh: "接收收银、ERP、呼叫中心、物联网等任何系统的 Webhook，按映射文档转成触点。",
            en: "Receives what any system posts (till, ERP, call centre, devices), by a mapping.",
        },
        secrets: &[Field::optional("secret", "密钥", "Secret")],
        settings: &[
            Field::required("authentication", "认证方式", "Authentication").one_of(&[
                "bearer",
                "hmac-sha256",
                "address",
            ]),
            Field::optional("signature_header", "签名所在的请求头", "Header of the signature"),
            Field::optional("mapping", "映射文档（JSON）", "Mapping (JSON)"),
            DEFAULT_COUNTRY,
            UTC_OFFSET,
        ],
        sends: &[],
        receives: true,
        unsigned: false,
        tests: false,
        signature: "bearer token, HMAC-SHA256, or a secret address",
        format: "any",
        steps: &[
            Label {
                zh: "在对方系统里新建 Webhook（或推送、回调），地址填 {url}。",
                en: "Create a webhook (push, callback) in the other system with the address {url}.",
            },
            Label {
                zh: "能设请求头时选「令牌」，请求头写 Authorization: Bearer 加密钥；能签名时选「签名」。",
                en: "Where it sets headers, choose the token (Authorization: Bearer); where it signs, the signature.",
            },
            Label {
                zh: "先推送一条，再用「待识别数据」里的样本编写映射并预览，最后重放。",
                en: "Send one, write the mapping from the sample in quarantine, preview it, then replay.",
            },
        ],
        unverified: "",
        source: "docs/mapping.md",
    },
    inbound: Some(Inbound { verify, parse, max_body_bytes: MAX_BODY_BYTES, sample: None }),
    outbound: None,
    enrich: None,
};

const MAX_BODY_BYTES: usize = 1024 * 1024;
const NO_MAPPING: Reject = Reject::new(422, "mapping_missing");
const WRONG_MAPPING: Reject = Reject::new(422, "mapping_invalid");
const NOTHING_FITS: Reject = Reject::new(422, "mapping_does_not_fit");

fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    match config.setting("authentication") {
        // The endpoint's id is the secret, and it is here.
        Some("address") => Ok(Verified::default()),
        Some("hmac-sha256") => {
            let secrets = signed::secrets(config, "secret")?;
            let name = config.setting("signature_header").unwrap_or("x-signature");
            let given = signed::header(request, &name.to_ascii_lowercase())?;
            let given = given.strip_prefix("sha256=").unwrap_or(given);
            signed::genuine(secrets.iter().any(|secret| {
                let expected = crypto::hmac_sha256(secret.as_bytes(), &request.body);
                let decoded = crypto::base64_decode(given);
                crypto::same_hex(given, &crypto::hex(&expected))
                    || decoded.is_some_and(|given| crypto::same(&given, &expected))
            }))
        }
        Some("bearer") => {
            let secrets = signed::secrets(config, "secret")?;
            let given = signed::header(request, "authorization")?;
            let given =
                given.split_once(' ').filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
            let (_, given) = given.ok_or(Reject::UNAUTHENTICATED)?;
            let given = given.trim().as_bytes();
            signed::genuine(secrets.iter().any(|secret| crypto::same(given, secret.as_bytes())))
        }
        _ => Err(Reject::MISCONFIGURED),
    }
}

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let body = read_body(&request.body, MAX_BODY_BYTES)?;
    let text = config.setting("mapping").ok_or(NO_MAPPING)?;
    let mapping = Mapping::read(text).map_err(|_| WRONG_MAPPING)?;
    let mut mapped = mapping.apply(&config.id, &body).map_err(|Spent| Spent::REJECT)?;
    if mapped.drafts.is_empty() && !mapped.faults.is_empty() {
        return Err(NOTHING_FITS);
    }
    let version = version(text);
    for draft in &mut mapped.drafts {
        if let Value::Object(context) = &mut draft.context {
            context.insert("mapping".to_owned(), version.as_str().into());
        }
    }
    let reply = Reply::json(200, r#"{"success":true}"#);
    Ok(Parsed { drafts: mapped.drafts, dropped: mapped.faults, reply })
}

/// The name of a mapping's version: the same text has the same.
pub fn version(mapping: &str) -> String {
    crypto::sha256_hex(mapping.as_bytes()).chars().take(12).collect()
}
