//! What telephone numbers other functions met: they ask, because the tables are here.

use crate::{Host, Response, problem};
use serde::{Deserialize, Serialize};
use tributary_core::identity::{KnownPhones, PhoneTables};

/// `POST /internal/phones`.
pub const ACTION: &str = "phones";
const OWNER: &str = "directory";

#[derive(Serialize, Deserialize)]
struct Asked {
    /// Of numbers that name none.
    country: String,
    /// As people wrote them.
    written: Vec<String>,
}

pub fn answer(body: &[u8]) -> Response {
    match serde_json::from_slice::<Asked>(body) {
        Ok(asked) => {
            let written = asked.written.iter().map(String::as_str);
            Response::json(200, &KnownPhones::read(&PhoneTables(&asked.country), written))
        }
        Err(_) => problem(400, "malformed_body", "Expected {\"country\", \"written\": []}."),
    }
}

/// What these numbers are; no question is asked where there is none.
///
/// # Errors
/// In words, when the owner of the tables does not answer.
pub async fn ask<H: Host>(
    host: &H,
    country: &str,
    written: Vec<String>,
) -> Result<KnownPhones, String> {
    if written.is_empty() {
        return Ok(KnownPhones::default());
    }
    let asked = Asked { country: country.to_owned(), written };
    // Invariant: two texts always serialise.
    let body = serde_json::to_vec(&asked).unwrap_or_default();
    let answer = host.ask(OWNER, ACTION, body).await?;
    if answer.status != 200 {
        return Err(format!("{OWNER} answered {}", answer.status));
    }
    serde_json::from_slice(&answer.body).map_err(|error| error.to_string())
}
