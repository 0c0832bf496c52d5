//! The journeys in force, and the older versions that people are still in.

use super::{NAME, reviews};
use crate::{Host, consumer};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use tributary_core::Gather;
use tributary_core::journey::{Definition, SHIPPED};
use tributary_store::journeys::{self, Stored, Version};
use tributary_store::{Db, DbError, consumers, consumers::Consumer, rows};

#[derive(Clone, Debug, Default)]
pub struct Book {
    /// The newest version of each journey.
    pub latest: BTreeMap<String, Version>,
    versions: BTreeMap<Version, Rc<Definition>>,
}

/// The newest versions as stored, and where the fence stood when they were read: whoever
/// publishes passes it, so at the same fence they are still the newest.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Shelf {
    pub fence: i64,
    stored: Vec<Stored>,
}

impl Shelf {
    /// A shipped journey that is not stored yet, or was changed by a release and never by the
    /// organisation, is stored first, so that runs can keep their version.
    pub async fn load<H: Host>(host: &H) -> Result<Shelf, DbError> {
        let (read, shelf) = Shelf::read(host).await?;
        let missing: Vec<Stored> =
            SHIPPED.iter().filter_map(|shipped| to_store(shipped, &shelf.stored, host)).collect();
        if missing.is_empty() {
            return Ok(shelf);
        }
        let statements = missing.iter().map(journeys::publish).collect();
        match consumer::commit(host, &read, read.cursor, statements).await {
            Err(error) if !error.is_fenced() => Err(error),
            _ => Ok(Shelf::read(host).await?.1),
        }
    }

    async fn read<H: Host>(host: &H) -> Result<(Consumer, Shelf), DbError> {
        let answers = host.db().run(vec![consumers::get(NAME), journeys::latest()]).await?;
        let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
        let read = consumer::only(answer(0).decode()?, NAME)?;
        let shelf = Shelf { fence: read.fence, stored: answer(1).decode()? };
        Ok((read, shelf))
    }

    pub fn book(&self) -> Book {
        let mut book = Book::default();
        for stored in &self.stored {
            let version = Version { id: stored.id.clone(), version: stored.version };
            if book.add(stored) {
                book.latest.insert(stored.id.clone(), version);
            }
        }
        book
    }
}

impl Book {
    /// This book with the versions of these runs.
    pub async fn with<H: Host>(
        &self,
        host: &H,
        wanted: impl Iterator<Item = Version>,
    ) -> Result<Book, DbError> {
        let mut book = self.clone();
        let missing: BTreeSet<Version> =
            wanted.filter(|version| !self.versions.contains_key(version)).gather();
        if !missing.is_empty() {
            let missing: Vec<Version> = missing.into_iter().collect();
            let found: Vec<Stored> = rows(host.db(), journeys::versions(&missing)).await?;
            for stored in &found {
                book.add(stored);
            }
        }
        Ok(book)
    }

    pub fn get(&self, id: &str, version: i64) -> Option<&Definition> {
        let key = Version { id: id.to_owned(), version };
        self.versions.get(&key).map(Rc::as_ref)
    }

    /// The journeys people may enter, with their version.
    pub fn current(&self) -> impl Iterator<Item = (&Definition, i64)> {
        self.latest.values().filter_map(|version| {
            self.versions.get(version).map(|definition| (definition.as_ref(), version.version))
        })
    }

    /// What journey-runner reads of the log. Runs in an older version wake on the names of the
    /// newest, and by time.
    pub fn wake_names(&self) -> BTreeSet<String> {
        let mut names: BTreeSet<String> =
            reviews::NAMES.iter().map(|name| (*name).to_owned()).gather();
        names.extend(self.versions.values().flat_map(|definition| definition.wake_names()));
        names
    }

    /// False for a stored text that this release cannot read: nobody enters it, its runs park.
    fn add(&mut self, stored: &Stored) -> bool {
        let Ok(definition) = serde_json::from_str::<Definition>(&stored.definition) else {
            return false;
        };
        let version = Version { id: stored.id.clone(), version: stored.version };
        self.versions.insert(version, Rc::new(definition));
        true
    }
}

fn to_store<H: Host>(shipped: &(&str, &str), found: &[Stored], host: &H) -> Option<Stored> {
    let (id, definition) = *shipped;
    let standing = found.iter().find(|stored| stored.id == id);
    let version = match standing {
        None => 1,
        Some(stored) if stored.source == "shipped" && stored.definition != definition => {
            stored.version + 1
        }
        Some(_) => return None,
    };
    Some(Stored {
        id: id.to_owned(),
        version,
        definition: definition.to_owned(),
        source: "shipped".to_owned(),
        created_at: host.now(),
    })
}
