//! Calling providers, a few at a time.

use super::providers::Carrier;
use crate::{FetchError, Host};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use tributary_channels::{Composed, OutboundMessage, SendOutcome};

/// What became of one call.
#[derive(Clone, Debug, PartialEq)]
pub enum Called {
    Answered(SendOutcome),
    /// It may have arrived; asking again could send it twice.
    Unknown(String),
}

pub async fn call<H: Host>(host: &H, carrier: &Carrier, message: &OutboundMessage) -> Called {
    let sent = |reference: &str| {
        Called::Answered(SendOutcome::Sent { provider_ref: reference.to_owned() })
    };
    let Carrier::Account { outbound, config } = carrier else { return sent("mailbox") };
    let request = match (outbound.compose)(config, message, host.now(), &host.seed()) {
        Ok(Composed::Call(request)) => request,
        Ok(Composed::Kept) => return sent("mailbox"),
        Err(reject) => {
            return Called::Answered(SendOutcome::Failed { reason: reject.code.to_owned() });
        }
    };
    match host.fetch(request).await {
        Ok(answer) => Called::Answered((outbound.outcome)(&answer, host.now())),
        Err(FetchError::NotSent(_)) => {
            let reason = "provider_unreachable".to_owned();
            Called::Answered(SendOutcome::Retry { reason, after_ms: None })
        }
        Err(FetchError::Unknown(_)) if outbound.idempotent => {
            let reason = "no_answer".to_owned();
            Called::Answered(SendOutcome::Retry { reason, after_ms: None })
        }
        Err(FetchError::Unknown(text)) => Called::Unknown(text),
    }
}

/// Runs all of them at once and waits for the last.
pub async fn join<T>(futures: Vec<impl Future<Output = T>>) -> Vec<T> {
    enum Slot<'a, T> {
        Running(Pin<Box<dyn Future<Output = T> + 'a>>),
        Done(T),
    }
    let mut slots: Vec<Slot<'_, T>> =
        futures.into_iter().map(|future| Slot::Running(Box::pin(future))).collect();
    poll_fn(|context| {
        let mut pending = false;
        for slot in &mut slots {
            if let Slot::Running(future) = slot {
                match future.as_mut().poll(context) {
                    Poll::Ready(value) => *slot = Slot::Done(value),
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    slots
        .into_iter()
        .filter_map(|slot| match slot {
            Slot::Done(value) => Some(value),
            Slot::Running(_) => None,
        })
        .collect()
}
