//! Telephone numbers as people write them, and as they are.
//!
//! Knowing how numbers are written takes tables of every country: a third of what a function may
//! weigh. So the tables are one reader, what another function found in them is a second, and only
//! who names the tables carries them.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Says what number a written one is.
pub trait Phones {
    /// E.164, or `None` when the number cannot exist.
    fn e164(&self, written: &str) -> Option<String>;
}

/// The tables, with the country (ISO 3166 alpha-2) of numbers that name none.
#[derive(Clone, Copy, Debug)]
pub struct PhoneTables<'a>(pub &'a str);

impl Phones for PhoneTables<'_> {
    fn e164(&self, written: &str) -> Option<String> {
        let country: Option<Region> = self.0.parse().ok();
        let parse = |text: &str| {
            let number = PHONE_NUMBER_UTIL.parse(text, country).ok()?;
            let subscriber = number.national_number.to_string();
            let placeholder = subscriber.chars().all(|c| subscriber.starts_with(c));
            (PHONE_NUMBER_UTIL.is_valid_number(&number) && !placeholder)
                .then(|| PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned())
        };
        // WhatsApp and others send `8613800138000`: with a plus sign it parses, without it may not.
        parse(written).or_else(|| {
            let digits = written.chars().all(char::is_numeric);
            if digits { parse(&format!("+{written}")) } else { None }
        })
    }
}

/// What the tables said of these numbers; of any other it knows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KnownPhones(BTreeMap<String, String>);

impl KnownPhones {
    /// Looks these up; what cannot exist is left out.
    pub fn read<'a>(phones: &impl Phones, written: impl Iterator<Item = &'a str>) -> KnownPhones {
        KnownPhones(written.filter_map(|one| Some((one.to_owned(), phones.e164(one)?))).collect())
    }
}

impl Phones for KnownPhones {
    fn e164(&self, written: &str) -> Option<String> {
        self.0.get(written).cloned()
    }
}
