//! Several leads of one profile: at most one stays open, and none is lost.

use super::RepId;
use crate::ids::LeadId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LeadState {
    /// Assigned to its owner, who has not answered yet.
    SalesReady,
    /// Nobody was eligible: waits, oldest first.
    Queued,
    /// The owner works on it.
    Accepted,
    /// The owner says it is none.
    Rejected,
    Closed,
    /// Goes on as another lead of the same profile.
    Merged,
}

impl LeadState {
    pub const fn is_open(self) -> bool {
        matches!(self, LeadState::SalesReady | LeadState::Queued | LeadState::Accepted)
    }

    /// Whether a person may put a lead from this state into that one. `Err`: why not, as a stable
    /// code.
    pub const fn may_become(self, next: LeadState) -> Result<(), &'static str> {
        match (self, next) {
            (LeadState::Merged, _) => Err("lead_is_merged"),
            (LeadState::Rejected | LeadState::Closed, _) => Err("lead_is_finished"),
            (LeadState::Queued, LeadState::Accepted) => Err("lead_has_no_owner"),
            (_, LeadState::Accepted | LeadState::Rejected | LeadState::Closed) => Ok(()),
            _ => Err("invalid_state"),
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            LeadState::SalesReady => "sales_ready",
            LeadState::Queued => "queued",
            LeadState::Accepted => "accepted",
            LeadState::Rejected => "rejected",
            LeadState::Closed => "closed",
            LeadState::Merged => "merged",
        }
    }
}

/// A lead as merging sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct LeadView {
    pub id: LeadId,
    pub state: LeadState,
    pub owner: Option<RepId>,
    pub created_at: Timestamp,
    pub merged_into: Option<LeadId>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    pub into: LeadId,
    /// Oldest first.
    pub merged: Vec<LeadId>,
    /// The survivor waited in the queue while somebody had taken the other: that one keeps it.
    pub adopts: Option<Adoption>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Adoption {
    pub from: LeadId,
    pub owner: RepId,
    pub state: LeadState,
}

/// The open leads of one profile become the oldest of them. A finished lead takes nothing in:
/// merging an open one into it would lose it.
pub fn merge(leads: &[LeadView]) -> Option<Merge> {
    let mut open: Vec<&LeadView> = leads.iter().filter(|lead| lead.state.is_open()).collect();
    open.sort_by_key(|lead| (lead.created_at, &lead.id));
    let (survivor, rest) = open.split_first()?;
    if rest.is_empty() {
        return None;
    }
    let adopts = match &survivor.owner {
        Some(_) => None,
        None => rest.iter().find_map(|lead| {
            let owner = lead.owner.clone()?;
            Some(Adoption { from: lead.id.clone(), owner, state: lead.state })
        }),
    };
    let merged = rest.iter().map(|lead| lead.id.clone()).collect();
    Some(Merge { into: survivor.id.clone(), merged, adopts })
}

/// The leads of one profile that were merged into a lead which is somebody else's now: they are
/// leads of their own again.
pub fn to_restore(leads: &[LeadView]) -> Vec<LeadId> {
    let here = |id: &LeadId| leads.iter().any(|lead| &lead.id == id);
    leads
        .iter()
        .filter(|lead| lead.state == LeadState::Merged)
        .filter(|lead| lead.merged_into.as_ref().is_some_and(|into| !here(into)))
        .map(|lead| lead.id.clone())
        .collect()
}
