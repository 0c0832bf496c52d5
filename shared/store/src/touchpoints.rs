//! `touchpoints`: the log. Appended to, read in pages, never updated.

use crate::scope::hands;
use crate::{DbError, Param, Scope, Sql, Statement, over_set};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tributary_core::identity::Identity;
use tributary_core::ids::{ProfileId, TouchpointId};
use tributary_core::interest::Interest;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;

/// A duplicate changes nothing and costs no row.
pub const APPEND: Sql = Sql::new(
    "touchpoints.append",
    "INSERT INTO touchpoints (id, channel, endpoint, name, occurred_at, received_at, identifiers, \
       properties, context, cause, depth) \
     SELECT value->>'id', value->>'channel', value->>'endpoint', value->>'name', \
       value->>'occurred_at', value->>'received_at', value->>'identifiers', value->>'properties', \
       value->>'context', value->>'cause', value->>'depth' \
     FROM json_each(?1) WHERE true \
     ON CONFLICT (id) DO NOTHING",
);

/// The identifiers of a touchpoint `t` that are not blocked: what many people share says nothing of
/// whom it is about.
macro_rules! free_identifiers {
    () => {
        "CASE WHEN EXISTS (SELECT 1 FROM blocked_identities WHERE blocked = 1 LIMIT 1) \
         THEN (SELECT json_group_array(f.value) FROM json_each(t.identifiers) f WHERE NOT EXISTS \
           (SELECT 1 FROM blocked_identities b WHERE b.identity = f.value AND b.blocked = 1)) \
         ELSE t.identifiers END"
    };
}

/// A part of the log, whole, after `?1`.
pub const AFTER: Sql = Sql::new(
    "touchpoints.after",
    "SELECT seq, id, channel, endpoint, name, occurred_at, received_at, identifiers, properties, \
       context, cause, depth, NULL AS profile \
     FROM touchpoints WHERE seq > ?1 ORDER BY seq LIMIT ?2",
);

/// The next page of a consumer (`?1`) in order of the log, for the log's first reader. Of a context
/// it gets only one that says something about the person: the rest is half of a page view.
pub const PAGE: Sql = Sql::new(
    "touchpoints.page",
    "SELECT seq, id, channel, endpoint, name, occurred_at, received_at, identifiers, properties, \
       iif(instr(context, '\"traits') > 0 OR instr(context, '\"previous_id\"') > 0 \
           OR instr(context, '\"consents\"') > 0 \
           OR instr(context, '\"rejected_identifiers\"') > 0 OR substr(name, 1, 8) = 'privacy.', \
         context, '{}') AS context, cause, depth, \
       NULL AS profile \
     FROM touchpoints WHERE seq > (SELECT cursor FROM consumers WHERE name = ?1) ORDER BY seq \
     LIMIT min(CAST(?2 AS INTEGER), (SELECT page_limit FROM consumers WHERE name = ?1))",
);

/// What a reader behind profile-merge cares about, with the profile each touchpoint belongs to now.
/// Never past what profile-merge has done. `?3`: JSON of names; `?4`: of names that need one of the
/// words `?5` to `?10`.
pub const PAGE_BEHIND: Sql = Sql::new(
    "touchpoints.page_behind",
    concat!(
        "SELECT t.seq, t.id, t.channel, t.endpoint, t.name, t.occurred_at, t.received_at, ",
        free_identifiers!(),
        " AS identifiers, t.properties, t.context, t.cause, t.depth, i.profile \
     FROM touchpoints t LEFT JOIN identities i ON i.identity = (",
        free_identifiers!(),
        ")->>0 \
     WHERE t.seq > (SELECT cursor FROM consumers WHERE name = ?1) \
       AND t.seq <= (SELECT cursor FROM consumers WHERE name = 'profile-merge') \
       AND (t.name IN (SELECT value FROM json_each(?3)) \
         OR (t.name IN (SELECT value FROM json_each(?4)) \
           AND (instr(lower(t.name || ' ' || t.properties), ?5) \
             OR instr(lower(t.name || ' ' || t.properties), ?6) \
             OR instr(lower(t.name || ' ' || t.properties), ?7) \
             OR instr(lower(t.name || ' ' || t.properties), ?8) \
             OR instr(lower(t.name || ' ' || t.properties), ?9) \
             OR instr(lower(t.name || ' ' || t.properties), ?10)))) \
     ORDER BY t.seq \
     LIMIT min(CAST(?2 AS INTEGER), (SELECT page_limit FROM consumers WHERE name = ?1))"
    ),
);

