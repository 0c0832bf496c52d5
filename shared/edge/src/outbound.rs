//! Calling a provider.

use crate::body;
use tributary_channels::{ProviderAnswer, ProviderRequest};
use tributary_service::FetchError;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{self, Error, Uint8Array};
use worker::web_sys::{
    AbortSignal, Headers, Request, RequestInit, RequestRedirect, Response, WorkerGlobalScope,
};

const TIMEOUT_MS: u32 = 15_000;
const MAX_ANSWER_BYTES: usize = 64 * 1024;

pub async fn fetch(request: ProviderRequest) -> Result<ProviderAnswer, FetchError> {
    let request = translate(&request).map_err(|e| FetchError::NotSent(text(&e)))?;
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    let response = JsFuture::from(scope.fetch_with_request(&request)).await.map_err(failed)?;
    let response: Response = response.unchecked_into();
    let answered = match response.body() {
        // The call has taken place: an answer that breaks off says nothing about its effect.
        Some(stream) => {
            body::read_up_to(&stream, MAX_ANSWER_BYTES)
                .await
                .map_err(|_| FetchError::Unknown("the answer broke off".to_owned()))?
                .0
        }
        None => Vec::new(),
    };
    Ok(ProviderAnswer {
        status: response.status(),
        headers: crate::http::headers(&response.headers()),
        body: answered,
    })
}

fn translate(request: &ProviderRequest) -> Result<Request, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &request.headers {
        headers.append(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method(request.method);
    init.set_headers(&headers);
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    if !request.body.is_empty() {
        init.set_body(&Uint8Array::from(request.body.as_slice()));
    }
    Request::new_with_str_and_init(&request.url, &init)
}

fn text(error: &JsValue) -> String {
    match error.dyn_ref::<Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_else(|| "unknown error".to_owned()),
    }
}

/// Only what never left may be sent again on a provider without idempotency, so everything that
/// is not certain counts as unknown.
fn failed(error: JsValue) -> FetchError {
    let reason = text(&error);
    let lower = reason.to_ascii_lowercase();
    let never_left = ["connection refused", "econnrefused", "dns lookup failed", "enotfound"];
    if never_left.iter().any(|words| lower.contains(words)) {
        FetchError::NotSent(reason)
    } else {
        FetchError::Unknown(reason)
    }
}
