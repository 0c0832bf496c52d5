//! `/api/v1/vocabulary`: what things are called, for everybody who may see touchpoints.

use crate::answer::{Answered, failed};
use crate::{Host, Response};
use serde::Serialize;
use tributary_channels::{Label, MANIFESTS};
use tributary_core::vocabulary::{TERMS, Term};
use tributary_store::endpoints::{self, Row};
use tributary_store::rows;

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Vocabulary {
    /// Touchpoints.
    items: &'static [Term],
    channels: Vec<ChannelName>,
    /// Endpoints that have a name beside their id.
    endpoints: Vec<EndpointName>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct ChannelName {
    id: &'static str,
    label: Label,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct EndpointName {
    channel: String,
    id: String,
    label: String,
}

pub(super) async fn get<H: Host>(host: &H) -> Answered<Response> {
    let found: Vec<Row> = rows(host.db(), endpoints::list(None)).await.map_err(failed)?;
    let named = found.into_iter().filter(|row| !row.label.is_empty());
    let vocabulary = Vocabulary {
        items: TERMS,
        channels: MANIFESTS
            .iter()
            .map(|one| ChannelName { id: one.id, label: one.label })
            .collect(),
        endpoints: named
            .map(|row| EndpointName { channel: row.channel, id: row.id, label: row.label })
            .collect(),
    };
    Ok(Response::json(200, &vocabulary))
}
