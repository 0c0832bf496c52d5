//! Which profiles were absorbed or split, and by which touchpoint of the page.

use super::resolve::{Region, Resolution, news_of_edges};
use super::sightings::{Mark, Sightings};
use crate::Gather;
use crate::identity::{EdgeKey, Identity};
use crate::ids::{ProfileId, TouchpointId};
use std::collections::{BTreeMap, BTreeSet};

/// Identities of one profile that belong to another now.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    pub from: ProfileId,
    pub to: ProfileId,
    /// One of them.
    pub identity: Identity,
    /// The touchpoint whose evidence moved them. A page holds many people's touchpoints, and only
    /// those of these two profiles come into question.
    pub cause: Option<TouchpointId>,
}

/// An edge that the page has news of, with the profiles of its ends.
struct News<'a> {
    ends: [End<'a>; 2],
    /// Which part of the graph it lies in: [`regions`].
    region: Option<usize>,
    mark: &'a Mark,
}

struct End<'a> {
    before: Option<&'a ProfileId>,
    after: Option<&'a ProfileId>,
}

impl End<'_> {
    fn is_of(&self, from: &ProfileId, to: &ProfileId) -> bool {
        match self.before {
            Some(before) => before == from || before == to,
            None => self.after == Some(to),
        }
    }
}

/// Compares where each identity was with where it is.
pub(super) fn tell_what_changed(
    sightings: &Sightings,
    region: &Region,
    edges: &BTreeSet<EdgeKey>,
    components: &[Vec<Identity>],
    resolution: &mut Resolution,
) {
    let moved: BTreeMap<&Identity, &ProfileId> =
        resolution.identities.iter().map(|row| (&row.identity, &row.profile)).gather();
    let mut merged = BTreeMap::new();
    let mut unmerged = BTreeMap::new();
    for identity in components.iter().flatten() {
        let Some(before) = region.identities.get(identity).map(|known| &known.profile) else {
            continue;
        };
        let Some(after) = moved.get(identity).filter(|after| **after != before) else { continue };
        let lives_on = region.identities.values().any(|other| {
            other.profile == *before && !moved.contains_key(&other.identity)
                || moved.get(&other.identity).is_some_and(|to| *to == before)
        });
        let change = if lives_on { &mut unmerged } else { &mut merged };
        change.entry((before.clone(), (*after).clone())).or_insert_with(|| identity.clone());
    }
    if merged.is_empty() && unmerged.is_empty() {
        return;
    }
    let regions = regions(edges);
    let end = |identity: &Identity| {
        let before = region.identities.get(identity).map(|known| &known.profile);
        End { before, after: moved.get(identity).copied().or(before) }
    };
    let news = news_of_edges(sightings, region);
    let news: Vec<News> = news
        .iter()
        .filter_map(|key| {
            let cut = sightings.cuts.get(key).map(|(mark, _)| mark);
            let mark = sightings.edges.get(key).into_iter().chain(cut).max()?;
            let region = regions.get(&key.a).copied();
            Some(News { ends: [end(&key.a), end(&key.b)], region, mark })
        })
        .collect();
    let told = |changes: BTreeMap<(ProfileId, ProfileId), Identity>| {
        let tell = |((from, to), identity): ((ProfileId, ProfileId), Identity)| {
            let cause = cause_of(&from, &to, regions.get(&identity).copied(), &news);
            Moved { from, to, identity, cause }
        };
        changes.into_iter().map(tell).collect()
    };
    let (merged, unmerged) = (told(merged), told(unmerged));
    resolution.merged = merged;
    resolution.unmerged = unmerged;
}

/// The newest evidence between the two profiles; else that which touches one of them; else that of
/// their part of the graph, where an edge displaced another.
fn cause_of(
    from: &ProfileId,
    to: &ProfileId,
    region: Option<usize>,
    news: &[News],
) -> Option<TouchpointId> {
    let rank = |one: &News| {
        let ends = one.ends.iter().filter(|end| end.is_of(from, to)).count();
        (ends > 0 || (region.is_some() && one.region == region)).then_some(ends)
    };
    let ranked = news.iter().filter_map(|one| Some((rank(one)?, one.mark)));
    ranked.max().map(|(_, mark)| mark.touchpoint.clone())
}

/// Which identities hang together by edges of whatever verdict: a number for each.
fn regions(edges: &BTreeSet<EdgeKey>) -> BTreeMap<Identity, usize> {
    let mut beside: BTreeMap<&Identity, Vec<&Identity>> = BTreeMap::new();
    for key in edges {
        beside.entry(&key.a).or_default().push(&key.b);
        beside.entry(&key.b).or_default().push(&key.a);
    }
    let mut numbered: BTreeMap<Identity, usize> = BTreeMap::new();
    for (number, start) in beside.keys().enumerate() {
        let mut open = vec![*start];
        while let Some(identity) = open.pop() {
            if numbered.contains_key(identity) {
                continue;
            }
            numbered.insert(identity.clone(), number);
            open.extend(beside.get(identity).into_iter().flatten());
        }
    }
    numbered
}
