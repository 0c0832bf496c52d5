//! What senders say of a person beside how to recognise them: the fields that become traits.

use serde_json::{Map, Value};
use tributary_core::Gather;

/// As senders write them; the core knows which mean the same.
const FIELDS: &[&str] = &[
    "address",
    "city",
    "company",
    "companyName",
    "company_name",
    "country",
    "country_code",
    "district",
    "firstName",
    "first_name",
    "fullName",
    "full_name",
    "job_title",
    "lastName",
    "last_name",
    "nickname",
    "province",
    "title",
];
/// Of an object that is a person these are the person's, too. Elsewhere they may be a product's
/// name or an order's state.
const OF_A_PERSON: &[&str] = &["name", "region", "state"];

/// The traits among the fields of an object that is a person.
pub(crate) fn traits_of_person(person: &Map<String, Value>) -> Map<String, Value> {
    pick(person, FIELDS.iter().chain(OF_A_PERSON))
}

/// The traits among the fields of an event that may be about anything.
pub(crate) fn traits_of_event(event: &Map<String, Value>) -> Map<String, Value> {
    pick(event, FIELDS.iter())
}

fn pick<'a>(
    object: &Map<String, Value>,
    names: impl Iterator<Item = &'a &'static str>,
) -> Map<String, Value> {
    let known = |name: &&str| Some(((*name).to_owned(), object.get(*name)?.clone()));
    names.filter_map(|name| known(name).filter(|(_, value)| !value.is_null())).gather()
}

/// Puts traits where the core looks for them.
pub(crate) fn state(context: &mut Value, traits: Map<String, Value>) {
    if let (Value::Object(context), false) = (context, traits.is_empty()) {
        context.insert("traits".to_owned(), Value::Object(traits));
    }
}
