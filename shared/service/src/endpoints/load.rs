//! Finding an endpoint's configuration: isolate memory, then KV, then D1.

use super::{Cached, ROUTED, Vault, VaultError, open};
use crate::Host;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tributary_channels::EndpointConfig;
use tributary_core::time::{MINUTE_MS, SECOND_MS, Timestamp};
use tributary_store::endpoints::{self, Row};
use tributary_store::{DbError, Statement};

/// How old a cached configuration may be, counted from its read from D1 wherever it was kept since.
pub const FRESH_MS: i64 = MINUTE_MS;
/// A request that fails to authenticate makes us look again, but not more often than this.
const RELOAD_MS: i64 = SECOND_MS;

/// A configuration and the moment it was read from D1.
#[derive(Clone, Debug, PartialEq)]
pub struct Fresh {
    pub config: EndpointConfig,
    pub read_at: Timestamp,
}

/// The configuration of an endpoint; `None`: there is no such endpoint.
pub async fn config<H: Host>(host: &H, channel: &str, id: &str) -> Result<Option<Fresh>, DbError> {
    cached(host, &key(channel, id), || endpoints::get(channel, id)).await
}

/// The collector's endpoint that a write key belongs to.
pub async fn by_write_key<H: Host>(host: &H, write_key: &str) -> Result<Option<Fresh>, DbError> {
    let vault = vault(host)?;
    let mark = vault.mark(write_key);
    cached(host, &key("lookup", &mark), || endpoints::by_lookup(ROUTED.0, &mark)).await
}

/// Reads D1 again, unless that was done within the last second.
pub async fn reload<H: Host>(host: &H, stale: &Fresh) -> Result<Option<Fresh>, DbError> {
    if host.now().since_ms(stale.read_at) < RELOAD_MS {
        return Ok(None);
    }
    let (channel, id) = (&stale.config.channel, &stale.config.id);
    read(host, &key(channel, id), endpoints::get(channel, id)).await
}

/// Every endpoint that can send, by channel and id. Read from D1: there is no hurry here.
pub async fn load_senders<H: Host>(host: &H) -> Result<Vec<EndpointConfig>, DbError> {
    let senders: Vec<&str> = tributary_channels::senders().map(|sender| sender.id).collect();
    let found = load(host, endpoints::list(Some(&senders))).await?;
    found.into_iter().map(|opened| opened.map_err(damaged)).collect()
}

/// Every endpoint whose vendor can be asked. One whose secrets cannot be opened asks nothing, and
/// stops no other.
pub async fn load_enrichers<H: Host>(host: &H) -> Result<Vec<EndpointConfig>, DbError> {
    let enrichers: Vec<&str> = tributary_channels::enrichers().map(|one| one.id).collect();
    let found = load(host, endpoints::list(Some(&enrichers))).await?;
    Ok(found.into_iter().filter_map(Result::ok).collect())
}

/// One endpoint as it is now: who mends a secret and asks again means the new one.
pub async fn current<H: Host>(
    host: &H,
    channel: &str,
    id: &str,
) -> Result<Option<EndpointConfig>, DbError> {
    let found = load(host, endpoints::get(channel, id)).await?;
    Ok(found.into_iter().find_map(Result::ok))
}

async fn load<H: Host>(
    host: &H,
    statement: Statement,
) -> Result<Vec<Result<EndpointConfig, VaultError>>, DbError> {
    let found: Vec<Row> = tributary_store::rows(host.db(), statement).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let vault = vault(host)?;
    Ok(found.iter().map(|row| open(row, &vault)).collect())
}

/// Forgets what this isolate remembers of endpoints.
pub fn forget_all<H: Host>(host: &H) {
    host.memory_forget(PREFIX);
}

/// Forgets what is cached of an endpoint, here and in KV.
pub async fn forget<H: Host>(host: &H, row: &Row) {
    forget_all(host);
    host.cache_delete(&key(&row.channel, &row.id)).await;
    let marks: Vec<String> = serde_json::from_str(&row.lookup).unwrap_or_default();
    for mark in marks {
        host.cache_delete(&key("lookup", &mark)).await;
    }
}

const PREFIX: &str = "endpoint:";

fn key(channel: &str, id: &str) -> String {
    format!("{PREFIX}{channel}/{id}")
}

async fn cached<H: Host>(
    host: &H,
    key: &str,
    statement: impl FnOnce() -> Statement,
) -> Result<Option<Fresh>, DbError> {
    if let Some(fresh) = remembered(host, key) {
        return Ok(Some(fresh));
    }
    if let Some(text) = host.cache_get(key).await
        && let Some(fresh) = still_fresh(host, &text)?
    {
        remember(host, key, &fresh);
        return Ok(Some(fresh));
    }
    read(host, key, statement()).await
}

/// An endpoint that is not there is not cached: a new one works at once.
async fn read<H: Host>(
    host: &H,
    key: &str,
    statement: Statement,
) -> Result<Option<Fresh>, DbError> {
    let read_at = host.now();
    let found: Vec<Row> = tributary_store::rows(host.db(), statement).await?;
    let Some(row) = found.into_iter().next() else { return Ok(None) };
    let cached = Cached { at: read_at.0, row };
    if let Ok(text) = serde_json::to_string(&cached) {
        host.cache_put(key, &text, (FRESH_MS / SECOND_MS) as u64).await;
    }
    let config = open(&cached.row, &vault(host)?).map_err(damaged)?;
    let fresh = Fresh { config, read_at };
    remember(host, key, &fresh);
    Ok(Some(fresh))
}

/// What an isolate remembers of an endpoint: opened, since opening costs more than the rest of a
/// small request. It leaves the isolate's memory never.
#[derive(Deserialize, Serialize)]
struct Remembered {
    at: i64,
    channel: String,
    id: String,
    secrets: BTreeMap<String, Vec<String>>,
    settings: BTreeMap<String, String>,
}

fn remember<H: Host>(host: &H, key: &str, fresh: &Fresh) {
    let EndpointConfig { channel, id, secrets, settings } = fresh.config.clone();
    let remembered = Remembered { at: fresh.read_at.0, channel, id, secrets, settings };
    if let Ok(text) = serde_json::to_string(&remembered) {
        host.memory_put(key, &text);
    }
}

fn remembered<H: Host>(host: &H, key: &str) -> Option<Fresh> {
    let Remembered { at, channel, id, secrets, settings } =
        serde_json::from_str(&host.memory_get(key)?).ok()?;
    let read_at = Timestamp(at);
    let config = EndpointConfig { channel, id, secrets, settings };
    is_fresh(host, read_at).then_some(Fresh { config, read_at })
}

fn is_fresh<H: Host>(host: &H, read_at: Timestamp) -> bool {
    (0..FRESH_MS).contains(&host.now().since_ms(read_at))
}

fn still_fresh<H: Host>(host: &H, text: &str) -> Result<Option<Fresh>, DbError> {
    let Ok(cached) = serde_json::from_str::<Cached>(text) else { return Ok(None) };
    if !is_fresh(host, Timestamp(cached.at)) {
        return Ok(None);
    }
    let config = open(&cached.row, &vault(host)?).map_err(damaged)?;
    Ok(Some(Fresh { config, read_at: Timestamp(cached.at) }))
}

fn vault<H: Host>(host: &H) -> Result<Vault, DbError> {
    Vault::from_base64(host.var("ENDPOINT_KEY").as_deref()).map_err(damaged)
}

/// A fault of the installation, not of the sender: the sender is told to try again later.
fn damaged(error: VaultError) -> DbError {
    DbError::Unavailable(format!("endpoint secrets cannot be read: {error:?}"))
}
