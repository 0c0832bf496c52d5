//! The runtime's requests and answers from and to `service`'s plain values.

use crate::body::{self, Unreadable};
use tributary_service::{Request, Response, percent_decode, problem};
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{self, Array, Error, Uint8Array, futures::JsFuture};
use worker::web_sys::{self, Headers, ResponseInit};

/// The largest body that is taken in, packed or unpacked. Channels set lower limits.
pub const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;

/// Path and query of a URL as the runtime writes it, without parsing it: parsing would bring in
/// the tables of all scripts.
pub fn split_url(url: &str) -> (&str, &str) {
    let after_host = url
        .find("://")
        .and_then(|scheme| url.get(scheme + 3..))
        .and_then(|rest| rest.find('/').and_then(|slash| rest.get(slash..)))
        .unwrap_or("/");
    let target = after_host.split('#').next().unwrap_or(after_host);
    target.split_once('?').unwrap_or((target, ""))
}

/// Whether only other functions may ask for this. Segments are compared decoded, as the
/// functions read them; `/api/s/` belongs to the collector.
pub fn is_guarded(path: &str) -> bool {
    let mut segments = path.split('/').filter(|part| !part.is_empty()).map(percent_decode);
    match segments.next().as_deref() {
        Some("internal" | "auth") => true,
        Some("api") => segments.next().as_deref() != Some("s"),
        _ => false,
    }
}

pub fn headers(headers: &Headers) -> Vec<(String, String)> {
    let mut list = Vec::new();
    // Iteration gives names in lower case.
    for entry in Array::from(headers).iter() {
        let pair: Array = entry.unchecked_into();
        if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
            list.push((name, value));
        }
    }
    list
}

pub fn header(request: &web_sys::Request, name: &str) -> Option<String> {
    request.headers().get(name).ok().flatten()
}

/// Reads the whole request; an answer where it cannot be read.
pub async fn request(incoming: &web_sys::Request) -> Result<Request, Response> {
    let url = incoming.url();
    let (path, query) = split_url(&url);
    let mut request = Request {
        method: incoming.method(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers(&incoming.headers()),
        body: Vec::new(),
    };
    request.body = whole_body(incoming, &request).await.map_err(refuse)?;
    let says_gzip = request
        .header("content-encoding")
        .is_some_and(|encoding| encoding.trim().eq_ignore_ascii_case("gzip"));
    if says_gzip && body::is_gzip(&request.body) {
        request.body = body::gunzip(&request.body, MAX_BODY_BYTES).map_err(refuse)?;
        request.headers.retain(|(name, _)| name != "content-encoding" && name != "content-length");
    }
    Ok(request)
}

async fn whole_body(incoming: &web_sys::Request, request: &Request) -> Result<Vec<u8>, Unreadable> {
    let announced: Option<usize> =
        request.header("content-length").and_then(|length| length.parse().ok());
    match announced {
        Some(0) => Ok(Vec::new()),
        Some(length) if length > MAX_BODY_BYTES => Err(Unreadable::TooLarge),
        // The runtime holds senders to the length they announce: one read will do.
        Some(_) => {
            let promise = incoming.array_buffer().map_err(|_| Unreadable::Broken)?;
            let buffer = JsFuture::from(promise).await.map_err(|_| Unreadable::Broken)?;
            Ok(Uint8Array::new(&buffer).to_vec())
        }
        None => match incoming.body() {
            Some(stream) => body::read(&stream, MAX_BODY_BYTES).await,
            None => Ok(Vec::new()),
        },
    }
}

fn refuse(reason: Unreadable) -> Response {
    match reason {
        Unreadable::TooLarge => problem(413, "body_too_large", "A body may have up to 8 MiB."),
        Unreadable::Broken => problem(400, "malformed_body", "The body could not be read."),
    }
}

/// The answer as the runtime wants it.
pub fn response(answer: &Response) -> web_sys::Response {
    build(answer).unwrap_or_else(|_| bare(500))
}

fn build(answer: &Response) -> Result<web_sys::Response, JsValue> {
    // Pairs, not a `Headers`: one object of the runtime less for each answer.
    let headers: Array = answer
        .headers
        .iter()
        .map(|(name, value)| Array::of2(&JsValue::from_str(name), &JsValue::from_str(value)))
        .collect();
    let init = ResponseInit::new();
    init.set_status(answer.status);
    init.set_headers(&headers);
    // These may not have a body, not even an empty one.
    if answer.body.is_empty() || matches!(answer.status, 101 | 204 | 205 | 304) {
        return web_sys::Response::new_with_opt_str_and_init(None, &init);
    }
    let bytes = Uint8Array::from(answer.body.as_slice());
    web_sys::Response::new_with_opt_buffer_source_and_init(Some(&bytes), &init)
}

/// An answer without a body. A status the runtime refuses becomes a 500.
pub fn bare(status: u16) -> web_sys::Response {
    let init = ResponseInit::new();
    init.set_status(status);
    match web_sys::Response::new_with_opt_str_and_init(None, &init) {
        Ok(response) => response,
        Err(_) => web_sys::Response::error(),
    }
}

pub fn error_text(error: &JsValue) -> String {
    match error.dyn_ref::<Error>() {
        Some(error) => String::from(js_sys::Error::message(error)),
        None => error.as_string().unwrap_or_else(|| "unknown error".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_split_without_being_parsed() {
        for (url, path, query) in [
            ("https://crm.example/in/shop/a%20b?sig=x%2By&t=1", "/in/shop/a%20b", "sig=x%2By&t=1"),
            ("https://crm.example/", "/", ""),
            ("https://crm.example", "/", ""),
            ("http://crm.example/a?b=c?d#e", "/a", "b=c?d"),
        ] {
            assert_eq!(split_url(url), (path, query), "{url}");
        }
    }

    #[test]
    fn guarded_paths_cannot_be_spelled_differently() {
        for path in [
            "/internal/poke",
            "//internal/poke",
            "/%69nternal/tick",
            "/api/v1/profiles",
            "/%61pi/v1/profiles",
            "//api//v1",
            "/api",
            "/auth/oidc/start",
        ] {
            assert!(is_guarded(path), "{path}");
        }
        for path in ["/in/shop/x", "/v1/track", "/api/s/t", "/", "/apiary", "/batch/"] {
            assert!(!is_guarded(path), "{path}");
        }
    }
}
