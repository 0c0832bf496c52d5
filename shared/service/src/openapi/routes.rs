//! The routes of `/api/v1` as a table.

mod addresses;
mod table;

use std::sync::LazyLock;

/// Every route.
pub static ROUTES: LazyLock<Vec<&'static Route>> =
    LazyLock::new(|| table::ROUTES.iter().chain(addresses::ROUTES).collect());

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

/// A query parameter and what it does. A `*` behind the name, as in URI templates: it may stand more
/// than once.
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

const OF_REPLAYS: &[&str] = &[
    "quarantined_not_found",
    "still_does_not_fit",
    "unknown_endpoint",
    "endpoint_secret_unreadable",
    "endpoint_key_missing",
];
const OF_PREVIEWS: &[&str] =
    &["malformed_body", "invalid_mapping", "mapping_makes_too_much", "unreadable_sample"];
const OF_REPS: &[&str] =
    &["malformed_body", "body_too_large", "invalid_body", "invalid_rep", "unknown_region", "busy"];

/// What a change of an endpoint is refused for.
const ENDPOINT_PUT: &[&str] = &[
    "unknown_channel",
    "invalid_endpoint_id",
    "malformed_body",
    "unknown_secret",
    "secret_too_long",
    "missing_secret",
    "unknown_setting",
    "invalid_setting",
    "missing_setting",
    "endpoint_key_missing",
    "endpoint_secret_unreadable",
    "guessable_endpoint_id",
    "invalid_mapping",
    "address_malformed",
    "address_not_https",
    "address_not_public",
    "secret_needed_again",
];

/// What a change of a lead is refused for.
const LEAD_PATCH: &[&str] = &[
    "malformed_body",
    "body_too_large",
    "invalid_body",
    "invalid_state",
    "reason_too_long",
    "unknown_rep",
    "lead_not_found",
    "lead_is_merged",
    "lead_is_finished",
    "lead_has_no_owner",
    "busy",
];

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

/// A PUT that is answered with what stands.
const fn put(
    path: &'static str,
    summary: &'static str,
    body: &'static str,
    answer: &'static str,
) -> Route {
    write("PUT", path, summary, Some(body), Answer::One(&[200], answer))
}

/// Why an identity is not blocked.
const BLOCKING: &[&str] =
    &["malformed_body", "invalid_identity", "too_many_blocked_identities", "region_too_large"];

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
