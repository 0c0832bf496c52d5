//! A lead ad's answers: the webhook tells of the lead, the Graph API what was entered.
//!
//! Source: "Retrieving Leads", "Handling Errors" of the Graph API.

use crate::channel::EndpointConfig;
use crate::enrich::{Answered, Enrich, NotNow, Question};
use crate::fields::{self, Names};
use crate::outbound::{ProviderAnswer, ProviderRequest, address};
use crate::{json, people, retry, signed, values};
use serde_json::{Value, json};
use tributary_core::identity::Kind;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, RawIdentifier, Touchpoint};

pub(super) const ENRICH: Enrich =
    Enrich { names: &[super::LEAD], question, token: None, at_once: 1, compose, read };

const API: &str = "https://graph.facebook.com";
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// What a lead's id is made of; anything else could be another path of the API.
const MAX_ID_DIGITS: usize = 32;

const FIELDS: Names<'_> = &[
    ("/form_id", "form"),
    ("/campaign_id", "campaign"),
    ("/adset_id", "adgroup"),
    ("/ad_id", "creative"),
    ("/platform", "platform"),
];

/// The names Meta gives to its own questions; others are the company's and stay as they are.
const ANSWERS: Names<'_> = &[
    ("company_name", "company"),
    ("full_name", "name"),
    ("job_title", "title"),
    ("phone_number", "phone"),
    ("post_code", "postal_code"),
    ("street_address", "street"),
    ("zip_code", "postal_code"),
    ("work_phone_number", "work_phone"),
];

/// The page's token is wrong or has run out; limits of calls; busy. "Handling Errors".
const NOT_NOW_CODES: &[i64] = &[1, 2, 4, 10, 17, 32, 102, 190, 200, 368, 613, 80_005];

fn question(config: &EndpointConfig, touchpoint: &Touchpoint) -> Option<Question> {
    signed::secrets(config, "page_access_token").ok()?;
    let id = values::text(touchpoint.properties.get("leadgen_id"))?;
    let is_id = id.len() <= MAX_ID_DIGITS && id.bytes().all(|it| it.is_ascii_digit());
    is_id.then(|| Question::about(&id))
}

fn compose(config: &EndpointConfig, _token: &str, ids: &[String]) -> Option<ProviderRequest> {
    let secrets = signed::secrets(config, "page_access_token").ok()?;
    let base = config.setting("base_url").unwrap_or(API);
    let wanted = "created_time,form_id,campaign_id,adset_id,ad_id,platform,field_data";
    let query = [("fields", wanted), ("access_token", *secrets.first()?)];
    Some(ProviderRequest::get(address(base, &format!("/{}", ids.first()?), &query)))
}

fn read(
    _config: &EndpointConfig,
    ids: &[String],
    answer: &ProviderAnswer,
    now: Timestamp,
) -> Answered {
    let not_now = |reason: String| {
        Answered::NotNow(NotNow { reason, after_ms: retry::retry_after_ms(answer, now) })
    };
    let Ok(body) = json::parse_object(&answer.body, MAX_ANSWER_BYTES) else {
        return not_now(format!("http_{}", answer.status));
    };
    if let Some(error) = body.get("error") {
        let code = error.get("code").and_then(Value::as_i64).unwrap_or_default();
        let reason = format!("graph_{code}");
        let passing = answer.status >= 500 || NOT_NOW_CODES.contains(&code);
        return if passing { not_now(reason) } else { Answered::Refused { reason } };
    }
    if answer.status != 200 {
        return not_now(format!("http_{}", answer.status));
    }
    let id = ids.first().cloned().unwrap_or_default();
    let has_answers = body.contains_key("field_data");
    Answered::Told(vec![has_answers.then(|| draft(&id, Value::Object(body)))])
}

fn draft(id: &str, lead: Value) -> Draft {
    let mut properties = fields::pick(&lead, FIELDS);
    properties.insert("lead".to_owned(), id.into());
    let mut identifiers = Vec::new();
    let answers = lead.get("field_data").and_then(Value::as_array);
    for answer in answers.into_iter().flatten() {
        let Some(name) = values::text(answer.get("name")) else { continue };
        let Some(value) = values::text(answer.pointer("/values/0")) else { continue };
        let kind = match name.as_str() {
            "email" | "work_email" => Some(Kind::Email),
            "phone_number" | "work_phone_number" => Some(Kind::Phone),
            _ => None,
        };
        identifiers.extend(kind.map(|kind| RawIdentifier::new(kind, "", &value)));
        let ours = fields::named(ANSWERS, &name).unwrap_or(&name).to_owned();
        properties.entry(ours).or_insert_with(|| value.into());
    }
    let occurred_at = values::time(lead.get("created_time"));
    let mut context = json!({ "asked": "lead" });
    people::state(&mut context, people::traits_of_person(&properties));
    properties.insert("raw".to_owned(), lead);
    Draft {
        delivery_id: format!("answers:{id}"),
        name: "form.submitted".to_owned(),
        occurred_at,
        identifiers,
        properties: Value::Object(properties),
        context,
    }
}

#[cfg(test)]
mod tests;
