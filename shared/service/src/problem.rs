//! Errors as RFC 9457 problems. The code is stable and documented; internal text never leaves.

use crate::Response;
use serde::Serialize;
use tributary_store::DbError;

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Problem<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    code: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
}

/// A problem document. `detail` is for the sender and names no internals.
pub fn problem(status: u16, code: &'static str, detail: &str) -> Response {
    let problem = Problem {
        kind: format!("urn:tributary:problem:{code}"),
        title: title(status),
        status,
        code,
        detail,
    };
    let mut response = Response::json(status, &problem);
    response.headers = vec![("content-type".into(), "application/problem+json".into())];
    if status == 503 || status == 429 {
        response = response.with_header("retry-after", "5");
    }
    response
}

/// The database's failure as an answer: try again where that helps, our fault where it does not.
pub fn db_problem(error: &DbError) -> Response {
    match error {
        DbError::Unavailable(_) => {
            problem(503, "database_unavailable", "Nothing was written. Please try again.")
        }
        DbError::Constraint(_) => {
            problem(409, "conflict", "Somebody else changed this at the same time. Try again.")
        }
        DbError::Statement(_) | DbError::Shape(_) | DbError::TooMany(_) => {
            problem(500, "internal", "")
        }
    }
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad request",
        401 => "Unauthenticated",
        403 => "Forbidden",
        404 => "Not found",
        405 => "Method not allowed",
        406 => "Not acceptable",
        409 => "Conflict",
        413 => "Too large",
        422 => "Not acceptable as it is",
        429 => "Too many requests",
        503 => "Temporarily unavailable",
        _ => "Internal error",
    }
}
