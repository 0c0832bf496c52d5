//! Staff of the simulated company, signed in as the console signs them in.

use crate::{World, block_on};
use serde_json::{Value, json};
use tributary_service::access::Access;
use tributary_service::{App, Request, Response};

/// A browser that somebody is signed in with.
pub struct Browser {
    pub cookie: String,
    pub csrf: String,
}

impl World {
    /// Somebody of this role, signed in by a link. `more` are further fields of the user.
    pub fn sign_in(&self, id: &str, role: &str, more: &Value) -> Browser {
        let email = format!("{id}@example.com");
        let mut user = json!({"name": id, "email": email, "role": role});
        for (field, value) in more.as_object().into_iter().flatten() {
            user[field.as_str()] = value.clone();
        }
        let (status, answer) = self.send("PUT", &format!("/api/v1/users/{id}"), &user);
        assert!(status < 300, "{answer}");
        let token = self.sign_in_token(&email);
        let response = self.post_token(&token, &[]);
        let cookie = cookie_of(&response).expect("a session's cookie");
        let body: Value = serde_json::from_slice(&response.body).expect("a session");
        Browser { cookie, csrf: body["csrf"].as_str().expect("a token").to_owned() }
    }

    /// The token of a fresh link.
    pub fn sign_in_token(&self, email: &str) -> String {
        let request = Request {
            method: "POST".to_owned(),
            path: "/internal/sign-in-link".to_owned(),
            body: json!({"email": email}).to_string().into_bytes(),
            ..Request::default()
        };
        let answer = block_on(Access::internal(self, "sign-in-link", &request));
        let answer: Value =
            serde_json::from_slice(&answer.expect("access answers").body).expect("a link");
        let path = answer["path"].as_str().expect("a path");
        path.split_once("token=").expect("a token").1.to_owned()
    }

    /// `POST /session` with these headers.
    pub fn post_token(&self, token: &str, headers: &[(&str, &str)]) -> Response {
        self.request(request(headers, "POST", "/api/v1/session", &json!({"token": token})))
    }

    /// A request of this browser; status and body.
    pub fn browse(
        &self,
        browser: &Browser,
        method: &str,
        path_and_query: &str,
        body: &Value,
    ) -> (u16, Value) {
        let headers = [("cookie", browser.cookie.as_str()), ("x-tributary-csrf", &browser.csrf)];
        self.browse_with(&headers, method, path_and_query, body)
    }

    /// A request with exactly these headers instead of a token's.
    pub fn browse_with(
        &self,
        headers: &[(&str, &str)],
        method: &str,
        path_and_query: &str,
        body: &Value,
    ) -> (u16, Value) {
        let response = self.request(request(headers, method, path_and_query, body));
        (response.status, serde_json::from_slice(&response.body).unwrap_or(Value::Null))
    }
}

fn request(headers: &[(&str, &str)], method: &str, path: &str, body: &Value) -> Request {
    let mut request = crate::api(method, path, body);
    request.headers.retain(|(name, _)| name != "authorization");
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    request.headers.extend(headers.iter().map(own));
    request
}

/// `name=value` of the cookie that an answer sets.
pub fn cookie_of(response: &Response) -> Option<String> {
    let set = response.headers.iter().find(|(name, _)| name == "set-cookie")?;
    set.1.split(';').next().map(str::to_owned)
}
