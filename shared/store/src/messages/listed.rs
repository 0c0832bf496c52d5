//! Which of the lists of messages answers what is asked.

use super::{LIST, LIST_OF_END, LIST_OF_JOURNEY, LIST_OF_PROFILE, LIST_TO_STAFF, LIST_WAITING};
use crate::scope::hands;
use crate::{Param, Scope, Sql, Statement};

/// To profiles in the hands of `?8`.
pub const LIST_OF_OWNERS: Sql = Sql::new(
    "messages.list_of_owners",
    concat!(
        "SELECT m.id, m.journey, m.run, m.step, m.entry_key, m.identity, m.recipient, m.media, \
           m.purpose, m.content, m.gate, m.cause, m.depth, m.status, m.reason, m.due_at, \
           m.attempts, m.medium, m.address, m.provider, m.provider_ref, m.rendered, m.created_at, \
           m.updated_at, i.profile \
         FROM (",
        hands!("?8"),
        ") k CROSS JOIN identities i ON i.profile = k.profile \
         CROSS JOIN messages m ON m.identity = i.identity \
         WHERE (m.created_at, m.id) < (?1, ?2) AND (?3 IS NULL OR m.status = ?3) \
           AND (?5 IS NULL OR m.journey = ?5) AND (?6 IS NULL OR i.profile = ?6) \
           AND (?7 IS NULL OR m.purpose <> 'staff') \
         ORDER BY m.created_at DESC, m.id DESC LIMIT ?4"
    ),
);

/// Which messages to list, the newest first.
#[derive(Clone, Debug)]
pub struct Listing<'a> {
    pub before: (i64, &'a str),
    pub status: Option<&'a str>,
    pub journey: Option<&'a str>,
    pub profile: Option<&'a str>,
    pub to: Option<To>,
    pub limit: i64,
    pub scope: &'a Scope,
}

/// Whom messages are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    Customers,
    Staff,
}

pub fn list(listing: &Listing) -> Statement {
    let to_customers = (listing.to == Some(To::Customers)).then_some(1);
    let params = vec![
        Param::Int(listing.before.0),
        listing.before.1.into(),
        listing.status.into(),
        Param::Int(listing.limit),
        listing.journey.into(),
        listing.profile.into(),
        to_customers.into(),
    ];
    if let Scope::Of(_) = listing.scope {
        let mut params = params;
        params.push(listing.scope.param());
        return LIST_OF_OWNERS.with(params);
    }
    if listing.profile.is_some() {
        return LIST_OF_PROFILE.with(params);
    }
    if listing.to == Some(To::Staff) {
        return LIST_TO_STAFF.with(params.into_iter().take(5).collect());
    }
    match (listing.status, listing.journey) {
        (Some("skipped" | "failed" | "unknown"), _) => LIST_OF_END.with(params),
        (Some("queued" | "sending"), _) => LIST_WAITING.with(params),
        (_, Some(_)) => LIST_OF_JOURNEY.with(params),
        (_, None) => LIST.with(params),
    }
}
