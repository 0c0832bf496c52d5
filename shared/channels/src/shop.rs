//! What shops have in common: whose an address is.

use crate::values::text;
use serde_json::{Map, Value};

/// Whether both name one person. An object without a name names none.
pub fn same_name(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let other = names(other);
    names(one).iter().any(|name| other.contains(name))
}

pub fn is_named(object: &Map<String, Value>) -> bool {
    !names(object).is_empty()
}

/// The whole name, whichever part comes first.
fn names(object: &Map<String, Value>) -> Vec<String> {
    let part = |name: &str| text(object.get(name)).unwrap_or_default();
    let (first, last) = (part("first_name"), part("last_name"));
    let whole = [format!("{first}{last}"), format!("{last}{first}"), part("name")];
    let folded = whole.map(|name| name.to_lowercase().replace(char::is_whitespace, ""));
    folded.into_iter().filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_compared_whole() {
        let same = |one: Value, other: Value| match (one, other) {
            (Value::Object(one), Value::Object(other)) => same_name(&one, &other),
            _ => false,
        };
        let anna = json!({"first_name": "Anna", "last_name": "Muster"});
        assert!(same(anna.clone(), json!({"first_name": "ANNA ", "last_name": "Muster"})));
        assert!(same(anna.clone(), json!({"name": "Anna Muster"})));
        assert!(same(json!({"first_name": "娜", "last_name": "李"}), json!({"name": "李娜"})));
        assert!(!same(anna.clone(), json!({"first_name": "Bert", "last_name": "Muster"})));
        assert!(!same(json!({}), json!({})));
        assert!(!same(anna, json!({"first_name": null})));
    }
}
