//! Who asks, as the gateway passes it on; and answers made fit for their eyes.

use crate::{App, Handled, Host, Request, Response, problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt::Write as _;
use tributary_core::access::{Grants, MaskKey, mask};
use tributary_store::Scope;

/// The header in which the gateway says who asks. From outside it is removed.
pub const PRINCIPAL_HEADER: &str = "x-tributary-principal";

/// No definition, form or sample is larger; reading one takes some milliseconds, in which nothing
/// else is done.
const MAX_DOCUMENT_BYTES: usize = 1024 * 1024;

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
    /// Fields that are masked beside those that always are, by their plain names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personal_fields: Vec<String>,
    /// Admitted to look, whatever the method: nothing may be changed.
    #[serde(default)]
    pub only_views: bool,
    /// What the asker may do, where rights are given to others; see [`Principal::grants`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub may: String,
    /// The number of the entry that this request has left in the audit log.
    pub audited: Option<i64>,
}

impl Principal {
    pub fn of(request: &Request) -> Option<Principal> {
        serde_json::from_str(request.header(PRINCIPAL_HEADER)?).ok()
    }

    /// As a header's value: ASCII, whatever a field or a rep is called.
    pub fn to_header(&self) -> String {
        // Invariant: a principal serialises.
        let text = serde_json::to_string(self).unwrap_or_default();
        let mut header = String::with_capacity(text.len());
        for c in text.chars() {
            if c.is_ascii() {
                header.push(c);
                continue;
            }
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Invariant: writing to a String does not fail.
                let _ = write!(header, "\\u{unit:04x}");
            }
        }
        header
    }

    /// What the asker may do; nothing where it was not said.
    pub fn grants(&self) -> Grants {
        Grants::of_header(&self.may).unwrap_or(Grants::Scopes(Vec::new()))
    }
}

/// Whose things this request may see. A request without a principal sees nobody's.
pub fn scope_of(request: &Request) -> Scope {
    match Principal::of(request) {
        Some(Principal { owners: None, .. }) => Scope::Everything,
        Some(Principal { owners: Some(owners), .. }) => Scope::Of(owners),
        None => Scope::Of(Vec::new()),
    }
}

/// The reps whose things this request may see; `None`: everybody's. A request without a principal
/// sees nobody's.
pub fn owners_of(request: &Request) -> Option<Vec<String>> {
    match scope_of(request) {
        Scope::Everything => None,
        Scope::Of(owners) => Some(owners),
    }
}

/// Answers a request as its function does, for the eyes of whoever asks.
pub async fn respond<A: App, H: Host>(host: &H, request: Request) -> Handled {
    if !A::ANSWERS_API || !request.path.starts_with("/api/v1/") {
        return A::handle(host, request).await;
    }
    // Only the gateway asks, and it always says for whom.
    let Some(principal) = Principal::of(&request) else {
        return problem(401, "unauthenticated", "").private().into();
    };
    if request.body.len() > MAX_DOCUMENT_BYTES {
        return problem(413, "body_too_large", "A document may have up to 1 MiB.").private().into();
    }
    let mut handled = A::handle(host, request).await;
    if !principal.clear {
        let key = host.var("INTERNAL_KEY").unwrap_or_default();
        mask_answer(&mut handled.response, &key, &principal.personal_fields);
    }
    handled.response = handled.response.private();
    handled
}

fn mask_answer(response: &mut Response, key: &str, personal_fields: &[String]) {
    if response.body.is_empty() {
        return;
    }
    let Ok(mut document) = serde_json::from_slice::<Value>(&response.body) else {
        // Whatever it is, it cannot be made fit to be seen.
        *response = problem(500, "internal", "");
        return;
    };
    mask(&mut document, MaskKey(key.as_bytes()), personal_fields);
    response.body = document.to_string().into_bytes();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_masked_is_not_shown() {
        let mut answer = Response::text(200, "tel 13800138000");
        mask_answer(&mut answer, "k", &[]);
        assert_eq!(answer.status, 500);
        let mut answer = Response::json(200, &"phone:+8613800138000");
        mask_answer(&mut answer, "k", &[]);
        assert!(!String::from_utf8_lossy(&answer.body).contains("13800138000"));
    }

    #[test]
    fn a_principal_goes_through_a_header() {
        let principal = Principal {
            actor: "usr_1".to_owned(),
            owners: Some(vec!["王妍".to_owned(), "a𝕏\"b".to_owned()]),
            personal_fields: vec!["婚姻状况".to_owned()],
            only_views: true,
            may: "role sales".to_owned(),
            ..Principal::default()
        };
        let header = principal.to_header();
        assert!(header.is_ascii(), "{header}");
        assert_eq!(serde_json::from_str::<Principal>(&header).ok(), Some(principal));
    }
}
