//! The desk: takes leads one after the other, hands each to somebody or to the queue, and books
//! what it hands out, so that several leads of one decision are shared fairly.

use super::effects::Effects;
use super::notice::{self, Recipient};
use crate::Host;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tributary_core::ids::{AssignmentId, LeadId, TaskId};
use tributary_core::lead::{Assignment, LeadState, RepId, Roster, Stage, StageName};
use tributary_core::time::{HOUR_MS, Timestamp};
use tributary_core::touchpoint::Touchpoint;
use tributary_store::leads::{Assigned, Lead};
use tributary_store::reps::StoredRep;
use tributary_store::tasks::{About, NewTask};

/// A lead goes cold: the first contact is due within a day.
const FOLLOW_UP_WITHIN_MS: i64 = 24 * HOUR_MS;

/// Leads an alert names; the rest it counts.
const MAX_LISTED: usize = 20;

pub(super) const FOLLOW_UP: &str = "follow_up_lead";
pub(super) const TO_ASSIGN: &str = "assign_lead";

pub(super) struct Desk {
    reps: BTreeMap<RepId, StoredRep>,
    roster: Roster,
    managers: Recipient,
    /// Where people reach the console.
    public_url: Option<String>,
    /// Those this decision queued.
    queued: Vec<LeadId>,
    /// What to tell the managers about the first of them, and what caused it.
    alert: Option<(Value, Option<Touchpoint>)>,
    now: Timestamp,
    pub effects: Effects,
}

impl Desk {
    pub fn new<H: Host>(host: &H, reps: Vec<StoredRep>, now: Timestamp) -> Desk {
        Desk {
            roster: Roster::new(reps.iter().map(StoredRep::routed).collect()),
            reps: reps.into_iter().map(|rep| (rep.id.clone(), rep)).collect(),
            managers: notice::of_managers(host.var("ALERT_EMAIL")),
            public_url: host.var("PUBLIC_URL"),
            queued: Vec::new(),
            alert: None,
            now,
            effects: Effects::default(),
        }
    }

    pub fn has_room(&self) -> bool {
        self.roster.has_room()
    }

    /// Routes a lead that nobody has yet.
    pub fn route(&mut self, lead: &Lead) -> Assignment {
        self.roster.assign(&lead.needs, self.now)
    }

    /// Gives a lead to a rep: state, owner, task, notice and facts of the log. The caller writes
    /// the lead itself.
    pub fn hand_over(
        &mut self,
        lead: &mut Lead,
        rep: &RepId,
        explanation: Vec<Stage>,
        name: &str,
        cause: Option<&Touchpoint>,
    ) {
        let now = self.now;
        if lead.state == LeadState::Queued {
            self.effects.done.push(about(lead, TO_ASSIGN));
            lead.state = LeadState::SalesReady;
        }
        lead.owner = Some(rep.clone());
        lead.assigned_at = Some(now);
        lead.updated_at = now;
        self.effects.booked.insert(rep.clone());
        let assignment = self.record(lead, Some(rep), explanation);
        self.follow_up(lead, rep, name, assignment.as_str(), cause);
        let facts = json!({
            "lead": lead.id, "owner": rep, "assignment": assignment,
            "region": lead.needs.region(), "product_line": lead.needs.product_line,
        });
        let key = [lead.id.as_str(), assignment.as_str()];
        let anchor = Some(lead.identity.clone());
        let own = Touchpoint::own("$lead.assigned", &key, anchor, cause, facts, now);
        self.effects.touchpoints.push(own);
        if let Some(known) = self.reps.get(rep) {
            let message = notice::assigned(self.words(lead, name, None)).to(
                &notice::of_rep(known),
                &key,
                cause,
                now,
            );
            self.effects.messages.push(message);
        }
    }

    /// A rep's to-do about a lead. `key` makes it unique among the lead's.
    pub fn follow_up(
        &mut self,
        lead: &Lead,
        rep: &RepId,
        name: &str,
        key: &str,
        cause: Option<&Touchpoint>,
    ) {
        let task = NewTask {
            id: TaskId::derive(&[FOLLOW_UP, lead.id.as_str(), key]),
            kind: FOLLOW_UP.to_owned(),
            title: title_for(self.reps.get(rep), ("跟进新线索", "Follow up"), name),
            identity: Some(lead.identity.clone()),
            lead: Some(lead.id.clone()),
            owner: Some(rep.0.clone()),
            due_at: Some(self.now.plus_ms(FOLLOW_UP_WITHIN_MS)),
            source: format!("lead:{}", lead.id),
            detail: self.words(lead, name, None).to_string(),
            created_at: self.now,
        };
        self.raise(task, lead, cause);
    }

