//! Personal data made unreadable for whoever may not see it, in whatever document it stands.
//!
//! [`Mask::document`] is the one way: it walks every string and number of an answer with the name of
//! the field each stands under. A masked value stays distinguishable: `phone:+86138****8000#k3f9`.
//! The mark behind it comes from a keyed hash, so that two people do not become one on the screen
//! and nobody can try numbers out; one number has one mark in every spelling.

mod fields;
mod fold;
mod number;
mod text;

pub use fields::{is_personal, plain_name};

use crate::identity::{Class, Identity, Kind};
use fields::{Holds, NAMING, VALUES, holds};
use fold::folded;
use number::Number;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The secret that marks are made with.
#[derive(Clone, Copy)]
pub struct MaskKey<'a>(pub &'a [u8]);

/// Masks a document in place. `own`: plain names of fields that an administrator has marked as
/// personal.
pub fn mask(value: &mut Value, key: MaskKey, own: &[String]) {
    let mut mask = Mask { key, own, known: BTreeMap::new(), tails: BTreeSet::new() };
    mask.learn(value, Holds::Anything);
    mask.walk(value, Holds::Anything);
}

struct Mask<'a> {
    key: MaskKey<'a>,
    own: &'a [String],
    /// Values that this very document shows to be somebody's, wherever else they stand in it.
    known: BTreeMap<String, String>,
    /// The ends of telephone numbers, likewise.
    tails: BTreeSet<String>,
}

/// Shorter values stand in every second text by chance.
const MIN_KNOWN_CHARS: usize = 5;

