//! A form that the suite hosts, built from a definition. What was sent is checked here, and becomes
//! touchpoints with the very text somebody agreed to.

use super::{FORM_CHANNEL, visitor};
use crate::identity::{Kind, Phones, RejectedIdentifier, WrittenPhone, normalize, written_phones};
use crate::ids::digest;
use crate::time::{HOUR_MS, SECOND_MS, Timestamp};
use crate::touchpoint::{Draft, RawIdentifier};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// People take longer to fill in a form, programs do not.
pub const FASTEST_MS: i64 = 2 * SECOND_MS;
/// A page that was left open longer is to be loaded again.
pub const SLOWEST_MS: i64 = 24 * HOUR_MS;
const MAX_FIELDS: usize = 50;
const MAX_ANSWER_CHARS: usize = 2_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FormText))]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FormDefinition))]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub title: Words,
    pub fields: Vec<Field>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
    /// Shown when it has been sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thanks: Option<Words>,
    /// The endpoint of `web` whose tracker runs on the page that shows the form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    #[serde(default = "yes")]
    pub enabled: bool,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FormField))]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The property it becomes: `company`.
    pub name: String,
    pub label: Words,
    pub kind: FieldKind,
    #[serde(default)]
    pub required: bool,
    /// Of a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FormChoice))]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub value: String,
    pub label: Words,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FormFieldKind))]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    LongText,
    /// Identifies the person.
    Phone,
    /// Identifies the person.
    Email,
    Choice,
}

impl FieldKind {
    const fn identifies(self) -> Option<Kind> {
        match self {
            FieldKind::Phone => Some(Kind::Phone),
            FieldKind::Email => Some(Kind::Email),
            FieldKind::Text | FieldKind::LongText | FieldKind::Choice => None,
        }
    }
}

/// What people agree to, word for word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FormConsent))]
#[serde(deny_unknown_fields)]
pub struct Consent {
    pub text: Words,
    /// `email`, `sms`, `wechat` …
    pub media: Vec<String>,
    #[serde(default)]
    pub required: bool,
}

/// Why an answer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    Missing,
    TooLong,
    NotAnAddress,
    NotANumber,
    NotAChoice,
}

/// The name under which agreement is sent.
pub const CONSENT: &str = "_consent";

/// What came with the answers.
#[derive(Clone, Debug, Default)]
pub struct Sent<'a> {
    pub form: &'a str,
    /// Which version of the definition was shown.
    pub version: &'a str,
    /// The same when the same page is sent twice.
    pub token: &'a str,
    pub visitor: &'a str,
    pub language: &'a str,
    pub context: Value,
}

impl Form {
    /// # Errors
    /// What is not acceptable, in words.
    pub fn check(&self) -> Result<(), String> {
        let wrong = |what: &str| Err(what.to_owned());
        if self.fields.is_empty() || self.fields.len() > MAX_FIELDS {
            return Err(format!("fields: 1 to {MAX_FIELDS}"));
        }
        let mut names = BTreeSet::new();
        for field in &self.fields {
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            let named = field.name.starts_with(|c: char| c.is_ascii_lowercase())
                && field.name.len() <= 60
                && field.name.chars().all(fits);
            if !named || !names.insert(&field.name) {
                return Err(format!("fields.{}: name", field.name));
            }
            if (field.kind == FieldKind::Choice) == field.choices.is_empty() {
                return Err(format!("fields.{}: choices", field.name));
            }
        }
        let known = |medium: &String| crate::consent::medium(medium).is_some();
        let is_wrong =
            |consent: &Consent| consent.media.is_empty() || !consent.media.iter().all(known);
        if self.consent.as_ref().is_some_and(is_wrong) {
            return wrong("consent.media");
        }
        let written =
            |words: &Words| [&words.zh, &words.en].into_iter().all(|text| !text.is_empty());
        match self.fields.iter().all(|field| written(&field.label)) && written(&self.title) {
            true => Ok(()),
            false => wrong("a text is empty"),
        }
    }

    /// The answers that [`Form::faults`] will ask its `phones` about.
    pub fn written_phones(&self, answers: &BTreeMap<String, String>) -> Vec<WrittenPhone> {
        written_phones(&self.identifiers(answers)).collect()
    }

