//! What was given as a number or an address and identifies nobody is still the person's word: it
//! stands on the profile, and the touchpoint that said it has the reason.

use super::{Rank, Stated};
use crate::identity::{Kind, RejectedIdentifier};
use crate::touchpoint::{REJECTED, Touchpoint};
use serde_json::Value;

/// The fields that a touchpoint's rejected numbers and addresses set.
pub fn rejected_traits(touchpoint: &Touchpoint) -> Vec<Stated> {
    let rejected = touchpoint.context.get(REJECTED).and_then(Value::as_array);
    let rank = Rank::of(touchpoint);
    let fields = rejected.into_iter().flatten().filter_map(field);
    fields.map(|(field, value)| Stated { field, value, rank }).collect()
}

fn field(rejected: &Value) -> Option<(String, Value)> {
    let text = |name: &str| rejected.get(name).and_then(Value::as_str);
    let (value, reason) = (text("value")?, text("reason")?);
    let is = |one: RejectedIdentifier| reason == one.code();
    let name = match Kind::parse(text("kind")?)? {
        Kind::Phone if is(RejectedIdentifier::Shared) => "shared_phone",
        Kind::Phone if is(RejectedIdentifier::NotAPhone) => "unread_phone",
        Kind::Email if is(RejectedIdentifier::NotAnEmail) => "unread_email",
        Kind::Email if is(RejectedIdentifier::AnotherAddress) => "other_email",
        _ => return None,
    };
    let extension = text("extension").map(|it| format!(" ext. {it}")).unwrap_or_default();
    Some((name.to_owned(), format!("{value}{extension}").into()))
}
