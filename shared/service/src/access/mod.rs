//! access: who somebody is and what they may do. Users, teams, sessions, API keys, the audit log.
//! Every request of the API is admitted here, and nowhere else.

mod admit;
pub(crate) mod audit;
mod chain;
pub(crate) mod keys;
pub(crate) mod links;
mod oidc;
pub(crate) mod privacy;
pub(crate) mod roles;
mod secret;
pub(crate) mod session;
pub(crate) mod teams;
pub(crate) mod users;

pub use admit::Asked;
pub use audit::{NewEntry, write_entries};

use crate::{App, Handled, Host, Request, Response, problem};

pub struct Access;

/// How long a session lasts, whatever is done in it.
const SESSION_MS: i64 = 7 * 24 * 3_600_000;

impl App for Access {
    const NAME: &'static str = "access";
    /// It carries the links people sign in with.
    const NEXT: &'static [&'static str] = &["message-send"];
    const OWN_WORK: bool = false;

    async fn handle<H: Host>(host: &H, request: Request) -> Handled {
        let segments = request.segments();
        let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
        if let ["auth", "oidc", step] = parts.as_slice() {
            return oidc::handle(host, &request, step).await.into();
        }
        let Some(("api", ["v1", rest @ ..])) = parts.split_first().map(|(one, rest)| (*one, rest))
        else {
            return problem(404, "not_found", "").into();
        };
        let answer = match (request.method.as_str(), rest) {
            ("GET", ["api-keys"]) => keys::list(host, &request).await,
            ("POST", ["api-keys"]) => keys::create(host, &request).await,
            ("DELETE", ["api-keys", id]) => keys::revoke(host, id).await,
            ("GET", ["audit"]) => audit::list(host, &request).await,
            ("GET", ["audit", "verification"]) => audit::verify(host).await,
            ("GET", ["personal-fields"]) => privacy::get(host).await,
            ("PUT", ["personal-fields"]) => privacy::put(host, &request).await,
            ("GET", ["roles"]) => Ok(roles::list()),
            ("GET", ["session"]) => session::get(host, &request).await,
            ("POST", ["session"]) => session::create(host, &request).await,
            ("DELETE", ["session"]) => session::end(host, &request).await,
            ("GET", ["sign-in"]) => session::methods(host),
            ("POST", ["sign-in"]) => return links::send(host, &request).await,
            ("GET", ["teams"]) => teams::list(host).await,
            ("PUT", ["teams", id]) => teams::put(host, id, &request).await,
            ("DELETE", ["teams", id]) => teams::delete(host, id).await,
            ("GET", ["users"]) => users::list(host, &request).await,
            ("PUT", ["users", id]) => users::put(host, id, &request).await,
            ("POST", ["users", id, "sign-out"]) => users::sign_out(host, id, &request).await,
            (
                _,
                [
                    "api-keys" | "audit" | "personal-fields" | "roles" | "session" | "sign-in"
                    | "teams" | "users",
                    ..,
                ],
            ) => Err(problem(405, "method_not_allowed", "")),
            _ => Err(problem(404, "not_found", "")),
        };
        answer.unwrap_or_else(|answer| answer).into()
    }

    async fn internal<H: Host>(host: &H, action: &str, request: &Request) -> Option<Response> {
        let answer = match (request.method.as_str(), action) {
            ("POST", "admit") => admit::admit(host, request).await,
            ("POST", "refused") => audit::refused(host, request).await,
            ("POST", "sign-in-link") if host.is_development() => links::print(host, request).await,
            _ => return None,
        };
        Some(answer.unwrap_or_else(|answer| answer))
    }
}
