//! All integration tests, as one binary.

mod access;
mod attacks;
mod conformance;
mod consents;
mod documents;
mod doors;
mod enrich;
mod fixtures;
mod headers;
mod identity;
mod journeys;
mod leads;
mod lists;
mod migrations;
mod openapi;
mod orders;
mod outgoing;
mod people;
mod scenarios;
mod simulation;
mod sql;
mod tidy;
mod words;
