//! The database as the suite sees it: one call that runs statements as one transaction.
//!
//! D1 has no interactive transaction, so there is no `begin` here: read a snapshot, decide,
//! write one batch. Sets travel as one JSON parameter.

use std::future::Future;
use thiserror::Error;

/// A named SQL text. Every one is listed in [`crate::STATEMENTS`], so that a test can prepare each
/// on the migrated schema and read its query plan.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    /// `table.what`
    pub name: &'static str,
    pub text: &'static str,
    /// Why a full scan is right here; `None` makes one a test failure.
    pub scan: Option<&'static str>,
}

impl Sql {
    pub const fn new(name: &'static str, text: &'static str) -> Sql {
        Sql { name, text, scan: None }
    }

    pub const fn scanning(name: &'static str, why: &'static str, text: &'static str) -> Sql {
        Sql { name, text, scan: Some(why) }
    }

    pub fn with(&'static self, params: Vec<Param>) -> Statement {
        Statement { sql: self, params }
    }
}

/// Numbers reach D1 as doubles: an INTEGER column turns them back, elsewhere write
/// `CAST(?1 AS INTEGER)`.
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    Null,
    Int(i64),
    Text(String),
}

impl From<i64> for Param {
    fn from(value: i64) -> Param {
        Param::Int(value)
    }
}
impl From<&str> for Param {
    fn from(value: &str) -> Param {
        Param::Text(value.to_owned())
    }
}
impl From<String> for Param {
    fn from(value: String) -> Param {
        Param::Text(value)
    }
}
impl<T: Into<Param>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Param {
        value.map_or(Param::Null, Into::into)
    }
}

#[derive(Clone, Debug)]
pub struct Statement {
    pub sql: &'static Sql,
    pub params: Vec<Param>,
}

/// [`Answer::rows`] of a statement that found nothing.
pub const NO_ROWS: &str = "[]";

/// What one statement answered.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The rows as a JSON array of objects; [`NO_ROWS`] where there are none.
    pub rows: String,
    /// Rows inserted, updated or deleted; 0 for a duplicate.
    pub changes: u64,
    pub rows_read: u64,
    pub rows_written: u64,
    /// The database's size after the statement, in bytes; 0: it does not say.
    pub database_bytes: u64,
}

impl Answer {
    pub fn decode<T: serde::de::DeserializeOwned>(&self) -> Result<Vec<T>, DbError> {
        serde_json::from_str(&self.rows).map_err(|error| DbError::Shape(error.to_string()))
    }
}

#[derive(Clone, Debug, Error, PartialEq)]
pub enum DbError {
    /// A named constraint refused the batch; all of it was rolled back.
    #[error("constraint {0}")]
    Constraint(String),
    /// The database cannot be reached or is overloaded. Nothing was written, or the whole batch.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// A statement is wrong. A fault of ours.
    #[error("database refused a statement: {0}")]
    Statement(String),
    /// A row does not have the shape the code expects. A fault of ours.
    #[error("unexpected row: {0}")]
    Shape(String),
    /// More rows than may be looked at together: a smaller page may do.
    #[error("too many rows: {0}")]
    TooMany(String),
}

impl DbError {
    /// Another run of the same consumer was faster: read again, decide again.
    pub fn is_fenced(&self) -> bool {
        matches!(self, DbError::Constraint(text) if text.contains(crate::consumers::FENCE))
    }
}

/// A database, whichever: D1 on the edge, SQLite in tests. Nothing may assume there is only one.
pub trait Db {
    /// Runs the statements in order as one transaction: all or nothing. Answers come in order.
    fn run(&self, batch: Vec<Statement>) -> impl Future<Output = Result<Vec<Answer>, DbError>>;
}

/// One statement's answer.
pub async fn one(db: &impl Db, statement: Statement) -> Result<Answer, DbError> {
    let answers = db.run(vec![statement]).await?;
    answers.into_iter().next().ok_or_else(|| DbError::Shape("no answer".to_owned()))
}

/// One statement's rows.
pub async fn rows<T: serde::de::DeserializeOwned>(
    db: &impl Db,
    statement: Statement,
) -> Result<Vec<T>, DbError> {
    one(db, statement).await?.decode()
}

/// D1 takes values of up to 2 MB; a set that is larger goes as several statements of one batch.
const MAX_JSON_BYTES: usize = 900_000;

/// A small set as one parameter; null: no such condition.
pub fn as_set<T: serde::Serialize>(items: Option<&T>) -> Param {
    items.and_then(|items| serde_json::to_string(items).ok()).into()
}

/// The same statement over a set of any size: each chunk is a JSON array bound as `?1`, after it
/// the `rest`.
pub fn over_set<T: serde::Serialize>(
    sql: &'static Sql,
    items: &[T],
    rest: &[Param],
) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut chunk = String::new();
    for item in items {
        let Ok(json) = serde_json::to_string(item) else { continue };
        if !chunk.is_empty() && chunk.len() + json.len() > MAX_JSON_BYTES {
            statements.push(bound(sql, &mut chunk, rest));
        }
        chunk.push(if chunk.is_empty() { '[' } else { ',' });
        chunk.push_str(&json);
    }
    if !chunk.is_empty() {
        statements.push(bound(sql, &mut chunk, rest));
    }
    statements
}

fn bound(sql: &'static Sql, chunk: &mut String, rest: &[Param]) -> Statement {
    let mut json = std::mem::take(chunk);
    json.push(']');
    let mut params = vec![Param::Text(json)];
    params.extend_from_slice(rest);
    sql.with(params)
}
