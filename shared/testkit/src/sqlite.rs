//! SQLite as D1 behaves: the same migrations, the same limits, numbers bound as doubles, one
//! transaction a call.

use rusqlite::limits::Limit;
use rusqlite::types::{ToSqlOutput, Value as SqlValue, ValueRef};
use rusqlite::{Connection, ErrorCode, params_from_iter};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use tributary_store::{Answer, Db, DbError, Param, Statement};

/// A database in memory. Clones share it, as isolates share a D1.
#[derive(Clone)]
pub struct SqliteDb {
    connection: Rc<RefCell<Connection>>,
    /// Every call of `run` so far, for tests that count queries.
    pub calls: Rc<Cell<u64>>,
}

impl SqliteDb {
    /// A fresh database with the schema of `migrations/`.
    pub fn migrated() -> SqliteDb {
        thread_local! {
            // Migrating once per thread and copying pages is ten times as fast.
            static TEMPLATE: Connection = template();
        }
        let connection = TEMPLATE.with(|template| {
            let mut copy = Connection::open_in_memory().expect("an in-memory database opens");
            let backup =
                rusqlite::backup::Backup::new(template, &mut copy).expect("a backup starts");
            backup.step(-1).expect("a backup copies all pages");
            drop(backup);
            copy
        });
        limit_like_d1(&connection);
        SqliteDb { connection: Rc::new(RefCell::new(connection)), calls: Rc::default() }
    }

    /// An empty database: no migration has been applied yet.
    pub fn empty() -> SqliteDb {
        let connection = Connection::open_in_memory().expect("an in-memory database opens");
        limit_like_d1(&connection);
        SqliteDb { connection: Rc::new(RefCell::new(connection)), calls: Rc::default() }
    }

    /// Runs a file of statements: a migration, or what [`SqliteDb::export`] wrote.
    pub fn load(&self, sql: &str) -> Result<(), rusqlite::Error> {
        self.with(|connection| {
            // A file is no statement, and has no limit.
            connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, i32::MAX)?;
            let outcome = connection.execute_batch(sql);
            limit_like_d1(connection);
            outcome
        })
    }

    /// Everything in it as SQL that restores it into an empty database, as an export of D1 is.
    pub fn export(&self) -> String {
        let schema = "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL \
                      AND name NOT LIKE 'sqlite_%' ORDER BY type <> 'table', rowid";
        let mut lines = self.dump(schema);
        lines.extend(self.export_rows());
        lines.join("\n") + "\n"
    }

    /// Every row as an `INSERT` that names its columns, table by table.
    pub fn export_rows(&self) -> Vec<String> {
        let tables = self.dump(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
             ORDER BY rowid",
        );
        let of = |table: &String| {
            let columns = self.dump(&format!("SELECT name FROM pragma_table_info('{table}')"));
            let values = columns.iter().map(|column| format!("quote({column})"));
            let values = values.collect::<Vec<_>>().join(" || ', ' || ");
            let into = format!("INSERT INTO {table} ({}) VALUES (", columns.join(", "));
            self.dump(&format!("SELECT '{into}' || {values} || ');' FROM {table}"))
        };
        tables.iter().flat_map(of).collect()
    }

    /// Direct access, for assertions and query plans.
    pub fn with<T>(&self, look: impl FnOnce(&Connection) -> T) -> T {
        look(&self.connection.borrow())
    }

    /// Every row of a query as text, for dumps.
    pub fn dump(&self, sql: &str) -> Vec<String> {
        self.with(|connection| {
            let mut statement = connection.prepare(sql).expect("a dump query prepares");
            let columns = statement.column_count();
            let rows = statement
                .query_map([], |row| {
                    let cell = |index| match row.get_ref(index) {
                        Ok(ValueRef::Null) => "NULL".to_owned(),
                        Ok(ValueRef::Integer(value)) => value.to_string(),
                        Ok(ValueRef::Real(value)) => value.to_string(),
                        Ok(ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned(),
                        Ok(ValueRef::Blob(_)) | Err(_) => "?".to_owned(),
                    };
                    Ok((0..columns).map(cell).collect::<Vec<_>>().join(" | "))
                })
                .expect("a dump query runs");
            rows.map(|row| row.expect("a row reads")).collect()
        })
    }
}

/// The migrations, in order, as D1 applies them.
pub fn migrations() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("migrations/ is there")
        .map(|entry| entry.expect("an entry reads").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a migration reads"))
        })
        .collect()
}

fn template() -> Connection {
    let connection = Connection::open_in_memory().expect("an in-memory database opens");
    for (name, sql) in migrations() {
        connection.execute_batch(&sql).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    connection
}

/// D1's documented limits, so that a statement D1 would refuse fails here too.
fn limit_like_d1(connection: &Connection) {
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_COLUMN, 100),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (Limit::SQLITE_LIMIT_LENGTH, 2_000_000),
    ] {
        connection.set_limit(limit, value).expect("a limit is set");
    }
}

impl Db for SqliteDb {
    async fn run(&self, batch: Vec<Statement>) -> Result<Vec<Answer>, DbError> {
        self.calls.set(self.calls.get() + 1);
        let connection = self.connection.borrow();
        connection.execute_batch("BEGIN IMMEDIATE").map_err(classify)?;
        let mut answers = Vec::with_capacity(batch.len());
        for statement in &batch {
            match execute(&connection, statement) {
                Ok(answer) => answers.push(answer),
                Err(error) => {
                    let _ = connection.execute_batch("ROLLBACK");
                    return Err(classify(error));
                }
            }
        }
        connection.execute_batch("COMMIT").map_err(classify)?;
        Ok(answers)
    }
}

struct Bound<'a>(&'a Param);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Param::Null => ToSqlOutput::Owned(SqlValue::Null),
            // As the binding of D1 does.
            Param::Int(value) => ToSqlOutput::Owned(SqlValue::Real(*value as f64)),
            Param::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

fn execute(connection: &Connection, statement: &Statement) -> rusqlite::Result<Answer> {
    let mut prepared = connection.prepare_cached(statement.sql.text)?;
    let names: Vec<String> = prepared.column_names().map(str::to_owned).collect();
    let before = connection.total_changes();
    let mut rows = prepared.query(params_from_iter(statement.params.iter().map(Bound)))?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let mut object = serde_json::Map::new();
        for (index, name) in names.iter().enumerate() {
            object.insert(name.clone(), json(row.get_ref(index)?));
        }
        out.push(serde_json::Value::Object(object));
    }
    drop(rows);
    Ok(Answer {
        rows: serde_json::Value::Array(out).to_string(),
        changes: connection.total_changes() - before,
        rows_read: 0,
        rows_written: connection.total_changes() - before,
        database_bytes: 0,
    })
}

fn json(value: ValueRef<'_>) -> serde_json::Value {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => serde_json::Value::Null,
        ValueRef::Integer(value) => value.into(),
        // A whole double leaves JavaScript without a fraction.
        ValueRef::Real(value) if value.fract() == 0.0 && value.abs() < 9e15 => {
            (value as i64).into()
        }
        ValueRef::Real(value) => value.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
    }
}

fn classify(error: rusqlite::Error) -> DbError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => DbError::Constraint(error.to_string()),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            DbError::Unavailable(error.to_string())
        }
        _ => DbError::Statement(error.to_string()),
    }
}
