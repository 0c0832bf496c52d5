//! One JSON object a line: what the platform's log search can filter by.

use serde_json::json;
use worker::console_error;

/// A failure, logged once, where it is handled.
pub fn failure(function: &str, code: &str, detail: &str) {
    let line = json!({"level": "error", "function": function, "code": code, "detail": detail});
    console_error!("{}", line);
}
