//! What the handlers of `/api/v1` share: ending early with an answer, and lists that go on.

use crate::{Request, Response, db_problem, problem};
use std::fmt::Display;
use tributary_store::DbError;

/// Ends a request early with its answer.
pub type Answered<T> = Result<T, Response>;

pub fn failed(error: DbError) -> Response {
    db_problem(&error)
}

/// `limit`, 1 to 200, 50 unless told.
pub fn limit_of(request: &Request) -> i64 {
    let asked = request.query_param("limit").and_then(|text| text.parse::<i64>().ok());
    asked.unwrap_or(50).clamp(1, 200)
}

/// A query parameter; empty counts as not given.
pub fn parameter(request: &Request, name: &str) -> Option<String> {
    request.query_param(name).filter(|value| !value.is_empty())
}

/// The parameter `identity`. A plus that nobody escaped (`phone:+86…`) arrives as a blank, as in any
/// form; no identity begins with one.
pub fn identity_of(request: &Request) -> Option<String> {
    let text = request.query_param("identity")?;
    Some(text.replacen(": ", ":+", 1))
}

/// Where a list, newest first, goes on: behind this moment and, within it, this id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub at: i64,
    pub id: String,
}

impl Cursor {
    /// `<milliseconds>.<id>`; before everything where none is given.
    ///
    /// # Errors
    /// `invalid_cursor`
    pub fn of(request: &Request) -> Answered<Cursor> {
        let Some(text) = parameter(request, "cursor") else {
            return Ok(Cursor { at: i64::MAX / 4, id: String::new() });
        };
        let parts = text.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, id)));
        match parts {
            Some((at, id)) => Ok(Cursor { at, id: id.to_owned() }),
            None => Err(problem(400, "invalid_cursor", "Use next_cursor as it was given.")),
        }
    }

    /// The next page's, when this one, which ends with `last`, is full.
    pub fn after<T, I: Display>(
        items: &[T],
        limit: i64,
        place: impl Fn(&T) -> (i64, I),
    ) -> Option<String> {
        let last = items.last().filter(|_| items.len() as i64 == limit)?;
        let (at, id) = place(last);
        Some(format!("{at}.{id}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(query: &str) -> Request {
        Request {
            method: "GET".to_owned(),
            path: "/api/v1/leads".to_owned(),
            query: query.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    #[test]
    fn a_list_goes_on_where_it_stopped() {
        let items = [(3, "c"), (2, "b.x")];
        let next = Cursor::after(&items, 2, |item| *item);
        assert_eq!(next.as_deref(), Some("2.b.x"));
        let cursor = Cursor::of(&request("cursor=2.b.x")).ok();
        assert_eq!(cursor, Some(Cursor { at: 2, id: "b.x".to_owned() }));
        assert_eq!(Cursor::after(&items, 3, |item| *item), None, "a page that is not full ends it");
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for query in ["cursor=x", "cursor=x.y", "cursor=12"] {
            assert_eq!(Cursor::of(&request(query)).map_err(|answer| answer.status), Err(400));
        }
        assert!(Cursor::of(&request("cursor=")).is_ok_and(|cursor| cursor.at > 0));
    }

    #[test]
    fn a_plus_need_not_be_escaped() {
        for query in ["identity=phone:+8613800138000", "identity=phone:%2B8613800138000"] {
            assert_eq!(identity_of(&request(query)).as_deref(), Some("phone:+8613800138000"));
        }
        assert_eq!(identity_of(&request("limit=1")), None);
    }

    #[test]
    fn a_limit_is_kept_within_bounds() {
        let limits = ["", "limit=7", "limit=0", "limit=1000", "limit=x"]
            .map(|query| limit_of(&request(query)));
        assert_eq!(limits, [50, 7, 1, 200, 50]);
    }
}
