//! `consumers`: where each consumer of the log is, and the fence that keeps two runs apart.

use crate::{Param, Sql, Statement};
use serde::Deserialize;

/// The constraint that a stale run violates.
pub const FENCE: &str = "consumers_fence";

/// The most touchpoints one batch takes.
pub const MAX_PAGE: i64 = 500;

#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Consumer {
    pub name: String,
    pub cursor: i64,
    pub fence: i64,
    pub page_limit: i64,
    pub last_tick_at: Option<i64>,
}

pub const GET: Sql = Sql::new(
    "consumers.get",
    "SELECT name, cursor, fence, page_limit, last_tick_at FROM consumers WHERE name = ?1",
);

pub const ALL: Sql = Sql::scanning(
    "consumers.all",
    "one row a consumer",
    "SELECT name, cursor, fence, page_limit, last_tick_at FROM consumers ORDER BY name",
);

/// First statement of every batch of a consumer: advances it, or refuses the whole batch when
/// `fence` is not what this run read.
pub const ADVANCE: Sql = Sql::new(
    "consumers.advance",
    "UPDATE consumers SET cursor = ?2, fence = fence + 1, ok = (fence = ?3), page_limit = ?4 \
     WHERE name = ?1",
);

pub const TICKED: Sql =
    Sql::new("consumers.ticked", "UPDATE consumers SET last_tick_at = ?2 WHERE name = ?1");

/// After a page brought the function down.
pub const LIMIT_PAGE: Sql =
    Sql::new("consumers.limit_page", "UPDATE consumers SET page_limit = ?2 WHERE name = ?1");

pub fn get(name: &str) -> Statement {
    GET.with(vec![name.into()])
}

/// Advances the consumer to `cursor`, fenced by what `read` says. A page that went well lets the
/// next one be larger again.
pub fn advance(read: &Consumer, cursor: i64) -> Statement {
    let page_limit = read.page_limit.saturating_mul(2).clamp(1, MAX_PAGE);
    ADVANCE.with(vec![
        read.name.as_str().into(),
        Param::Int(cursor),
        Param::Int(read.fence),
        Param::Int(page_limit),
    ])
}

pub fn ticked(name: &str, now_ms: i64) -> Statement {
    TICKED.with(vec![name.into(), Param::Int(now_ms)])
}

pub fn limit_page(name: &str, page_limit: i64) -> Statement {
    LIMIT_PAGE.with(vec![name.into(), Param::Int(page_limit)])
}
