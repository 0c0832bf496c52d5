//! The only crate that imports `worker`: it turns a type that implements
//! [`tributary_service::App`] into a Worker.
//!
//! What happens here is translation (requests, answers, the database, time) and the plumbing
//! between functions (pokes, ticks, recovery from a panic). Nothing here decides anything about
//! customers.

mod append;
mod bindings;
mod body;
mod clock;
mod db;
mod drain;
mod entry;
pub mod gateway;
mod host;
mod http;
mod internal;
mod log;
mod memory;
mod notes;
mod outbound;
mod panics;
mod poke;
mod public_key;
mod returns;
mod standing;

pub use db::EdgeDb;
pub use entry::{fetch, scheduled};
pub use host::EdgeHost;
pub use panics::take_panic;

/// A request and an answer as the runtime has them: passing one on costs nothing.
pub use worker::web_sys::{Request as HttpRequest, Response as HttpResponse};
