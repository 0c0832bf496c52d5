//! `name_terms`: finding profiles by name.

use crate::{Sql, Statement, over_set};
use serde::Serialize;
use tributary_core::identity::Identity;
use tributary_core::profile::Wanted;

pub const STATEMENTS: &[&Sql] = &[&FILE, &FIND];

pub const FILE: Sql = Sql::new(
    "name_terms.file",
    "INSERT INTO name_terms (term, identity) \
     SELECT value->>'term', value->>'identity' FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING",
);

/// Profiles one of whose identities is filed under what is wanted: the rarest-looking term is looked
/// up, the others are asked for row by row. A term is wanted exactly where `from` is `to`, else as
/// the beginning of what lies between. Looks at no more than a thousand rows, as nobody reads on.
pub const FIND: Sql = Sql::new(
    "name_terms.find",
    "SELECT DISTINCT i.profile FROM \
       (SELECT n.identity FROM name_terms n WHERE n.term >= ?1 AND n.term <= ?2 LIMIT 1000) k \
     JOIN identities i ON i.identity = k.identity \
     WHERE NOT EXISTS (SELECT 1 FROM json_each(?3) w WHERE NOT EXISTS \
       (SELECT 1 FROM name_terms m WHERE m.term >= w.value->>'from' \
          AND m.term <= w.value->>'to' AND m.identity = k.identity)) \
     LIMIT ?4",
);

#[derive(Serialize)]
pub struct Term {
    pub term: String,
    pub identity: Identity,
}

pub fn file(terms: &[Term]) -> Vec<Statement> {
    over_set(&FILE, terms, &[])
}

/// `None`: nothing is wanted.
pub fn find(wanted: &[Wanted], limit: i64) -> Option<Statement> {
    #[derive(Serialize)]
    struct Range {
        from: String,
        to: String,
    }
    let range = |wanted: &Wanted| match wanted {
        Wanted::Exactly(term) => Range { from: term.clone(), to: term.clone() },
        Wanted::Beginning(start) => {
            Range { from: start.clone(), to: format!("{start}{}", char::MAX) }
        }
    };
    // The longest is the rarest, as far as one can tell without counting.
    let length = |wanted: &&Wanted| match wanted {
        Wanted::Exactly(term) | Wanted::Beginning(term) => term.len(),
    };
    let first = wanted.iter().max_by_key(length)?;
    let rest: Vec<Range> = wanted.iter().filter(|one| *one != first).map(range).collect();
    let first = range(first);
    // Invariant: ranges serialise.
    let rest = serde_json::to_string(&rest).unwrap_or_default();
    Some(FIND.with(vec![first.from.into(), first.to.into(), rest.into(), limit.into()]))
}
