//! D1 as a [`Db`].
//!
//! The runtime's own objects are used instead of `worker::D1Database`: rows go from the database
//! to serde as JSON text, without a detour through serde on JavaScript values, and errors are
//! read in one place (the display of `worker::D1Error` never returns).

use std::cell::Cell;
use std::rc::Rc;
use tributary_store::{Answer, Db, DbError, NO_ROWS, Param, Statement};
use wasm_bindgen::prelude::*;
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Array, Error, JSON};
use worker::worker_sys::types::{D1Database, D1PreparedStatement};

#[wasm_bindgen]
extern "C" {
    /// What D1 answers for one statement.
    type D1Answer;
    #[wasm_bindgen(method, getter)]
    fn results(this: &D1Answer) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn meta(this: &D1Answer) -> D1Meta;

    type D1Meta;
    #[wasm_bindgen(method, getter)]
    fn changes(this: &D1Meta) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn rows_read(this: &D1Meta) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn rows_written(this: &D1Meta) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn size_after(this: &D1Meta) -> Option<f64>;
}

/// What this isolate has asked of the database since it began: the bill, exactly.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub struct Usage {
    pub statements: u64,
    pub rows_read: u64,
    pub rows_written: u64,
}

thread_local! {
    static USAGE: Cell<Usage> = const { Cell::new(Usage { statements: 0, rows_read: 0, rows_written: 0 }) };
}

pub fn usage() -> Usage {
    USAGE.get()
}

#[derive(Clone)]
pub struct EdgeDb {
    database: D1Database,
    /// Statements run in this invocation: the platform allows 1,000.
    queries: Rc<Cell<u32>>,
}

impl EdgeDb {
    pub fn new(database: D1Database) -> EdgeDb {
        EdgeDb { database, queries: Rc::default() }
    }

    pub fn queries(&self) -> u32 {
        self.queries.get()
    }

    fn prepare(&self, statement: &Statement) -> Result<D1PreparedStatement, DbError> {
        let prepared = self.database.prepare(statement.sql.text).map_err(|e| refused(&e))?;
        if statement.params.is_empty() {
            return Ok(prepared);
        }
        let values = Array::new_with_length(statement.params.len() as u32);
        for (index, param) in statement.params.iter().enumerate() {
            let value = match param {
                Param::Null => JsValue::NULL,
                // D1 takes no 64-bit integers; an INTEGER column turns the double back.
                Param::Int(number) => JsValue::from_f64(*number as f64),
                Param::Text(text) => JsValue::from_str(text),
            };
            values.set(index as u32, value);
        }
        prepared.bind(values).map_err(|e| refused(&e))
    }

    /// One statement needs no transaction of its own.
    async fn single(&self, statement: &Statement) -> Result<Vec<Answer>, DbError> {
        let promise = self.prepare(statement)?.all().map_err(|e| refused(&e))?;
        let answer = JsFuture::from(promise).await.map_err(|e| refused(&e))?;
        Ok(vec![read(answer.unchecked_into())?])
    }

    async fn transaction(&self, batch: &[Statement]) -> Result<Vec<Answer>, DbError> {
        let statements = Array::new_with_length(batch.len() as u32);
        for (index, statement) in batch.iter().enumerate() {
            statements.set(index as u32, self.prepare(statement)?.into());
        }
        let promise = self.database.batch(statements).map_err(|e| refused(&e))?;
        let answers = JsFuture::from(promise).await.map_err(|e| refused(&e))?;
        let answers: Array = answers.unchecked_into();
        answers.iter().map(|answer| read(answer.unchecked_into())).collect()
    }
}

impl Db for EdgeDb {
    async fn run(&self, batch: Vec<Statement>) -> Result<Vec<Answer>, DbError> {
        self.queries.set(self.queries.get().saturating_add(batch.len() as u32));
        match batch.as_slice() {
            [] => Ok(Vec::new()),
            [statement] => self.single(statement).await,
            _ => self.transaction(&batch).await,
        }
    }
}

fn read(answer: D1Answer) -> Result<Answer, DbError> {
    let results = answer.results();
    let rows = if results.is_object() {
        let text = JSON::stringify(&results).map_err(|e| DbError::Shape(message(&e)))?;
        String::from(text)
    } else {
        NO_ROWS.to_owned()
    };
    let meta = answer.meta();
    let count = |value: Option<f64>| value.unwrap_or(0.0) as u64;
    let (rows_read, rows_written) = (count(meta.rows_read()), count(meta.rows_written()));
    let usage = USAGE.get();
    USAGE.set(Usage {
        statements: usage.statements + 1,
        rows_read: usage.rows_read + rows_read,
        rows_written: usage.rows_written + rows_written,
    });
    Ok(Answer {
        rows,
        changes: count(meta.changes()),
        rows_read,
        rows_written,
        database_bytes: count(meta.size_after()),
    })
}

fn message(error: &JsValue) -> String {
    match error.dyn_ref::<Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_else(|| "unknown error".to_owned()),
    }
}

fn refused(error: &JsValue) -> DbError {
    classify(&message(error))
}

/// Sorts D1's error texts by whose fault they are and whether trying again helps.
fn classify(message: &str) -> DbError {
    const TRANSIENT: &[&str] = &[
        "overloaded",
        "network",
        "connection",
        "reset",
        "sqlite_busy",
        "database is locked",
        "internal error",
        "timed out",
        "timeout",
        "exceeded its",
        "too many requests",
    ];
    let text = message.strip_prefix("D1_ERROR: ").unwrap_or(message).to_owned();
    let lower = text.to_ascii_lowercase();
    if lower.contains("constraint failed") || lower.contains("sqlite_constraint") {
        DbError::Constraint(text)
    } else if TRANSIENT.iter().any(|word| lower.contains(word)) {
        DbError::Unavailable(text)
    } else {
        DbError::Statement(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_sorted_by_fault() {
        let fence =
            classify("D1_ERROR: CHECK constraint failed: consumers_fence: SQLITE_CONSTRAINT");
        assert!(fence.is_fenced(), "{fence:?}");
        for text in [
            "D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
            "D1_ERROR: Network connection lost.",
            "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.",
            "D1_ERROR: database is locked: SQLITE_BUSY",
            "D1_ERROR: internal error",
        ] {
            assert!(matches!(classify(text), DbError::Unavailable(_)), "{text}");
        }
        for text in [
            "D1_ERROR: no such table: touchpoints: SQLITE_ERROR",
            "D1_ERROR: near \"CONSTRAINT\": syntax error at offset 7: SQLITE_ERROR",
            "D1_TYPE_ERROR: Type 'bigint' not supported for value '1'",
        ] {
            assert!(matches!(classify(text), DbError::Statement(_)), "{text}");
        }
    }
}
