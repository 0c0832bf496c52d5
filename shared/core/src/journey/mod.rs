//! Journeys: a definition, the runs of people through it, and the one function that moves a run.
//!
//! Knows no clock and no database: what a run does is a list of effects for the host to write.

mod advance;
mod definition;
mod enter;
mod run;
mod shipped;
pub mod steps;
mod validate;
mod way_out;

pub use advance::{Input, MAX_STEPS_PER_TICK, advance};
pub use definition::{Definition, Entry, Goal, Node, Reentry, first_key};
pub use enter::{Entrance, Past, entrance};
pub use run::{Effect, Entered, Run, RunState, Sending, Tasking, Visit};
pub use shipped::SHIPPED;
pub use validate::{MAX_STEPS, Problem};
pub use way_out::WaysOut;

#[cfg(test)]
mod tests;
