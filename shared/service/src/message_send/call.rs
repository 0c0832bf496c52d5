//! Calling providers, a few at a time.

use super::providers::Carrier;
use crate::{FetchError, Host};
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
        Err(FetchError::Refused(code)) => {
            Called::Answered(SendOutcome::Failed { reason: code.to_owned() })
        }
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
