//! What a function finds in its configuration, and a clear word about what it does not find.

use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::js_sys::Reflect;
use worker::worker_sys::types::{D1Database, Fetcher};

/// The secret every function shares; it opens `/internal/*` and `/api/*`.
pub const INTERNAL_KEY: &str = "INTERNAL_KEY";
/// The header that carries it from function to function.
pub const INTERNAL_HEADER: &str = "x-tributary-internal";

thread_local! {
    /// A configuration cannot change under a running isolate, so it is checked once.
    static COMPLETE: Cell<bool> = const { Cell::new(false) };
}

fn raw(env: &Env, name: &str) -> Option<JsValue> {
    Reflect::get(env, &JsValue::from_str(name))
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

/// A variable or secret. Empty counts as absent.
pub fn text(env: &Env, name: &str) -> Option<String> {
    raw(env, name)?.as_string().filter(|text| !text.is_empty())
}

pub fn database(env: &Env) -> Option<D1Database> {
    raw(env, "DB").map(JsCast::unchecked_into)
}

pub fn cache(env: &Env) -> Option<JsValue> {
    raw(env, "CONFIG")
}

/// The service binding of a function: `profile-merge` is bound as `PROFILE_MERGE`.
pub fn function(env: &Env, name: &str) -> Option<Fetcher> {
    raw(env, &binding_name(name)).map(JsCast::unchecked_into)
}

pub fn is_development(env: &Env) -> bool {
    text(env, "TRIBUTARY_ENV").as_deref() == Some("development")
}

pub fn binding_name(function: &str) -> String {
    function.to_ascii_uppercase().replace('-', "_")
}

/// Names everything that is missing at once, so that one look at `wrangler.toml` mends it.
pub fn check(env: &Env, needs_database: bool, functions: &[&str]) -> Result<(), String> {
    if COMPLETE.get() {
        return Ok(());
    }
    let mut missing = Vec::new();
    if needs_database && raw(env, "DB").is_none() {
        missing.push("DB (D1 database)".to_owned());
    }
    if text(env, INTERNAL_KEY).is_none() {
        missing.push("INTERNAL_KEY (secret)".to_owned());
    }
    for name in functions {
        if raw(env, &binding_name(name)).is_none() {
            missing.push(format!("{} (service binding to {name})", binding_name(name)));
        }
    }
    if missing.is_empty() {
        COMPLETE.set(true);
        return Ok(());
    }
    Err(format!("missing in this function's configuration: {}", missing.join(", ")))
}
