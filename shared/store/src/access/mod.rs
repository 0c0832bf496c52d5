//! Users, their sessions, API keys, the audit log, and what keeps masked data masked.

pub mod audit;
pub mod keys;
pub mod mails;
pub mod privacy;
pub mod sessions;
pub mod users;
