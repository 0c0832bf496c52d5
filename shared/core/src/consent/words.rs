//! The names under which consents are kept, and the words that senders write for them.

use super::ConsentState;
use crate::identity::Kind;
use serde_json::Value;

/// All media, or all purposes.
pub(super) const ALL: &str = "*";

/// A medium, what addresses it has, and the words for it as [`folded`] leaves them.
const MEDIA: &[(&str, Option<Kind>, &str)] = &[
    (ALL, None, "* all any every both 全部 所有"),
    ("call", Some(Kind::Phone), "call calls phonecall phonecalls phone telephone voice 电话 電話"),
    ("dingtalk", None, "dingtalk 钉钉"),
    ("douyin", Some(Kind::DouyinUser), "douyin 抖音"),
    (
        "email",
        Some(Kind::Email),
        "email emails mail mails emailmarketing newsletter 邮件 邮箱 电子邮件 电邮 郵件 電郵 電子郵件 メール 이메일",
    ),
    ("feishu", Some(Kind::FeishuUser), "feishu lark 飞书"),
    ("instagram", Some(Kind::InstagramUser), "instagram ig"),
    ("line", Some(Kind::LineUser), "line"),
    ("messenger", Some(Kind::MessengerUser), "messenger facebook facebookmessenger fbmessenger"),
    ("post", None, "post letter letters directmail 信函 邮寄"),
    (
        "push",
        None,
        "push app apppush pushnotification pushnotifications mobilepush webpush 推送 推播 app推送",
    ),
    ("slack", Some(Kind::SlackUser), "slack"),
    (
        "sms",
        Some(Kind::Phone),
        "sms mms rcs text texts textmessage textmessages textmessaging smsmarketing 短信 短讯 短訊 簡訊 手机短信 手機短訊 彩信 문자",
    ),
    ("telegram", Some(Kind::TelegramUser), "telegram"),
    ("tiktok", Some(Kind::TiktokUser), "tiktok"),
    ("webhook", None, "webhook"),
    (
        "wechat",
        Some(Kind::WechatOpenid),
        "wechat weixin wx 微信 公众号 服务号 wechatofficial wechatofficialaccount",
    ),
    ("wecom", Some(Kind::WecomExternalUserid), "wecom wework 企业微信 企微"),
    ("weibo", Some(Kind::WeiboUser), "weibo 微博"),
    ("whatsapp", Some(Kind::Phone), "whatsapp wa"),
];

const PURPOSES: &[(&str, &str)] = &[
    (ALL, "* all any every 全部 所有"),
    (
        "marketing",
        "marketing marketingconsent marketingmessages promotion promotions promotional promo \
         advertising advertisement ads 营销 推广 广告 促销 行銷 廣告",
    ),
    ("transactional", "transactional transaction transactions 交易"),
];

const GRANTED: &str = "granted grant given subscribed subscribe resubscribed optin optedin yes y \
    true 1 on allow allowed accept accepted agree agreed active enabled confirmed \
    同意 已同意 订阅 已订阅 允许 是 訂閱 已訂閱";
const WITHDRAWN: &str = "withdrawn withdraw revoked revoke denied deny declined rejected reject \
    refused unsubscribed unsubscribe optout optedout no n false 0 off disallowed disabled stop \
    stopped blocked redacted removed complained \
    拒绝 已拒绝 退订 已退订 取消订阅 不同意 撤回 否 拒絕 退訂 已退訂";
/// The person has not said yes or no.
const SILENT: &str = "notsubscribed neversubscribed pending unconfirmed unknown unset notset \
    none null undefined invalid 未知 未订阅";

/// Longer purposes are no names.
const MAX_PURPOSE_CHARS: usize = 64;

/// Half-width letters and digits in lower case: `E-Mail`, `ＳＭＳ` and `opted_in` as one writes them
/// in a list.
fn folded(text: &str) -> String {
    text.chars()
        .map(half_width)
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric() || *c == '*')
        .collect()
}

/// The letter that a full-width one stands for.
pub(super) fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

fn is_among(word: &str, words: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// The medium that a word means; `None`: no gate asks for it.
pub fn medium(text: &str) -> Option<&'static str> {
    let word = folded(text);
    MEDIA.iter().find(|(_, _, words)| is_among(&word, words)).map(|(medium, ..)| *medium)
}

/// The kind of identity that a medium's addresses are.
pub(super) fn address_kind(medium: &str) -> Option<Kind> {
    MEDIA.iter().find(|(known, ..)| *known == medium).and_then(|(_, kind, _)| *kind)
}

/// The purpose that a word means. Purposes are a company's own: a word that no list has is kept in
/// lower case, with `_` between its parts.
pub fn purpose(text: &str) -> Option<String> {
    let word = folded(text);
    if let Some((known, _)) = PURPOSES.iter().find(|(_, words)| is_among(&word, words)) {
        return Some((*known).to_owned());
    }
    let text: String = text.chars().map(half_width).flat_map(char::to_lowercase).collect();
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let name = parts.collect::<Vec<_>>().join("_");
    (!name.is_empty() && name.chars().count() <= MAX_PURPOSE_CHARS).then_some(name)
}

/// What a value says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    Said(ConsentState),
    /// Neither yes nor no: never asked, or not confirmed.
    Nothing,
    Unreadable,
}

pub fn state(value: &Value) -> Read {
    let word = match value {
        Value::Bool(true) => return Read::Said(ConsentState::Granted),
        Value::Bool(false) => return Read::Said(ConsentState::Withdrawn),
        Value::Null => return Read::Nothing,
        Value::Number(number) => match number.as_f64() {
            Some(0.0) => return Read::Said(ConsentState::Withdrawn),
            Some(1.0) => return Read::Said(ConsentState::Granted),
            _ => return Read::Unreadable,
        },
        Value::String(text) => folded(text),
        Value::Array(_) | Value::Object(_) => return Read::Unreadable,
    };
    match word.as_str() {
        "" => Read::Nothing,
        word if is_among(word, GRANTED) => Read::Said(ConsentState::Granted),
        word if is_among(word, WITHDRAWN) => Read::Said(ConsentState::Withdrawn),
        word if is_among(word, SILENT) => Read::Nothing,
        _ => Read::Unreadable,
    }
}
