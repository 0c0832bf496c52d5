//! The only public function: channels' webhooks go straight through to `ingest`, the API is
//! authenticated and passed to the function that owns what is asked for.

mod dev;

use crate::bindings::{self, INTERNAL_HEADER, INTERNAL_KEY};
use crate::entry::misconfigured;
use crate::{http, log, panics};
use tributary_service::gateway::{Role, authenticate, authorize, owner_of};
use tributary_service::{Response, problem};
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::futures::JsFuture;
use worker::web_sys::{self, Headers, RequestInit};
use worker::{Env, Result};

const NAME: &str = "gateway";
const PUBLIC: &str = "ingest";
/// What only functions may say to each other; from outside it is removed.
const OWN_HEADERS: &str = "x-tributary-";
const MAX_DISCARDED_BYTES: u64 = 64 * 1024;
const ROLE_HEADER: &str = "x-tributary-role";

/// Every function but this one.
const FUNCTIONS: &[&str] =
    &["admin", "ingest", "profile-merge", "journey-runner", "lead-assign", "message-send"];

pub async fn fetch(request: web_sys::Request, env: Env) -> Result<web_sys::Response> {
    panics::install();
    let url = request.url();
    let (path, _) = http::split_url(&url);
    if is_collector(path) {
        return Ok(pass_on(&env, PUBLIC, &request).await);
    }
    if let Err(missing) = bindings::check(&env, false, FUNCTIONS) {
        return Ok(http::response(&misconfigured(NAME, &missing)));
    }
    let answer = match path {
        "/" | "/health" => Response::text(200, "ok\n"),
        _ if path.starts_with("/api/v1/") => {
            return Ok(match admit(&env, &request, path) {
                Ok((role, owner)) => match with_role(&env, &request, role) {
                    Ok(request) => pass_on(&env, owner, &request).await,
                    Err(_) => http::bare(500),
                },
                Err(refusal) => {
                    discard_body(&request).await;
                    http::response(&refusal)
                }
            });
        }
        _ if path.starts_with("/dev/") && bindings::is_development(&env) => {
            match identify(&env, &request) {
                Some(Role::Admin) => dev::answer(&env, &request, path).await,
                Some(Role::ReadOnly) => forbidden(),
                None => unauthenticated(),
            }
        }
        _ => not_found(),
    };
    if answer.status >= 400 {
        discard_body(&request).await;
    }
    Ok(http::response(&answer))
}

/// Reads what a refused request still has to say, where that is little: the runtime closes a
/// connection with an unread body, and the client's next request on it would fail.
async fn discard_body(request: &web_sys::Request) {
    let length = http::header(request, "content-length").and_then(|text| text.parse::<u64>().ok());
    if request.body_used() || length.is_none_or(|length| length > MAX_DISCARDED_BYTES) {
        return;
    }
    if let Ok(promise) = request.array_buffer() {
        // Its content and its fate are nobody's concern.
        let _ = JsFuture::from(promise).await;
    }
}

/// What channels and SDKs send. They authenticate themselves to `ingest`, over the raw bytes.
fn is_collector(path: &str) -> bool {
    ["/in/", "/v1/", "/api/s/", "/batch"].iter().any(|prefix| path.starts_with(prefix))
}

fn identify(env: &Env, request: &web_sys::Request) -> Option<Role> {
    let admin = bindings::text(env, "ADMIN_TOKEN");
    let readonly = bindings::text(env, "READONLY_TOKEN");
    let header = http::header(request, "authorization");
    authenticate(header.as_deref(), admin.as_deref(), readonly.as_deref())
}

fn admit(
    env: &Env,
    request: &web_sys::Request,
    path: &str,
) -> std::result::Result<(Role, &'static str), Response> {
    let role = identify(env, request).ok_or_else(unauthenticated)?;
    let owner = owner_of(path).ok_or_else(not_found)?;
    if authorize(role, &request.method(), path) { Ok((role, owner)) } else { Err(forbidden()) }
}

/// The same request, its body unread, with our headers instead of the sender's.
fn with_role(
    env: &Env,
    request: &web_sys::Request,
    role: Role,
) -> std::result::Result<web_sys::Request, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in http::headers(&request.headers()) {
        if !name.starts_with(OWN_HEADERS) {
            headers.append(&name, &value)?;
        }
    }
    headers.set(INTERNAL_HEADER, &bindings::text(env, INTERNAL_KEY).unwrap_or_default())?;
    headers.set(ROLE_HEADER, role.id())?;
    let init = RequestInit::new();
    init.set_headers(&headers);
    web_sys::Request::new_with_request_and_init(request, &init)
}

/// The body streams through; nothing is read here.
async fn pass_on(env: &Env, function: &str, request: &web_sys::Request) -> web_sys::Response {
    let Some(service) = bindings::function(env, function) else {
        let missing = format!("missing: {} (service binding)", bindings::binding_name(function));
        return http::response(&misconfigured(NAME, &missing));
    };
    let answer = async { JsFuture::from(service.fetch(request)?).await };
    match answer.await {
        Ok(response) => response.unchecked_into(),
        Err(error) => {
            let detail = format!("{function}: {}", http::error_text(&error));
            log::failure(NAME, "function_unavailable", &detail);
            http::response(&problem(503, "function_unavailable", "Please try again."))
        }
    }
}

fn unauthenticated() -> Response {
    problem(401, "unauthenticated", "A valid bearer token is needed.")
        .with_header("www-authenticate", "Bearer")
}

fn forbidden() -> Response {
    problem(403, "forbidden", "This token may only read.")
}

fn not_found() -> Response {
    problem(404, "not_found", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_collectors_bypass_the_api() {
        for path in ["/in/shop/e1", "/v1/track", "/api/s/track", "/batch", "/batch/"] {
            assert!(is_collector(path), "{path}");
        }
        for path in ["/api/v1/profiles", "/internal/poke", "/", "/dev/settle", "/v1", "/in"] {
            assert!(!is_collector(path), "{path}");
        }
    }
}
