//! One normaliser for every door: webhook, API, form and file. `+86 138-0013-8000`, `13800138000`
//! and `８６１３８００１３８０００` are one phone; `null` is nobody.

use super::{Identity, Kind};
use crate::touchpoint::RawIdentifier;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};

/// Longer values are not identifiers but mistakes.
const MAX_VALUE_BYTES: usize = 256;
/// More identifiers in one touchpoint are not one person.
pub const MAX_IDENTIFIERS: usize = 20;

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

/// The canonical identity of a raw identifier. `default_country` (ISO 3166 alpha-2) is for
/// phones without a country code.
pub fn normalize(
    raw: &RawIdentifier,
    default_country: &str,
) -> Result<Identity, RejectedIdentifier> {
    let value = raw.value.trim();
    if value.len() > MAX_VALUE_BYTES {
        return Err(RejectedIdentifier::TooLong);
    }
    if is_junk(value) {
        return Err(RejectedIdentifier::Junk);
    }
    let scope = if raw.kind.scoped() { raw.scope.trim() } else { "" };
    if raw.kind.scoped() && scope.is_empty() {
        return Err(RejectedIdentifier::NoScope);
    }
    let value = match raw.kind {
        Kind::Phone => phone(value, default_country).ok_or(RejectedIdentifier::NotAPhone)?,
        Kind::Email => email(value).ok_or(RejectedIdentifier::NotAnEmail)?,
        _ => value.to_owned(),
    };
    Ok(Identity::from_normal(raw.kind, scope, &value))
}

/// Normal identities of one touchpoint: distinct, strongest first, what is not an identifier
/// left out.
pub fn normalize_all(raw: &[RawIdentifier], default_country: &str) -> Vec<Identity> {
    let mut identities: Vec<Identity> =
        raw.iter().filter_map(|one| normalize(one, default_country).ok()).collect();
    identities.sort_by(|a, b| (a.kind(), a.key()).cmp(&(b.kind(), b.key())));
    identities.dedup();
    identities.truncate(MAX_IDENTIFIERS);
    identities
}

fn is_junk(value: &str) -> bool {
    let lower = value.to_lowercase();
    let mut chars = lower.chars();
    let Some(first) = chars.next() else { return true };
    if value.chars().any(char::is_control) || JUNK.contains(&lower.as_str()) {
        return true;
    }
    // 0000000, 1111111, xxxxxx: what people type to get past a form.
    lower.chars().count() >= 4 && chars.all(|c| c == first)
}

/// E.164, or `None` when the number cannot exist.
fn phone(value: &str, default_country: &str) -> Option<String> {
    let country: Option<Region> = default_country.parse().ok();
    let parse = |text: &str| {
        let number = PHONE_NUMBER_UTIL.parse(text, country).ok()?;
        let subscriber = number.national_number.to_string();
        let placeholder = subscriber.chars().all(|c| subscriber.starts_with(c));
        (PHONE_NUMBER_UTIL.is_valid_number(&number) && !placeholder)
            .then(|| PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned())
    };
    // WhatsApp and others send `8613800138000`: with a plus sign it parses, without it may not.
    parse(value).or_else(|| {
        let digits = value.chars().all(char::is_numeric);
        if digits { parse(&format!("+{value}")) } else { None }
    })
}

/// Lower-cased whole: the local part is case-sensitive only in the standard, not in the world.
fn email(value: &str) -> Option<String> {
    let value = value.to_lowercase();
    let (local, domain) = value.rsplit_once('@')?;
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let valid = !local.is_empty()
        && local.len() <= 64
        && !local.contains(|c: char| c.is_whitespace() || "<>()[],;:\\\"@".contains(c))
        && domain.contains('.')
        && domain.split('.').all(label);
    valid.then_some(value)
}
