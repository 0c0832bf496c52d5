//! The routes of `/api/v1` as a table.

mod table;

pub use table::ROUTES;

/// A route of `/api/v1`.
pub struct Route {
    pub method: &'static str,
    /// Below `/api/v1/`, with `{names}`.
    pub path: &'static str,
    pub summary: &'static str,
    pub query: &'static [Query],
    /// The schema of the body.
    pub body: Option<&'static str>,
    pub answer: Answer,
    /// Beside those that every route may answer.
    pub problems: &'static [&'static str],
}

/// A query parameter and what it does.
pub type Query = (&'static str, &'static str);

pub enum Answer {
    /// Statuses, schema.
    One(&'static [u16], &'static str),
    /// `{items, next_cursor}`, and whether with `total`.
    List(&'static str, Total),
    Empty,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Total {
    Always,
    /// Where the list is not paged.
    Sometimes,
    Never,
}

const LIMIT: Query = ("limit", "How many at most: 1 to 200, 50 unless told.");
const CURSOR: Query = ("cursor", "`next_cursor` of the page before, as it was given.");
const IDENTITY: Query = (
    "identity",
    "`kind:value` as a person would type it, or `kind@scope:value`: `phone:138 0013 8000`.",
);

const fn get(path: &'static str, summary: &'static str, answer: Answer) -> Route {
    Route { method: "GET", path, summary, query: &[], body: None, answer, problems: &[] }
}

const fn write(
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    body: Option<&'static str>,
    answer: Answer,
) -> Route {
    Route { method, path, summary, query: &[], body, answer, problems: &[] }
}

/// A POST without a body.
const fn act(path: &'static str, summary: &'static str, answer: &'static str) -> Route {
    write("POST", path, summary, None, Answer::One(&[200], answer))
}

impl Route {
    const fn asks(self, query: &'static [Query]) -> Route {
        Route { query, ..self }
    }

    const fn refuses(self, problems: &'static [&'static str]) -> Route {
        Route { problems, ..self }
    }
}
