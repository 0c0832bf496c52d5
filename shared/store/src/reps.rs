//! `reps`: salespeople, and how much each has in hand.

use crate::{Answer, DbError, Param, Sql, Statement};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tributary_core::lead::{Rep, RepId};
use tributary_core::time::Timestamp;

pub const STATEMENTS: &[&Sql] = &[&PUT, &BOOK, &GET, &ALL];

/// What a person edits; when somebody last got a lead is not edited.
pub const PUT: Sql = Sql::new(
    "reps.put",
    "INSERT INTO reps (id, name, regions, product_lines, capacity, on_shift, notify, languages, \
       updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, regions = excluded.regions, \
       product_lines = excluded.product_lines, capacity = excluded.capacity, \
       on_shift = excluded.on_shift, notify = excluded.notify, languages = excluded.languages, \
       updated_at = excluded.updated_at",
);

pub const BOOK: Sql = Sql::new(
    "reps.book",
    "UPDATE reps SET last_assigned_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))",
);

pub const GET: Sql = Sql::new(
    "reps.get",
    "SELECT r.*, (SELECT count(*) FROM leads l WHERE l.owner = r.id \
       AND l.state IN ('sales_ready', 'accepted')) AS open \
     FROM reps r WHERE r.id = ?1",
);

pub const ALL: Sql = Sql::scanning(
    "reps.all",
    "routing looks at the whole team: dozens, rarely hundreds",
    "SELECT r.*, (SELECT count(*) FROM leads l WHERE l.owner = r.id \
       AND l.state IN ('sales_ready', 'accepted')) AS open \
     FROM reps r ORDER BY r.id",
);

/// As the API shows one; times are milliseconds UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Rep))]
pub struct StoredRep {
    pub id: RepId,
    pub name: String,
    /// Empty: all.
    pub regions: Vec<String>,
    /// Empty: all.
    pub product_lines: Vec<String>,
    /// Open leads at most.
    pub capacity: u32,
    pub on_shift: bool,
    /// `email` or `webhook`, with the address.
    pub notify: BTreeMap<String, String>,
    pub languages: Vec<String>,
    /// Open leads now.
    pub open: u32,
    pub last_assigned_at: Option<Timestamp>,
    pub updated_at: Timestamp,
}

impl StoredRep {
    /// As routing sees one.
    pub fn routed(&self) -> Rep {
        Rep {
            id: self.id.clone(),
            regions: self.regions.clone(),
            product_lines: self.product_lines.clone(),
            capacity: self.capacity,
            on_shift: self.on_shift,
            open: self.open,
            last_assigned_at: self.last_assigned_at,
        }
    }
}

pub fn put(rep: &StoredRep) -> Statement {
    let json = |value: serde_json::Value| Param::Text(value.to_string());
    PUT.with(vec![
        rep.id.0.as_str().into(),
        rep.name.as_str().into(),
        json(serde_json::json!(rep.regions)),
        json(serde_json::json!(rep.product_lines)),
        Param::Int(i64::from(rep.capacity)),
        Param::Int(i64::from(rep.on_shift)),
        json(serde_json::json!(rep.notify)),
        json(serde_json::json!(rep.languages)),
        Param::Int(rep.updated_at.0),
    ])
}

/// These got a lead at this moment.
pub fn book(reps: &[RepId], at: Timestamp) -> Statement {
    BOOK.with(vec![crate::leads::set(reps), Param::Int(at.0)])
}

pub fn get(id: &str) -> Statement {
    GET.with(vec![id.into()])
}

pub fn all() -> Statement {
    ALL.with(Vec::new())
}

pub fn decode(answer: &Answer) -> Result<Vec<StoredRep>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        id: RepId,
        name: String,
        regions: String,
        product_lines: String,
        capacity: u32,
        on_shift: u8,
        notify: String,
        languages: String,
        open: u32,
        last_assigned_at: Option<Timestamp>,
        updated_at: Timestamp,
    }
    fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, DbError> {
        serde_json::from_str(text).map_err(|error| DbError::Shape(error.to_string()))
    }
    let rep = |row: Row| {
        Ok(StoredRep {
            regions: parse(&row.regions)?,
            product_lines: parse(&row.product_lines)?,
            notify: parse(&row.notify)?,
            languages: parse(&row.languages)?,
            id: row.id,
            name: row.name,
            capacity: row.capacity,
            on_shift: row.on_shift == 1,
            open: row.open,
            last_assigned_at: row.last_assigned_at,
            updated_at: row.updated_at,
        })
    };
    answer.decode::<Row>()?.into_iter().map(rep).collect()
}
