//! The only public function: channels' webhooks go straight through to `ingest`, the API is
//! authenticated and passed to the function that owns what is asked for.

mod dev;
mod room;

use crate::bindings::{self, INTERNAL_HEADER, INTERNAL_KEY};
use crate::entry::{misconfigured, overloaded};
use crate::poke::call;
use crate::{http, log, panics};
use serde_json::json;
use tributary_service::access::Asked;
use tributary_service::gateway::{may_preview, owner_of, previews};
use tributary_service::{PRINCIPAL_HEADER, Principal, Response, problem};
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::Uint8Array;
use worker::js_sys::futures::JsFuture;
use worker::web_sys::{self, Headers, RequestInit};
use worker::{Env, Result};

const NAME: &str = "gateway";
const PUBLIC: &str = "ingest";
const ACCESS: &str = "access";
const DOORS: &str = "doors";
/// What only functions may say to each other; from outside it is removed.
const OWN_HEADERS: &str = "x-tributary-";
/// Sent by our own pages with every change.
const CSRF_HEADER: &str = "x-tributary-csrf";
const MAX_DISCARDED_BYTES: u64 = 64 * 1024;

/// Every function but this one.
const FUNCTIONS: &[&str] = &[
    "access",
    "admin",
    "directory",
    "doors",
    "enrich",
    "ingest",
    "journey-runner",
    "lead-assign",
    "message-send",
    "profile-merge",
];

pub async fn fetch(request: web_sys::Request, env: Env) -> Result<web_sys::Response> {
    panics::install();
    let url = request.url();
    let (path, _) = http::split_url(&url);
    if is_collector(path) {
        let Some(_pass) = room::enter() else {
            discard_body(&request).await;
            return Ok(http::response(&overloaded()));
        };
        return Ok(pass_on(&env, PUBLIC, &request).await);
    }
    if let Err(missing) = bindings::check(&env, false, FUNCTIONS) {
        return Ok(http::response(&misconfigured(NAME, &missing)));
    }
    let answered = match path {
        "/health" => Ok(http::response(&Response::text(200, "ok\n"))),
        _ if path.starts_with("/api/v1/") => api(&env, &request, path).await,
        // Whoever scans or fills in a form is a visitor, and nobody of the house.
        _ if ["/f/", "/q/", "/u/"].iter().any(|prefix| path.starts_with(prefix)) => {
            Ok(pass_on(&env, DOORS, &request).await)
        }
        // It ends in a session or in nothing: whoever comes is nobody yet.
        _ if path.starts_with("/auth/") => forward(&env, ACCESS, &request, &nobody()).await,
        _ if path.starts_with("/dev/") && bindings::is_development(&env) => {
            match admit(&env, &request).await {
                Ok(_) => Ok(http::response(&dev::answer(&env, &request, path).await.private())),
                Err(refusal) => Err(refusal),
            }
        }
        _ => Err(not_found()),
    };
    let answer = answered.unwrap_or_else(|refusal| http::response(&refusal.private()));
    if answer.status() >= 400 {
        discard_body(&request).await;
    }
    Ok(answer)
}

fn nobody() -> Principal {
    Principal { actor_kind: "nobody".to_owned(), clear: true, ..Principal::default() }
}

/// A request of the API: admitted by `access`, answered by whoever owns it.
async fn api(
    env: &Env,
    request: &web_sys::Request,
    path: &str,
) -> std::result::Result<web_sys::Response, Response> {
    let owner = owner_of(path).ok_or_else(not_found)?;
    let principal = admit(env, request).await?;
    let answer = forward(env, owner, request, &principal).await?;
    if answer.status() >= 400 && principal.audited.is_some() && request.method() != "GET" {
        // It was noted as done before it was tried.
        let refused = json!({"principal": principal, "path": path, "status": answer.status()});
        let refused = refused.to_string();
        let noted = call(env, ACCESS, "POST", "/internal/refused", Some(&refused));
        if !noted.await.is_ok_and(|(status, _)| status < 400) {
            log::failure(NAME, "refusal_not_noted", path);
        }
    }
    Ok(answer)
}

