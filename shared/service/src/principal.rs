//! Who asks, as the gateway passes it on; and answers made fit for their eyes.

use crate::{App, Handled, Host, Request, Response, problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tributary_core::access::{MaskKey, mask};

/// The header in which the gateway says who asks. From outside it is removed.
pub const PRINCIPAL_HEADER: &str = "x-tributary-principal";

/// Somebody whom `access` has admitted to one request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// A user's or an API key's id, or the name of one of the two tokens.
    pub actor: String,
    pub actor_kind: String,
    /// Only what is in the hands of these reps; `None`: everything.
    pub owners: Option<Vec<String>>,
    /// Personal data is shown in full.
    pub clear: bool,
    /// The number of the entry that this request has left in the audit log.
    pub audited: Option<i64>,
}

impl Principal {
    pub fn of(request: &Request) -> Option<Principal> {
        serde_json::from_str(request.header(PRINCIPAL_HEADER)?).ok()
    }

    /// As a header's value.
    pub fn to_header(&self) -> String {
        // Invariant: a principal serialises; ids are ASCII.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The reps whose things this request may see; `None`: everybody's. A request without a principal
/// sees nobody's.
pub fn owners_of(request: &Request) -> Option<Vec<String>> {
    match Principal::of(request) {
        Some(principal) => principal.owners,
        None => Some(Vec::new()),
    }
}

/// Answers a request as its function does, for the eyes of whoever asks.
pub async fn respond<A: App, H: Host>(host: &H, request: Request) -> Handled {
    if !request.path.starts_with("/api/v1/") {
        return A::handle(host, request).await;
    }
    // Only the gateway asks, and it always says for whom.
    let Some(principal) = Principal::of(&request) else {
        return problem(401, "unauthenticated", "").into();
    };
    let mut handled = A::handle(host, request).await;
    if !principal.clear {
        mask_answer(&mut handled.response, &host.var("INTERNAL_KEY").unwrap_or_default());
    }
    handled
}

fn mask_answer(response: &mut Response, key: &str) {
    if response.body.is_empty() {
        return;
    }
    let Ok(mut document) = serde_json::from_slice::<Value>(&response.body) else {
        // Whatever it is, it cannot be made fit to be seen.
        *response = problem(500, "internal", "");
        return;
    };
    mask(&mut document, MaskKey(key.as_bytes()));
    response.body = document.to_string().into_bytes();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_masked_is_not_shown() {
        let mut answer = Response::text(200, "tel 13800138000");
        mask_answer(&mut answer, "k");
        assert_eq!(answer.status, 500);
        let mut answer = Response::json(200, &"phone:+8613800138000");
        mask_answer(&mut answer, "k");
        assert!(!String::from_utf8_lossy(&answer.body).contains("13800138000"));
    }
}