    /// The answers that identify the person, as they were typed.
    fn identifiers(&self, answers: &BTreeMap<String, String>) -> Vec<RawIdentifier> {
        let raw = |field: &Field| {
            let kind = field.kind.identifies()?;
            Some(RawIdentifier::new(kind, "", answers.get(&field.name)?))
        };
        self.fields.iter().filter_map(raw).collect()
    }

    /// What is wrong with the answers, by field. An answer that identifies is right where the
    /// normaliser can read it: it may be a number that many share, which can be called all the same.
    pub fn faults(
        &self,
        answers: &BTreeMap<String, String>,
        phones: &impl Phones,
    ) -> BTreeMap<String, Fault> {
        let unreadable = |kind: Kind, answer: &str| {
            let read = normalize(&RawIdentifier::new(kind, "", answer), phones).err();
            read.is_some_and(|why| why != RejectedIdentifier::Shared)
        };
        let mut faults = BTreeMap::new();
        for field in &self.fields {
            let answer = answers.get(&field.name).map_or("", |answer| answer.trim());
            let fault = match field.kind {
                _ if answer.is_empty() => field.required.then_some(Fault::Missing),
                _ if answer.chars().count() > MAX_ANSWER_CHARS => Some(Fault::TooLong),
                FieldKind::Email => unreadable(Kind::Email, answer).then_some(Fault::NotAnAddress),
                FieldKind::Phone => unreadable(Kind::Phone, answer).then_some(Fault::NotANumber),
                FieldKind::Choice => {
                    let known = field.choices.iter().any(|choice| choice.value == answer);
                    (!known).then_some(Fault::NotAChoice)
                }
                FieldKind::Text | FieldKind::LongText => None,
            };
            faults.extend(fault.map(|fault| (field.name.clone(), fault)));
        }
        let agreed = answers.contains_key(CONSENT);
        if self.consent.as_ref().is_some_and(|consent| consent.required && !agreed) {
            faults.insert(CONSENT.to_owned(), Fault::Missing);
        }
        faults
    }

    /// The submission, and what was agreed to. Call when there are no faults.
    pub fn submitted(&self, answers: &BTreeMap<String, String>, sent: &Sent<'_>) -> Vec<Draft> {
        let mut properties = Map::new();
        let mut identifiers = vec![visitor(self.site.as_deref(), FORM_CHANNEL, sent.visitor)];
        identifiers.extend(self.identifiers(answers));
        for field in &self.fields {
            let answer = answers.get(&field.name).map_or("", |answer| answer.trim());
            if answer.is_empty() {
                continue;
            }
            properties.insert(field.name.clone(), answer.into());
        }
        let mut context = sent.context.clone();
        if let Value::Object(context) = &mut context {
            context.insert("traits".to_owned(), Value::Object(properties.clone()));
        }
        properties.insert("form".to_owned(), sent.form.into());
        properties.insert("version".to_owned(), sent.version.into());
        let draft = |name: &str, of: &str, properties: Value, context: Value| Draft {
            delivery_id: digest(&[sent.token.as_bytes(), of.as_bytes()]),
            name: name.to_owned(),
            occurred_at: None,
            identifiers: identifiers.clone(),
            properties,
            context,
        };
        let mut drafts = vec![draft("form.submitted", "", Value::Object(properties), context)];
        let consent = self.consent.as_ref().filter(|_| answers.contains_key(CONSENT));
        for medium in consent.iter().flat_map(|consent| &consent.media) {
            let text = consent.map_or("", |consent| {
                if sent.language == "en" { &consent.text.en } else { &consent.text.zh }
            });
            let given = json!({
                "medium": medium, "purpose": "marketing", "state": "granted",
                "form": sent.form, "version": sent.version, "text": text,
            });
            drafts.push(draft("consent.updated", medium, given, sent.context.clone()));
        }
        drafts
    }
}

/// How long the page was open, judged by when it was made.
pub fn is_in_time(made_at: Timestamp, now: Timestamp) -> bool {
    (FASTEST_MS..=SLOWEST_MS).contains(&now.since_ms(made_at))
}

#[cfg(test)]
mod tests;
