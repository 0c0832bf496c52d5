//! From identities and edges to profiles: a pure function of the set, never of the order of
//! arrival.
//!
//! Edges are taken in a canonical order (class, strength, time, evidence). Each joins two
//! components unless a protection rule refuses it. A region that is closed under its edges
//! (refused and cut ones included) gives the same answer alone as within the whole graph.

use super::{Class, Identity, Kind};
use crate::ids::TouchpointId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// An unordered pair of identities, smaller key first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EdgeKey {
    pub a: Identity,
    pub b: Identity,
}

impl EdgeKey {
    /// `None` for an identity and itself.
    pub fn new(one: &Identity, other: &Identity) -> Option<EdgeKey> {
        match one.cmp(other) {
            std::cmp::Ordering::Less => Some(EdgeKey { a: one.clone(), b: other.clone() }),
            std::cmp::Ordering::Greater => Some(EdgeKey { a: other.clone(), b: one.clone() }),
            std::cmp::Ordering::Equal => None,
        }
    }
}

/// Two identities seen together, with the earliest touchpoint that shows it as evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    #[serde(flatten)]
    pub key: EdgeKey,
    pub occurred_at: Timestamp,
    pub touchpoint: TouchpointId,
    /// Cut by a person. A cut outlives every later sighting until it is taken back.
    pub cut: bool,
    /// A sender declared one the other's new name: against the limit of their kind both are one.
    pub alias: bool,
}

/// Which rule kept an edge from merging.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The merged profile would hold more values of a kind than it may (two member numbers).
    Limit(Kind),
    /// A shared device or browser would merge two people who are both known.
    TwoKnownPeople,
    /// The kind is too weak to merge by.
    Weak,
    /// Many people share one of its ends.
    Blocked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Holds its component together, or lies within it.
    Joined,
    Refused(Refusal),
    Cut,
}

/// One profile's worth of identities, sorted by key.
pub type Component = Vec<Identity>;

/// Splits a region into profiles and says of each edge what became of it. Verdicts come in the
/// order of `edges`.
pub fn partition(
    identities: &BTreeSet<Identity>,
    edges: &[Edge],
    blocked: &BTreeSet<Identity>,
) -> (Vec<Component>, Vec<Verdict>) {
    let mut forest = Forest::new(
        identities.iter().chain(edges.iter().flat_map(|edge| [&edge.key.a, &edge.key.b])),
        edges.iter().filter(|edge| edge.alias && !edge.cut).map(|edge| &edge.key),
    );
    let mut order: Vec<(usize, &Edge)> = edges.iter().enumerate().collect();
    order.sort_by(|(_, x), (_, y)| canonical(x).cmp(&canonical(y)));
    let mut verdicts = vec![Verdict::Cut; edges.len()];
    for (index, edge) in order {
        let ends = [&edge.key.a, &edge.key.b];
        let verdict = match edge.cut {
            true => Verdict::Cut,
            false if ends.into_iter().any(|end| blocked.contains(end)) => {
                Verdict::Refused(Refusal::Blocked)
            }
            false => forest.join(&edge.key),
        };
        if let Some(slot) = verdicts.get_mut(index) {
            *slot = verdict;
        }
    }
    (forest.components(), verdicts)
}

/// The order in which edges are taken: the stronger and the earlier first.
fn canonical(edge: &Edge) -> (Class, Kind, Kind, Timestamp, &TouchpointId, &EdgeKey) {
    let (one, other) = (edge.key.a.kind(), edge.key.b.kind());
    let class = edge.key.a.class().max(edge.key.b.class());
    // The weaker end first: an edge is as strong as its weaker end.
    (class, one.max(other), one.min(other), edge.occurred_at, &edge.touchpoint, &edge.key)
}

/// Union-find that keeps, per component, what the protection rules ask about.
struct Forest<'a> {
    parent: BTreeMap<&'a Identity, &'a Identity>,
    members: BTreeMap<&'a Identity, Vec<&'a Identity>>,
    /// Of the declared names of one person all but one, with another of them.
    alias: BTreeMap<&'a Identity, &'a Identity>,
}

impl<'a> Forest<'a> {
    fn new(
        identities: impl Iterator<Item = &'a Identity>,
        aliases: impl Iterator<Item = &'a EdgeKey>,
    ) -> Forest<'a> {
        let (parent, members, alias) = Default::default();
        let mut forest = Forest { parent, members, alias };
        for identity in identities {
            forest.parent.entry(identity).or_insert(identity);
            forest.members.entry(identity).or_insert_with(|| vec![identity]);
        }
        for key in aliases {
            let (one, other) = (end(&forest.alias, &key.a), end(&forest.alias, &key.b));
            if one != other {
                forest.alias.insert(one, other);
            }
        }
        forest
    }

    fn root(&self, identity: &'a Identity) -> &'a Identity {
        end(&self.parent, identity)
    }

    fn join(&mut self, key: &'a EdgeKey) -> Verdict {
        let (one, other) = (self.root(&key.a), self.root(&key.b));
        if one == other {
            return Verdict::Joined;
        }
        let class = key.a.class().max(key.b.class());
        let empty = Vec::new();
        let left = self.members.get(one).unwrap_or(&empty);
        let right = self.members.get(other).unwrap_or(&empty);
        if let Some(refusal) = self.refusal(class, left, right) {
            return Verdict::Refused(refusal);
        }
        // Smaller into larger: the forest stays flat whatever the order.
        let (keep, give) = if left.len() >= right.len() { (one, other) } else { (other, one) };
        let moved = self.members.remove(give).unwrap_or_default();
        self.members.entry(keep).or_default().extend(moved);
        self.parent.insert(give, keep);
        Verdict::Joined
    }

    fn refusal(
        &self,
        class: Class,
        left: &[&'a Identity],
        right: &[&'a Identity],
    ) -> Option<Refusal> {
        if class == Class::Weak {
            return Some(Refusal::Weak);
        }
        let known = |side: &[&Identity]| side.iter().any(|one| one.class() == Class::Person);
        if class == Class::Shared && known(left) && known(right) {
            return Some(Refusal::TwoKnownPeople);
        }
        let mut values: BTreeMap<(Kind, String), BTreeSet<&Identity>> = BTreeMap::new();
        for identity in left.iter().chain(right) {
            let value = end(&self.alias, identity);
            values.entry((identity.kind(), identity.scope())).or_default().insert(value);
        }
        values
            .into_iter()
            .find(|((kind, _), values)| values.len() > kind.limit() as usize)
            .map(|((kind, _), _)| Refusal::Limit(kind))
    }

    fn components(self) -> Vec<Component> {
        let mut components: Vec<Component> = self
            .members
            .into_values()
            .map(|members| {
                let mut component: Component = members.into_iter().cloned().collect();
                component.sort();
                component
            })
            .collect();
        components.sort();
        components
    }
}

/// Where the way from this identity ends.
fn end<'a>(way: &BTreeMap<&'a Identity, &'a Identity>, from: &'a Identity) -> &'a Identity {
    let mut at = from;
    while let Some(next) = way.get(at).copied().filter(|next| *next != at) {
        at = next;
    }
    at
}
