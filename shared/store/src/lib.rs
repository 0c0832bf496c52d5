//! Every SQL text of the suite, each as a named constant beside a typed function.
//! Decides nothing.

mod db;

pub mod access;
pub mod consumers;
pub mod dead_letters;
pub mod dev_clock;
pub mod doors;
pub mod endpoint_counts;
pub mod endpoints;
pub mod enrich;
pub mod facts;
pub mod health;
pub mod journeys;
pub mod leads;
pub mod mappings;
pub mod messages;
pub mod profiles;
pub mod quarantine;
pub mod reps;
mod scope;
pub mod setup;
pub mod spent_proofs;
pub mod suppressions;
pub mod tasks;
pub mod touchpoints;

pub use db::*;
pub use scope::Scope;

/// Every statement, so that a test can prepare each on the migrated schema and read its plan.
pub const STATEMENTS: &[&[&Sql]] = &[
    &[
        &consumers::GET,
        &consumers::ALL,
        &consumers::ADVANCE,
        &consumers::TICKED,
        &consumers::LIMIT_PAGE,
    ],
    &[
        &touchpoints::APPEND,
        &touchpoints::AFTER,
        &touchpoints::PAGE,
        &touchpoints::PAGE_BEHIND,
        &touchpoints::PAGE_FROM,
        &touchpoints::TO_REPLAY,
        &touchpoints::HEAD,
        &touchpoints::LIST,
        &touchpoints::LIST_OF_OWNERS,
        &touchpoints::TOTAL,
        &touchpoints::TOTAL_OF_OWNERS,
        &touchpoints::INVENTORY,
        &touchpoints::FIRST_FOREIGN,
        &touchpoints::GET,
    ],
    &[
        &dead_letters::BURY,
        &dead_letters::DONE,
        &dead_letters::REPLAY,
        &dead_letters::GET,
        &dead_letters::LIST,
        &dead_letters::COUNTS,
    ],
    &[&health::LAGS, &health::DUE],
    &[
        &endpoints::PUT,
        &endpoints::GET,
        &endpoints::DELETE,
        &endpoints::LIST,
        &endpoints::DELIVERIES,
        &endpoints::BY_LOOKUP,
    ],
    &[
        &profiles::region::IDENTITIES,
        &profiles::region::EDGES,
        &profiles::region::CLOSURE,
        &profiles::region::EDGES_FROM,
        &profiles::region::MINTED,
    ],
    &[
        &profiles::write::IDENTITIES,
        &profiles::write::EDGES,
        &profiles::write::MINTED,
        &profiles::write::TRAITS,
        &profiles::write::COUNTERS,
        &profiles::write::CONSENTS,
        &profiles::write::TIMELINE,
        &profiles::write::TOTALS,
        &profiles::write::TOTALS_CURSOR,
    ],
    &[
        &profiles::read::CANONICAL,
        &profiles::read::BY_IDENTITY,
        &profiles::read::BY_VALUE,
        &profiles::read::BY_VALUE_PREFIX,
        &profiles::read::LIST,
        &profiles::read::IDS,
        &profiles::read::IDENTITIES,
        &profiles::read::COUNTERS,
        &profiles::read::SPAN,
        &profiles::read::IN_HAND,
        &profiles::read::EDGES,
        &profiles::read::TIMELINE,
    ],
    profiles::blocked::STATEMENTS,
    profiles::names::STATEMENTS,
    profiles::orders::STATEMENTS,
    setup::STATEMENTS,
    &[&dev_clock::LOAD, &dev_clock::SAVE],
    &[
        &journeys::LATEST,
        &journeys::VERSIONS,
        &journeys::PUBLISH,
        &journeys::ACTIVE,
        &journeys::PAST,
        &journeys::DUE,
        &journeys::NEXT_DUE,
        &journeys::SAVE,
        &journeys::COUNT,
        &journeys::COUNTS,
        &journeys::LIST,
        &journeys::LIST_OF,
        &journeys::KEEP_REVIEWS,
        &journeys::REVIEWS,
    ],
    leads::STATEMENTS,
    reps::STATEMENTS,
    tasks::STATEMENTS,
    &[
        &messages::APPEND,
        &messages::DUE,
        &messages::NEXT_DUE,
        &messages::STANDING,
        &messages::CHANGE,
        &messages::RECORD,
        &messages::HOLD,
        &messages::TAIL,
        &messages::LIST,
        &messages::LIST_TO_STAFF,
        &messages::LIST_OF_END,
        &messages::LIST_WAITING,
        &messages::LIST_OF_JOURNEY,
        &messages::LIST_OF_PROFILE,
        &messages::LIST_OF_OWNERS,
        &messages::GET,
        &messages::DELIVERIES,
    ],
    doors::STATEMENTS,
    endpoint_counts::STATEMENTS,
    enrich::STATEMENTS,
    mappings::STATEMENTS,
    quarantine::STATEMENTS,
    spent_proofs::STATEMENTS,
    suppressions::STATEMENTS,
    access::audit::STATEMENTS,
    access::keys::STATEMENTS,
    access::mails::STATEMENTS,
    access::privacy::STATEMENTS,
    access::sessions::STATEMENTS,
    access::users::STATEMENTS,
    &[&facts::IDENTITIES, &facts::TRAITS, &facts::CONSENTS, &facts::EVENTS],
];
