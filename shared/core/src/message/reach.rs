//! Which medium reaches a person, and at which address.

use super::addresses::AddressBook;
use super::gate::PURPOSE_STAFF;
use crate::consent::{ConsentState, ConsentValue, counted};
use crate::identity::Kind;
use crate::profile::Facts;
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
        /// The statement that counted, where the person said anything.
        consent: Option<ConsentValue>,
    },
    /// There would be an address, but the person withdrew from its medium, by this statement.
    Withdrawn(ConsentValue),
    /// There are addresses, all of them dead.
    Suppressed,
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
    book: &AddressBook,
) -> Reached {
    let preferred = preferred(facts);
    let first = media.iter().filter(|medium| Some(medium.as_str()) == preferred);
    let rest = media.iter().filter(|medium| Some(medium.as_str()) != preferred);
    let (mut withdrawn, mut suppressed) = (None, false);
    for medium in first.chain(rest) {
        let addresses: Vec<String> = match recipient {
            Some(recipient) => recipient.get(medium).cloned().into_iter().collect(),
            None => addresses(facts, book, medium),
        };
        for address in addresses.into_iter().filter(|address| !address.is_empty()) {
            if book.is_dead(medium, &address, purpose) {
                suppressed = true;
                continue;
            }
            let asked = purpose != PURPOSE_STAFF;
            let consent = asked.then(|| counted(&facts.consents, medium, purpose, Some(&address)));
            match consent.flatten() {
                // Nobody has to say yes first: what counts is that they have not said no.
                Some(consent) if consent.state == ConsentState::Withdrawn => {
                    withdrawn.get_or_insert(consent);
                }
                consent => {
                    let consent = consent.cloned();
                    return Reached::At { medium: medium.clone(), address, consent };
                }
            }
        }
    }
    match withdrawn {
        Some(consent) => Reached::Withdrawn(consent.clone()),
        None if suppressed => Reached::Suppressed,
        None => Reached::Unreachable,
    }
}

/// The medium of the trait `preferred_channel`, whatever word is used for it.
fn preferred(facts: &Facts) -> Option<&'static str> {
    let said = facts.trait_text("preferred_channel")?.to_lowercase();
    MEDIA.iter().find(|(_, words)| words.contains(&said.as_str())).map(|(medium, _)| *medium)
}

/// Where the person can be written to, the best address first.
fn addresses(facts: &Facts, book: &AddressBook, medium: &str) -> Vec<String> {
    let one = |found: Option<String>| found.into_iter().collect();
    match medium {
        "email" => book.of_kind(facts, Kind::Email),
        "sms" => book.of_kind(facts, Kind::Phone),
        "wechat" => one(openid(facts)),
        "push" => one(facts.trait_text("push_token")),
        _ => Vec::new(),
    }
}

/// The account that the trait names, else the one that was seen last.
fn openid(facts: &Facts) -> Option<String> {
    let said = facts.trait_text("wechat_openid");
    let known = || facts.addresses(Kind::WechatOpenid).map(|identity| identity.value());
    let named = known().find(|value| said.as_deref() == Some(*value));
    named.or_else(|| known().last()).map(str::to_owned)
}
