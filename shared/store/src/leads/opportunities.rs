//! `opportunities`: what a lead may become in the books. The stage follows the lead's state.

use crate::{Param, Sql, Statement, as_set, over_set};
use serde::{Deserialize, Serialize};
use tributary_core::identity::Identity;
use tributary_core::ids::{LeadId, OpportunityId, ProfileId};
use tributary_core::lead::RepId;
use tributary_core::time::Timestamp;

pub const INSERT: Sql = Sql::new(
    "opportunities.insert",
    "INSERT INTO opportunities (lead, id, identity, stage, created_at, updated_at) \
     SELECT value->>'lead', value->>'id', value->>'identity', 'new', value->>'created_at', \
       value->>'created_at' \
     FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING",
);

/// After the leads of `?1` changed.
pub const FOLLOW: Sql = Sql::new(
    "opportunities.follow",
    "UPDATE opportunities SET updated_at = ?2, stage = (SELECT CASE l.state \
         WHEN 'accepted' THEN 'working' WHEN 'rejected' THEN 'lost' WHEN 'closed' THEN 'closed' \
         WHEN 'merged' THEN 'merged' ELSE 'new' END \
       FROM leads l WHERE l.id = opportunities.lead) \
     WHERE lead IN (SELECT value FROM json_each(?1))",
);

/// Newest first, by stage and owner where given.
pub const LIST: Sql = Sql::new(
    "opportunities.list",
    "SELECT o.id, o.lead, o.stage, o.created_at, o.updated_at, i.profile, l.owner, \
       l.product_line, l.places->>0 AS region \
     FROM opportunities o JOIN leads l ON l.id = o.lead \
     LEFT JOIN identities i ON i.identity = o.identity \
     WHERE (o.created_at, o.id) < (?1, ?2) AND (?3 IS NULL OR o.stage = ?3) \
       AND (?4 IS NULL OR l.owner = ?4) \
       AND (?6 IS NULL OR l.owner IN (SELECT value FROM json_each(?6))) \
     ORDER BY o.created_at DESC, o.id DESC LIMIT ?5",
);

pub const COUNT: Sql = Sql::scanning(
    "opportunities.count",
    "as many as leads: thousands, asked for by a person",
    "SELECT count(*) AS total FROM opportunities o JOIN leads l ON l.id = o.lead \
     WHERE (?1 IS NULL OR o.stage = ?1) AND (?2 IS NULL OR l.owner = ?2) \
       AND (?3 IS NULL OR l.owner IN (SELECT value FROM json_each(?3)))",
);

pub const OF_LEAD: Sql = Sql::new(
    "opportunities.of_lead",
    "SELECT o.id, o.lead, o.stage, o.created_at, o.updated_at, i.profile, l.owner, \
       l.product_line, l.places->>0 AS region \
     FROM opportunities o JOIN leads l ON l.id = o.lead \
     LEFT JOIN identities i ON i.identity = o.identity \
     WHERE o.lead = ?1 ORDER BY o.created_at, o.id",
);

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewOpportunity {
    pub id: OpportunityId,
    pub lead: LeadId,
    pub identity: Identity,
    pub created_at: Timestamp,
}

/// As the API shows it; times are milliseconds UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Opportunity {
    pub id: OpportunityId,
    pub lead: LeadId,
    pub profile: Option<ProfileId>,
    /// `new`, `working`, `lost`, `closed`, `merged`.
    pub stage: String,
    pub owner: Option<RepId>,
    pub region: Option<String>,
    pub product_line: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

pub fn insert(opportunities: &[NewOpportunity]) -> Vec<Statement> {
    over_set(&INSERT, opportunities, &[])
}

pub fn follow(leads: &[LeadId], now: Timestamp) -> Vec<Statement> {
    over_set(&FOLLOW, leads, &[Param::Int(now.0)])
}

pub fn list(
    stage: Option<&str>,
    owner: Option<&str>,
    owners: Option<&Vec<String>>,
    before: (i64, &str),
    limit: i64,
) -> Statement {
    LIST.with(vec![
        Param::Int(before.0),
        before.1.into(),
        stage.into(),
        owner.into(),
        Param::Int(limit),
        as_set(owners),
    ])
}

pub fn count(stage: Option<&str>, owner: Option<&str>, owners: Option<&Vec<String>>) -> Statement {
    COUNT.with(vec![stage.into(), owner.into(), as_set(owners)])
}

pub fn of_lead(lead: &LeadId) -> Statement {
    OF_LEAD.with(vec![lead.as_str().into()])
}
