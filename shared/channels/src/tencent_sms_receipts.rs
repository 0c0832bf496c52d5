//! Tencent Cloud SMS: receipts of what was sent, and what people write back. Unsigned.

use crate::channel::{
    Channel, EndpointConfig, Inbound, InboundRequest, Label, Manifest, Parsed, Reject, Reply,
    Verified,
};
use crate::fields::Names;
use crate::sms_receipts::{self, Report};
use crate::values;
use tributary_core::time::Timestamp;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "tencent-sms-receipts",
        label: Label { zh: "腾讯云短信回执", en: "Tencent Cloud SMS receipts" },
        summary: Label {
            zh: "接收腾讯云短信的状态回执和用户回复。",
            en: "Receives Tencent Cloud's receipts of text messages and people's replies.",
        },
        secrets: &[],
        settings: &[],
        sends: &[],
        receives: true,
        unsigned: true,
        tests: false,
        signature: "none: secret address",
        format: "json",
        steps: &[
            Label {
                zh: "在腾讯云短信控制台的应用里把回执与上行回调地址设为 {url}。",
                en: "In the SMS console set the callback addresses of the app to {url}.",
            },
            Label {
                zh: "地址本身就是密钥：不要发给无关的人。",
                en: "The address is the secret: show it to nobody else.",
            },
        ],
        unverified: "the body of upstream replies; how often it tries again",
        source: "腾讯云短信：短信下发状态通知；短信回复状态通知",
    },
    inbound: Some(Inbound {
        verify: sms_receipts::verify,
        parse,
        max_body_bytes: sms_receipts::MAX_BODY_BYTES,
        sample: None,
    }),
    outbound: None,
    enrich: None,
};

const FIELDS: Names<'_> = &[
    ("/sid", "message_id"),
    ("/errmsg", "code"),
    ("/description", "reason"),
    ("/text", "text"),
    ("/sign", "signature_name"),
    ("/extend", "extension"),
];

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    let reply = Reply::json(200, "{\"result\":0,\"errmsg\":\"OK\"}");
    sms_receipts::parse(config, &request.body, FIELDS, reply, |item| {
        let field = |name: &str| values::text(item.get(name));
        let country = field("nationcode").unwrap_or_else(|| "86".to_owned());
        let phone = field("mobile").map(|it| format!("+{country}{it}"));
        if item.get("text").is_some() {
            return Some(Report {
                delivery_id: sms_receipts::key(item, &["mobile", "time", "text", "extend"]),
                name: "message.received",
                occurred_at: values::time(item.get("time")),
                phone,
            });
        }
        Some(Report {
            // Of one message to one number there are several.
            delivery_id: field("sid")
                .map(|_| sms_receipts::key(item, &["sid", "mobile", "report_status"]))?,
            name: match field("report_status").as_deref() {
                Some("SUCCESS") => "message.delivered",
                Some("FAIL") => "message.failed",
                _ => "tencent-sms-receipts.unknown",
            },
            occurred_at: values::time(item.get("user_receive_time")),
            phone,
        })
    })
}
