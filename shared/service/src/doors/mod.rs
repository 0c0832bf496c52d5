//! doors: where people come by themselves. `/q/{code}`, `/f/{form}` and `/u/{token}` are answered to
//! browsers; what the first two lead to is kept in `/api/v1/codes` and `/api/v1/forms`.

mod api;
mod page;
mod preference;
mod visit;

use crate::{App, Handled, Host, Request, problem};

pub struct Doors;

const OWN: &[&str] = &["codes", "forms"];

impl App for Doors {
    const NAME: &'static str = "doors";
    const NEXT: &'static [&'static str] = &["profile-merge"];
    const ASKS: &'static [&'static str] = &["directory"];
    const OWN_WORK: bool = false;

    async fn handle<H: Host>(host: &H, request: Request) -> Handled {
        let segments = request.segments();
        let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
        let Some(("api", ["v1", rest @ ..])) = parts.split_first().map(|(one, rest)| (*one, rest))
        else {
            return visit::answer(host, &request).await;
        };
        let answer = match (request.method.as_str(), rest) {
            ("GET", ["codes"]) => api::list(host, api::CODES, &request).await,
            ("GET", ["codes", id]) => api::get(host, api::CODES, &request, id).await,
            ("PUT", ["codes", id]) => api::put(host, api::CODES, &request, id).await,
            ("DELETE", ["codes", id]) => api::delete(host, api::CODES, id).await,
            ("GET", ["forms"]) => api::list(host, api::FORMS, &request).await,
            ("GET", ["forms", id]) => api::get(host, api::FORMS, &request, id).await,
            ("PUT", ["forms", id]) => api::put(host, api::FORMS, &request, id).await,
            ("DELETE", ["forms", id]) => api::delete(host, api::FORMS, id).await,
            (_, [prefix, ..]) if OWN.contains(prefix) => {
                Err(problem(405, "method_not_allowed", ""))
            }
            _ => Err(problem(404, "not_found", "")),
        };
        match answer {
            Ok(response) | Err(response) => response.into(),
        }
    }
}
