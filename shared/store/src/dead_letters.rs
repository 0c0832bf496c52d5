//! `dead_letters`: touchpoints a consumer could not process.

use crate::{Param, Sql, Statement};
use serde::{Deserialize, Serialize};
use tributary_core::ids::DeadLetterId;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;

/// A second failure of the same touchpoint raises `attempts`.
pub const BURY: Sql = Sql::new(
    "dead_letters.bury",
    "INSERT INTO dead_letters (id, consumer, seq, touchpoint, code, detail, state, attempts, at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'dead', 1, ?7) \
     ON CONFLICT (id) DO UPDATE SET state = 'dead', attempts = attempts + 1, \
       code = excluded.code, detail = excluded.detail, at = excluded.at",
);

/// By what is read again, [`crate::touchpoints::TO_REPLAY`]: whatever that finds, this ends.
pub const DONE: Sql = Sql::new(
    "dead_letters.done",
    "UPDATE dead_letters SET state = 'done' WHERE consumer = ?1 AND seq = ?2 AND state = 'replay'",
);

pub const REPLAY: Sql = Sql::new(
    "dead_letters.replay",
    "UPDATE dead_letters SET state = 'replay' WHERE id = ?1 AND state = 'dead'",
);

pub const GET: Sql = Sql::new(
    "dead_letters.get",
    "SELECT id, consumer, seq, touchpoint, code, detail, state, attempts, at \
     FROM dead_letters WHERE id = ?1",
);

pub const LIST: Sql = Sql::new(
    "dead_letters.list",
    "SELECT id, consumer, seq, touchpoint, code, detail, state, attempts, at FROM dead_letters \
     WHERE (at, id) < (?1, ?2) ORDER BY at DESC, id DESC LIMIT ?3",
);

pub const COUNTS: Sql = Sql::scanning(
    "dead_letters.counts",
    "dead letters are few, or the installation has another problem",
    "SELECT consumer, count(*) AS count FROM dead_letters WHERE state <> 'done' GROUP BY consumer",
);

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeadLetter {
    pub id: DeadLetterId,
    pub consumer: String,
    pub seq: i64,
    pub touchpoint: String,
    pub code: String,
    pub detail: String,
    pub state: String,
    pub attempts: i64,
    pub at: Timestamp,
}

pub fn id(consumer: &str, touchpoint: &Touchpoint) -> DeadLetterId {
    DeadLetterId::derive(&[consumer, touchpoint.id.as_str()])
}

pub fn bury(
    consumer: &str,
    touchpoint: &Touchpoint,
    code: &str,
    detail: &str,
    now: Timestamp,
) -> Statement {
    BURY.with(vec![
        id(consumer, touchpoint).0.into(),
        consumer.into(),
        Param::Int(touchpoint.seq),
        touchpoint.id.as_str().into(),
        code.into(),
        detail.into(),
        Param::Int(now.0),
    ])
}

pub fn done(consumer: &str, touchpoint: &Touchpoint) -> Statement {
    DONE.with(vec![consumer.into(), Param::Int(touchpoint.seq)])
}

pub fn replay(id: &str) -> Statement {
    REPLAY.with(vec![id.into()])
}

pub fn get(id: &str) -> Statement {
    GET.with(vec![id.into()])
}

/// Newest first, after `(at, id)`.
pub fn list(before_at: i64, before_id: &str, limit: i64) -> Statement {
    LIST.with(vec![Param::Int(before_at), before_id.into(), Param::Int(limit)])
}

pub fn counts() -> Statement {
    COUNTS.with(Vec::new())
}