/// Asks `access` whether this request may be answered, and for whom.
async fn admit(env: &Env, request: &web_sys::Request) -> std::result::Result<Principal, Response> {
    let url = request.url();
    let (path, query) = http::split_url(&url);
    let header = |name: &str| http::header(request, name);
    let asked = Asked {
        method: request.method(),
        path: path.to_owned(),
        query: query.to_owned(),
        authorization: header("authorization"),
        cookie: header("cookie"),
        csrf: header(CSRF_HEADER),
        origin: header("origin"),
        host: header("host"),
        previews: only_previews(request, path).await,
    };
    let body = json!(asked).to_string();
    let unavailable = || problem(503, "function_unavailable", "Please try again.");
    match call(env, ACCESS, "POST", "/internal/admit", Some(&body)).await {
        Ok((200, principal)) => serde_json::from_value(principal).map_err(|_| unavailable()),
        Ok((status, answer)) if status >= 400 && answer.is_object() => {
            Err(refusal(status, &answer))
        }
        Ok(_) => Err(unavailable()),
        Err(reason) => {
            log::failure(NAME, "function_unavailable", &reason);
            Err(unavailable())
        }
    }
}

/// Whether the body says that it only asks what would happen. It is read from a copy, and only where
/// a path has previews.
async fn only_previews(request: &web_sys::Request, path: &str) -> bool {
    let length = http::header(request, "content-length").and_then(|text| text.parse::<u64>().ok());
    if !may_preview(&request.method(), path)
        || length.is_none_or(|length| length > MAX_DISCARDED_BYTES)
    {
        return false;
    }
    let Ok(copy) = request.clone() else { return false };
    let Ok(promise) = copy.array_buffer() else { return false };
    match JsFuture::from(promise).await {
        Ok(buffer) => previews(&Uint8Array::new(&buffer).to_vec()),
        Err(_) => false,
    }
}

/// Passes it on with our headers instead of the sender's.
async fn forward(
    env: &Env,
    owner: &str,
    request: &web_sys::Request,
    principal: &Principal,
) -> std::result::Result<web_sys::Response, Response> {
    let request =
        for_function(env, owner, request, principal).map_err(|_| problem(500, "internal", ""))?;
    Ok(pass_on(env, owner, &request).await)
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

/// The same request, its body unread. How somebody proved who they are is `access`'s business alone.
fn for_function(
    env: &Env,
    owner: &str,
    request: &web_sys::Request,
    principal: &Principal,
) -> std::result::Result<web_sys::Request, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in http::headers(&request.headers()) {
        let proof = matches!(name.as_str(), "authorization" | "cookie" | CSRF_HEADER);
        if (owner == ACCESS && name == CSRF_HEADER)
            || !(name.starts_with(OWN_HEADERS) || (proof && owner != ACCESS))
        {
            headers.append(&name, &value)?;
        }
    }
    headers.set(INTERNAL_HEADER, &bindings::text(env, INTERNAL_KEY).unwrap_or_default())?;
    headers.set(PRINCIPAL_HEADER, &principal.to_header())?;
    let init = RequestInit::new();
    init.set_headers(&headers);
    // Where to go from here is for the browser to follow.
    init.set_redirect(web_sys::RequestRedirect::Manual);
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
            http::response(&problem(503, "function_unavailable", "Please try again.").private())
        }
    }
}

/// `access`'s own words, with the headers that go with them.
fn refusal(status: u16, answer: &serde_json::Value) -> Response {
    let mut response = Response::json(status, answer);
    response.headers = vec![("content-type".into(), "application/problem+json".into())];
    match status {
        401 => response.with_header("www-authenticate", "Bearer"),
        429 | 503 => response.with_header("retry-after", "5"),
        _ => response,
    }
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
