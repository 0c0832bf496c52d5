//! The domain: decisions as pure functions of (snapshot, input, now, seed).
//!
//! No I/O, no SQL, no clock, no randomness, no `worker`. Nothing here panics on input.

pub mod access;
pub mod condition;
pub mod doors;
pub mod enrich;
pub mod filter;
pub mod identity;
pub mod ids;
pub mod interest;
pub mod journey;
pub mod lead;
pub mod message;
pub mod profile;
pub mod time;
pub mod touchpoint;
pub mod vocabulary;