/// What a reader of some channels only cares about, straight from the log. `?3`: JSON of `channel`,
/// all of it, and `channel name`.
pub const PAGE_FROM: Sql = Sql::new(
    "touchpoints.page_from",
    "SELECT seq, id, channel, endpoint, name, occurred_at, received_at, identifiers, properties, \
       context, cause, depth, NULL AS profile \
     FROM touchpoints WHERE seq > (SELECT cursor FROM consumers WHERE name = ?1) \
       AND (channel IN (SELECT value FROM json_each(?3)) \
         OR channel || ' ' || name IN (SELECT value FROM json_each(?3))) \
     ORDER BY seq \
     LIMIT min(CAST(?2 AS INTEGER), (SELECT page_limit FROM consumers WHERE name = ?1))",
);

/// Dead letters of a consumer that are to be tried again.
pub const TO_REPLAY: Sql = Sql::new(
    "touchpoints.to_replay",
    concat!(
        "SELECT t.seq, t.id, t.channel, t.endpoint, t.name, t.occurred_at, t.received_at, \
       iif(?1 = 'profile-merge', t.identifiers, ",
        free_identifiers!(),
        ") AS identifiers, t.properties, t.context, t.cause, t.depth, i.profile \
     FROM dead_letters d JOIN touchpoints t ON t.seq = d.seq \
     LEFT JOIN identities i ON i.identity = (",
        free_identifiers!(),
        ")->>0 \
     WHERE d.consumer = ?1 AND d.state = 'replay' ORDER BY d.seq LIMIT 20"
    ),
);

pub const HEAD: Sql =
    Sql::new("touchpoints.head", "SELECT coalesce(max(seq), 0) AS head FROM touchpoints");

/// Newest first, by channel, endpoint and name where given. Looks at no more than `?6` rows, so
/// that a filter that rarely matches cannot read the whole log: the caller pages on.
pub const LIST: Sql = Sql::new(
    "touchpoints.list",
    "SELECT seq, id, channel, endpoint, name, occurred_at, received_at, identifiers, properties, \
       context, cause, depth, NULL AS profile \
     FROM touchpoints \
     WHERE seq < ?1 AND seq >= ?1 - ?6 AND (?2 IS NULL OR channel = ?2) \
       AND (?3 IS NULL OR endpoint = ?3) AND (?4 IS NULL OR name = ?4) \
     ORDER BY seq DESC LIMIT ?5",
);

/// As `LIST`, of profiles in the hands of `?7`.
pub const LIST_OF_OWNERS: Sql = Sql::new(
    "touchpoints.list_of_owners",
    concat!(
        "SELECT t.seq, t.id, t.channel, t.endpoint, t.name, t.occurred_at, t.received_at, \
           t.identifiers, t.properties, t.context, t.cause, t.depth, NULL AS profile \
         FROM touchpoints t JOIN identities i ON i.identity = (",
        free_identifiers!(),
        ")->>0 \
         WHERE t.seq < ?1 AND t.seq >= ?1 - ?6 AND (?2 IS NULL OR t.channel = ?2) \
           AND (?3 IS NULL OR t.endpoint = ?3) AND (?4 IS NULL OR t.name = ?4) \
           AND i.profile IN (",
        hands!("?7"),
        ") ORDER BY t.seq DESC LIMIT ?5"
    ),
);

