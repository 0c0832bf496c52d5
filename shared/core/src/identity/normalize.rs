//! One normaliser for webhook, API, form, file and search: `+86 138-0013-8000`, `13800138000`
//! and `８６１３８００１３８０００` are one phone; `null` is nobody.

use super::clean::{half_width, visible};
use super::email::{addresses, is_unattended};
use super::{Class, Identity, Kind, Phones, WrittenPhone};
use crate::touchpoint::RawIdentifier;
use serde_json::{Map, Value};

/// Longer values are not identifiers but mistakes.
const MAX_VALUE_BYTES: usize = 256;
/// More identifiers in one touchpoint are not one person.
pub const MAX_IDENTIFIERS: usize = 20;
/// More of them tell nothing more.
const MAX_REJECTED: usize = 5;

/// Why an identifier counts for nothing. The touchpoint itself is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectedIdentifier {
    /// A placeholder that some client sends for everybody (`null`, `0`, `anonymous` …).
    Junk,
    TooLong,
    NotAPhone,
    NotAnEmail,
    /// The kind needs a scope and none was given.
    NoScope,
    /// Many people have it: a switchboard, a hotline.
    Shared,
    /// No person reads what is sent there.
    Unattended,
    /// A second address in a field for one: it may be another person's.
    AnotherAddress,
    /// The touchpoint names more than [`MAX_IDENTIFIERS`].
    TooMany,
}

impl RejectedIdentifier {
    pub const fn code(self) -> &'static str {
        match self {
            RejectedIdentifier::Junk => "placeholder",
            RejectedIdentifier::TooLong => "too_long",
            RejectedIdentifier::NotAPhone => "not_a_phone",
            RejectedIdentifier::NotAnEmail => "not_an_email",
            RejectedIdentifier::NoScope => "no_scope",
            RejectedIdentifier::Shared => "shared",
            RejectedIdentifier::Unattended => "unattended",
            RejectedIdentifier::AnotherAddress => "another_address",
            RejectedIdentifier::TooMany => "too_many",
        }
    }
}

/// A value that identifies nobody, as it was written, with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    pub kind: Kind,
    pub value: String,
    pub reason: RejectedIdentifier,
    /// Of a number that many share.
    pub extension: Option<String>,
}

impl Rejected {
    /// `{"kind", "value", "reason", "extension"}`, as the touchpoint's context keeps it.
    pub fn document(self) -> Value {
        let mut document = Map::new();
        document.insert("kind".to_owned(), self.kind.id().into());
        document.insert("value".to_owned(), self.value.into());
        document.insert("reason".to_owned(), self.reason.code().into());
        if let Some(extension) = self.extension {
            document.insert("extension".to_owned(), extension.into());
        }
        document.into()
    }
}

/// What the identifiers of one touchpoint are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Normal {
    /// Distinct, strongest first.
    pub identities: Vec<Identity>,
    /// The first few, in the order of the sender.
    pub rejected: Vec<Rejected>,
}

const JUNK: &[&str] = &[
    "-",
    "-1",
    "0",
    "00000000-0000-0000-0000-000000000000",
    "[object object]",
    "anonymous",
    "demo",
    "email",
    "false",
    "guest",
    "id",
    "n/a",
    "na",
    "nan",
    "nil",
    "none",
    "not_authenticated",
    "null",
    "phone",
    "test",
    "true",
    "undefined",
    "unknown",
    "user",
    "userid",
    "无",
    "未知",
    "匿名",
];

/// The texts that [`normalize_all`] will ask its `phones` about.
pub fn written_phones(raw: &[RawIdentifier]) -> impl Iterator<Item = WrittenPhone> {
    raw.iter().filter(|one| one.kind == Kind::Phone).filter_map(written_phone)
}

fn written_phone(raw: &RawIdentifier) -> Option<WrittenPhone> {
    let text = visible(&raw.value);
    let is_asked = text.len() <= MAX_VALUE_BYTES && !is_junk(&text);
    is_asked.then(|| WrittenPhone { text, country: raw.country.clone() })
}

/// The first identity of a raw identifier.
///
/// # Errors
/// Why there is none.
pub fn normalize(
    raw: &RawIdentifier,
    phones: &impl Phones,
) -> Result<Identity, RejectedIdentifier> {
    let Normal { identities, rejected } = normalize_all(std::slice::from_ref(raw), phones);
    let why = rejected.first().map_or(RejectedIdentifier::Junk, |one| one.reason);
    identities.into_iter().next().ok_or(why)
}

