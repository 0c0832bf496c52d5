//! The domain: decisions as pure functions of (snapshot, input, now, seed).
//!
//! No I/O, no SQL, no clock, no randomness, no `worker`. Nothing here panics on input.

pub mod access;
pub mod cart;
pub mod condition;
pub mod consent;
pub mod doors;
pub mod enrich;
pub mod event_view;
pub mod filter;
mod gather;
pub mod identity;
pub mod ids;
pub mod interest;
pub mod journey;
pub mod json;
pub mod lead;
pub mod message;
pub mod money;
pub mod outgoing;
pub mod payment;
pub mod place;
pub mod privacy;
pub mod profile;
pub mod time;
pub mod touchpoint;
pub mod vocabulary;

pub use gather::Gather;
