//! Every statement prepares on the migrated schema and scans nothing large.

use std::collections::BTreeSet;
use tributary_store::{STATEMENTS, Sql};
use tributary_testkit::SqliteDb;

fn all() -> impl Iterator<Item = &'static &'static Sql> {
    STATEMENTS.iter().flat_map(|list| list.iter())
}

#[test]
fn names_are_unique() {
    let mut seen = BTreeSet::new();
    for sql in all() {
        assert!(seen.insert(sql.name), "{} is there twice", sql.name);
    }
    assert!(seen.len() > 60, "{}", seen.len());
}

/// A statement that is not listed is not checked: every `Sql` constant must be.
#[test]
fn every_statement_is_listed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/store/src");
    let listed: BTreeSet<&str> = all().map(|sql| sql.name).collect();
    let mut folders = vec![std::path::PathBuf::from(folder)];
    let mut found = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the store's sources are there") {
            let path = entry.expect("an entry reads").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a source reads");
            for marker in ["Sql::new(", "Sql::scanning("] {
                for after in text.split(marker).skip(1) {
                    // The definitions themselves take names as parameters.
                    let Some(name) = after.trim_start().strip_prefix('"') else { continue };
                    let name = name.split('"').next().unwrap_or_default();
                    assert!(listed.contains(name), "{name} in {path:?} is not in STATEMENTS");
                    found += 1;
                }
            }
        }
    }
    assert_eq!(found, listed.len());
}

#[test]
fn every_statement_prepares_and_scans_nothing_large() {
    let db = SqliteDb::migrated();
    for sql in all() {
        let plan: Vec<String> = db.with(|connection| {
            let mut statement = connection
                .prepare(&format!("EXPLAIN QUERY PLAN {}", sql.text))
                .unwrap_or_else(|error| panic!("{}: {error}", sql.name));
            let count = statement.parameter_count();
            let nulls = vec![rusqlite::types::Null; count];
            let rows = statement
                .query_map(rusqlite::params_from_iter(nulls), |row| row.get::<_, String>(3))
                .unwrap_or_else(|error| panic!("{}: {error}", sql.name));
            rows.map(|row| row.expect("a plan's row reads")).collect()
        });
        let scans: Vec<&String> = plan
            .iter()
            .filter(|line| line.starts_with("SCAN"))
            // Sets that came as a parameter, rows of a query's own, and constants.
            .filter(|line| !line.contains("VIRTUAL TABLE") && !line.contains("CONSTANT ROW"))
            .filter(|line| !line.contains("USING COVERING INDEX") || line.contains("touchpoints"))
            // Walking an index in its order to a limit is not a scan of the table.
            .filter(|line| !(line.contains("USING INDEX") && sql.text.contains("LIMIT ")))
            .collect();
        let own = ["region", "(subquery", "k", "r", "SCAN 1"];
        let large: Vec<&&String> = scans
            .iter()
            .filter(|line| {
                let table = line.split_whitespace().nth(1).unwrap_or_default();
                !own.iter().any(|own| table == *own || table.starts_with("(subquery"))
            })
            .collect();
        match sql.scan {
            None => assert!(large.is_empty(), "{}: {plan:#?}", sql.name),
            Some(why) => assert!(!why.is_empty()),
        }
    }
}
