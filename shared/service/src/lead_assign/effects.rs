//! What a decision writes, gathered, then turned into one statement a table.

use std::collections::{BTreeMap, BTreeSet};
use tributary_core::ids::LeadId;
use tributary_core::lead::RepId;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;
use tributary_store::leads::opportunities::{self, NewOpportunity};
use tributary_store::leads::scores::{self, NewEntry};
use tributary_store::leads::{self, Assigned, Lead};
use tributary_store::messages::{self, NewMessage};
use tributary_store::tasks::{self, About, NewTask};
use tributary_store::{Statement, reps, touchpoints};

#[derive(Debug, Default)]
pub(super) struct Effects {
    pub entries: Vec<NewEntry>,
    pub opened: Vec<Lead>,
    pub opportunities: Vec<NewOpportunity>,
    /// By id: a lead that changes twice in one decision is written once.
    changed: BTreeMap<LeadId, Lead>,
    pub assignments: Vec<Assigned>,
    pub tasks: Vec<NewTask>,
    pub done: Vec<About>,
    pub canceled: Vec<About>,
    pub messages: Vec<NewMessage>,
    pub touchpoints: Vec<Touchpoint>,
    pub booked: BTreeSet<RepId>,
}

impl Effects {
    pub fn change(&mut self, lead: &Lead) {
        self.changed.insert(lead.id.clone(), lead.clone());
    }

    /// Something happens beyond keeping score.
    pub fn is_noteworthy(&self) -> bool {
        !self.touchpoints.is_empty()
    }

    pub fn into_statements(self, now: Timestamp) -> Vec<Statement> {
        let changed: Vec<LeadId> = self.changed.keys().cloned().collect();
        let mut statements = scores::add(&self.entries);
        statements.extend(leads::insert(&self.opened));
        statements.extend(opportunities::insert(&self.opportunities));
        statements.extend(leads::save(self.changed.values()));
        statements.extend(opportunities::follow(&changed, now));
        statements.extend(leads::assigned(&self.assignments));
        // Old tasks first: a new one of the same kind must not be settled with them.
        statements.extend(tasks::settle(&self.done, "done"));
        statements.extend(tasks::settle(&self.canceled, "canceled"));
        statements.extend(tasks::append(&self.tasks));
        statements.extend(messages::append(&self.messages));
        statements.extend(touchpoints::append(&self.touchpoints));
        let booked: Vec<RepId> = self.booked.into_iter().collect();
        if !booked.is_empty() {
            statements.push(reps::book(&booked, now));
        }
        statements
    }
}
