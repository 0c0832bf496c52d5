//! A mapping says, as a document, which touchpoints a webhook of any shape becomes: tills, ERP,
//! call centres, devices, tickets, without code.
//!
//! Paths are dotted, from the item (`customer.phone`, `lines.0.sku`), or from the whole body where
//! they begin with `$.`.

mod budget;

use crate::channel::Reject;
use crate::form::form_pairs;
use crate::identifiers::{Scopes, written};
use crate::{json, values, xml};
use budget::Budget;
pub use budget::Spent;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use tributary_core::Gather;
use tributary_core::filter::{Filter, Op, at};
use tributary_core::ids::digest;
use tributary_core::time::Moment;
use tributary_core::touchpoint::Draft;

/// A longer one would not fit an endpoint's row beside its secrets.
const MAX_DOCUMENT_BYTES: usize = 64 * 1024;
const MAX_RULES: usize = 50;
const MAX_ITEMS: usize = 500;
const MAX_DRAFTS: usize = 1_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Where the list of things is; without it the body is one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<String>,
    /// Every rule that fits a thing makes a touchpoint of it.
    pub touchpoints: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MappingRule))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// A name of the vocabulary, or one of the company's own.
    pub name: String,
    /// All must match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Filter>,
    /// What together tells this thing from every other, and is the same when it is sent again.
    pub id: Vec<String>,
    /// When it happened; without it the time of arrival counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<IdentifierRule>,
    /// Our name → where it is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, Source>,
    /// Our name → the value itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub constants: BTreeMap<String, Value>,
    /// Fields of the profile → where they are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub traits: BTreeMap<String, Source>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IdentifierRule {
    /// A kind of identity: `phone`, `member_id`.
    pub kind: String,
    pub path: String,
    /// What the value is unique within, for a kind that needs it; the endpoint unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Where the country of the address beside a telephone number is (two letters).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// Where a value is, and what to make of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MappingSource))]
#[serde(untagged)]
pub enum Source {
    Path(String),
    Read(Read),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MappingRead))]
#[serde(deny_unknown_fields)]
pub struct Read {
    pub path: String,
    #[serde(default, rename = "as")]
    pub form: Form,
    /// Their value → ours; a value that is not named stays.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Value>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MappingForm))]
#[serde(rename_all = "snake_case")]
pub enum Form {
    #[default]
    AsIs,
    Text,
    Number,
    /// An amount with two decimals (`"199.90"`) in minor units, exact.
    MinorUnits,
}

/// What a body became.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapped {
    pub drafts: Vec<Draft>,
    /// Which thing could not be read, and why.
    pub faults: Vec<(usize, &'static str)>,
}

/// What is wrong with a document, in words for whoever writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid(pub String);

impl Mapping {
    pub fn read(text: &str) -> Result<Mapping, Invalid> {
        if text.len() > MAX_DOCUMENT_BYTES {
            return Err(Invalid(format!("longer than {MAX_DOCUMENT_BYTES} bytes")));
        }
        let mapping: Mapping =
            serde_json::from_str(text).map_err(|error| Invalid(error.to_string()))?;
        mapping.check()?;
        Ok(mapping)
    }

    fn check(&self) -> Result<(), Invalid> {
        let wrong = |index: usize, what: &str| Err(Invalid(format!("touchpoints.{index}: {what}")));
        if self.touchpoints.is_empty() || self.touchpoints.len() > MAX_RULES {
            return Err(Invalid(format!("touchpoints: 1 to {MAX_RULES}")));
        }
        for (index, rule) in self.touchpoints.iter().enumerate() {
            if values::event_name(&rule.name).as_deref() != Some(rule.name.as_str()) {
                return wrong(index, "name");
            }
            if rule.id.is_empty() {
                return wrong(index, "id: at least one path");
            }
            let scopes = Scopes { app: "", corp: "", endpoint: "" };
            if let Some(unknown) =
                rule.identifiers.iter().find(|one| scopes.named(&one.kind, "x").is_none())
            {
                return wrong(index, &format!("identifiers: unknown kind {}", unknown.kind));
            }
        }
        Ok(())
    }

