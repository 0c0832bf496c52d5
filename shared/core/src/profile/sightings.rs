//! What a page of touchpoints says about identity, as a set: the order within it is gone.

use crate::identity::{Class, EdgeKey, Identity, Kind};
use crate::ids::TouchpointId;
use crate::time::Timestamp;
use crate::touchpoint::{SUITE_CHANNEL, Touchpoint};
use std::collections::{BTreeMap, BTreeSet};

/// A person cut two identities apart, or took that back. Console touchpoints with `{"a", "b"}`.
pub const EDGE_CUT: &str = "$identity.cut";
pub const EDGE_RESTORED: &str = "$identity.restored";
/// A sender says that an id replaces another: `{"previous_id", "user_id"}`.
pub const ALIASED: &str = "$alias";

/// When and by which touchpoint; the earlier (for evidence) or later (for cuts) one counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    pub at: Timestamp,
    pub touchpoint: TouchpointId,
}

impl Mark {
    pub(super) fn of(touchpoint: &Touchpoint) -> Mark {
        Mark { at: touchpoint.occurred_at, touchpoint: touchpoint.id.clone() }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sightings {
    /// The earliest sighting of each identity, and the first place in the log that has it.
    pub identities: BTreeMap<Identity, (Mark, i64)>,
    /// The earliest evidence of each edge.
    pub edges: BTreeMap<EdgeKey, Mark>,
    /// The earliest declaration that the two ends are names of one person.
    pub aliases: BTreeMap<EdgeKey, Mark>,
    /// The latest word on each cut.
    pub cuts: BTreeMap<EdgeKey, (Mark, bool)>,
}

/// Identities that may be part of a profile: the weak ones never are.
pub fn mergeable(touchpoint: &Touchpoint) -> impl Iterator<Item = &Identity> {
    touchpoint.identifiers.iter().filter(|one| one.kind().class() != Class::Weak)
}

/// The identity a touchpoint's facts are recorded under, if it has one: the strongest that is not
/// blocked, where there is such.
pub fn recorded_under<'a>(
    touchpoint: &'a Touchpoint,
    blocked: &BTreeSet<Identity>,
) -> Option<&'a Identity> {
    let free = mergeable(touchpoint).find(|one| !blocked.contains(*one));
    free.or_else(|| mergeable(touchpoint).next())
}

pub fn sightings<'a>(
    page: impl IntoIterator<Item = &'a Touchpoint>,
    blocked: &BTreeSet<Identity>,
) -> Sightings {
    let mut found = Sightings::default();
    // What the suite says of a profile is not evidence of who the person is.
    for touchpoint in page.into_iter().filter(|one| one.channel != SUITE_CHANNEL) {
        let mark = Mark::of(touchpoint);
        for identity in mergeable(touchpoint) {
            let seen = (mark.clone(), touchpoint.seq);
            let entry = found.identities.entry(identity.clone()).or_insert_with(|| seen.clone());
            entry.0 = entry.0.clone().min(seen.0);
            entry.1 = entry.1.min(seen.1);
        }
        // A star around the anchor: what one touchpoint names belongs to its strongest identity.
        if let Some(anchor) = recorded_under(touchpoint, blocked) {
            for key in mergeable(touchpoint).filter_map(|other| EdgeKey::new(anchor, other)) {
                let entry = found.edges.entry(key).or_insert_with(|| mark.clone());
                *entry = entry.clone().min(mark.clone());
            }
        }
        if let Some(key) = alias_of(touchpoint) {
            for marks in [&mut found.edges, &mut found.aliases] {
                let entry = marks.entry(key.clone()).or_insert_with(|| mark.clone());
                *entry = entry.clone().min(mark.clone());
            }
        }
        if let Some((key, cut)) = cut_of(touchpoint) {
            let word = (mark.clone(), cut);
            let entry = found.cuts.entry(key).or_insert_with(|| word.clone());
            *entry = entry.clone().max(word);
        }
    }
    found
}

/// The two user ids that the touchpoint declares names of one person, where it names two.
fn alias_of(touchpoint: &Touchpoint) -> Option<EdgeKey> {
    let previous = match touchpoint.name.as_str() {
        ALIASED => touchpoint.properties.get("previous_id"),
        // An SDK that knew no difference between visitors and users until somebody signed in.
        "$identify" => touchpoint.context.get("previous_id"),
        _ => None,
    };
    let previous = previous?.as_str()?.trim();
    let users: Vec<&Identity> =
        mergeable(touchpoint).filter(|one| one.kind() == Kind::UserId).collect();
    let [one, other] = users.as_slice() else { return None };
    let names_one = [one, other].into_iter().any(|user| user.value() == previous);
    EdgeKey::new(one, other).filter(|_| names_one)
}

fn cut_of(touchpoint: &Touchpoint) -> Option<(EdgeKey, bool)> {
    let cut = match touchpoint.name.as_str() {
        EDGE_CUT => true,
        EDGE_RESTORED => false,
        _ => return None,
    };
    // Only the console may cut: a channel that sends this name is not believed.
    if touchpoint.channel != crate::touchpoint::CONSOLE_CHANNEL {
        return None;
    }
    let end = |name: &str| {
        let key = touchpoint.properties.get(name)?.as_str()?;
        Identity::parse(key)
    };
    Some((EdgeKey::new(&end("a")?, &end("b")?)?, cut))
}
