//! `mappings`: every mapping an endpoint has had. Written by admin.

use crate::{Param, Sql, Statement};
use serde::{Deserialize, Serialize};
use tributary_core::time::Timestamp;

pub const STATEMENTS: &[&Sql] = &[&ADD, &LIST];

pub const ADD: Sql = Sql::new(
    "mappings.add",
    "INSERT INTO mappings (channel, endpoint, at, version, document, author) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (channel, endpoint, at) \
     DO UPDATE SET version = excluded.version, document = excluded.document, \
       author = excluded.author",
);

pub const LIST: Sql = Sql::new(
    "mappings.list",
    "SELECT at, version, document, author FROM mappings WHERE channel = ?1 AND endpoint = ?2 \
     ORDER BY at DESC LIMIT 100",
);

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MappingVersion))]
pub struct Version {
    pub at: Timestamp,
    /// The same document has the same; touchpoints carry it as `context.mapping`.
    pub version: String,
    pub document: String,
    /// Who put it there.
    pub author: String,
}

pub fn add(channel: &str, endpoint: &str, version: &Version) -> Statement {
    ADD.with(vec![
        channel.into(),
        endpoint.into(),
        Param::Int(version.at.0),
        version.version.as_str().into(),
        version.document.as_str().into(),
        version.author.as_str().into(),
    ])
}

pub fn list(channel: &str, endpoint: &str) -> Statement {
    LIST.with(vec![channel.into(), endpoint.into()])
}
