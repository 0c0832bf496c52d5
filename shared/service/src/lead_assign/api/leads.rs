//! `/leads` and `/opportunities`.

use super::super::card;
use super::super::desk::{Desk, FOLLOW_UP, TO_ASSIGN, about};
use super::super::queue::Names;
use super::{body, fenced, listed, page};
use crate::answer::{Answered, Cursor, failed, limit_of, parameter};
use crate::{Host, Request, Response, owners_of, problem};
use serde::Deserialize;
use serde_json::json;
use tributary_core::lead::{LeadState, RepId, Stage, StageName};
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;
use tributary_store::leads::opportunities::{self, Opportunity};
use tributary_store::leads::{self, Lead, Wanted};
use tributary_store::{Db, Statement, one, reps};

/// Longer reasons are reports.
const MAX_REASON_CHARS: usize = 2_000;

pub(super) async fn list<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let wanted = Wanted {
        state: parameter(request, "state"),
        owner: parameter(request, "owner"),
        profile: parameter(request, "profile"),
        owners: owners_of(request),
    };
    let (before, limit) = (Cursor::of(request)?, limit_of(request));
    let statement = leads::list(&wanted, (before.at, &before.id), limit);
    let (found, total) = page(host, statement, leads::count(&wanted)).await?;
    let found = leads::decode(&found).map_err(failed)?;
    let next = Cursor::after(&found, limit, |lead| (lead.created_at.0, lead.id.clone()));
    let items = card::items(host, &found).await.map_err(failed)?;
    Ok(listed(json!(items), total, next))
}

/// As if it did not exist, where it is in hands that are not theirs who ask.
async fn check<H: Host>(host: &H, id: &str, request: &Request) -> Answered<()> {
    let Some(owners) = owners_of(request) else { return Ok(()) };
    let answer = one(host.db(), leads::get(id)).await.map_err(failed)?;
    let found = leads::decode(&answer).map_err(failed)?;
    let owner = found.first().and_then(|lead| lead.owner.as_ref());
    if owner.is_some_and(|owner| owners.contains(&owner.0)) { Ok(()) } else { Err(not_found()) }
}

pub(super) async fn get<H: Host>(host: &H, id: &str, request: &Request) -> Answered<Response> {
    check(host, id, request).await?;
    show(host, id).await
}

async fn show<H: Host>(host: &H, id: &str) -> Answered<Response> {
    match card::whole(host, id).await.map_err(failed)? {
        Some(document) => Ok(Response::json(200, &document)),
        None => Err(not_found()),
    }
}

fn not_found() -> Response {
    problem(404, "lead_not_found", "There is no lead with this id.")
}

#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = LeadPatch))]
#[serde(deny_unknown_fields)]
pub(crate) struct Patch {
    /// `accepted`, `rejected`, `closed`.
    state: Option<LeadState>,
    /// Hands the lead to this rep, eligible or not: a person's decision.
    owner: Option<RepId>,
    #[serde(default)]
    reason: String,
}

pub(super) async fn patch<H: Host>(host: &H, id: &str, request: &Request) -> Answered<Response> {
    let patch: Patch = body(request)?;
    if patch.state.is_none() && patch.owner.is_none() {
        return Err(problem(422, "invalid_body", "Give a state or an owner."));
    }
    if patch.reason.chars().count() > MAX_REASON_CHARS {
        return Err(problem(422, "reason_too_long", "At most 2,000 characters."));
    }
    check(host, id, request).await?;
    fenced(host, async || Ok((edit(host, id, &patch).await?, ()))).await?;
    show(host, id).await
}

async fn edit<H: Host>(host: &H, id: &str, patch: &Patch) -> Answered<Vec<Statement>> {
    let now = host.now();
    let answers = host.db().run(vec![leads::get(id), reps::all()]).await.map_err(failed)?;
    let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
    let found = leads::decode(&answer(0)).map_err(failed)?;
    let mut lead = found.into_iter().next().ok_or_else(not_found)?;
    let reps = reps::decode(&answer(1)).map_err(failed)?;
    let is_known = |id: &RepId| reps.iter().any(|rep| &rep.id == id);
    if patch.owner.as_ref().is_some_and(|owner| !is_known(owner)) {
        return Err(problem(422, "unknown_rep", "There is no rep with this id."));
    }
    let mut desk = Desk::new(host, reps, now);
    let owner = patch.owner.clone().filter(|owner| lead.owner.as_ref() != Some(owner));
    if let Some(owner) = owner {
        // What may be closed may be handed on.
        lead.state.may_become(LeadState::Closed).map_err(refused)?;
        let names = Names::load(host, std::iter::once(&lead), now).await.map_err(failed)?;
        let name = names.of(&lead);
        let wanted = Some(patch.reason.clone()).filter(|reason| !reason.is_empty());
        let why = vec![Stage::decided(StageName::Manual, &owner, wanted)];
        desk.effects.canceled.push(about(&lead, FOLLOW_UP));
        // The new owner has not answered yet.
        if lead.state == LeadState::Accepted {
            lead.state = LeadState::SalesReady;
            lead.accepted_at = None;
        }
        desk.hand_over(&mut lead, &owner, why, &name, None);
        desk.effects.change(&lead);
    }
    if let Some(next) = patch.state.filter(|next| *next != lead.state) {
        lead.state.may_become(next).map_err(refused)?;
        put(&mut desk, &mut lead, next, &patch.reason, now);
    }
    Ok(desk.close().into_statements(now))
}

fn refused(code: &'static str) -> Response {
    let (status, detail) = match code {
        "lead_is_merged" => (409, "This lead goes on as another; see merged_into."),
        "lead_is_finished" => (409, "This lead is rejected or closed."),
        "lead_has_no_owner" => (409, "Nobody has this lead yet: give an owner too."),
        _ => (422, "A lead may be accepted, rejected or closed."),
    };
    problem(status, code, detail)
}

fn put(desk: &mut Desk, lead: &mut Lead, next: LeadState, reason: &str, now: Timestamp) {
    lead.state = next;
    lead.note = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
    lead.updated_at = now;
    match next {
        LeadState::Accepted => lead.accepted_at = Some(now),
        LeadState::Closed => desk.effects.done.push(about(lead, FOLLOW_UP)),
        _ => desk.effects.canceled.push(about(lead, FOLLOW_UP)),
    }
    if !next.is_open() {
        desk.effects.canceled.push(about(lead, TO_ASSIGN));
    }
    desk.effects.change(lead);
    let facts = json!({
        "lead": lead.id, "owner": lead.owner, "reason": reason,
        "assigned_at": lead.assigned_at,
    });
    let name = format!("$lead.{}", next.as_str());
    let key = [lead.id.as_str(), &now.0.to_string()];
    let own = Touchpoint::own(&name, &key, Some(lead.identity.clone()), None, facts, now);
    desk.effects.touchpoints.push(own);
}

pub(super) async fn opportunities<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let (stage, owner) = (parameter(request, "stage"), parameter(request, "owner"));
    let (stage, owner) = (stage.as_deref(), owner.as_deref());
    let (before, limit) = (Cursor::of(request)?, limit_of(request));
    let owners = owners_of(request);
    let statement =
        opportunities::list(stage, owner, owners.as_ref(), (before.at, &before.id), limit);
    let count = opportunities::count(stage, owner, owners.as_ref());
    let (found, total) = page(host, statement, count).await?;
    let found: Vec<Opportunity> = found.decode().map_err(failed)?;
    let next = Cursor::after(&found, limit, |one| (one.created_at.0, one.id.clone()));
    Ok(listed(json!(found), total, next))
}