/// What `LIST_OF_OWNERS` would find in all.
pub const TOTAL_OF_OWNERS: Sql = Sql::new(
    "touchpoints.total_of_owners",
    concat!(
        "SELECT count(*) AS total FROM (",
        hands!("?4"),
        ") k JOIN identities i ON i.profile = k.profile JOIN timeline l ON l.identity = i.identity \
         JOIN touchpoints t ON t.seq = l.seq \
         WHERE (?1 IS NULL OR t.channel = ?1) AND (?2 IS NULL OR t.endpoint = ?2) \
           AND (?3 IS NULL OR t.name = ?3)"
    ),
);

/// What `LIST` would find in all: the rolled-up totals and the few rows after them.
pub const TOTAL: Sql = Sql::scanning(
    "touchpoints.total",
    "totals has one row per channel, endpoint and name",
    "SELECT (SELECT coalesce(sum(count), 0) FROM touchpoint_totals \
       WHERE (?1 IS NULL OR channel = ?1) AND (?2 IS NULL OR endpoint = ?2) \
         AND (?3 IS NULL OR name = ?3)) \
     + (SELECT count(*) FROM touchpoints \
       WHERE seq > (SELECT cursor FROM consumers WHERE name = 'touchpoint-totals') \
         AND (?1 IS NULL OR channel = ?1) AND (?2 IS NULL OR endpoint = ?2) \
         AND (?3 IS NULL OR name = ?3)) AS total",
);

/// What arrives where, and how much of it, exact to this moment.
pub const INVENTORY: Sql = Sql::scanning(
    "touchpoints.inventory",
    "totals has one row per channel, endpoint and name",
    "SELECT channel, endpoint, name, sum(count) AS count, min(first_seen_at) AS first_seen_at, \
       max(last_seen_at) AS last_seen_at FROM \
       (SELECT channel, endpoint, name, count, first_seen_at, last_seen_at FROM touchpoint_totals \
        UNION ALL SELECT channel, endpoint, name, 1, received_at, received_at FROM touchpoints \
          WHERE seq > (SELECT cursor FROM consumers WHERE name = 'touchpoint-totals')) \
     GROUP BY channel, endpoint, name ORDER BY channel, endpoint, name",
);

/// When the first touchpoint came in from outside.
pub const FIRST_FOREIGN: Sql = Sql::new(
    "touchpoints.first_foreign",
    "SELECT received_at FROM touchpoints WHERE seq > 0 AND endpoint <> '' ORDER BY seq LIMIT 1",
);

/// One touchpoint by its id.
pub const GET: Sql = Sql::new(
    "touchpoints.get",
    concat!(
        "SELECT t.seq, t.id, t.channel, t.endpoint, t.name, t.occurred_at, t.received_at, \
           t.identifiers, t.properties, t.context, t.cause, t.depth, i.profile \
         FROM touchpoints t LEFT JOIN identities i ON i.identity = (",
        free_identifiers!(),
        ")->>0 WHERE t.id = ?1 AND (?2 IS NULL OR i.profile IN (",
        hands!("?2"),
        "))"
    ),
);

pub fn inventory() -> Statement {
    INVENTORY.with(Vec::new())
}

pub fn first_foreign() -> Statement {
    FIRST_FOREIGN.with(Vec::new())
}

/// A touchpoint as read, with the profile its anchor belongs to at the time of reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    pub touchpoint: Touchpoint,
    pub profile: Option<ProfileId>,
}

#[derive(Deserialize)]
struct Row {
    seq: i64,
    id: TouchpointId,
    channel: String,
    endpoint: String,
    name: String,
    occurred_at: i64,
    received_at: i64,
    identifiers: String,
    properties: String,
    context: String,
    cause: Option<TouchpointId>,
    depth: u32,
    profile: Option<ProfileId>,
}

#[derive(Serialize)]
struct NewRow<'a> {
    id: &'a TouchpointId,
    channel: &'a str,
    endpoint: &'a str,
    name: &'a str,
    occurred_at: i64,
    received_at: i64,
    identifiers: String,
    properties: String,
    context: String,
    cause: Option<&'a TouchpointId>,
    depth: u32,
}

