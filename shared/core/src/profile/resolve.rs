//! Which profile each identity of a region belongs to, and which id that profile has.
//!
//! The partition depends on the set of edges alone. Ids are sticky: each id was minted for one
//! identity, its founder; a profile takes the oldest id founded within it and mints one only when
//! there is none. So a merged profile keeps the older id, and an unmerged part gets its own back.

use super::moved::{Moved, tell_what_changed};
use super::sightings::{Mark, Sightings};
use crate::Gather;
use crate::identity::{Edge, EdgeKey, Identity, Refusal, Verdict, partition};
use crate::ids::{ProfileId, Seed};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, PartialEq)]
pub struct KnownIdentity {
    pub identity: Identity,
    pub profile: ProfileId,
    pub first: Mark,
}

#[derive(Clone, Debug, PartialEq)]
pub struct KnownEdge {
    pub key: EdgeKey,
    /// `None` for an edge that was cut before it was ever seen.
    pub evidence: Option<Mark>,
    /// See [`verdict_text`].
    pub verdict: String,
    pub cut: bool,
    pub cut_mark: Option<Mark>,
    /// Who first declared the ends names of one person.
    pub alias: Option<Mark>,
}

/// A profile id and the identity it was minted for.
#[derive(Clone, Debug, PartialEq)]
pub struct Minted {
    pub id: ProfileId,
    pub founder: Identity,
    pub born_seq: i64,
}

/// Everything that is known of the region a page touches: closed under edges.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Region {
    pub identities: BTreeMap<Identity, KnownIdentity>,
    pub edges: BTreeMap<EdgeKey, KnownEdge>,
    pub minted: Vec<Minted>,
}

/// What is to be written, and what happened to profiles that existed before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolution {
    pub identities: Vec<KnownIdentity>,
    pub edges: Vec<KnownEdge>,
    pub minted: Vec<Minted>,
    /// Profiles that were absorbed.
    pub merged: Vec<Moved>,
    /// Parts that left a profile which lives on.
    pub unmerged: Vec<Moved>,
}

/// Whether the page says anything about identity that the region does not know yet. Where it does
/// not, which is the usual case, nothing needs to be partitioned.
pub fn is_news(sightings: &Sightings, region: &Region) -> bool {
    let identity = |(identity, (mark, _)): (&Identity, &(Mark, i64))| {
        region.identities.get(identity).is_none_or(|known| *mark < known.first)
    };
    sightings.identities.iter().any(identity) || !news_of_edges(sightings, region).is_empty()
}

/// The edges of the page that are new, have earlier evidence, were declared an alias, cut or restored.
pub fn news_of_edges(sightings: &Sightings, region: &Region) -> Vec<EdgeKey> {
    let seen = sightings.edges.iter().filter(|(key, mark)| {
        let known = region.edges.get(*key).and_then(|edge| edge.evidence.as_ref());
        known.is_none_or(|known| *mark < known)
    });
    let cut = sightings.cuts.iter().filter(|(key, (mark, _))| {
        let known = region.edges.get(*key).and_then(|edge| edge.cut_mark.as_ref());
        known.is_none_or(|known| mark > known)
    });
    let declared = sightings.aliases.iter().filter(|(key, mark)| {
        let known = region.edges.get(*key).and_then(|edge| edge.alias.as_ref());
        known.is_none_or(|known| *mark < known)
    });
    let keys: BTreeSet<&EdgeKey> = seen
        .map(|(key, _)| key)
        .chain(cut.map(|(key, _)| key))
        .chain(declared.map(|(key, _)| key))
        .gather();
    keys.into_iter().cloned().collect()
}

/// Folds the page into the region and partitions it anew.
pub fn resolve(
    sightings: &Sightings,
    region: &Region,
    blocked: &BTreeSet<Identity>,
    seed: &Seed,
) -> Resolution {
    let edges = fold_edges(sightings, region);
    let firsts = fold_identities(sightings, region);
    let nodes: BTreeSet<Identity> = firsts.keys().cloned().gather();
    let (keys, visible): (Vec<EdgeKey>, Vec<Edge>) = edges
        .values()
        .filter_map(|edge| {
            let evidence = edge.evidence.as_ref()?;
            let edge = Edge {
                key: edge.key.clone(),
                occurred_at: evidence.at,
                touchpoint: evidence.touchpoint.clone(),
                cut: edge.cut,
                alias: edge.alias.is_some(),
            };
            Some((edge.key.clone(), edge))
        })
        .unzip();
    let (components, verdicts) = partition(&nodes, &visible, blocked);
    let connected: BTreeSet<EdgeKey> = edges.keys().cloned().gather();

    let mut resolution = Resolution::default();
    let mut verdict_of: BTreeMap<EdgeKey, Verdict> = keys.into_iter().zip(verdicts).gather();
    for (key, mut edge) in edges {
        if let Some(verdict) = verdict_of.remove(&key) {
            edge.verdict = verdict_text(verdict);
        }
        if region.edges.get(&key) != Some(&edge) {
            resolution.edges.push(edge);
        }
    }
    assign_ids(&components, &firsts, region, seed, &mut resolution);
    tell_what_changed(sightings, region, &connected, &components, &mut resolution);
    resolution
}

