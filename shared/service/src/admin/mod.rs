//! admin: configuration and operation. Channels, endpoints, the touchpoint inventory, dead
//! letters, quarantine, health.

pub(crate) mod endpoints;
mod health;
pub(crate) mod inventory;
mod mappings;
mod quarantine;
pub(crate) mod setup;
pub(crate) mod vocabulary;

use crate::{App, Handled, Host, Request, Response, problem};
use serde_json::json;

pub struct Admin;

const OWN: &[&str] = &[
    "channels",
    "dead-letters",
    "endpoints",
    "health",
    "inventory",
    "mappings",
    "quarantine",
    "setup",
    "touchpoints",
    "vocabulary",
];

impl App for Admin {
    const NAME: &'static str = "admin";
    /// ingest forgets what it remembered of an endpoint; consumers look for replays.
    const NEXT: &'static [&'static str] =
        &["ingest", "profile-merge", "journey-runner", "lead-assign"];
    const ASKS: &'static [&'static str] = &["ingest"];
    const OWN_WORK: bool = false;

    async fn handle<H: Host>(host: &H, request: Request) -> Handled {
        let segments = request.segments();
        let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
        let Some(("api", ["v1", rest @ ..])) = parts.split_first().map(|(one, rest)| (*one, rest))
        else {
            return problem(404, "not_found", "").into();
        };
        let changes = request.method != "GET";
        let answer = match (request.method.as_str(), rest) {
            ("GET", ["channels"]) => Ok(channels()),
            ("GET", ["health"]) => health::get(host).await,
            ("GET", ["inventory"]) => inventory::inventory(host).await,
            ("GET", ["setup"]) => setup::get(host).await,
            ("PUT", ["setup"]) => setup::put(host, &request).await,
            ("GET", ["touchpoints"]) => inventory::list(host, &request).await,
            ("GET", ["touchpoints", id]) => inventory::get(host, id, &request).await,
            ("GET", ["dead-letters"]) => inventory::dead_letters(host, &request).await,
            ("POST", ["dead-letters", id, "replay"]) => inventory::replay(host, id).await,
            ("GET", ["endpoints"]) => endpoints::list(host, &request).await,
            ("GET", ["endpoints", channel, id]) => {
                endpoints::get(host, &request, channel, id).await
            }
            ("PUT", ["endpoints", channel, id]) => {
                endpoints::put(host, &request, channel, id).await
            }
            ("POST", ["endpoints", channel, id, "test"]) => {
                endpoints::test(host, channel, id).await
            }
            ("DELETE", ["endpoints", channel, id]) => endpoints::delete(host, channel, id).await,
            ("GET", ["vocabulary"]) => vocabulary::get(host).await,
            ("GET", ["endpoints", channel, id, "mappings"]) => {
                mappings::versions(host, channel, id).await
            }
            ("POST", ["mappings", "preview"]) => mappings::preview(host, &request).await,
            ("GET", ["quarantine"]) => quarantine::list(host, &request).await,
            ("GET", ["quarantine", id]) => quarantine::get(host, id).await,
            ("POST", ["quarantine", id, "replay"]) => quarantine::replay(host, id).await,
            (_, [prefix, ..]) if OWN.contains(prefix) => {
                Err(problem(405, "method_not_allowed", ""))
            }
            _ => Err(problem(404, "not_found", "")),
        };
        match answer {
            Ok(response) => Handled { worked: changes, ..response.into() },
            Err(response) => response.into(),
        }
    }
}

/// The manifests: what each channel is, needs and can.
fn channels() -> Response {
    Response::json(200, &json!({"items": tributary_channels::MANIFESTS}))
}
