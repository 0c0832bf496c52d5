//! One normaliser for every door: webhook, API, form and file. `+86 138-0013-8000`, `13800138000`
//! and `８６１３８００１３８０００` are one phone; `null` is nobody.

use super::{Identity, Kind, Phones};
use crate::touchpoint::RawIdentifier;

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

/// The numbers among these that [`normalize`] will ask its `phones` about.
pub fn written_phones(raw: &[RawIdentifier]) -> impl Iterator<Item = &str> {
    raw.iter()
        .filter(|one| one.kind == Kind::Phone)
        .map(|one| one.value.trim())
        .filter(|value| value.len() <= MAX_VALUE_BYTES && !is_junk(value))
}

/// The canonical identity of a raw identifier.
pub fn normalize(
    raw: &RawIdentifier,
    phones: &impl Phones,
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
        Kind::Phone => phones.e164(value).ok_or(RejectedIdentifier::NotAPhone)?,
        Kind::Email => email(value).ok_or(RejectedIdentifier::NotAnEmail)?,
        _ => value.to_owned(),
    };
    Ok(Identity::from_normal(raw.kind, scope, &value))
}

/// Normal identities of one touchpoint: distinct, strongest first, what is not an identifier
/// left out.
pub fn normalize_all(raw: &[RawIdentifier], phones: &impl Phones) -> Vec<Identity> {
    let mut identities: Vec<Identity> =
        raw.iter().filter_map(|one| normalize(one, phones).ok()).collect();
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
