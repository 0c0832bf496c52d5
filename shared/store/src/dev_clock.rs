//! `dev_clock`: how far a development installation has been moved forward in time. One row,
//! written by `/dev/advance`, empty in production.

use crate::{Db, DbError, Sql, one, rows};
use serde::Deserialize;

pub const LOAD: Sql = Sql::new("dev_clock.load", "SELECT offset_ms FROM dev_clock WHERE id = 1");

pub const SAVE: Sql = Sql::new(
    "dev_clock.save",
    "INSERT INTO dev_clock (id, offset_ms) VALUES (1, ?1)
     ON CONFLICT (id) DO UPDATE SET offset_ms = excluded.offset_ms",
);

#[derive(Deserialize)]
struct Row {
    offset_ms: i64,
}

pub async fn load(db: &impl Db) -> Result<i64, DbError> {
    let found: Vec<Row> = rows(db, LOAD.with(Vec::new())).await?;
    Ok(found.first().map_or(0, |row| row.offset_ms))
}

pub async fn save(db: &impl Db, offset_ms: i64) -> Result<(), DbError> {
    one(db, SAVE.with(vec![offset_ms.into()])).await.map(|_| ())
}
