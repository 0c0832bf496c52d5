//! Reading JSON of strangers: bounded in depth, and safe to store. In the core because it is on the
//! way of every request, and the core is built to be fast.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Deeper than any vendor sends; far below what could exhaust the stack of a Worker.
pub const MAX_DEPTH: usize = 64;

/// The largest integer that survives a double.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

const TOO_DEEP: &str = "nested too deep";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    TooDeep,
    /// Also when anything follows the value.
    Malformed,
}

/// Reads one JSON text. Integers that a double cannot hold come out as strings, and U+0000 is left
/// out of every string.
///
/// # Errors
/// Why it cannot be read.
pub fn read(text: &str) -> Result<Value, Unread> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Node { depth: 0 }.deserialize(&mut deserializer);
    value.and_then(|value| deserializer.end().map(|()| value)).map_err(|error| {
        match error.to_string().starts_with(TOO_DEEP) {
            true => Unread::TooDeep,
            false => Unread::Malformed,
        }
    })
}

#[derive(Clone, Copy)]
struct Node {
    depth: usize,
}

impl Node {
    fn inside<E: serde::de::Error>(self) -> Result<Node, E> {
        match self.depth < MAX_DEPTH {
            true => Ok(Node { depth: self.depth + 1 }),
            false => Err(E::custom(TOO_DEEP)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(match value > MAX_SAFE_INTEGER {
            true => Value::String(value.to_string()),
            false => Value::from(value),
        })
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(match value.unsigned_abs() > MAX_SAFE_INTEGER {
            true => Value::String(value.to_string()),
            false => Value::from(value),
        })
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(without_nul(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inside = self.inside::<A::Error>()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inside)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inside = self.inside::<A::Error>()?;
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value_seed(inside)?;
            object.insert(without_nul(&key), value);
        }
        Ok(Value::Object(object))
    }
}

/// The text without U+0000, at which SQLite's JSON functions stop.
pub fn without_nul(text: &str) -> String {
    if !text.contains('\0') {
        return text.to_owned();
    }
    text.chars().filter(|c| *c != '\0').collect()
}
