//! Every SQL text of the suite, each as a named constant beside a typed function.
//! Decides nothing.

mod db;

pub mod consumers;
pub mod dead_letters;
pub mod facts;
pub mod messages;
pub mod tasks;
pub mod touchpoints;

pub use db::*;

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
        &touchpoints::PAGE,
        &touchpoints::PAGE_BEHIND,
        &touchpoints::TO_REPLAY,
        &touchpoints::HEAD,
        &touchpoints::LIST,
        &touchpoints::TOTAL,
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
    &[&facts::IDENTITIES, &facts::TRAITS, &facts::CONSENTS, &facts::EVENTS],
];
