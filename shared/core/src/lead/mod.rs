//! Leads: how far a profile has come (score), who takes it over (assign), and what that person
//! should know first (answers).

pub mod answers;
mod assign;
mod merge;
mod needs;
mod region;
mod score;

pub use assign::{Assignment, DropReason, Dropped, Rep, RepId, Roster, Stage, StageName, assign};
pub use merge::{Adoption, LeadState, LeadView, Merge, merge, to_restore};
pub use needs::{Needs, needs};
pub use region::is_known as is_known_region;
pub use score::{Entry, Label, Part, Rule, Score, Scoring, score};

#[cfg(test)]
mod tests;
