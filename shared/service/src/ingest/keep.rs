//! Drafts to rows of the log.

use super::unavailable;
use crate::directory::phones;
use crate::{Host, Response, problem};
use std::collections::BTreeSet;
use tributary_channels::EndpointConfig;
use tributary_core::identity::written_phones;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, Touchpoint};

/// What these become at that endpoint; nothing is written.
pub async fn rows<H: Host>(
    host: &H,
    config: &EndpointConfig,
    drafts: Vec<Draft>,
    received_at: Timestamp,
) -> Result<Vec<Touchpoint>, Response> {
    let country = config
        .setting("default_country")
        .map(str::to_owned)
        .or_else(|| host.var("DEFAULT_COUNTRY"))
        .unwrap_or_else(|| "CN".to_owned());
    let written: BTreeSet<String> = drafts
        .iter()
        .flat_map(|draft| written_phones(&draft.identifiers))
        .map(str::to_owned)
        .collect();
    let phones = phones::ask(host, &country, written.into_iter().collect())
        .await
        .map_err(|_| problem(503, "function_unavailable", ""))?;
    let (channel, id) = (&config.channel, &config.id);
    let accept = |draft| Touchpoint::accept(channel, id, draft, &phones, received_at);
    Ok(drafts.into_iter().map(accept).collect())
}

/// Makes them durable; how many were new.
pub async fn append<H: Host>(host: &H, rows: Vec<Touchpoint>) -> Result<u64, Response> {
    if rows.is_empty() {
        return Ok(0);
    }
    host.append(rows).await.map_err(|error| unavailable(&error))
}
