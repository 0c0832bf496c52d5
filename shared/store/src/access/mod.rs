//! Users, their sessions, API keys, and the audit log.

pub mod audit;
pub mod keys;
pub mod sessions;
pub mod users;
