//! The unionid: not in the push, told by the API where the account is bound to WeChat's open
//! platform.
//!
//! Source: "批量获取用户基本信息", "获取稳定版接口调用凭据".

use crate::channel::EndpointConfig;
use crate::enrich::{Answered, Enrich, NotNow, Question, TokenSource, Want};
use crate::outbound::{ProviderAnswer, ProviderRequest, address};
use crate::{signed, tencent_api, values};
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, RawIdentifier, Touchpoint};

pub(super) const ENRICH: Enrich = Enrich {
    names: &[],
    question,
    token: Some(TokenSource { compose: token_request, read: tencent_api::token }),
    // "A maximum of 100 is supported at a time."
    at_once: 100,
    compose,
    read,
};

const API: &str = "https://api.weixin.qq.com";

/// Our name of what else the API says.
const FIELDS: &[(&str, &str)] =
    &[("language", "language"), ("qr_scene_str", "scene"), ("subscribe_scene", "came_by")];

fn question(config: &EndpointConfig, touchpoint: &Touchpoint) -> Option<Question> {
    // Only followers are told of; a mini-program has no such API, its logins tell.
    let follows = touchpoint.name != "account.unfollowed";
    if !follows || config.setting("account") == Some("mini-program") {
        return None;
    }
    signed::secrets(config, "app_secret").ok()?;
    let app_id = config.setting("app_id")?;
    let has = |kind: Kind| touchpoint.identifiers.iter().find(|it| it.kind() == kind);
    let openid = has(Kind::WechatOpenid).filter(|openid| openid.scope() == app_id)?;
    has(Kind::WechatUnionid).is_none().then(|| Question::about(openid.value()))
}

fn base(config: &EndpointConfig) -> &str {
    config.setting("base_url").unwrap_or(API)
}

fn token_request(config: &EndpointConfig, want: Want) -> Option<ProviderRequest> {
    let secrets = signed::secrets(config, "app_secret").ok()?;
    let body = json!({
        "grant_type": "client_credential",
        "appid": config.setting("app_id")?,
        "secret": secrets.first()?,
        // Twenty times a day at the most: only for a token that was refused.
        "force_refresh": want == Want::Another,
    });
    Some(ProviderRequest::post_json(address(base(config), "/cgi-bin/stable_token", &[]), &body))
}

fn compose(config: &EndpointConfig, token: &str, openids: &[String]) -> Option<ProviderRequest> {
    let list: Vec<Value> =
        openids.iter().map(|openid| json!({ "openid": openid, "lang": "zh_CN" })).collect();
    let path = "/cgi-bin/user/info/batchget";
    let url = address(base(config), path, &[("access_token", token)]);
    Some(ProviderRequest::post_json(url, &json!({ "user_list": list })))
}

fn read(
    _config: &EndpointConfig,
    openids: &[String],
    answer: &ProviderAnswer,
    now: Timestamp,
) -> Answered {
    let body = match tencent_api::success(answer, now) {
        Ok(body) => body,
        Err(failure) => return failure,
    };
    let Some(list) = body.get("user_info_list").and_then(Value::as_array) else {
        let reason = "unreadable_answer".to_owned();
        return Answered::NotNow(NotNow { reason, after_ms: None });
    };
    let of = |openid: &String| {
        let is_it = |user: &&Value| user.get("openid").and_then(Value::as_str) == Some(openid);
        told(list.iter().find(is_it)?)
    };
    Answered::Told(openids.iter().map(of).collect())
}

fn told(user: &Value) -> Option<Draft> {
    let unionid = values::text(user.get("unionid"))?;
    let mut properties = Map::new();
    for (theirs, ours) in FIELDS {
        if let Some(value) = values::text(user.get(*theirs)) {
            properties.insert((*ours).to_owned(), value.into());
        }
    }
    Some(Draft {
        delivery_id: unionid.clone(),
        name: "identity.learned".to_owned(),
        occurred_at: None,
        identifiers: vec![RawIdentifier::new(Kind::WechatUnionid, "", &unionid)],
        properties: Value::Object(properties),
        context: json!({ "asked": "user/info/batchget" }),
    })
}

#[cfg(test)]
mod tests;
