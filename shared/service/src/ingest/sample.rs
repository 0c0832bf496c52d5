//! A test: a request as its sender would make it, through the endpoint's own door and into the log.

use super::through;
use crate::endpoints;
use crate::{Host, Response, problem};
use serde::{Deserialize, Serialize};
use tributary_core::time::Timestamp;

/// `POST /internal/test`
pub const ACTION: &str = "test";

#[derive(Serialize, Deserialize)]
pub(crate) struct Asked {
    pub channel: String,
    pub endpoint: String,
}

/// What the sender would have been answered.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = EndpointTested))]
pub(crate) struct Tested {
    pub status: u16,
    pub at: Timestamp,
}

pub async fn answer<H: Host>(host: &H, body: &[u8]) -> Response {
    match test(host, body).await {
        Ok(tested) => Response::json(200, &tested),
        Err(response) => response,
    }
}

async fn test<H: Host>(host: &H, body: &[u8]) -> Result<Tested, Response> {
    let asked: Asked = serde_json::from_slice(body)
        .map_err(|_| problem(400, "malformed_body", "{\"channel\", \"endpoint\"}"))?;
    let unknown = || problem(404, "unknown_endpoint", "");
    let channel = tributary_channels::receiver(&asked.channel).ok_or_else(unknown)?;
    let inbound = channel.inbound.as_ref().ok_or_else(unknown)?;
    let found = endpoints::config(host, channel.id, &asked.endpoint).await;
    let endpoint = found.map_err(|error| super::unavailable(&error))?.ok_or_else(unknown)?;
    let sample = inbound.sample.ok_or_else(|| problem(422, "channel_has_no_test", ""))?;
    let at = host.now();
    // Without a usable secret there is nothing to prove the test with.
    let request = sample(&endpoint.config, at)
        .ok_or_else(|| problem(422, "test_refused", "endpoint_misconfigured"))?;
    match through(host, channel, endpoint, &request).await {
        Ok(handled) => Ok(Tested { status: handled.response.status, at }),
        Err(refused) if refused.status >= 500 => Err(refused),
        Err(refused) => {
            let said: serde_json::Value = serde_json::from_slice(&refused.body).unwrap_or_default();
            let code = said.get("code").and_then(serde_json::Value::as_str).unwrap_or_default();
            Err(problem(422, "test_refused", code))
        }
    }
}
