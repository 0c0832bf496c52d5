//! Which medium reaches a person, and at which address.

use super::gate::PURPOSE_STAFF;
use crate::identity::Kind;
use crate::profile::{ConsentState, Facts, strictest};
use std::collections::BTreeMap;

/// The media a person can be reached by, and the words people write for them in a preference.
pub const MEDIA: &[(&str, &[&str])] = &[
    ("email", &["email", "e-mail", "mail", "邮件", "邮箱"]),
    ("push", &["push", "app", "app push", "推送", "app推送"]),
    ("sms", &["sms", "text", "短信"]),
    ("webhook", &["webhook"]),
    ("wechat", &["wechat", "微信"]),
];

/// The recipient of a message that goes to no profile: an address per medium.
pub type Recipient = BTreeMap<String, String>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    At {
        medium: String,
        address: String,
    },
    /// There would be an address, but the person withdrew from its medium.
    Withdrawn,
    /// No address in any medium.
    Unreachable,
}

/// The first medium that is allowed and has an address: the one the person prefers, then in the
/// order of the list.
pub fn reach(
    media: &[String],
    purpose: &str,
    recipient: Option<&Recipient>,
    facts: &Facts,
) -> Reached {
    let preferred = preferred(facts);
    let first = media.iter().filter(|medium| Some(medium.as_str()) == preferred);
    let rest = media.iter().filter(|medium| Some(medium.as_str()) != preferred);
    let mut withdrawn = false;
    for medium in first.chain(rest) {
        let address = match recipient {
            Some(recipient) => recipient.get(medium).cloned(),
            None => address(facts, medium),
        };
        let Some(address) = address.filter(|address| !address.is_empty()) else { continue };
        if purpose != PURPOSE_STAFF && is_withdrawn(facts, medium, purpose) {
            withdrawn = true;
            continue;
        }
        return Reached::At { medium: medium.clone(), address };
    }
    if withdrawn { Reached::Withdrawn } else { Reached::Unreachable }
}

/// The medium of the trait `preferred_channel`, whatever word is used for it.
fn preferred(facts: &Facts) -> Option<&'static str> {
    let said = facts.trait_text("preferred_channel")?.to_lowercase();
    MEDIA.iter().find(|(_, words)| words.contains(&said.as_str())).map(|(medium, _)| *medium)
}

/// Nobody has to say yes first: what counts is that they have not said no.
fn is_withdrawn(facts: &Facts, medium: &str, purpose: &str) -> bool {
    strictest(&facts.consents, medium, purpose)
        .is_some_and(|consent| consent.state == ConsentState::Withdrawn)
}

fn address(facts: &Facts, medium: &str) -> Option<String> {
    match medium {
        "email" => of_kind(facts, Kind::Email, "email"),
        "sms" => of_kind(facts, Kind::Phone, "phone"),
        "wechat" => of_kind(facts, Kind::WechatOpenid, "wechat_openid"),
        "push" => facts.trait_text("push_token"),
        _ => None,
    }
}

/// The identity that the trait of the same name says, else the one that was seen last.
fn of_kind(facts: &Facts, kind: Kind, field: &str) -> Option<String> {
    let said = facts.trait_text(field);
    facts
        .addresses(kind)
        .find(|identity| said.as_deref().is_some_and(|said| same_address(said, identity.value())))
        .or_else(|| facts.addresses(kind).last())
        .map(|identity| identity.value().to_owned())
}

/// Traits hold what was typed; identities are normal.
fn same_address(typed: &str, normal: &str) -> bool {
    let typed = typed.to_lowercase();
    typed == normal || normal.strip_prefix("+86") == Some(typed.as_str())
}
