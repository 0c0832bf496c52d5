//! `setup`: how far the company is with its first steps.

use crate::{Sql, Statement};

pub const STATEMENTS: &[&Sql] = &[&GET, &PUT];

pub const GET: Sql = Sql::new("setup.get", "SELECT document FROM setup WHERE id = 1");

pub const PUT: Sql = Sql::new(
    "setup.put",
    "INSERT INTO setup (id, document) VALUES (1, ?1) \
     ON CONFLICT (id) DO UPDATE SET document = excluded.document",
);

pub fn get() -> Statement {
    GET.with(Vec::new())
}

pub fn put(document: &str) -> Statement {
    PUT.with(vec![document.into()])
}
