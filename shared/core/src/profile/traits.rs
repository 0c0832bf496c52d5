//! What a touchpoint states about the person as traits.
//!
//! The shape for every channel: `context.traits`, an object of fields. Known fields are
//! `first_name`, `last_name`, `name`, `nickname`, `company`, `title`, `country`, `province`,
//! `city`, `district` and `address` (an object of the same and `street`, `postal_code`); the
//! vendor's usual spellings of these are understood, so a channel may hand on its customer or
//! address object as it came. `context.traits_once` holds fields that are taken only where nothing
//! else is known. How much a statement counts is [`Rank::of`] the touchpoint.

use super::names::full_name;
use super::statements::{PROFILE_EDITED, TAG_ADDED, TAG_REMOVED};
use super::{Rank, TAG_PREFIX};
use crate::Gather;
use crate::touchpoint::Touchpoint;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A longer trait is a document, not a trait.
const MAX_TRAIT_BYTES: usize = 4_096;
const MAX_TRAITS: usize = 100;

/// A field that a touchpoint sets. Null takes the field away.
#[derive(Clone, Debug, PartialEq)]
pub struct Stated {
    pub field: String,
    pub value: Value,
    pub rank: Rank,
}

/// The name of a field, and how others write it. A field keeps the name it was sent under beside
/// the one it has here.
const FIELDS: Names = &[
    ("first_name", &["firstName", "firstname", "given_name", "givenName", "名"]),
    ("last_name", &["lastName", "lastname", "family_name", "familyName", "surname", "姓", "姓氏"]),
    ("name", &["full_name", "fullName", "fullname", "display_name", "displayName", "姓名", "名字"]),
    ("nickname", &["nick_name", "nickName", "nick", "昵称"]),
    (
        "company",
        &[
            "company_name",
            "companyName",
            "organization",
            "organisation",
            "公司",
            "公司名称",
            "单位",
        ],
    ),
    ("title", &["job_title", "jobTitle", "职位", "职务"]),
    ("country", &["country_name", "countryName", "country_code", "countryCode", "国家"]),
    ("province", &["省", "省份"]),
    ("city", &["城市"]),
    ("district", &["区县"]),
];

/// Within an address a state is a place; beside it, it may be anything.
const ADDRESS_FIELDS: Names = &[
    ("province", &["state", "region", "province_code", "state_code"]),
    ("city", &["town", "locality"]),
    ("district", &["county"]),
];

type Names = &'static [(&'static str, &'static [&'static str])];

/// What of an address is also a field of the person.
const OF_ADDRESS: &[&str] = &["country", "province", "city", "district"];
/// What of an address names a person who is not named beside it.
const NAMES_OF_ADDRESS: &[&str] = &["company", "first_name", "last_name"];

/// Everything the touchpoint states, each field once.
pub fn traits_of(touchpoint: &Touchpoint) -> Vec<Stated> {
    let rank = Rank::of(touchpoint);
    let fields = match touchpoint.name.as_str() {
        TAG_ADDED | TAG_REMOVED => {
            let tag = tag_of(touchpoint).into_iter();
            return tag.map(|(field, value)| Stated { field, value, rank }).collect();
        }
        "$identify" | PROFILE_EDITED => person(touchpoint.properties.as_object()),
        "$group" => employer(&touchpoint.properties),
        _ => {
            let mut fields = person(of_context(touchpoint, "traits"));
            // What a shop or a chat leaves empty it does not know: nobody took it away.
            fields.retain(|_, value| !is_blank(value) || (value.is_null() && rank >= Rank::Form));
            fields
        }
    };
    let mut stated: BTreeMap<String, (Value, Rank)> =
        fields.into_iter().map(|(field, value)| (field, (value, rank))).gather();
    for (field, value) in person(of_context(touchpoint, "traits_once")) {
        if !is_blank(&value) {
            stated.entry(field).or_insert((value, Rank::Once));
        }
    }
    let stated = stated.into_iter().take(MAX_TRAITS);
    stated.map(|(field, (value, rank))| Stated { field, value, rank }).collect()
}

