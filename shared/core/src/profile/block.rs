//! Values that many people share. An administrator says so of a switchboard's number or a company's
//! address; the word is a touchpoint like any other, so the log alone rebuilds what follows.

use super::sightings::Mark;
use crate::Gather;
use crate::identity::{EdgeKey, Identity};
use crate::touchpoint::{CONSOLE_CHANNEL, Touchpoint};
use std::collections::{BTreeMap, BTreeSet};

/// An identity joins nobody from now on, nor did it ever; or does again. Console touchpoints with
/// `{"identity", "reason"}`.
pub const BLOCKED: &str = "$identity.blocked";
pub const UNBLOCKED: &str = "$identity.unblocked";

/// What was said last of an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockWord {
    pub mark: Mark,
    pub blocked: bool,
    pub reason: String,
}

/// The words on blocked identities, before a page of the log and behind it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blocks {
    pub before: BTreeSet<Identity>,
    pub after: BTreeSet<Identity>,
    /// Words of the page that are later than what was known.
    pub news: BTreeMap<Identity, BlockWord>,
}

impl Blocks {
    pub fn new<'a>(
        known: BTreeMap<Identity, BlockWord>,
        page: impl IntoIterator<Item = &'a Touchpoint>,
    ) -> Blocks {
        let blocked = |words: &BTreeMap<Identity, BlockWord>| {
            let blocked = words.iter().filter(|(_, word)| word.blocked);
            blocked.map(|(identity, _)| identity.clone()).gather::<BTreeSet<Identity>>()
        };
        let before = blocked(&known);
        let mut words = known;
        let mut news = BTreeMap::new();
        for (identity, word) in page.into_iter().filter_map(word_of) {
            if words.get(&identity).is_none_or(|known| known.mark < word.mark) {
                words.insert(identity.clone(), word.clone());
                news.insert(identity, word);
            }
        }
        Blocks { before, after: blocked(&words), news }
    }

    /// The identities that the page blocks or frees.
    pub fn changed(&self) -> BTreeSet<&Identity> {
        self.before.symmetric_difference(&self.after).gather()
    }

    /// Under which identities lies what the page's words move elsewhere, `near` being the edges at
    /// the changed ones: what is blocked gives away what it had, what is freed takes it back.
    pub fn moved_from(&self, near: &BTreeSet<EdgeKey>) -> BTreeSet<Identity> {
        let changed = self.changed();
        let mut found: BTreeSet<Identity> = changed.iter().map(|one| (*one).clone()).gather();
        let freed = |one: &Identity| changed.contains(one) && !self.after.contains(one);
        for edge in near {
            for (one, other) in [(&edge.a, &edge.b), (&edge.b, &edge.a)] {
                if freed(one) && self.is_read_under(edge, other) {
                    found.insert(other.clone());
                }
            }
        }
        found
    }

    /// Whether the evidence of an edge, before the page, is of touchpoints recorded under this end.
    fn is_read_under(&self, edge: &EdgeKey, end: &Identity) -> bool {
        let rank = |one: &Identity| (self.before.contains(one), one.class(), one.kind());
        let (a, b) = (&edge.a, &edge.b);
        end == if (rank(a), a) <= (rank(b), b) { a } else { b }
    }

    /// The same of any of these.
    pub fn was_read_under(&self, edge: &EdgeKey, identities: &BTreeSet<Identity>) -> bool {
        [&edge.a, &edge.b]
            .into_iter()
            .any(|end| self.is_read_under(edge, end) && identities.contains(end))
    }
}

/// Only the console may block: a channel that sends this name is not believed.
fn word_of(touchpoint: &Touchpoint) -> Option<(Identity, BlockWord)> {
    let blocked = match touchpoint.name.as_str() {
        BLOCKED => true,
        UNBLOCKED => false,
        _ => return None,
    };
    let text = |name: &str| touchpoint.properties.get(name)?.as_str();
    let identity = Identity::parse(text("identity")?)?;
    let is_said = touchpoint.channel == CONSOLE_CHANNEL;
    let reason = text("reason").unwrap_or_default().to_owned();
    is_said.then(|| (identity, BlockWord { mark: Mark::of(touchpoint), blocked, reason }))
}
