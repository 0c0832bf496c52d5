//! What a mapping may make of a body: a rule that copies the whole body into each of its items would
//! turn a megabyte into a gigabyte.

use crate::channel::Reject;
use serde_json::Value;
use tributary_core::filter::Op;

/// What is made may be so many times as large as the body …
const TIMES: usize = 4;
/// … and a small body may become this much anyway, so that constants have room …
const MIN_BYTES: usize = 256 * 1024;
/// … and a large one no more than this.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// What filters may look through, in bytes: a text search in a large part of the body reads it all.
const MAX_READ_BYTES: usize = 16 * 1024 * 1024;
/// Each value and each test costs this besides its own bytes.
const EACH: usize = 16;

/// Over the budget: nothing is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent;

impl Spent {
    pub const REJECT: Reject = Reject::new(422, "mapping_makes_too_much");
}

/// What is left to be made and read.
#[derive(Debug)]
pub struct Budget {
    made: usize,
    read: usize,
}

impl Budget {
    pub fn of(body: &Value) -> Budget {
        let made = size(body, MAX_BYTES).saturating_mul(TIMES).clamp(MIN_BYTES, MAX_BYTES);
        Budget { made, read: MAX_READ_BYTES }
    }

    /// Before so many bytes are made.
    pub fn make(&mut self, bytes: usize) -> Result<(), Spent> {
        self.made = self.made.checked_sub(bytes.saturating_add(EACH)).ok_or(Spent)?;
        Ok(())
    }

    /// Whether there is room for a copy, before one is made.
    pub fn fits(&self, value: &Value) -> Result<(), Spent> {
        if size(value, self.made) > self.made { Err(Spent) } else { Ok(()) }
    }

    /// A copy of the value.
    pub fn copy(&mut self, value: &Value) -> Result<(), Spent> {
        self.make(size(value, self.made))
    }

    /// Before a filter is asked.
    pub fn ask(&mut self, op: Op, found: Option<&Value>) -> Result<(), Spent> {
        let reads = match (op, found) {
            (Op::Present | Op::Absent, _) | (_, None) => 0,
            (_, Some(found)) => size(found, self.read),
        };
        self.read = self.read.checked_sub(reads.saturating_add(EACH)).ok_or(Spent)?;
        Ok(())
    }
}

/// About as many bytes as the value takes as JSON; counting ends beyond `limit`.
fn size(value: &Value, limit: usize) -> usize {
    let mut total = 0_usize;
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        total = total.saturating_add(match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => 8,
            Value::String(text) => text.len() + 2,
            Value::Array(items) => {
                open.extend(items);
                items.len() + 2
            }
            Value::Object(map) => {
                open.extend(map.values());
                map.keys().map(|key| key.len() + 4).sum::<usize>() + 2
            }
        });
        if total > limit {
            break;
        }
    }
    total
}
