//! Drafts to rows of the log.

use super::unavailable;
use crate::directory::phones;
use crate::{Host, Response, problem};
use tributary_channels::EndpointConfig;
use tributary_core::identity::{KnownPhones, WrittenPhone, written_phones};
use tributary_core::time::{Timestamp, UTC_OFFSET_MINUTES, utc_offset_minutes};
use tributary_core::touchpoint::{Draft, Touchpoint};

/// What these become at that endpoint; nothing is written.
pub async fn rows<H: Host>(
    host: &H,
    config: &EndpointConfig,
    drafts: Vec<Draft>,
    received_at: Timestamp,
) -> Result<Vec<Touchpoint>, Response> {
    let offset = config
        .setting("utc_offset")
        .and_then(utc_offset_minutes)
        .or_else(|| host.var("UTC_OFFSET_MINUTES")?.parse().ok())
        .unwrap_or(UTC_OFFSET_MINUTES);
    let drafts: Vec<Draft> = drafts
        .into_iter()
        .map(|draft| Draft {
            occurred_at: draft.occurred_at.map(|moment| moment.in_zone(offset)),
            ..draft
        })
        .collect();
    let written = drafts.iter().flat_map(|draft| written_phones(&draft.identifiers)).collect();
    let phones = read_phones(host, config, written).await?;
    let (channel, id) = (&config.channel, &config.id);
    let accept = |draft| Touchpoint::accept(channel, id, draft, &phones, received_at);
    Ok(drafts.into_iter().map(accept).collect())
}

/// What these texts mean at that endpoint.
///
/// # Errors
/// 503 where the function that knows numbers does not answer.
pub async fn read_phones<H: Host>(
    host: &H,
    config: &EndpointConfig,
    written: Vec<WrittenPhone>,
) -> Result<KnownPhones, Response> {
    let country = config
        .setting("default_country")
        .map(str::to_owned)
        .or_else(|| host.var("DEFAULT_COUNTRY"))
        .unwrap_or_else(|| "CN".to_owned());
    let phones = phones::ask(host, &country, written).await;
    phones.map_err(|_| problem(503, "function_unavailable", ""))
}

/// Makes them durable; how many were new.
pub async fn append<H: Host>(host: &H, rows: Vec<Touchpoint>) -> Result<u64, Response> {
    if rows.is_empty() {
        return Ok(0);
    }
    host.append(rows).await.map_err(|error| unavailable(&error))
}
