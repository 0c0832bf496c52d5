//! Who the visitor of a mini-program is: it sends the code that `wx.login()` gave, and WeChat tells
//! whose it is.
//!
//! Source: "小程序登录 code2Session".

use crate::channel::EndpointConfig;
use crate::enrich::{Answered, Enrich, Question};
use crate::outbound::{ProviderAnswer, ProviderRequest, address};
use crate::{signed, tencent_api, values};
use serde_json::json;
use tributary_core::identity::Kind;
use tributary_core::time::{MINUTE_MS, Timestamp};
use tributary_core::touchpoint::{Draft, RawIdentifier, Touchpoint};

pub(super) const ENRICH: Enrich =
    Enrich { names: &["$identify"], question, token: None, at_once: 1, compose, read };

const API: &str = "https://api.weixin.qq.com";
/// "The code is good for five minutes", and once.
const GOOD_FOR_MS: i64 = 5 * MINUTE_MS;
/// What is longer is no code of WeChat's.
const MAX_CODE_BYTES: usize = 256;

fn question(config: &EndpointConfig, touchpoint: &Touchpoint) -> Option<Question> {
    signed::secrets(config, "wechat_app_secret").ok()?;
    config.setting("wechat_app_id")?;
    let code = values::text(touchpoint.context.pointer("/wechat/code"))?;
    (code.len() <= MAX_CODE_BYTES)
        .then_some(Question { subject: code, good_for_ms: Some(GOOD_FOR_MS) })
}

fn compose(config: &EndpointConfig, _token: &str, codes: &[String]) -> Option<ProviderRequest> {
    let secrets = signed::secrets(config, "wechat_app_secret").ok()?;
    let base = config.setting("wechat_base_url").unwrap_or(API);
    let query = [
        ("appid", config.setting("wechat_app_id")?),
        ("secret", *secrets.first()?),
        ("js_code", codes.first()?.as_str()),
        ("grant_type", "authorization_code"),
    ];
    Some(ProviderRequest::get(address(base, "/sns/jscode2session", &query)))
}

/// The `session_key` that comes along opens what WeChat encrypts for this person: it is not kept.
fn read(
    config: &EndpointConfig,
    _codes: &[String],
    answer: &ProviderAnswer,
    now: Timestamp,
) -> Answered {
    let body = match tencent_api::success(answer, now) {
        Ok(body) => body,
        Err(failure) => return failure,
    };
    let app_id = config.setting("wechat_app_id").unwrap_or_default();
    let Some(openid) = values::text(body.get("openid")) else { return Answered::Told(vec![None]) };
    let unionid = values::text(body.get("unionid"));
    let mut identifiers = vec![RawIdentifier::new(Kind::WechatOpenid, app_id, &openid)];
    identifiers.extend(unionid.iter().map(|it| RawIdentifier::new(Kind::WechatUnionid, "", it)));
    Answered::Told(vec![Some(Draft {
        delivery_id: format!("{openid} {}", unionid.unwrap_or_default()),
        name: "identity.learned".to_owned(),
        occurred_at: None,
        identifiers,
        properties: json!({}),
        context: json!({ "asked": "jscode2session" }),
    })])
}

#[cfg(test)]
mod tests;
