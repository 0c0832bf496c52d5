//! What becomes of a message, as rows: the change, the record of why, the touchpoint.

use super::call::Called;
use tributary_channels::SendOutcome;
use tributary_core::ids::Seed;
use tributary_core::message::{MAX_TRIES, retry_at};
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;
use tributary_store::messages::{self, Change, Delivery, Message};
use tributary_store::{Statement, touchpoints};

pub const MESSAGE_SENT: &str = "$message.sent";
pub const MESSAGE_SKIPPED: &str = "$message.skipped";
pub const MESSAGE_FAILED: &str = "$message.failed";

/// Collects what one batch writes.
pub struct Records {
    now: Timestamp,
    changes: Vec<Change>,
    deliveries: Vec<Delivery>,
    touchpoints: Vec<Touchpoint>,
}

impl Records {
    pub fn new(now: Timestamp) -> Records {
        Records { now, changes: Vec::new(), deliveries: Vec::new(), touchpoints: Vec::new() }
    }

    pub fn change(&mut self, change: Change) {
        self.changes.push(change);
    }

    pub fn verdict(
        &mut self,
        message: &Message,
        kind: &str,
        verdict: &str,
        reason: &str,
        detail: &str,
    ) {
        self.deliveries.push(Delivery {
            message: message.id.clone(),
            n: 0,
            at: self.now,
            kind: kind.to_owned(),
            verdict: verdict.to_owned(),
            reason: reason.to_owned(),
            detail: detail.to_owned(),
        });
    }

    /// A final status, with its touchpoint.
    pub fn close(&mut self, message: &Message, status: &'static str, reason: &str) {
        let name = match status {
            "sent" => MESSAGE_SENT,
            "skipped" => MESSAGE_SKIPPED,
            _ => MESSAGE_FAILED,
        };
        let rendered: Option<super::render::Rendered> =
            message.rendered.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let said = serde_json::json!({
            "message": message.id,
            "journey": message.journey,
            "run": message.run,
            "step": message.step,
            "medium": message.medium,
            "status": status,
            "reason": reason,
            "subject": rendered.map(|rendered| rendered.subject).unwrap_or_default(),
        });
        let key = [message.id.as_str()];
        let mut own = Touchpoint::own(name, &key, message.identity.clone(), None, said, self.now);
        own.cause.clone_from(&message.cause);
        own.depth = message.depth;
        self.touchpoints.push(own);
    }

    /// What the gate says is final.
    pub fn refuse(&mut self, message: &Message, status: &'static str, reason: &str, detail: &str) {
        let verdict = if status == "skipped" { "skip" } else { status };
        self.verdict(message, "gate", verdict, reason, detail);
        self.close(message, status, reason);
        self.change(Change::of(message, status, reason, self.now));
    }

    /// What the provider said about a message that is `sending`.
    pub fn answer(&mut self, message: &Message, called: Called, seed: &Seed) {
        match called {
            Called::Answered(SendOutcome::Sent { provider_ref }) => {
                self.verdict(message, "provider", "sent", "", &provider_ref);
                self.close(message, "sent", "");
                let mut change = Change::of(message, "sent", "", self.now);
                change.provider_ref = Some(provider_ref);
                self.change(change);
            }
            Called::Answered(SendOutcome::Retry { reason, after_ms }) => {
                if message.attempts >= MAX_TRIES {
                    return self.fail(message, "failed", "tries_exhausted", &reason);
                }
                let due_at = retry_at(message.attempts, after_ms, seed, self.now);
                self.verdict(message, "provider", "retry", &reason, &due_at.to_rfc3339());
                let mut change = Change::of(message, "queued", &reason, self.now);
                change.due_at = due_at;
                self.change(change);
            }
            Called::Answered(SendOutcome::Failed { reason }) => {
                self.fail(message, "failed", &reason, "");
            }
            Called::Unknown(text) => self.fail(message, "unknown", "no_answer", &text),
        }
    }

    fn fail(&mut self, message: &Message, status: &'static str, reason: &str, detail: &str) {
        self.verdict(message, "provider", status, reason, detail);
        self.close(message, status, reason);
        self.change(Change::of(message, status, reason, self.now));
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Changes first: their answers say which messages really moved.
    pub fn statements(self) -> Vec<Statement> {
        let mut statements = messages::change(&self.changes);
        statements.extend(messages::record(&self.deliveries));
        statements.extend(touchpoints::append(&self.touchpoints));
        statements
    }
}
