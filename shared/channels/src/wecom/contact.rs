//! Who a customer is: the event names an `external_userid` alone; the API knows the name, the
//! unionid and the numbers that colleagues noted.
//!
//! Source: "获取客户详情", "获取 access_token".

use crate::channel::EndpointConfig;
use crate::enrich::{Answered, Enrich, NotNow, Question, TokenSource, Want};
use crate::outbound::{ProviderAnswer, ProviderRequest, address};
use crate::{signed, tencent_api, values};
use serde_json::{Map, Value, json};
use tributary_core::identity::Kind;
use tributary_core::ids::digest;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, RawIdentifier, Touchpoint};

pub(super) const ENRICH: Enrich = Enrich {
    names: &["account.followed", "wecom.contact_edited"],
    question,
    token: Some(TokenSource { compose: token_request, read: tencent_api::token }),
    at_once: 1,
    compose,
    read,
};

const API: &str = "https://qyapi.weixin.qq.com";

/// Fields of the profile.
const TRAITS: &[(&str, &str)] =
    &[("corp_name", "company"), ("name", "name"), ("position", "title")];

fn question(config: &EndpointConfig, touchpoint: &Touchpoint) -> Option<Question> {
    signed::secrets(config, "contact_secret").ok()?;
    let is_it = |kind: Kind| kind == Kind::WecomExternalUserid;
    let person = touchpoint.identifiers.iter().find(|one| is_it(one.kind()))?;
    Some(Question::about(person.value()))
}

fn base(config: &EndpointConfig) -> &str {
    config.setting("base_url").unwrap_or(API)
}

fn token_request(config: &EndpointConfig, _want: Want) -> Option<ProviderRequest> {
    let secrets = signed::secrets(config, "contact_secret").ok()?;
    let query = [("corpid", config.setting("corp_id")?), ("corpsecret", *secrets.first()?)];
    Some(ProviderRequest::get(address(base(config), "/cgi-bin/gettoken", &query)))
}

fn compose(config: &EndpointConfig, token: &str, people: &[String]) -> Option<ProviderRequest> {
    let query = [("access_token", token), ("external_userid", people.first()?.as_str())];
    Some(ProviderRequest::get(address(base(config), "/cgi-bin/externalcontact/get", &query)))
}

fn read(
    _config: &EndpointConfig,
    _people: &[String],
    answer: &ProviderAnswer,
    now: Timestamp,
) -> Answered {
    let body = match tencent_api::success(answer, now) {
        Ok(body) => body,
        Err(failure) => return failure,
    };
    let Some(contact) = body.get("external_contact") else {
        let reason = "unreadable_answer".to_owned();
        return Answered::NotNow(NotNow { reason, after_ms: None });
    };
    let unionid = values::text(contact.get("unionid"));
    let mut identifiers: Vec<RawIdentifier> =
        unionid.iter().map(|it| RawIdentifier::new(Kind::WechatUnionid, "", it)).collect();
    let colleagues = body.get("follow_user").and_then(Value::as_array);
    let noted = colleagues.into_iter().flatten().filter_map(|it| it.get("remark_mobiles"));
    let numbers = noted.filter_map(Value::as_array).flatten();
    let numbers = numbers.filter_map(|number| values::text(Some(number)));
    identifiers.extend(numbers.map(|number| RawIdentifier::new(Kind::Phone, "", &number)));
    let mut traits = Map::new();
    for (theirs, ours) in TRAITS {
        if let Some(value) = values::text(contact.get(*theirs)) {
            traits.insert((*ours).to_owned(), value.into());
        }
    }
    if identifiers.is_empty() && traits.is_empty() {
        return Answered::Told(vec![None]);
    }
    let said = json!([identifiers.iter().map(|it| it.value.as_str()).collect::<Vec<_>>(), traits,]);
    Answered::Told(vec![Some(Draft {
        delivery_id: digest(&[said.to_string().as_bytes()]),
        name: "identity.learned".to_owned(),
        occurred_at: None,
        identifiers,
        properties: json!({}),
        context: json!({ "asked": "externalcontact/get", "traits": traits }),
    })])
}

#[cfg(test)]
mod tests;