    /// What the body becomes at that endpoint. One thing that cannot be read stops no other.
    ///
    /// # Errors
    /// [`Spent`] where that would be more than [`Budget`] allows.
    pub fn apply(&self, endpoint: &str, body: &Value) -> Result<Mapped, Spent> {
        let mut budget = Budget::of(body);
        let things: Vec<&Value> = match self.items.as_deref().map(|path| find(body, body, path)) {
            None => vec![body],
            Some(Some(Value::Array(items))) => items.iter().collect(),
            // Converters of XML give a list of one as the one.
            Some(Some(one @ Value::Object(_))) => vec![one],
            Some(_) => {
                return Ok(Mapped { drafts: Vec::new(), faults: vec![(0, "items_missing")] });
            }
        };
        let mut mapped = Mapped::default();
        for (index, item) in things.into_iter().enumerate() {
            if index >= MAX_ITEMS || mapped.drafts.len() >= MAX_DRAFTS {
                mapped.faults.push((index, "too_many_items"));
                break;
            }
            let mut fits = false;
            for rule in &self.touchpoints {
                if !rule.fits(body, item, &mut budget)? {
                    continue;
                }
                fits = true;
                match rule.draft(endpoint, body, item, &mut budget) {
                    Ok(draft) => mapped.drafts.push(draft),
                    Err(Fault::Spent) => return Err(Spent),
                    Err(Fault::Code(code)) => mapped.faults.push((index, code)),
                }
            }
            if !fits {
                mapped.faults.push((index, "no_rule_fits"));
            }
        }
        Ok(mapped)
    }
}

/// Why a rule made nothing of a thing.
enum Fault {
    Code(&'static str),
    Spent,
}

impl From<&'static str> for Fault {
    fn from(code: &'static str) -> Fault {
        Fault::Code(code)
    }
}

impl From<Spent> for Fault {
    fn from(_: Spent) -> Fault {
        Fault::Spent
    }
}

impl Rule {
    fn fits(&self, body: &Value, item: &Value, budget: &mut Budget) -> Result<bool, Spent> {
        for filter in &self.when {
            let found = find(body, item, &filter.path);
            budget.ask(filter.op, found)?;
            if !filter.op.holds(found, &filter.value) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn draft(
        &self,
        endpoint: &str,
        body: &Value,
        item: &Value,
        budget: &mut Budget,
    ) -> Result<Draft, Fault> {
        budget.make(self.name.len() + endpoint.len())?;
        for path in &self.id {
            budget.ask(Op::Eq, find(body, item, path))?;
        }
        for rule in &self.identifiers {
            for path in std::iter::once(&rule.path).chain(&rule.country) {
                if let Some(found) = find(body, item, path) {
                    budget.copy(found)?;
                }
            }
        }
        let text = |path: &str| values::text(find(body, item, path));
        let mut parts = vec![self.name.clone()];
        for path in &self.id {
            parts.push(text(path).ok_or("id_missing")?);
        }
        let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
        let at = self.at.as_deref().and_then(|path| find(body, item, path));
        let occurred_at = match values::time(at) {
            // Here the mapping can be mended and the request replayed.
            Some(Moment::Unreadable(_)) => return Err(Fault::Code("time_unreadable")),
            moment => moment,
        };
        let identifiers = self.identifiers.iter().filter_map(|rule| {
            let scope = rule.scope.as_deref().unwrap_or(endpoint);
            let value = written(find(body, item, &rule.path))?;
            let country = rule.country.as_deref().and_then(text);
            let found =
                Scopes { app: scope, corp: scope, endpoint: scope }.named(&rule.kind, &value)?;
            Some(found.in_country(country.as_deref()))
        });
        let currency = self.currency(body, item);
        let mut properties = read_all(&self.properties, body, item, &currency, budget)?;
        for (name, value) in &self.constants {
            budget.make(name.len())?;
            budget.copy(value)?;
            properties.insert(name.clone(), value.clone());
        }
        let mut context = Map::new();
        if !self.traits.is_empty() {
            let traits = read_all(&self.traits, body, item, &currency, budget)?;
            context.insert("traits".to_owned(), traits.into());
        }
        Ok(Draft {
            delivery_id: digest(&parts),
            name: self.name.clone(),
            occurred_at,
            identifiers: identifiers.collect(),
            properties: Value::Object(properties),
            context: Value::Object(context),
        })
    }
}

impl Rule {
    /// Which one the amounts are in: as the mapping says or the document. Empty: unknown.
    fn currency(&self, body: &Value, item: &Value) -> String {
        if let Some(constant) = self.constants.get("currency") {
            return values::text(Some(constant)).unwrap_or_default();
        }
        let source = self.properties.get("currency");
        let read = source.and_then(|source| source.read(body, item, "").ok().flatten());
        values::text(read.as_ref()).unwrap_or_default()
    }
}

fn find<'a>(body: &'a Value, item: &'a Value, path: &str) -> Option<&'a Value> {
    match path.strip_prefix("$.") {
        Some(path) => at(body, path),
        None => at(item, path),
    }
}

fn read_all(
    sources: &BTreeMap<String, Source>,
    body: &Value,
    item: &Value,
    currency: &str,
    budget: &mut Budget,
) -> Result<Map<String, Value>, Fault> {
    let mut found = Map::new();
    for (name, source) in sources {
        if let Some(value) = find(body, item, source.path()) {
            budget.fits(value)?;
        }
        if let Some(value) = source.read(body, item, currency)? {
            budget.make(name.len())?;
            budget.copy(&value)?;
            found.insert(name.clone(), value);
        }
    }
    Ok(found)
}

impl Source {
    fn path(&self) -> &str {
        match self {
            Source::Path(path) => path,
            Source::Read(read) => &read.path,
        }
    }

    fn read(
        &self,
        body: &Value,
        item: &Value,
        currency: &str,
    ) -> Result<Option<Value>, &'static str> {
        let (path, form, named) = match self {
            Source::Path(path) => (path, Form::AsIs, None),
            Source::Read(read) => (&read.path, read.form, Some(&read.values)),
        };
        let Some(found) = find(body, item, path).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        let text = match found {
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(yes) => Some(yes.to_string()),
            other => values::text(Some(other)),
        };
        if let Some(ours) = text.as_ref().and_then(|text| named?.get(text)) {
            return Ok(Some(ours.clone()));
        }
        let Some(text) = text.filter(|_| form != Form::AsIs) else {
            return Ok((form == Form::AsIs).then(|| found.clone()));
        };
        let number = |text: &str| serde_json::from_str(text).ok().filter(Value::is_number);
        match form {
            Form::AsIs | Form::Text => Ok(Some(text.into())),
            Form::Number => number(&text).map(Some).ok_or("number_unreadable"),
            Form::MinorUnits => {
                let minor = values::minor_units(&text, currency).ok_or("amount_unreadable")?;
                Ok(Some(minor.into()))
            }
        }
    }
}

/// A body of whatever form: JSON, XML, or the fields of a form.
///
/// # Errors
/// When it is none of them, or longer than that.
pub fn read_body(bytes: &[u8], max_bytes: usize) -> Result<Value, Reject> {
    if bytes.len() > max_bytes {
        return Err(Reject::TOO_LARGE);
    }
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[') => json::parse(bytes, max_bytes),
        Some(b'<') => Ok(xml::parse(bytes, max_bytes)?.into_value()),
        Some(_) if bytes.contains(&b'=') => {
            let fields = form_pairs(bytes).ok_or(Reject::MALFORMED)?.into_iter();
            let fields = fields.map(|(name, value)| (name, json::without_nul(&value).into()));
            Ok(Value::Object(fields.gather()))
        }
        _ => Err(Reject::MALFORMED),
    }
}

#[cfg(test)]
mod tests;
