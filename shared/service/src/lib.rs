//! Use-cases: read a snapshot, decide in the core, write one batch. Generic over the host.

mod consumer;
pub mod facts;
mod host;
mod http;
mod join;
mod principal;
mod problem;
mod sealed;

pub mod access;
pub mod admin;
mod answer;
pub mod directory;
pub mod doors;
pub mod endpoints;
pub mod enrich;
pub mod gateway;
pub mod ingest;
pub mod journey_runner;
pub mod lead_assign;
pub mod message_send;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod profile_merge;
pub mod way_out;

pub use consumer::{Consume, PlanError, Reads, after_panic, commit, drain, fence};
pub use host::*;
pub use http::*;
pub use join::join;
pub use principal::{PRINCIPAL_HEADER, Principal, owners_of, respond, scope_of};
pub use problem::{db_problem, problem};