    /// Nobody is eligible: the lead waits, and the managers are asked. The caller writes the lead.
    pub fn enqueue(
        &mut self,
        lead: &mut Lead,
        assignment: &Assignment,
        name: &str,
        cause: Option<&Touchpoint>,
    ) {
        let stuck = assignment.stuck_at();
        lead.state = LeadState::Queued;
        lead.updated_at = self.now;
        self.record(lead, None, assignment.explanation.clone());
        let facts = self.words(lead, name, stuck);
        let key = [lead.id.as_str(), &self.now.0.to_string()];
        let anchor = Some(lead.identity.clone());
        let own = Touchpoint::own("$lead.queued", &key, anchor, cause, facts.clone(), self.now);
        self.effects.touchpoints.push(own);
        let task = NewTask {
            id: TaskId::derive(&[TO_ASSIGN, lead.id.as_str(), &self.now.0.to_string()]),
            kind: TO_ASSIGN.to_owned(),
            title: title_for(None, ("待分配线索", "Assign"), name),
            identity: Some(lead.identity.clone()),
            lead: Some(lead.id.clone()),
            owner: None,
            due_at: Some(self.now.plus_ms(FOLLOW_UP_WITHIN_MS)),
            source: format!("lead:{}", lead.id),
            detail: facts.to_string(),
            created_at: self.now,
        };
        self.raise(task, lead, cause);
        self.queued.push(lead.id.clone());
        self.alert.get_or_insert_with(|| (facts, cause.cloned()));
    }

    /// The managers get one alert for all that this decision queued.
    pub fn close(mut self) -> Effects {
        if let (Some(first), Some((mut facts, cause))) = (self.queued.first(), self.alert.take()) {
            if let Value::Object(map) = &mut facts {
                let listed: Vec<&LeadId> = self.queued.iter().take(MAX_LISTED).collect();
                map.insert("leads".to_owned(), json!(listed));
                map.insert("count".to_owned(), json!(self.queued.len()));
            }
            let key = [first.as_str(), &self.now.0.to_string()];
            let message = notice::queued(facts).to(&self.managers, &key, cause.as_ref(), self.now);
            self.effects.messages.push(message);
        }
        self.effects
    }

    fn raise(&mut self, task: NewTask, lead: &Lead, cause: Option<&Touchpoint>) {
        let facts = json!({
            "task": task.id, "kind": task.kind, "title": task.title, "owner": task.owner,
            "lead": lead.id, "due_at": task.due_at,
        });
        let anchor = Some(lead.identity.clone());
        let key = [task.id.as_str()];
        let own = Touchpoint::own("$task.created", &key, anchor, cause, facts, self.now);
        self.effects.touchpoints.push(own);
        self.effects.tasks.push(task);
    }

    fn record(&mut self, lead: &Lead, rep: Option<&RepId>, why: Vec<Stage>) -> AssignmentId {
        let to = rep.map_or("", |rep| rep.0.as_str());
        let id = AssignmentId::derive(&[lead.id.as_str(), &self.now.0.to_string(), to]);
        self.effects.assignments.push(Assigned {
            lead: lead.id.clone(),
            at: self.now,
            id: id.clone(),
            rep: rep.cloned(),
            explanation: why,
        });
        id
    }

    /// What notices and tasks say about a lead: every key is there, so that no template stumbles.
    fn words(&self, lead: &Lead, name: &str, stuck: Option<StageName>) -> Value {
        let stage = stuck.map_or(("", ""), StageName::label);
        let score = lead.reason.get("score").and_then(|score| score.get("total"));
        json!({
            "lead": lead.id,
            "link": notice::link(self.public_url.as_deref(), &lead.id),
            "name": name,
            "score": score.and_then(Value::as_i64).unwrap_or_default(),
            "region": lead.needs.region().unwrap_or("-"),
            "product_line": lead.needs.product_line.as_deref().unwrap_or("-"),
            "stage": stuck,
            "stage_zh": stage.0,
            "stage_en": stage.1,
        })
    }
}

/// A to-do in the language of the rep who is to do it; in Chinese where nothing says another.
fn title_for(rep: Option<&StoredRep>, (zh, en): (&str, &str), name: &str) -> String {
    let language = rep.and_then(|rep| rep.languages.first());
    match language.is_some_and(|language| language.to_lowercase().starts_with("en")) {
        true => format!("{en}: {name}"),
        false => format!("{zh}：{name}"),
    }
}

pub(super) fn about(lead: &Lead, kind: &'static str) -> About {
    About { identity: lead.identity.clone(), lead: lead.id.clone(), kind }
}
