//! The one gate for everything that leaves: may this message go out now, and where to?
//!
//! Asked again at every try, with what is durable in the log by then.

use super::addresses::AddressBook;
use super::content::Data;
use super::data::viewed_products;
use super::reach::{Reached, Recipient, reach};
use crate::condition::{Condition, Grounds, Since};
use crate::consent::ConsentValue;
use crate::ids::MessageId;
use crate::journey::{Entered, Goal, Reentry};
use crate::profile::Facts;
use crate::time::Timestamp;
use crate::vocabulary::all_names;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Notices to one's own people: consent is not asked.
pub(super) const PURPOSE_STAFF: &str = "staff";

/// JSON in `messages.gate`: what is checked again at the moment of sending. `{}` checks nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// Reached in the meantime: no message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unless: Option<Condition>,
    /// The event that started the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered: Option<Entered>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub entry_key: String,
    /// How often a person may enter the journey: tells a double from a second visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reentry: Option<Reentry>,
    /// Later than this it is worse than none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl Gate {
    /// The events it asks about.
    pub fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        if let Some(goal) = &self.goal {
            names.extend(goal.names());
        }
        let mut tests = Vec::new();
        if let Some(unless) = &self.unless {
            unless.event_tests(&mut tests);
        }
        let tested = tests.into_iter().flat_map(|test| &test.names);
        names.extend(all_names(tested.map(String::as_str)));
        names
    }

    /// From when on its questions look at events.
    pub fn since(&self, now: Timestamp) -> Timestamp {
        let mut tests = Vec::new();
        if let Some(unless) = &self.unless {
            unless.event_tests(&mut tests);
        }
        let entered = self.entered.as_ref().map_or(now, |entered| entered.occurred_at);
        let windows = tests.into_iter().filter_map(|test| match test.since {
            Since::Ms(ms) => Some(now.plus_ms(-ms)),
            Since::Entry => None,
        });
        windows.fold(entered, Timestamp::min)
    }
}

/// A message before the gate.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    pub id: &'a MessageId,
    pub run: Option<&'a str>,
    pub journey: &'a str,
    pub step: &'a str,
    pub entry_key: &'a str,
    pub media: &'a [String],
    pub purpose: &'a str,
    pub recipient: Option<&'a Recipient>,
    pub gate: &'a Gate,
    pub data: &'a Data,
}

/// A message that has gone to the same person, or is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub id: MessageId,
    pub journey: String,
    pub step: String,
    pub entry_key: String,
    pub run: Option<String>,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Send {
        medium: String,
        address: String,
        /// The statement that counted, where the person said anything.
        consent: Option<ConsentValue>,
    },
    /// Final. By the person's own words where those were the reason.
    Skip {
        reason: &'static str,
        consent: Option<ConsentValue>,
    },
    Defer {
        until: Timestamp,
        reason: &'static str,
    },
}

impl Verdict {
    const fn skip(reason: &'static str) -> Verdict {
        Verdict::Skip { reason, consent: None }
    }
}

/// `facts` hold the events of [`Gate::names`] since the start of the run, those that are durable
/// but not yet merged included. `book`: what is known of their addresses. `standing`: what else the
/// person got.
pub fn decide(
    message: &Candidate,
    facts: &Facts,
    book: &AddressBook,
    standing: &[Standing],
    now: Timestamp,
) -> Verdict {
    let gate = message.gate;
    if gate.expires_at.is_some_and(|expires_at| now > expires_at) {
        return Verdict::skip("expired");
    }
    let reached = reach(message.media, message.purpose, message.recipient, facts, book);
    let (medium, address, consent) = match reached {
        Reached::At { medium, address, consent } => (medium, address, consent),
        Reached::Withdrawn(consent) => {
            return Verdict::Skip { reason: "consent_withdrawn", consent: Some(consent) };
        }
        Reached::Suppressed => return Verdict::skip("address_suppressed"),
        Reached::Unreachable => return Verdict::skip("unreachable"),
    };
    if goal_is_reached(gate, facts) {
        return Verdict::skip("goal_reached");
    }
    if unless_holds(gate, facts, now) {
        return Verdict::skip("unless");
    }
    if standing.iter().any(|other| message.repeats(other)) {
        return Verdict::skip("duplicate");
    }
    if let Some(spec) = &message.data.viewed_products
        && spec.required
        && viewed_products(spec, facts, now).is_empty()
    {
        return Verdict::skip("no_viewed_products");
    }
    Verdict::Send { medium, address, consent }
}

fn goal_is_reached(gate: &Gate, facts: &Facts) -> bool {
    let (Some(goal), Some(entered)) = (&gate.goal, &gate.entered) else { return false };
    goal.is_reached(&facts.events, entered, &gate.entry_key)
}

fn unless_holds(gate: &Gate, facts: &Facts, now: Timestamp) -> bool {
    let Some(unless) = &gate.unless else { return false };
    let entry = gate.entered.as_ref().map(|entered| (entered.view(), entered.occurred_at));
    unless.holds(&Grounds { facts, entry, now })
}

impl Candidate<'_> {
    /// The same step of the same journey about the same thing, from another run of the same
    /// person: two identities entered before they were known to be one.
    fn repeats(&self, other: &Standing) -> bool {
        let same = other.id != *self.id
            && other.run.as_deref() != self.run
            && other.journey == self.journey
            && other.step == self.step
            && other.entry_key == self.entry_key;
        let entered_at = self.gate.entered.as_ref().map(|entered| entered.occurred_at);
        same && match self.gate.reentry {
            Some(Reentry::Never) => true,
            // What went out before this run began belongs to an earlier visit.
            Some(Reentry::AfterExit) => entered_at.is_some_and(|at| other.created_at >= at),
            Some(Reentry::Always) | None => false,
        }
    }
}