/// Normal identities of one touchpoint, and what is not an identifier.
pub fn normalize_all(raw: &[RawIdentifier], phones: &impl Phones) -> Normal {
    let mut normal = Normal::default();
    for one in raw {
        normal.take(one, phones);
    }
    // A value that some senders give for several people must not stand for any of them.
    let rank = |one: &Identity| (one.class(), one.kind());
    normal.identities.sort_by(|a, b| (rank(a), a.key()).cmp(&(rank(b), b.key())));
    normal.identities.dedup();
    for identity in normal.identities.iter().skip(MAX_IDENTIFIERS) {
        let (kind, value) = (identity.kind(), identity.value().to_owned());
        let reason = RejectedIdentifier::TooMany;
        normal.rejected.push(Rejected { kind, value, reason, extension: None });
    }
    normal.identities.truncate(MAX_IDENTIFIERS);
    normal.rejected.truncate(MAX_REJECTED);
    normal
}

impl Normal {
    fn take(&mut self, raw: &RawIdentifier, phones: &impl Phones) {
        let value = visible(&raw.value);
        if value.is_empty() {
            return;
        }
        if value.len() > MAX_VALUE_BYTES {
            let end = value.floor_char_boundary(MAX_VALUE_BYTES);
            let start = value.get(..end).unwrap_or_default().to_owned();
            return self.reject(raw.kind, start, RejectedIdentifier::TooLong);
        }
        let is_text = matches!(raw.kind, Kind::Phone | Kind::Email);
        if is_junk(&value) || (!is_text && value.contains(char::is_control)) {
            return self.reject(raw.kind, value, RejectedIdentifier::Junk);
        }
        match raw.kind {
            Kind::Phone => self.take_phones(raw, value, phones),
            Kind::Email => self.take_addresses(value),
            kind => {
                let scope = if kind.scoped() { raw.scope.trim() } else { "" };
                if kind.scoped() && scope.is_empty() {
                    return self.reject(kind, value, RejectedIdentifier::NoScope);
                }
                // Printed on a card and typed by hand.
                let typed = kind == Kind::MemberId;
                let value = if typed { half_width(&value) } else { value };
                self.identities.push(Identity::from_normal(kind, scope, &value));
            }
        }
    }

    fn take_phones(&mut self, raw: &RawIdentifier, value: String, phones: &impl Phones) {
        let read = written_phone(raw).map(|written| phones.read(&written)).unwrap_or_default();
        if read.is_empty() {
            return self.reject(Kind::Phone, value, RejectedIdentifier::NotAPhone);
        }
        for number in read {
            if !number.shared {
                self.identities.push(Identity::from_normal(Kind::Phone, "", &number.e164));
                continue;
            }
            self.rejected.push(Rejected {
                kind: Kind::Phone,
                value: number.e164,
                reason: RejectedIdentifier::Shared,
                extension: number.extension,
            });
        }
    }

    fn take_addresses(&mut self, value: String) {
        let mut found = addresses(&value).into_iter();
        let Some(first) = found.next() else {
            return self.reject(Kind::Email, value, RejectedIdentifier::NotAnEmail);
        };
        match is_unattended(&first) {
            true => self.reject(Kind::Email, first, RejectedIdentifier::Unattended),
            false => self.identities.push(Identity::from_normal(Kind::Email, "", &first)),
        }
        for other in found {
            self.reject(Kind::Email, other, RejectedIdentifier::AnotherAddress);
        }
    }

    fn reject(&mut self, kind: Kind, value: String, reason: RejectedIdentifier) {
        self.rejected.push(Rejected { kind, value, reason, extension: None });
    }
}

fn is_junk(value: &str) -> bool {
    let lower = value.to_lowercase();
    let mut chars = lower.chars();
    let Some(first) = chars.next() else { return true };
    if JUNK.contains(&lower.as_str()) {
        return true;
    }
    // 0000000, 1111111, xxxxxx: what people type to get past a form.
    lower.chars().count() >= 4 && chars.all(|c| c == first)
}

/// The class of a value: an address that a company's people share is like a shared device.
pub(super) fn class_of(identity: &Identity) -> Class {
    match identity.kind() {
        Kind::Email if super::email::is_of_a_role(identity.value()) => Class::Shared,
        kind => kind.class(),
    }
}
