//! What survives a panic.
//!
//! A panic traps: the Wasm instance is lost with everything in it, and the entry script makes a
//! new one for the next request. Two notes on the JavaScript global outlive it: that a drain was
//! running at that very moment, and what the panic said. The next drain reads them and lets the
//! function act ([`tributary_service::App::after_panic`]).

use std::cell::Cell;
use std::future::Future;
use std::panic;
use std::pin::pin;
use std::task::Poll;
use wasm_bindgen::JsValue;
use worker::js_sys::{self, Object, Reflect};

const PANIC: &str = "__tributary_panic";
const DRAINING: &str = "__tributary_draining";

thread_local! {
    static INSTALLED: Cell<bool> = const { Cell::new(false) };
}

/// Once per instance.
pub fn install() {
    if INSTALLED.replace(true) {
        return;
    }
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        previous(info);
        note(&info.to_string());
    }));
}

fn note(message: &str) {
    let entry = Object::new();
    let at = JsValue::from_f64(js_sys::Date::now());
    let _ = Reflect::set(&entry, &JsValue::from_str("at"), &at);
    let _ = Reflect::set(&entry, &JsValue::from_str("message"), &JsValue::from_str(message));
    let _ = Reflect::set(&js_sys::global(), &JsValue::from_str(PANIC), &entry);
}

/// The last panic of this isolate. Reading it clears it.
pub fn take_panic() -> Option<String> {
    let entry = take(PANIC)?;
    let message = Reflect::get(&entry, &JsValue::from_str("message")).ok()?;
    Some(message.as_string().unwrap_or_default())
}

/// The panic, or other trap, that ended a drain. Reading it clears it.
pub fn take_drain_panic() -> Option<String> {
    take(DRAINING)?;
    Some(take_panic().unwrap_or_else(|| "the instance trapped without a message".to_owned()))
}

fn take(name: &str) -> Option<JsValue> {
    let (global, name) = (js_sys::global(), JsValue::from_str(name));
    let value = Reflect::get(&global, &name).ok().filter(JsValue::is_truthy)?;
    let _ = Reflect::set(&global, &name, &JsValue::UNDEFINED);
    Some(value)
}

/// Marks each single step of a drain: the mark is left behind only when that step trapped. A
/// mark around the whole drain would also be left behind by another request's panic.
pub async fn watch<T>(drain: impl Future<Output = T>) -> T {
    let mut drain = pin!(drain);
    let (global, name) = (js_sys::global(), JsValue::from_str(DRAINING));
    std::future::poll_fn(move |context| {
        let _ = Reflect::set(&global, &name, &JsValue::TRUE);
        let step: Poll<T> = drain.as_mut().poll(context);
        let _ = Reflect::set(&global, &name, &JsValue::UNDEFINED);
        step
    })
    .await
}
