//! Addresses as people write them, and as mail clients copy them.

use super::clean::half_width;

/// Local parts that no person reads, whatever stands behind a `+`.
const UNATTENDED: &[&str] =
    &["bounce", "bounces", "donotreply", "mailerdaemon", "noreply", "postmaster"];
/// Local parts that a company's people share.
const ROLES: &[&str] = &[
    "accounting",
    "accounts",
    "admin",
    "billing",
    "booking",
    "contact",
    "customerservice",
    "enquiries",
    "finance",
    "hello",
    "help",
    "helpdesk",
    "hr",
    "info",
    "inquiries",
    "invoice",
    "kefu",
    "kontakt",
    "mail",
    "marketing",
    "office",
    "order",
    "orders",
    "purchase",
    "purchasing",
    "reception",
    "sales",
    "service",
    "shop",
    "support",
    "team",
    "webmaster",
];

/// The addresses in a text, in its order, as they are compared.
pub fn addresses(text: &str) -> Vec<String> {
    let parts = text.split([',', ';', '，', '；', '、', '|', '\n']);
    parts.filter_map(|part| address(&half_width(part).to_lowercase())).collect()
}

/// `Name <a@b.c>`, `mailto:a@b.c?subject=…`, `a@b.c (work)`: what stands beside an address within
/// brackets or before a colon is not of it. What a blank parts is not joined, nor is one half taken
/// for the whole.
fn address(part: &str) -> Option<String> {
    let inner = part.rsplit_once('<').map_or(part, |(_, inner)| inner);
    let inner = inner.split_once('>').map_or(inner, |(inner, _)| inner);
    let inner = inner.rsplit_once(':').map_or(inner, |(_, inner)| inner);
    let inner = inner.split(['(', '?']).next().unwrap_or(inner);
    let edge = |c: char| c.is_whitespace() || "\"'<>()[]{}.:!“”‘’「」《》".contains(c);
    let words = inner.split_whitespace().filter(|word| word.is_ascii() || word.contains('@'));
    let mut words = words.map(|word| word.trim_matches(edge)).filter(|word| !word.is_empty());
    let (word, None) = (words.next()?, words.next()) else { return None };
    let (local, domain) = word.rsplit_once('@')?;
    // A remark right behind it: `a@example.com微信同号`.
    let domain = match domain.rsplit_once('.') {
        Some((host, last)) if last.starts_with(|c: char| c.is_ascii()) => {
            let end = last.find(|c: char| !c.is_ascii()).unwrap_or(last.len());
            domain.get(..host.len() + 1 + end).unwrap_or(domain)
        }
        _ => domain,
    };
    is_address(local, domain).then(|| format!("{local}@{domain}"))
}

/// Compared in lower case as a whole: the local part is case-sensitive in the standard alone.
fn is_address(local: &str, domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    !local.is_empty()
        && local.len() <= 64
        && !local.contains(|c: char| c.is_whitespace() || "<>()[],;:\\\"@".contains(c))
        && domain.contains('.')
        && domain.split('.').all(label)
}

/// Written by a machine; nobody reads what is sent there.
pub fn is_unattended(address: &str) -> bool {
    is_one_of(address, UNATTENDED)
}

/// Read by several people of a company.
pub fn is_of_a_role(address: &str) -> bool {
    is_one_of(address, ROLES)
}

/// Dots, dashes and underscores within the local part do not matter here.
fn is_one_of(address: &str, names: &[&str]) -> bool {
    let local = address.split(['@', '+']).next().unwrap_or_default();
    let plain: String = local.chars().filter(|c| c.is_alphanumeric()).collect();
    names.contains(&plain.as_str())
}