fn of_context<'a>(touchpoint: &'a Touchpoint, name: &str) -> Option<&'a Map<String, Value>> {
    touchpoint.context.get(name).and_then(Value::as_object)
}

/// The company of somebody whom an SDK puts into a group: its name, not its other traits.
fn employer(properties: &Value) -> BTreeMap<String, Value> {
    let name = properties.get("name").and_then(text);
    name.map(|name| ("company".to_owned(), name.into())).into_iter().gather()
}

fn tag_of(touchpoint: &Touchpoint) -> Option<(String, Value)> {
    let tag = touchpoint.properties.get("tag")?.as_str()?.trim();
    if tag.is_empty() || tag.len() > 128 {
        return None;
    }
    let reason = touchpoint.properties.get("reason").cloned().unwrap_or(Value::Null);
    let value = match touchpoint.name.as_str() {
        TAG_REMOVED => Value::Null,
        // Null would read as "taken off".
        _ if reason.is_null() => Value::Bool(true),
        _ => reason,
    };
    Some((format!("{TAG_PREFIX}{tag}"), value))
}

/// The fields as sent and under their names here, with what follows from them: the places of an
/// address, the name of a company, a name made of its parts.
fn person(map: Option<&Map<String, Value>>) -> BTreeMap<String, Value> {
    let Some(map) = map else { return BTreeMap::new() };
    let mut fields: BTreeMap<String, Value> = map
        .iter()
        .filter(|(field, value)| is_trait(field, value))
        .take(MAX_TRAITS)
        .map(|(field, value)| (field.clone(), value.clone()))
        .gather();
    rename(&mut fields, FIELDS);
    for whole in ["address", "default_address"] {
        let Some(Value::Object(address)) = fields.get(whole) else { continue };
        let mut parts: BTreeMap<String, Value> =
            address.iter().map(|(field, value)| (field.clone(), value.clone())).gather();
        rename(&mut parts, FIELDS);
        rename(&mut parts, ADDRESS_FIELDS);
        let is_named = ["first_name", "last_name", "name"].iter().any(|it| has(&fields, it));
        let names = NAMES_OF_ADDRESS.iter().filter(|_| !is_named);
        for field in OF_ADDRESS.iter().chain(names) {
            if let Some(value) = parts.remove(*field).filter(|it| text(it).is_some())
                && !has(&fields, field)
            {
                fields.insert((*field).to_owned(), value);
            }
        }
    }
    if let Some(Value::Object(company)) = fields.get("company").cloned() {
        fields.remove("company");
        for (field, value) in company {
            let is_one = value.is_string() || value.is_number() || value.is_boolean();
            if field == "name" {
                fields.insert("company".to_owned(), value);
            } else if is_one && is_trait(&field, &value) {
                fields.entry(format!("company_{field}")).or_insert(value);
            }
        }
    }
    let part = |field: &str| fields.get(field).and_then(text).unwrap_or_default();
    if let Some(name) = full_name(&part("first_name"), &part("last_name"))
        && !has(&fields, "name")
    {
        fields.insert("name".to_owned(), name.into());
    }
    fields
}

/// Adds each field under its name here, where it came under another only.
fn rename(fields: &mut BTreeMap<String, Value>, names: Names) {
    for (ours, theirs) in names {
        let found = theirs.iter().find_map(|name| fields.get(*name).filter(|it| !is_blank(it)));
        if let (Some(value), false) = (found.cloned(), has(fields, ours)) {
            fields.insert((*ours).to_owned(), value);
        }
    }
}

fn has(fields: &BTreeMap<String, Value>, field: &str) -> bool {
    fields.get(field).is_some_and(|value| !is_blank(value))
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

fn is_trait(field: &str, value: &Value) -> bool {
    // A sender may not forge tags through traits.
    let is_name = !field.is_empty() && field.len() <= 128 && !field.starts_with(TAG_PREFIX);
    is_name && field != "consents" && value.to_string().len() <= MAX_TRAIT_BYTES
}

fn text(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
