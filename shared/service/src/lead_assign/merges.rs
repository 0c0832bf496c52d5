//! After profiles merged or parted: one open lead a profile, and none lost.

use super::desk::{Desk, FOLLOW_UP, TO_ASSIGN, about};
use serde_json::json;
use tributary_core::lead::{LeadState, LeadView, Stage, StageName, merge, to_restore};
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;
use tributary_store::leads::Lead;

/// Brings the leads of one profile in order.
pub(super) fn settle(desk: &mut Desk, leads: &mut [Lead], cause: &Touchpoint, now: Timestamp) {
    restore(desk, leads, cause, now);
    let views: Vec<LeadView> = leads.iter().map(Lead::view).collect();
    let Some(plan) = merge(&views) else { return };
    for lead in leads.iter_mut().filter(|lead| plan.merged.contains(&lead.id)) {
        lead.state_before_merge = Some(lead.state);
        lead.state = LeadState::Merged;
        lead.merged_into = Some(plan.into.clone());
        lead.updated_at = now;
        desk.effects.change(lead);
        desk.effects.canceled.extend([about(lead, FOLLOW_UP), about(lead, TO_ASSIGN)]);
        let facts = json!({"lead": lead.id, "into": plan.into, "owner": lead.owner});
        tell(desk, "$lead.merged", lead, facts, cause, now);
    }
    let survivor = leads.iter_mut().find(|lead| lead.id == plan.into);
    if let (Some(adoption), Some(lead)) = (plan.adopts, survivor) {
        let from = Some(adoption.from.0.clone());
        let why = vec![Stage::decided(StageName::Merged, &adoption.owner, from)];
        let name = lead.identity.value().to_owned();
        desk.hand_over(lead, &adoption.owner, why, &name, Some(cause));
        lead.state = adoption.state;
        desk.effects.change(lead);
    }
}

/// A lead that was merged into one which is somebody else's now goes on where it was, with the
/// same owner: who knows the person keeps them, even one over capacity.
fn restore(desk: &mut Desk, leads: &mut [Lead], cause: &Touchpoint, now: Timestamp) {
    let views: Vec<LeadView> = leads.iter().map(Lead::view).collect();
    let lost = to_restore(&views);
    for lead in leads.iter_mut().filter(|lead| lost.contains(&lead.id)) {
        lead.state = lead.state_before_merge.take().unwrap_or(LeadState::Queued);
        let from = lead.merged_into.take();
        lead.updated_at = now;
        desk.effects.change(lead);
        let facts = json!({"lead": lead.id, "from": from, "owner": lead.owner});
        tell(desk, "$lead.restored", lead, facts, cause, now);
        if let Some(owner) = lead.owner.clone().filter(|_| lead.state != LeadState::Queued) {
            let name = lead.identity.value().to_owned();
            desk.follow_up(lead, &owner, &name, cause.id.as_str(), Some(cause));
        }
    }
}

fn tell(
    desk: &mut Desk,
    name: &str,
    lead: &Lead,
    facts: serde_json::Value,
    cause: &Touchpoint,
    now: Timestamp,
) {
    let key = [lead.id.as_str(), cause.id.as_str()];
    let anchor = Some(lead.identity.clone());
    desk.effects.touchpoints.push(Touchpoint::own(name, &key, anchor, Some(cause), facts, now));
}
