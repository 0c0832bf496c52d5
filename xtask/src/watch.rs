//! Which sources have changed, found by looking: the tree is small, and looking works on every
//! system and file share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The sources of the functions and the database, with their times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<PathBuf, SystemTime>);

const WATCHED: &[&str] =
    &["Cargo.toml", "Cargo.lock", "console", "functions", "migrations", "shared"];
const EXTENSIONS: &[&str] = &["css", "json", "lock", "rs", "sql", "toml", "ts", "tsx"];
/// What is made from sources, not a source.
const IGNORED: &[&str] = &["build", "dist", "node_modules", "target", "tests"];

impl Snapshot {
    pub fn take(root: &Path) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for name in WATCHED {
            snapshot.add(&root.join(name));
        }
        snapshot
    }

    fn add(&mut self, path: &Path) {
        // A file that goes away while we look is not there: no error.
        let Ok(metadata) = path.metadata() else { return };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if metadata.is_dir() {
            if IGNORED.contains(&name.as_ref()) || name.starts_with('.') {
                return;
            }
            for entry in path.read_dir().into_iter().flatten().flatten() {
                self.add(&entry.path());
            }
        } else if path.extension().is_some_and(|ext| EXTENSIONS.iter().any(|known| ext == *known))
            && let Ok(modified) = metadata.modified()
        {
            self.0.insert(path.to_owned(), modified);
        }
    }

    /// Files that differ between the two, gone ones included.
    pub fn changed_since(&self, before: &Snapshot) -> Vec<PathBuf> {
        let differs = |path: &&PathBuf| self.0.get(*path) != before.0.get(*path);
        let mut paths: Vec<PathBuf> =
            self.0.keys().chain(before.0.keys()).filter(differs).cloned().collect();
        paths.sort();
        paths.dedup();
        paths
    }
}
