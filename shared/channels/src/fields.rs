//! What a vendor calls a thing and what we call it, as a table.

use crate::values;
use serde_json::{Map, Value};

/// JSON pointer of the vendor's field, our name of it.
pub type Names<'a> = &'a [(&'a str, &'a str)];

/// The texts and numbers the table names, under our names, and beside them the whole as `raw`.
pub fn properties(whole: Value, names: Names<'_>) -> Value {
    let mut properties = pick(&whole, names);
    properties.insert("raw".to_owned(), whole);
    Value::Object(properties)
}

/// As [`properties`], without the whole. Where two fields have one name of ours the first counts.
pub fn pick(whole: &Value, names: Names<'_>) -> Map<String, Value> {
    let mut picked = Map::new();
    for (pointer, name) in names {
        if let Some(value) = values::text(whole.pointer(pointer)) {
            picked.entry(*name).or_insert_with(|| value.into());
        }
    }
    picked
}

/// The context with what the person is called, as fields of the profile (`name`, `first_name` …).
pub fn called(mut context: Value, names: Map<String, Value>) -> Value {
    if let (Value::Object(context), false) = (&mut context, names.is_empty()) {
        context.insert("traits".to_owned(), Value::Object(names));
    }
    context
}

/// Our name of what the vendor calls so.
pub fn named<'a>(names: Names<'a>, theirs: &str) -> Option<&'a str> {
    names.iter().find(|(known, _)| *known == theirs).map(|(_, ours)| *ours)
}
