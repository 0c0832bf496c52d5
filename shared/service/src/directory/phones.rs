//! What telephone numbers other functions met: they ask, because the tables are here.

use crate::{Host, Response, problem};
use serde::{Deserialize, Serialize};
use tributary_core::identity::{KnownPhones, PhoneNumber, PhoneTables, Phones, WrittenPhone};

/// `POST /internal/phones`.
pub const ACTION: &str = "phones";
const OWNER: &str = "directory";

#[derive(Serialize, Deserialize)]
struct Asked {
    /// Of numbers that name none and stand beside no address.
    country: String,
    written: Vec<WrittenPhone>,
}

/// What each of the texts holds, in their order.
pub fn answer(body: &[u8]) -> Response {
    match serde_json::from_slice::<Asked>(body) {
        Ok(asked) => {
            let tables = PhoneTables(&asked.country);
            let read: Vec<_> = asked.written.iter().map(|one| tables.read(one)).collect();
            Response::json(200, &read)
        }
        Err(_) => problem(400, "malformed_body", "Expected {\"country\", \"written\": []}."),
    }
}

/// What these texts hold; no question is asked where there is none.
///
/// # Errors
/// In words, when the owner of the tables does not answer.
pub async fn ask<H: Host>(
    host: &H,
    country: &str,
    mut written: Vec<WrittenPhone>,
) -> Result<KnownPhones, String> {
    if written.is_empty() {
        return Ok(KnownPhones::default());
    }
    written.sort_unstable();
    written.dedup();
    let asked = Asked { country: country.to_owned(), written };
    // Invariant: texts always serialise.
    let body = serde_json::to_vec(&asked).unwrap_or_default();
    let answer = host.ask(OWNER, ACTION, body).await?;
    if answer.status != 200 {
        return Err(format!("{OWNER} answered {}", answer.status));
    }
    let read: Vec<Vec<PhoneNumber>> =
        serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    Ok(KnownPhones::new(asked.written, read))
}
