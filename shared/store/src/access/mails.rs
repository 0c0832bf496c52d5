//! Mails that carry a link to sign in: written with the link, and forgotten once they have left.

use crate::messages::NewMessage;
use crate::{Sql, Statement};
use tributary_core::ids::MessageId;

pub const STATEMENTS: &[&Sql] = &[&PUT, &FORGET];

/// A message (`?2`) that carries the link with this hash, where there is such a link.
pub const PUT: Sql = Sql::new(
    "mails.put",
    "INSERT INTO messages (id, journey, run, step, entry_key, identity, recipient, media, \
       purpose, content, gate, cause, depth, status, reason, due_at, created_at, updated_at) \
     SELECT value->>'id', value->>'journey', NULL, value->>'step', '', NULL, \
       value->>'recipient', value->>'media', value->>'purpose', value->>'content', \
       value->>'gate', NULL, 0, 'queued', '', value->>'due_at', value->>'created_at', \
       value->>'created_at' \
     FROM json_each(?2) WHERE EXISTS (SELECT 1 FROM sign_in_links l WHERE l.hash = ?1)",
);

/// What only the recipient may read, of those (`?1`) that have left or never will.
pub const FORGET: Sql = Sql::new(
    "mails.forget",
    "UPDATE messages SET content = '{}', rendered = NULL \
     WHERE id IN (SELECT value FROM json_each(?1)) AND journey = 'sign-in' \
       AND status NOT IN ('queued', 'sending')",
);

pub(super) fn put(hash: &str, mail: &NewMessage) -> Statement {
    // Invariant: a message serialises.
    let mail = serde_json::to_string(&[mail]).unwrap_or_default();
    PUT.with(vec![hash.into(), mail.into()])
}

pub fn forget(messages: &[MessageId]) -> Statement {
    let ids = serde_json::to_string(messages).unwrap_or_else(|_| "[]".to_owned());
    FORGET.with(vec![ids.into()])
}
