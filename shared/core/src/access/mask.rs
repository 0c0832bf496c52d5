//! Personal data made unreadable for whoever may not see it, in whatever document it stands.
//!
//! A masked value stays distinguishable: `phone:+86138****8000#k3f9`. The mark behind it comes from
//! a keyed hash, so that two people do not become one on the screen and nobody can try numbers out.

use crate::identity::{Class, Identity, Kind};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The secret that marks are made with.
#[derive(Clone, Copy)]
pub struct MaskKey<'a>(pub &'a [u8]);

/// Fields whose text says who somebody is or where they live, wherever they appear.
const PERSONAL_FIELDS: &[&str] = &[
    "address",
    "address1",
    "address2",
    "birthday",
    "clientip",
    "email",
    "externaluserid",
    "firstname",
    "fromusername",
    "idcard",
    "ip",
    "lastname",
    "mobile",
    "openid",
    "phone",
    "phonenumber",
    "remoteip",
    "street",
    "tel",
    "telephone",
    "tousername",
    "unionid",
    "wechat",
    "zip",
];

/// Masks a document in place: identities, personal fields, and telephone numbers and addresses
/// within any text.
pub fn mask(value: &mut Value, key: MaskKey) {
    match value {
        Value::String(text) => {
            if let Some(masked) = masked_text(text, key) {
                *text = masked;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, key)),
        Value::Object(fields) => mask_fields(fields, key),
        // A number of eleven digits and more may be somebody's.
        Value::Number(number) if number.to_string().len() == 11 && number.is_u64() => {
            *value = Value::String(hidden(&number.to_string(), key));
        }
        _ => {}
    }
}

fn mask_fields(fields: &mut Map<String, Value>, key: MaskKey) {
    // An identity as a document: its bare value stands beside its kind.
    let of_kind = fields.get("kind").and_then(Value::as_str).and_then(Kind::parse);
    if let (Some(kind), Some(Value::String(value))) = (of_kind, fields.get_mut("value")) {
        *value = masked_value(kind, value, key);
    }
    let names: Vec<String> = fields.keys().cloned().collect();
    for name in names {
        let Some(value) = fields.get_mut(&name) else { continue };
        if name == "value" && of_kind.is_some() {
            continue;
        }
        match value {
            Value::String(text) if is_personal(&name) && !text.is_empty() => {
                *text = match Identity::parse(text) {
                    Some(identity) => masked_identity(&identity, key),
                    None => hidden(text, key),
                };
            }
            Value::Number(number) if is_personal(&name) => {
                *value = Value::String(hidden(&number.to_string(), key));
            }
            _ => mask(value, key),
        }
        // Maps by identity exist too.
        if let Some(masked) = Identity::parse(&name).map(|it| masked_identity(&it, key))
            && let Some(value) = fields.remove(&name)
        {
            fields.insert(masked, value);
        }
    }
}

fn is_personal(field: &str) -> bool {
    let plain: String =
        field.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    PERSONAL_FIELDS.contains(&plain.as_str())
}

fn masked_text(text: &str, key: MaskKey) -> Option<String> {
    if let Some(identity) = Identity::parse(text) {
        return Some(masked_identity(&identity, key));
    }
    let masked: Vec<String> = words(text).map(|word| masked_word(word, key)).collect();
    let masked = masked.concat();
    (masked != text).then_some(masked)
}

/// Splits where neither an address nor a number nor an identity key can go on, keeping everything.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(|c: char| !(c.is_alphanumeric() || "@._+-%:".contains(c)) || is_cjk(c))
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}')
}

fn masked_word(word: &str, key: MaskKey) -> String {
    let body = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    let after = word.get(body.len()..).unwrap_or_default();
    if let Some(identity) = Identity::parse(body) {
        return format!("{}{after}", masked_identity(&identity, key));
    }
    // `tel:`, `mailto:` and the like.
    let value = body.rsplit(':').next().unwrap_or(body);
    let before = body.get(..body.len() - value.len()).unwrap_or_default();
    if is_address(value) {
        return format!("{before}{}{after}", masked_value(Kind::Email, value, key));
    }
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let is_number = value.chars().all(|c| c.is_ascii_digit() || "+-.".contains(c));
    // Shorter ones are prices and counts, 13 digits without a plus are times in milliseconds.
    if is_number && (digits == 11 || digits == 12 || (value.starts_with('+') && digits > 7)) {
        return format!("{before}{}{after}", masked_value(Kind::Phone, value, key));
    }
    word.to_owned()
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

fn masked_identity(identity: &Identity, key: MaskKey) -> String {
    // A cart is a thing of the shop's, nobody is found by it.
    if identity.kind() == Kind::Cart {
        return identity.key().to_owned();
    }
    let head = identity.key().len() - identity.value().len();
    let head = identity.key().get(..head).unwrap_or_default();
    format!("{head}{}", masked_value(identity.kind(), identity.value(), key))
}

/// Enough to recognise one's own, too little to find anybody by.
fn masked_value(kind: Kind, value: &str, key: MaskKey) -> String {
    if kind == Kind::Cart {
        return value.to_owned();
    }
    let chars: Vec<char> = value.chars().collect();
    let of = |range: std::ops::Range<usize>| -> String {
        chars.get(range).unwrap_or_default().iter().collect()
    };
    let end = chars.len();
    let shown = match kind {
        Kind::Phone if end > 9 => format!("{}****{}", of(0..end - 8), of(end - 4..end)),
        Kind::Email => match value.rsplit_once('@') {
            Some((_, host)) => format!("{}***@{host}", of(0..1)),
            None => "***".to_owned(),
        },
        _ if kind.class() == Class::Person && end > 8 => {
            format!("{}****{}", of(0..2), of(end - 2..end))
        }
        _ => "****".to_owned(),
    };
    format!("{shown}#{}", mark(value, key))
}

fn hidden(value: &str, key: MaskKey) -> String {
    match () {
        () if is_address(value) => masked_value(Kind::Email, value, key),
        () if value.chars().filter(char::is_ascii_digit).count() > 9 => {
            masked_value(Kind::Phone, value, key)
        }
        () => format!("****#{}", mark(value, key)),
    }
}

/// 20 bits: tells a page's people apart, and is no use to whoever lacks the key.
fn mark(value: &str, key: MaskKey) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    // The key before and behind: no lengthening, and no need for a second crate in the core.
    let mut hasher = Sha256::new();
    for part in [key.0, value.as_bytes(), key.0] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let digest = hasher.finalize();
    let digit = |byte: &u8| ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or(b'0') as char;
    digest.iter().take(4).map(digit).collect()
}
