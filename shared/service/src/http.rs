//! Requests and answers as plain values, so that every function runs natively as it does on the
//! edge. `edge` translates.

use serde::Serialize;

#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    /// As sent, percent-encoded, without the query.
    pub path: String,
    /// Without the `?`.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a query parameter, decoded.
    pub fn query_param(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Every value of a query parameter, decoded, in their order.
    pub fn query_params(&self, name: &str) -> Vec<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .filter(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.into_owned())
            .collect()
    }

    /// The path's segments, decoded: `/profiles/a%20b` is `["profiles", "a b"]`.
    pub fn segments(&self) -> Vec<String> {
        self.path.split('/').filter(|part| !part.is_empty()).map(percent_decode).collect()
    }
}

/// Percent-decoding of a path segment. A plus sign stays a plus sign: paths are not forms.
pub fn percent_decode(text: &str) -> String {
    let escaped = text.replace('+', "%2B");
    let pair = format!("x={escaped}");
    form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[derive(Clone, Debug, Default)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn empty(status: u16) -> Response {
        Response { status, ..Response::default() }
    }

    pub fn text(status: u16, body: &str) -> Response {
        Response {
            status,
            headers: vec![("content-type".into(), "text/plain; charset=utf-8".into())],
            body: body.as_bytes().to_vec(),
        }
    }

    pub fn json<T: Serialize>(status: u16, value: &T) -> Response {
        Response {
            status,
            headers: vec![("content-type".into(), "application/json".into())],
            // Invariant: our own types serialise; a map with non-string keys does not exist here.
            body: serde_json::to_vec(value).unwrap_or_default(),
        }
    }

    /// For the one who asked and nobody else: no cache keeps it, and no browser takes it for
    /// something it is not.
    pub fn private(mut self) -> Response {
        for (name, value) in [("cache-control", "no-store"), ("x-content-type-options", "nosniff")]
        {
            if !self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
                self = self.with_header(name, value);
            }
        }
        self
    }

    pub fn with_header(mut self, name: &str, value: &str) -> Response {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}
