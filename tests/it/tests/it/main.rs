//! All integration tests, as one binary.

mod access;
mod conformance;
mod documents;
mod doors;
mod enrich;
mod fixtures;
mod identity;
mod journeys;
mod leads;
mod openapi;
mod scenarios;
mod simulation;
mod sql;
mod tidy;
