//! The suite from outside: requests in, answers out, and time. The simulated world and the real
//! runtime are driven by the same scenarios through this.

use crate::World;
use serde_json::Value;
use std::cell::RefCell;
use tributary_service::Request;

pub trait Suite {
    /// Status and body.
    fn call(&self, request: Request) -> (u16, Vec<u8>);
    fn now_ms(&self) -> i64;
    /// Moves the clock on and does everything that becomes due on the way.
    fn advance(&self, by_seconds: i64);
    fn admin_token(&self) -> String;
    /// Waits until nothing is left to do at this moment.
    fn settle(&self);

    /// A JSON call of the administrator.
    fn api(&self, method: &str, path_and_query: &str, body: &Value) -> (u16, Value) {
        let mut request = crate::api(method, path_and_query, body);
        request.headers.retain(|(name, _)| name != "authorization");
        request
            .headers
            .push(("authorization".to_owned(), format!("Bearer {}", self.admin_token())));
        let (status, body) = self.call(request);
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }
}

impl Suite for World {
    fn call(&self, request: Request) -> (u16, Vec<u8>) {
        let response = self.request(request);
        (response.status, response.body)
    }

    fn now_ms(&self) -> i64 {
        self.now().0
    }

    fn advance(&self, by_seconds: i64) {
        World::advance(self, by_seconds * 1_000);
    }

    fn admin_token(&self) -> String {
        crate::ADMIN_TOKEN.to_owned()
    }

    fn settle(&self) {
        World::settle(self);
    }
}

/// The suite in the real runtime, over HTTP.
pub struct HttpSuite<F> {
    /// Performs one request: method, URL path with query, headers, body → status and body.
    call: F,
    token: String,
    now_ms: RefCell<i64>,
}

impl<F: Fn(Request) -> (u16, Vec<u8>)> HttpSuite<F> {
    pub fn new(token: String, call: F) -> HttpSuite<F> {
        let suite = HttpSuite { call, token, now_ms: RefCell::new(0) };
        suite.advance(0);
        suite
    }
}

impl<F: Fn(Request) -> (u16, Vec<u8>)> Suite for HttpSuite<F> {
    fn call(&self, request: Request) -> (u16, Vec<u8>) {
        (self.call)(request)
    }

    fn now_ms(&self) -> i64 {
        *self.now_ms.borrow()
    }

    fn advance(&self, by_seconds: i64) {
        let body = serde_json::json!({"by_seconds": by_seconds});
        let (status, answer) = self.api("POST", "/dev/advance", &body);
        assert_eq!(status, 200, "/dev/advance: {answer}");
        let now = match &answer["now"] {
            Value::String(text) => tributary_core::time::Timestamp::parse_rfc3339(text),
            other => other.as_i64().map(tributary_core::time::Timestamp),
        };
        *self.now_ms.borrow_mut() = now.expect("/dev/advance tells the time").0;
    }

    fn admin_token(&self) -> String {
        self.token.clone()
    }

    fn settle(&self) {
        self.advance(0);
    }
}
