//! Endpoints: configured accounts of channels. D1 holds the truth; what ingest reads may be up to
//! [`FRESH_MS`] old, which the two valid secrets of a rotation cover.

mod load;
mod vault;

pub use load::{
    FRESH_MS, Fresh, by_write_key, config, current, forget, forget_all, load_enrichers,
    load_senders, reload,
};
pub use vault::{Vault, VaultError};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tributary_channels::EndpointConfig;
use tributary_store::endpoints::Row;

/// Secrets that requests are routed by: channel and secret name.
pub const ROUTED: (&str, &str) = ("web", "write_key");

/// How many values of a secret are valid at a time.
pub const VALID_SECRETS: usize = 2;

/// Secrets as stored: name → sealed values, newest first.
pub type SealedSecrets = BTreeMap<String, Vec<String>>;

/// An endpoint with its secrets still sealed, as the cache keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Cached {
    /// When it was read from D1.
    at: i64,
    row: Row,
}

/// Opens the secrets of a stored endpoint.
pub fn open(row: &Row, vault: &Vault) -> Result<EndpointConfig, VaultError> {
    let sealed: SealedSecrets =
        serde_json::from_str(&row.secrets).map_err(|_| VaultError::Damaged)?;
    let mut secrets = BTreeMap::new();
    for (name, values) in sealed {
        let opened: Result<Vec<String>, VaultError> =
            values.iter().map(|value| vault.open(&row.channel, &row.id, &name, value)).collect();
        secrets.insert(name, opened?);
    }
    let settings = serde_json::from_str(&row.settings).map_err(|_| VaultError::Damaged)?;
    Ok(EndpointConfig { channel: row.channel.clone(), id: row.id.clone(), secrets, settings })
}
