//! A filter over a touchpoint's JSON: `{"path": "properties.total", "op": "gte", "value": 100}`.
//!
//! Total: every path and value gives an answer, a missing value matches only `absent` and `ne`.

use crate::event_view::{EventView, ROOTS};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Dotted, from `name`, `channel`, `properties` or `context` on: `properties.cart_id`.
    pub path: String,
    pub op: Op,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub value: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FilterOp))]
#[serde(rename_all = "snake_case")]
pub enum Op {
    Eq,
    Ne,
    Gt,
    Gte,
    Lt,
    Lte,
    /// Text contains text, ignoring case; or a list contains the value.
    Contains,
    StartsWith,
    /// The value is one of a list.
    In,
    Present,
    Absent,
}

/// The longest `in` list and text a filter compares with.
const MAX_VALUES: usize = 1_000;
const MAX_TEXT_BYTES: usize = 1_024;

impl Filter {
    /// Whether a JSON document passes.
    pub fn matches(&self, document: &Value) -> bool {
        self.op.holds(at(document, &self.path), &self.value)
    }

    /// Whether an event passes.
    pub fn passes(&self, event: &EventView) -> bool {
        self.op.holds(event.at(&self.path).as_deref(), &self.value)
    }

    /// What is wrong with it as a question about an event: a stable code.
    pub fn problem(&self) -> Option<&'static str> {
        let root = self.path.split('.').next().unwrap_or_default();
        if !ROOTS.contains(&root) {
            return Some("unknown_path");
        }
        let is_long = |value: &Value| value.as_str().is_some_and(|it| it.len() > MAX_TEXT_BYTES);
        let is_large = match &self.value {
            Value::Array(items) => items.len() > MAX_VALUES || items.iter().any(is_long),
            value => is_long(value),
        };
        (is_large || self.path.len() > MAX_TEXT_BYTES).then_some("filter_too_large")
    }
}

impl Op {
    /// Whether what was found, if anything, compares like this with the value.
    pub fn holds(self, found: Option<&Value>, value: &Value) -> bool {
        let Some(found) = found.filter(|found| !found.is_null()) else {
            return matches!(self, Op::Absent | Op::Ne);
        };
        match self {
            Op::Present => true,
            Op::Absent => false,
            Op::Eq => same(found, value),
            Op::Ne => !same(found, value),
            Op::Gt => ordered(found, value).is_some_and(|order| order.is_gt()),
            Op::Gte => ordered(found, value).is_some_and(|order| order.is_ge()),
            Op::Lt => ordered(found, value).is_some_and(|order| order.is_lt()),
            Op::Lte => ordered(found, value).is_some_and(|order| order.is_le()),
            Op::Contains => match found {
                Value::Array(items) => items.iter().any(|item| same(item, value)),
                other => lower(other).contains(&lower(value)),
            },
            Op::StartsWith => lower(found).starts_with(&lower(value)),
            Op::In => match value {
                Value::Array(items) => items.iter().any(|item| same(item, found)),
                _ => false,
            },
        }
    }
}

/// The value at a dotted path.
pub fn at<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(document, |value, key| match value {
        Value::Object(map) => map.get(key),
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The value at a dotted path as text, numbers included; `None` when absent, null or empty.
pub fn text_at(document: &Value, path: &str) -> Option<String> {
    text_of(at(document, path)?)
}

/// A value as text, numbers included; `None` when null, empty or no plain value.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Numbers are equal by value, also where one side wrote them as text.
fn same(left: &Value, right: &Value) -> bool {
    left == right || number(left).is_some_and(|one| number(right) == Some(one))
}

fn ordered(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left.partial_cmp(&right),
        _ => match (left, right) {
            (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
            _ => None,
        },
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

fn lower(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_lowercase(),
        other => other.to_string().to_lowercase(),
    }
}
