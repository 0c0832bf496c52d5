//! Whose rows a list may hold: decided where rows are read, so that no handler can forget it.

use crate::{Param, as_set};

/// The reps whose things may be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Everything,
    /// What is in the hands of these; of nobody: nothing.
    Of(Vec<String>),
}

impl Scope {
    /// As a parameter: a JSON list, or null for everything.
    pub fn param(&self) -> Param {
        match self {
            Scope::Everything => Param::Null,
            Scope::Of(owners) => as_set(Some(owners)),
        }
    }
}

/// The profiles in the hands of the reps in a JSON list (`$owners`): by a lead or by an open task.
macro_rules! hands {
    ($owners:literal) => {
        concat!(
            "SELECT h.profile FROM leads o JOIN identities h ON h.identity = o.identity \
             WHERE o.owner IN (SELECT value FROM json_each(",
            $owners,
            ")) UNION SELECT h.profile FROM tasks o JOIN identities h ON h.identity = o.identity \
             WHERE o.state = 'open' AND o.owner IN (SELECT value FROM json_each(",
            $owners,
            "))"
        )
    };
}
pub(crate) use hands;
