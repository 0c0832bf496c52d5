//! Who takes a lead: region, then product line, then on shift with room left, then the fewest
//! open, then the longest without one. Every step says who remained and why the others did not.

use super::needs::Needs;
use super::region;
use crate::Gather;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// A salesperson's id, as the console or the company's directory gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct RepId(pub String);

impl fmt::Display for RepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A salesperson as routing sees one. An empty list covers everything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rep {
    pub id: RepId,
    pub regions: Vec<String>,
    pub product_lines: Vec<String>,
    /// Open leads at most.
    pub capacity: u32,
    pub on_shift: bool,
    /// Open leads now.
    pub open: u32,
    pub last_assigned_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// `None`: nobody is eligible, the lead waits in the queue.
    pub rep: Option<RepId>,
    /// In order; without a rep the last stage is the one that left nobody.
    pub explanation: Vec<Stage>,
}

impl Assignment {
    /// The stage that left nobody.
    pub fn stuck_at(&self) -> Option<StageName> {
        match self.rep {
            Some(_) => None,
            None => self.explanation.last().map(|stage| stage.stage),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    Region,
    ProductLine,
    /// On shift and fewer open than capacity.
    Available,
    FewestOpen,
    LongestWithout,
    /// A person decided.
    Manual,
    /// Taken over from a lead of the same profile.
    Merged,
}

impl StageName {
    /// In Chinese and English, for people.
    pub const fn label(self) -> (&'static str, &'static str) {
        match self {
            StageName::Region => ("地域", "region"),
            StageName::ProductLine => ("产品线", "product line"),
            StageName::Available => ("在岗与容量", "on shift with room left"),
            StageName::FewestOpen => ("在手最少", "fewest open"),
            StageName::LongestWithout => ("最久未分配", "longest without one"),
            StageName::Manual => ("人工指定", "by hand"),
            StageName::Merged => ("合并", "merged"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stage {
    pub stage: StageName,
    /// What the lead asks for; `None` where it says nothing or the stage does not ask.
    pub wanted: Option<String>,
    /// At most [`MAX_LISTED`] of those left.
    pub remained: Vec<RepId>,
    /// At most [`MAX_LISTED`] of those who fell out here.
    pub out: Vec<Dropped>,
    /// How many more of either are not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unlisted: usize,
}

/// An explanation is read by people and stored per lead: beyond this it only counts.
pub const MAX_LISTED: usize = 50;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dropped {
    pub rep: RepId,
    pub reason: DropReason,
    /// Open leads at that moment.
    pub open: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    RegionNotCovered,
    ProductLineNotCovered,
    OffShift,
    AtCapacity,
    MoreOpen,
    AssignedMoreRecently,
    /// Equal in everything: the smaller id goes first.
    LaterId,
}

// Serde hands a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Stage {
    /// An assignment that no rule made.
    pub fn decided(stage: StageName, rep: &RepId, wanted: Option<String>) -> Stage {
        Stage { stage, wanted, remained: vec![rep.clone()], out: Vec::new(), unlisted: 0 }
    }

    fn of(name: StageName, wanted: Option<String>, remained: &[&Rep], out: Vec<Dropped>) -> Stage {
        let over = |count: usize| count.saturating_sub(MAX_LISTED);
        let unlisted = over(remained.len()) + over(out.len());
        let remained = remained.iter().take(MAX_LISTED).map(|rep| rep.id.clone()).collect();
        let out = out.into_iter().take(MAX_LISTED).collect();
        Stage { stage: name, wanted, remained, out, unlisted }
    }
}

/// Routes one lead. Deterministic, whatever the order of `reps`.
pub fn assign(lead: &Needs, reps: &[Rep]) -> Assignment {
    let mut left: Vec<&Rep> = reps.iter().collect();
    left.sort_by(|a, b| a.id.cmp(&b.id));
    let mut explanation = Vec::new();
    let mut step = |name, wanted, keep: &dyn Fn(&Rep, &[&Rep]) -> Option<DropReason>| {
        let before = std::mem::take(&mut left);
        let mut out = Vec::new();
        for rep in &before {
            match keep(rep, &before) {
                None => left.push(*rep),
                Some(reason) => out.push(Dropped { rep: rep.id.clone(), reason, open: rep.open }),
            }
        }
        explanation.push(Stage::of(name, wanted, &left, out));
        (!left.is_empty()).then(|| left.first().map(|rep| rep.id.clone())).flatten()
    };

    let places = region::covering(&lead.places);
    let line = lead.product_line.as_deref().map(normal);
    let region = lead.region().map(str::to_owned);
    let mut rep = step(StageName::Region, region, &|rep, _| {
        (!covers(&rep.regions, &places, region::normal)).then_some(DropReason::RegionNotCovered)
    });
    if rep.is_some() {
        let lines: BTreeSet<String> = line.into_iter().gather();
        rep = step(StageName::ProductLine, lead.product_line.clone(), &|rep, _| {
            (!covers(&rep.product_lines, &lines, normal))
                .then_some(DropReason::ProductLineNotCovered)
        });
    }
    if rep.is_some() {
        rep = step(StageName::Available, None, &|rep, _| match rep.on_shift {
            false => Some(DropReason::OffShift),
            true => (rep.open >= rep.capacity).then_some(DropReason::AtCapacity),
        });
    }
    if rep.is_some() {
        step(StageName::FewestOpen, None, &|rep, others| {
            let fewest = others.iter().map(|one| one.open).min();
            (Some(rep.open) != fewest).then_some(DropReason::MoreOpen)
        });
        rep = step(StageName::LongestWithout, None, &|rep, others| {
            let first = others.iter().min_by_key(|one| (one.last_assigned_at, &one.id))?;
            match rep.id == first.id {
                true => None,
                false if rep.last_assigned_at == first.last_assigned_at => {
                    Some(DropReason::LaterId)
                }
                false => Some(DropReason::AssignedMoreRecently),
            }
        });
    }
    Assignment { rep, explanation }
}

fn normal(name: &str) -> String {
    name.trim().to_lowercase()
}

/// An empty list covers everything, and what is unknown excludes nobody.
fn covers(list: &[String], wanted: &BTreeSet<String>, normal: fn(&str) -> String) -> bool {
    list.is_empty() || wanted.is_empty() || list.iter().any(|one| wanted.contains(&normal(one)))
}

/// The reps of one decision about several leads: each assignment counts for the next.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    reps: Vec<Rep>,
    assigned: BTreeSet<RepId>,
}

impl Roster {
    pub fn new(reps: Vec<Rep>) -> Roster {
        Roster { reps, assigned: BTreeSet::new() }
    }

    /// Routes a lead and books it on the rep who takes it.
    pub fn assign(&mut self, lead: &Needs, now: Timestamp) -> Assignment {
        let assignment = assign(lead, &self.reps);
        if let Some(id) = &assignment.rep {
            self.book(id, now);
        }
        assignment
    }

    /// One more open lead for this rep.
    pub fn book(&mut self, id: &RepId, now: Timestamp) {
        if let Some(rep) = self.reps.iter_mut().find(|rep| &rep.id == id) {
            rep.open = rep.open.saturating_add(1);
            rep.last_assigned_at = Some(now);
            self.assigned.insert(id.clone());
        }
    }

    /// Somebody could take something.
    pub fn has_room(&self) -> bool {
        self.reps.iter().any(|rep| rep.on_shift && rep.open < rep.capacity)
    }

    /// Who got a lead since this roster was read.
    pub fn assigned(&self) -> impl Iterator<Item = &RepId> {
        self.assigned.iter()
    }
}