impl Mask<'_> {
    fn walk(&self, value: &mut Value, under: Holds) {
        match value {
            Value::String(text) => *text = self.string(text, under),
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item, under)),
            Value::Object(fields) => self.object(fields, under),
            Value::Number(_) => {
                if let Some(masked) = self.number(value, under) {
                    *value = Value::String(masked);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn object(&self, fields: &mut Map<String, Value>, under: Holds) {
        let shape = Shape::of(fields, under, self.own);
        let names: Vec<String> = fields.keys().cloned().collect();
        for name in names {
            let Some(value) = fields.get_mut(&name) else { continue };
            match (shape.kind, &mut *value) {
                // An identity as a document: its bare value stands beside its kind.
                (Some(kind), Value::String(bare)) if name == "value" => {
                    *bare = self.value(kind, bare);
                }
                _ => self.walk(value, shape.of_field(&name)),
            }
            // Maps by identity, by number or by address exist too.
            let masked = self.text(&name);
            if masked != name
                && let Some(value) = fields.remove(&name)
            {
                fields.insert(masked, value);
            }
        }
    }

    fn string(&self, text: &str, under: Holds) -> String {
        match under {
            _ if text.is_empty() => String::new(),
            Holds::Anything => self.text(text),
            _ => self.hidden(text, under),
        }
    }

    /// What a number says, where it may be somebody's: of eleven digits or as a mainland mobile with
    /// its country code, whatever type of number a sender made of it.
    fn number(&self, value: &Value, under: Holds) -> Option<String> {
        let text = match (value.as_u64(), value.as_f64()) {
            (Some(whole), _) => whole.to_string(),
            (None, Some(float)) if float.fract() == 0.0 && (0.0..1e18).contains(&float) => {
                format!("{float:.0}")
            }
            _ => value.to_string(),
        };
        if under != Holds::Anything {
            return Some(self.hidden(&text, under));
        }
        let number = Number::whole(&text)?;
        let is_one = text.len() == 11
            || text.len() == 13 && number.shown().starts_with('+')
            || text.len() > 9 && self.tails.contains(number.tail());
        is_one.then(|| self.shown(&number))
    }

    /// What stands in a field that is personal by its name.
    fn hidden(&self, text: &str, under: Holds) -> String {
        let plain = folded(text);
        let plain = plain.trim();
        if let Some(known) = self.known.get(plain) {
            return known.clone();
        }
        let masked = self.text(text);
        // An identity, an address, a number and nothing else: shown as everywhere.
        let (identity, address) = (Identity::parse(plain).is_some(), text::is_address(plain));
        let whole = Number::whole(plain);
        match whole {
            Some(number) if under == Holds::Phone || masked != text => self.shown(&number),
            _ if (identity || address) && masked != text => masked,
            _ => format!("****#{}", self.mark(&plain.to_lowercase())),
        }
    }

    fn identity(&self, identity: &Identity) -> String {
        let head = identity.key().len() - identity.value().len();
        let head = identity.key().get(..head).unwrap_or_default();
        format!("{head}{}", self.value(identity.kind(), identity.value()))
    }

    /// The bare value of an identity.
    fn value(&self, kind: Kind, value: &str) -> String {
        match kind {
            // A cart is a thing of the shop's, nobody is found by it.
            Kind::Cart => self.text(value),
            Kind::Phone => match Number::whole(value) {
                Some(number) => self.shown(&number),
                None => format!("****#{}", self.mark(value)),
            },
            Kind::Email => self.address(value),
            _ => {
                let chars: Vec<char> = value.chars().collect();
                let of = |range: std::ops::Range<usize>| -> String {
                    chars.get(range).unwrap_or_default().iter().collect()
                };
                let end = chars.len();
                let long = kind.class() == Class::Person && end > 8;
                // What looks like a number is one, whatever kind it is kept as.
                let shown = match long && Number::whole(value).is_none() && !value.contains('@') {
                    true => format!("{}****{}", of(0..2), of(end - 2..end)),
                    false => "****".to_owned(),
                };
                format!("{shown}#{}", self.mark(value))
            }
        }
    }

    fn shown(&self, number: &Number) -> String {
        format!("{}#{}", number.shown(), self.mark(number.tail()))
    }

    fn address(&self, address: &str) -> String {
        let plain = folded(address).trim().to_lowercase();
        let shown = match plain.rsplit_once('@') {
            Some((name, host)) => {
                let first: String = name.chars().take(1).collect();
                format!("{first}***@{host}")
            }
            None => "***".to_owned(),
        };
        format!("{shown}#{}", self.mark(&plain))
    }

    /// 20 bits: tells a page's people apart, and is no use to whoever lacks the key.
    fn mark(&self, value: &str) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        // The key before and behind: no lengthening, and no need for a second crate in the core.
        let mut hasher = Sha256::new();
        for part in [self.key.0, value.as_bytes(), self.key.0] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        let digest = hasher.finalize();
        let digit =
            |byte: &u8| ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or(b'0') as char;
        digest.iter().take(4).map(digit).collect()
    }

    /// Remembers what identities and personal fields of the document hold, so that an openid is
    /// masked where no name and no form betrays it.
    fn learn(&mut self, value: &Value, under: Holds) {
        match value {
            Value::String(text) => self.learn_text(text, under),
            Value::Array(items) => items.iter().for_each(|item| self.learn(item, under)),
            Value::Object(fields) => {
                let shape = Shape::of(fields, under, self.own);
                for (name, value) in fields {
                    self.learn_text(name, Holds::Anything);
                    match (shape.kind, value) {
                        (Some(kind), Value::String(bare)) if name == "value" => {
                            self.learn_value(kind, bare);
                        }
                        _ => self.learn(value, shape.of_field(name)),
                    }
                }
            }
            _ => {}
        }
    }

    fn learn_text(&mut self, text: &str, under: Holds) {
        if let Some(identity) = Identity::parse(text).filter(text::is_alone) {
            return self.learn_value(identity.kind(), identity.value());
        }
        let plain = folded(text);
        let plain = plain.trim();
        // A word in a personal field may be any word; a value with a digit is somebody's.
        if under != Holds::Anything
            && plain.chars().count() >= MIN_KNOWN_CHARS
            && plain.chars().any(|c| c.is_ascii_digit())
            && !plain.chars().any(char::is_whitespace)
        {
            if under == Holds::Phone {
                return self.learn_value(Kind::Phone, plain);
            }
            let masked = self.hidden(plain, under);
            self.known.insert(plain.to_owned(), masked);
        }
    }

    fn learn_value(&mut self, kind: Kind, value: &str) {
        let plain = folded(value);
        let odd = |c: char| c.is_ascii_digit() || c.is_uppercase() || !c.is_ascii();
        let telling = plain.chars().any(odd) || plain.chars().count() > 8;
        if kind == Kind::Cart || !telling || plain.chars().count() < MIN_KNOWN_CHARS {
            return;
        }
        if kind == Kind::Phone {
            self.tails.extend(Number::whole(&plain).map(|number| number.tail().to_owned()));
        }
        let masked = self.value(kind, &plain);
        self.known.insert(plain, masked);
    }
}

/// What the fields of an object are, beside what their own names say.
struct Shape<'a> {
    under: Holds,
    own: &'a [String],
    /// `{"kind": "phone", "value": …}`
    kind: Option<Kind>,
    /// `{"name": "birthday", "value": …}`
    named: Holds,
    /// A value with its source, as `trait_sources` has it: the source is nobody's secret.
    sourced: bool,
}

impl<'a> Shape<'a> {
    fn of(fields: &Map<String, Value>, under: Holds, own: &'a [String]) -> Shape<'a> {
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let named = NAMING.iter().filter_map(|name| Some(holds(text(name)?, own)));
        Shape {
            under,
            own,
            kind: text("kind").and_then(Kind::parse),
            named: named.max().unwrap_or(Holds::Anything),
            sourced: fields.contains_key("value") && fields.contains_key("touchpoint"),
        }
    }

    fn of_field(&self, name: &str) -> Holds {
        let inherited = if self.sourced && name != "value" { Holds::Anything } else { self.under };
        let named = if VALUES.contains(&name) { self.named } else { Holds::Anything };
        holds(name, self.own).max(inherited).max(named)
    }
}

#[cfg(test)]
mod tests;
