//! What a mapping would make of a sample; nothing is written.

use super::keep;
use crate::{Host, Response, problem};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tributary_channels::EndpointConfig;
use tributary_channels::mapping::{Mapping, Spent, read_body};
use tributary_core::identity::Identity;
use tributary_core::time::Timestamp;

/// `POST /internal/preview`
pub const ACTION: &str = "preview";

/// A sample is pasted by hand.
const MAX_SAMPLE_BYTES: usize = 256 * 1024;

#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MappingPreview))]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    mapping: Value,
    /// A body as the system sends it: JSON, XML or the fields of a form.
    sample: String,
    /// Of which endpoint; scoped identifiers are unique within it.
    #[serde(default)]
    endpoint: String,
    /// Where telephone numbers without a country code are from.
    default_country: Option<String>,
}

/// What would be made of the sample.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Previewed {
    touchpoints: Vec<PreviewedTouchpoint>,
    faults: Vec<MappingFault>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct PreviewedTouchpoint {
    name: String,
    occurred_at: Timestamp,
    /// The same when the same is sent again.
    id: String,
    identifiers: Vec<Identity>,
    properties: Value,
    context: Value,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct MappingFault {
    /// Which of the things in the body, from 0.
    item: usize,
    code: &'static str,
}

pub async fn answer<H: Host>(host: &H, body: &[u8]) -> Response {
    match preview(host, body).await {
        Ok(previewed) => Response::json(200, &json!(previewed)),
        Err(response) => response,
    }
}

async fn preview<H: Host>(host: &H, body: &[u8]) -> Result<Previewed, Response> {
    let asked: Asked = serde_json::from_slice(body)
        .map_err(|_| problem(400, "malformed_body", "Expected mapping and sample."))?;
    let mapping = Mapping::read(&asked.mapping.to_string())
        .map_err(|invalid| problem(422, "invalid_mapping", &invalid.0))?;
    let sample = read_body(asked.sample.as_bytes(), MAX_SAMPLE_BYTES)
        .map_err(|reject| problem(422, "unreadable_sample", reject.code))?;
    let mapped = mapping
        .apply(&asked.endpoint, &sample)
        .map_err(|Spent| problem(422, Spent::REJECT.code, ""))?;
    let country = asked.default_country.map(|country| ("default_country".to_owned(), country));
    let config = EndpointConfig {
        channel: "webhook".to_owned(),
        id: asked.endpoint,
        settings: BTreeMap::from_iter(country),
        ..EndpointConfig::default()
    };
    let rows = keep::rows(host, &config, mapped.drafts, host.now()).await?;
    let touchpoints = rows.into_iter().map(|row| PreviewedTouchpoint {
        name: row.name,
        occurred_at: row.occurred_at,
        id: row.id.to_string(),
        identifiers: row.identifiers,
        properties: row.properties,
        context: row.context,
    });
    let faults = mapped.faults.into_iter().map(|(item, code)| MappingFault { item, code });
    Ok(Previewed { touchpoints: touchpoints.collect(), faults: faults.collect() })
}