fn fold_edges(sightings: &Sightings, region: &Region) -> BTreeMap<EdgeKey, KnownEdge> {
    let mut edges = region.edges.clone();
    let blank = |key: &EdgeKey| KnownEdge {
        key: key.clone(),
        evidence: None,
        verdict: verdict_text(Verdict::Cut),
        cut: false,
        cut_mark: None,
        alias: None,
    };
    for (key, mark) in &sightings.edges {
        let edge = edges.entry(key.clone()).or_insert_with(|| blank(key));
        if edge.evidence.as_ref().is_none_or(|known| mark < known) {
            edge.evidence = Some(mark.clone());
        }
    }
    for (key, mark) in &sightings.aliases {
        let edge = edges.entry(key.clone()).or_insert_with(|| blank(key));
        if edge.alias.as_ref().is_none_or(|known| mark < known) {
            edge.alias = Some(mark.clone());
        }
    }
    for (key, (mark, cut)) in &sightings.cuts {
        let edge = edges.entry(key.clone()).or_insert_with(|| blank(key));
        if edge.cut_mark.as_ref().is_none_or(|known| mark > known) {
            edge.cut_mark = Some(mark.clone());
            edge.cut = *cut;
        }
    }
    edges
}

/// The earliest sighting of every identity, and where the page first has it (for new ones).
fn fold_identities(sightings: &Sightings, region: &Region) -> BTreeMap<Identity, (Mark, i64)> {
    let mut firsts: BTreeMap<Identity, (Mark, i64)> = region
        .identities
        .iter()
        .map(|(identity, known)| (identity.clone(), (known.first.clone(), i64::MAX)))
        .gather();
    for (identity, (mark, seq)) in &sightings.identities {
        let first = firsts.entry(identity.clone()).or_insert_with(|| (mark.clone(), *seq));
        first.0 = first.0.clone().min(mark.clone());
        first.1 = first.1.min(*seq);
    }
    firsts
}

fn assign_ids(
    components: &[Vec<Identity>],
    firsts: &BTreeMap<Identity, (Mark, i64)>,
    region: &Region,
    seed: &Seed,
    resolution: &mut Resolution,
) {
    let by_founder: BTreeMap<&Identity, &Minted> =
        region.minted.iter().map(|minted| (&minted.founder, minted)).gather();
    for component in components {
        let oldest = component
            .iter()
            .filter_map(|identity| by_founder.get(identity))
            .min_by_key(|minted| (minted.born_seq, &minted.id));
        let id = match oldest {
            Some(minted) => minted.id.clone(),
            None => {
                let Some(minted) = mint(component, firsts, seed) else { continue };
                let id = minted.id.clone();
                resolution.minted.push(minted);
                id
            }
        };
        for identity in component {
            let Some((first, _)) = firsts.get(identity) else { continue };
            let row = KnownIdentity {
                identity: identity.clone(),
                profile: id.clone(),
                first: first.clone(),
            };
            if region.identities.get(identity) != Some(&row) {
                resolution.identities.push(row);
            }
        }
    }
}

/// A new id for the identity that was seen first.
fn mint(
    component: &[Identity],
    firsts: &BTreeMap<Identity, (Mark, i64)>,
    seed: &Seed,
) -> Option<Minted> {
    let (founder, (_, seq)) = component
        .iter()
        .filter_map(|identity| firsts.get(identity).map(|first| (identity, first)))
        .min_by_key(|(identity, (mark, _))| (mark.clone(), (*identity).clone()))?;
    Some(Minted {
        id: ProfileId::mint(seed, &[founder.key()]),
        founder: founder.clone(),
        born_seq: *seq,
    })
}

/// The verdict as the table and the API write it: `joined`, `cut`, `refused:limit:member_id`,
/// `refused:two_known_people`, `refused:weak`, `refused:blocked`.
pub fn verdict_text(verdict: Verdict) -> String {
    match verdict {
        Verdict::Joined => "joined".to_owned(),
        Verdict::Cut => "cut".to_owned(),
        Verdict::Refused(Refusal::Limit(kind)) => format!("refused:limit:{}", kind.id()),
        Verdict::Refused(Refusal::TwoKnownPeople) => "refused:two_known_people".to_owned(),
        Verdict::Refused(Refusal::Weak) => "refused:weak".to_owned(),
        Verdict::Refused(Refusal::Blocked) => "refused:blocked".to_owned(),
    }
}
