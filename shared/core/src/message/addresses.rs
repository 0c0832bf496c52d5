//! Which of a person's addresses a message goes to: one they gave, never one that was merely seen
//! while another is known, and none that is dead.

use super::gate::PURPOSE_STAFF;
use super::suppression::{Reason, Suppression};
use crate::identity::{Identity, Kind, KnownPhones, normalize};
use crate::profile::Facts;
use crate::touchpoint::RawIdentifier;
use crate::vocabulary::canonical;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The traits in which people give an address, letters and digits only.
const EMAIL_FIELDS: &[&str] = &["email", "emailaddress", "mail"];
const PHONE_FIELDS: &[&str] = &[
    "cellphone",
    "mobile",
    "mobilenumber",
    "mobilephone",
    "phone",
    "phonenumber",
    "tel",
    "telephone",
];

/// What a shop or a payment provider writes of a purchase: an address that was first seen there may
/// be anybody's who had to do with it.
const SEEN_IN: &[&str] = &["cart.", "checkout.", "invoice.", "order.", "payment."];

/// So many last digits of two spellings of one number are the same, wherever it is from.
const SAME_DIGITS: usize = 8;

/// What is known of addresses, besides whose they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddressBook {
    seen: BTreeSet<Identity>,
    dead: BTreeMap<(String, String), Reason>,
}

impl AddressBook {
    /// `origins`: addresses with the name of the touchpoint that showed them first; `dead`: the
    /// suppressions in force.
    pub fn new<'a>(
        origins: impl IntoIterator<Item = (Identity, String)>,
        dead: impl IntoIterator<Item = &'a Suppression>,
    ) -> AddressBook {
        let of_purchases = |name: &str| {
            let name = canonical(name);
            SEEN_IN.iter().any(|prefix| name.starts_with(prefix))
        };
        let seen = origins.into_iter().filter(|(_, name)| of_purchases(name));
        let key = |row: &Suppression| (row.medium.clone(), row.address.clone());
        AddressBook {
            seen: seen.map(|(identity, _)| identity).collect(),
            dead: dead.into_iter().map(|row| (key(row), row.reason)).collect(),
        }
    }

    /// Whether nothing more goes there. Who called a message spam still gets what concerns their
    /// work here.
    pub fn is_dead(&self, medium: &str, address: &str, purpose: &str) -> bool {
        let reason = self.dead.get(&(medium.to_owned(), address.to_owned()));
        reason.is_some_and(|reason| purpose != PURPOSE_STAFF || *reason != Reason::Complaint)
    }

    /// The person's addresses of that kind, the best first: those that their traits name, the last
    /// word first, then those that were first seen elsewhere than in a purchase, the latest first.
    /// Only where there is none, those seen in purchases.
    pub fn of_kind(&self, facts: &Facts, kind: Kind) -> Vec<String> {
        let known: Vec<&Identity> = facts.addresses(kind).collect();
        let mut given: Vec<&Identity> = Vec::new();
        for (field, value) in &facts.given {
            if !is_field(kind, field) {
                continue;
            }
            for identity in meant(kind, &value.value, &known) {
                if !given.contains(&identity) {
                    given.push(identity);
                }
            }
        }
        // Traits keep the last word alone: an address that came otherwise than with a purchase was
        // given, too.
        let others = known.iter().rev().copied().filter(|it| !self.seen.contains(it));
        let others: Vec<&Identity> = others.filter(|it| !given.contains(it)).collect();
        let mut found = [given, others].concat();
        if found.is_empty() {
            found = known.into_iter().rev().collect();
        }
        found.into_iter().map(|identity| identity.value().to_owned()).collect()
    }
}

/// Whether this trait holds an address of people.
pub fn is_address_field(field: &str) -> bool {
    is_field(Kind::Email, field) || is_field(Kind::Phone, field)
}

fn is_field(kind: Kind, field: &str) -> bool {
    let plain: String =
        field.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let fields = match kind {
        Kind::Email => EMAIL_FIELDS,
        Kind::Phone => PHONE_FIELDS,
        _ => return false,
    };
    fields.contains(&plain.as_str())
}

/// The identities that a trait means. Traits hold what was typed, identities are normal.
fn meant<'a>(kind: Kind, typed: &Value, known: &[&'a Identity]) -> Vec<&'a Identity> {
    let typed = match typed {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Vec::new(),
    };
    match kind {
        Kind::Email => {
            // An address needs no tables of numbers to be normal.
            let raw = RawIdentifier::new(Kind::Email, "", &typed);
            let normal = normalize(&raw, &KnownPhones::default()).ok();
            known.iter().copied().filter(|it| Some(*it) == normal.as_ref()).collect()
        }
        _ => numbers(&typed, known),
    }
}

/// How numbers are written takes tables that a sender has no room for; which of a person's own
/// few numbers is meant, the digits tell.
fn numbers<'a>(typed: &str, known: &[&'a Identity]) -> Vec<&'a Identity> {
    let typed = digits(typed);
    let exact: Vec<&Identity> =
        known.iter().copied().filter(|it| is_spelled(&typed, &digits_of(it))).collect();
    if !exact.is_empty() {
        return exact;
    }
    let alike = |identity: &&&Identity| {
        let normal = digits_of(identity);
        let tail = normal.len().checked_sub(SAME_DIGITS).and_then(|from| normal.get(from..));
        tail.is_some_and(|tail| typed.contains(tail))
    };
    known.iter().filter(alike).copied().collect()
}

/// With the country code, with `00` before it, or without it and with or without the zero of
/// calls within a country.
fn is_spelled(typed: &str, normal: &str) -> bool {
    let bare = typed.trim_start_matches('0');
    let national = bare.len() + 3 >= normal.len() && bare.len() >= 6 && normal.ends_with(bare);
    typed == normal || bare == normal || national
}

/// The digits, full-width ones too.
fn digits(text: &str) -> String {
    let digit = |c: char| match c {
        '0'..='9' => Some(c),
        '\u{FF10}'..='\u{FF19}' => char::from_u32(u32::from(c) - 0xFEE0),
        _ => None,
    };
    text.chars().filter_map(digit).collect()
}

/// An extension is not part of the number.
fn digits_of(identity: &Identity) -> String {
    digits(identity.value().split(';').next().unwrap_or_default())
}

#[cfg(test)]
mod tests;
