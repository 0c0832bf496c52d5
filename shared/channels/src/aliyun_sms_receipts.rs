//! Aliyun SMS: receipts of what was sent, and what people write back. Unsigned.

use crate::channel::{
    Channel, EndpointConfig, Inbound, InboundRequest, Label, Manifest, Parsed, Reject, Reply,
    Verified,
};
use crate::fields::{self, Names};
use crate::sms_receipts::{self, Report};
use crate::values;
use serde_json::Value;
use tributary_core::time::Timestamp;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "aliyun-sms-receipts",
        label: Label { zh: "阿里云短信回执", en: "Aliyun SMS receipts" },
        summary: Label {
            zh: "接收阿里云短信的状态回执和用户回复。",
            en: "Receives Aliyun's receipts of text messages and people's replies.",
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
                zh: "在短信服务控制台「系统设置 → 接口调用」把回执与上行的 HTTP 推送地址设为 {url}。",
                en: "In the SMS console, set the HTTP address for receipts and replies to {url}.",
            },
            Label {
                zh: "地址本身就是密钥：不要发给无关的人。",
                en: "The address is the secret: show it to nobody else.",
            },
        ],
        unverified: "the body of upstream replies; how often it tries again",
        source: "阿里云短信：SmsReport 短信状态报告；SmsUp 上行短信",
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
    // What we sent it as.
    ("/out_id", "message"),
    ("/biz_id", "message_id"),
    ("/MessageId", "message_id"),
    ("/err_code", "code"),
    ("/err_msg", "reason"),
    ("/content", "text"),
    ("/sign_name", "signature_name"),
    ("/dest_code", "extension"),
];

/// `Status` of the international receipt.
const ABROAD: Names<'_> = &[("1", "message.delivered"), ("2", "message.failed")];

fn parse(
    config: &EndpointConfig,
    request: &InboundRequest,
    _verified: &Verified,
    _received_at: Timestamp,
) -> Result<Parsed, Reject> {
    // The code must be a number: as a text it counts as a failure.
    let reply = Reply::json(200, "{\"code\":0,\"msg\":\"接收成功\"}");
    sms_receipts::parse(config, &request.body, FIELDS, reply, |item| {
        let field = |name: &str| values::text(item.get(name));
        if let Some(to) = field("To") {
            return Some(Report {
                delivery_id: sms_receipts::key(item, &["MessageId", "To", "Status", "ErrorCode"]),
                name: fields::named(ABROAD, &field("Status")?)
                    .unwrap_or("aliyun-sms-receipts.unknown"),
                occurred_at: values::time(item.get("ReceiveDate")),
                phone: Some(format!("+{}", to.trim_start_matches('+'))),
            });
        }
        if item.get("content").is_some() {
            return Some(Report {
                delivery_id: sms_receipts::key(
                    item,
                    &["sequence_id", "phone_number", "send_time", "content"],
                ),
                name: "message.received",
                occurred_at: values::time(item.get("send_time")),
                phone: field("phone_number"),
            });
        }
        Some(Report {
            // One `biz_id` is shared by a whole batch.
            delivery_id: field("biz_id").map(|_| {
                sms_receipts::key(item, &["biz_id", "phone_number", "err_code", "report_time"])
            })?,
            name: match item.get("success").and_then(Value::as_bool) {
                Some(true) => "message.delivered",
                Some(false) => "message.failed",
                None => "aliyun-sms-receipts.unknown",
            },
            occurred_at: values::time(item.get("report_time")),
            phone: field("phone_number"),
        })
    })
}
