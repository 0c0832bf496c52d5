//! The tables of profile-merge: identities, edges, profiles, and what is recorded per identity.

pub mod blocked;
pub mod names;
pub mod orders;
pub mod read;
pub mod region;
pub mod write;