/// Appends; what is in the log already is left alone.
pub fn append<'a>(touchpoints: impl IntoIterator<Item = &'a Touchpoint>) -> Vec<Statement> {
    let rows: Vec<NewRow> = touchpoints
        .into_iter()
        .map(|one| NewRow {
            id: &one.id,
            channel: &one.channel,
            endpoint: &one.endpoint,
            name: &one.name,
            occurred_at: one.occurred_at.0,
            received_at: one.received_at.0,
            identifiers: json(&one.identifiers),
            properties: json(&one.properties),
            context: json(&one.context),
            cause: one.cause.as_ref(),
            depth: one.depth,
        })
        .collect();
    over_set(&APPEND, &rows, &[])
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

pub fn after(seq: i64, limit: i64) -> Statement {
    AFTER.with(vec![Param::Int(seq), Param::Int(limit)])
}

/// The consumer's next page: at most `limit`, and no more than its own `page_limit`.
pub fn page(consumer: &str, limit: i64) -> Statement {
    PAGE.with(vec![consumer.into(), Param::Int(limit)])
}

pub fn page_behind(consumer: &str, limit: i64, interest: &Interest) -> Statement {
    let mut params = vec![
        consumer.into(),
        Param::Int(limit),
        Param::Text(json(interest.names())),
        Param::Text(json(interest.by_word())),
    ];
    params.extend(interest.words().map(Param::from));
    PAGE_BEHIND.with(params)
}

pub fn page_from(consumer: &str, limit: i64, sources: &[String]) -> Statement {
    PAGE_FROM.with(vec![consumer.into(), Param::Int(limit), Param::Text(json(&sources))])
}

pub fn to_replay(consumer: &str) -> Statement {
    TO_REPLAY.with(vec![consumer.into()])
}

pub fn head() -> Statement {
    HEAD.with(Vec::new())
}

/// How many rows of the log one page of a filtered list may look at.
pub const LIST_WINDOW: i64 = 20_000;

pub fn list(
    before: i64,
    channel: Option<&str>,
    endpoint: Option<&str>,
    name: Option<&str>,
    scope: &Scope,
    limit: i64,
) -> Statement {
    let mut params = vec![
        Param::Int(before),
        channel.into(),
        endpoint.into(),
        name.into(),
        Param::Int(limit),
        Param::Int(LIST_WINDOW),
    ];
    match scope {
        Scope::Everything => LIST.with(params),
        Scope::Of(_) => {
            params.push(scope.param());
            LIST_OF_OWNERS.with(params)
        }
    }
}

pub fn total(
    channel: Option<&str>,
    endpoint: Option<&str>,
    name: Option<&str>,
    scope: &Scope,
) -> Statement {
    let mut params = vec![channel.into(), endpoint.into(), name.into()];
    match scope {
        Scope::Everything => TOTAL.with(params),
        Scope::Of(_) => {
            params.push(scope.param());
            TOTAL_OF_OWNERS.with(params)
        }
    }
}

pub fn get(id: &str, scope: &Scope) -> Statement {
    GET.with(vec![id.into(), scope.param()])
}

/// Rows of any of the queries above that select whole touchpoints.
pub fn decode(answer: &crate::Answer) -> Result<Vec<Logged>, DbError> {
    answer.decode::<Row>()?.into_iter().map(Row::into_logged).collect()
}

impl Row {
    fn into_logged(self) -> Result<Logged, DbError> {
        let shape = |error: serde_json::Error| DbError::Shape(error.to_string());
        let identifiers: Vec<Identity> = serde_json::from_str(&self.identifiers).map_err(shape)?;
        let properties: Value = serde_json::from_str(&self.properties).map_err(shape)?;
        let context: Value = serde_json::from_str(&self.context).map_err(shape)?;
        Ok(Logged {
            touchpoint: Touchpoint {
                seq: self.seq,
                id: self.id,
                channel: self.channel,
                endpoint: self.endpoint,
                name: self.name,
                occurred_at: Timestamp(self.occurred_at),
                received_at: Timestamp(self.received_at),
                identifiers,
                properties,
                context,
                cause: self.cause,
                depth: self.depth,
            },
            profile: self.profile,
        })
    }
}
