//! Telephone numbers as people write them, and as they are.
//!
//! Knowing how numbers are written takes tables of every country: a third of what a function may
//! weigh. So the tables are one reader ([`super::PhoneTables`]), what another function found in
//! them is a second, and only a function that names the tables carries them.

use serde::{Deserialize, Serialize};

/// The text of a field that holds telephone numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WrittenPhone {
    pub text: String,
    /// ISO 3166 alpha-2: where the address beside the number is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneNumber {
    pub e164: String,
    /// Behind a switchboard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// Many are reached by it, or many call from it: a switchboard, a hotline.
    pub shared: bool,
}

/// Says which numbers a text holds.
pub trait Phones {
    /// In the order of the text; none where nothing in it can be a number.
    fn read(&self, written: &WrittenPhone) -> Vec<PhoneNumber>;
}

/// What the tables said of these texts; of any other it knows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownPhones(Vec<(WrittenPhone, Vec<PhoneNumber>)>);

impl KnownPhones {
    /// `read` says of each of `written`, which is sorted, what it holds.
    pub fn new(written: Vec<WrittenPhone>, read: Vec<Vec<PhoneNumber>>) -> KnownPhones {
        KnownPhones(written.into_iter().zip(read).collect())
    }

    /// All numbers that were read.
    pub fn numbers(&self) -> impl Iterator<Item = &PhoneNumber> {
        self.0.iter().flat_map(|(_, read)| read)
    }
}

impl Phones for KnownPhones {
    fn read(&self, written: &WrittenPhone) -> Vec<PhoneNumber> {
        let found = self.0.binary_search_by(|(known, _)| known.cmp(written)).ok();
        found.and_then(|at| self.0.get(at)).map(|(_, read)| read.clone()).unwrap_or_default()
    }
}
