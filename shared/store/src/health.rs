//! How far behind everything is, in a few bounded queries.

use crate::Sql;

/// Per consumer: how many touchpoints lie after its cursor, and when the first of them came.
pub const LAGS: Sql = Sql::scanning(
    "health.lags",
    "one row a consumer; the log is sought by its key",
    "SELECT c.name, (SELECT coalesce(max(seq), 0) FROM touchpoints) - c.cursor AS backlog, \
       (SELECT t.received_at FROM touchpoints t WHERE t.seq > c.cursor ORDER BY t.seq LIMIT 1) \
         AS oldest_received_at \
     FROM consumers c",
);

/// Timers and messages that are due at `?1`.
pub const DUE: Sql = Sql::new(
    "health.due",
    "SELECT (SELECT count(*) FROM journey_runs WHERE state = 'active' AND due_at <= ?1) AS runs, \
       (SELECT count(*) FROM messages WHERE status IN ('queued', 'sending') AND due_at <= ?1) \
         AS messages",
);
