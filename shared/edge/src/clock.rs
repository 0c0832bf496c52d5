//! The clock. A development installation can be moved forward in time: the offset is kept in D1,
//! so that it survives a restart, and once per isolate, so that `now` costs nothing.

use std::cell::Cell;
use tributary_core::time::Timestamp;
use tributary_store::{Db, DbError, dev_clock};
use worker::js_sys::Date;

thread_local! {
    static OFFSET_MS: Cell<Option<i64>> = const { Cell::new(None) };
}

/// The true time, for measuring how long something takes.
pub fn wall_ms() -> i64 {
    Date::now() as i64
}

pub fn now() -> Timestamp {
    Timestamp(wall_ms()).plus_ms(offset_ms())
}

pub fn offset_ms() -> i64 {
    OFFSET_MS.get().unwrap_or(0)
}

pub fn set_offset_ms(offset: i64) {
    OFFSET_MS.set(Some(offset));
}

/// Reads the offset once per isolate. A database that cannot answer now is asked again at the
/// next request; until then the true time holds.
pub async fn load(db: &impl Db) {
    if OFFSET_MS.get().is_some() {
        return;
    }
    if let Ok(offset) = dev_clock::load(db).await {
        set_offset_ms(offset);
    }
}

pub async fn keep(db: &impl Db, offset: i64) -> Result<(), DbError> {
    dev_clock::save(db, offset).await
}
