//! The web console: static files beside the gateway. Built when its sources changed.

use crate::{project, setup};
use anyhow::{Context, Result};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the build reads, below `console/`.
const SOURCES: &[&str] = &["index.html", "package.json", "public", "src", "vite.config.ts"];

/// Builds it unless it is up to date; whether it was built.
pub fn build() -> Result<bool> {
    let folder = project::root().join("console");
    let note = folder.join("dist/.stamp");
    let stamp = stamp(&folder)?;
    if std::fs::read_to_string(&note).is_ok_and(|noted| noted == stamp) {
        return Ok(false);
    }
    setup::node_modules()?;
    npm("build")?;
    std::fs::write(note, stamp)?;
    Ok(true)
}

/// Everything that is checked without a browser: types as the API has them, layers, catalogs, logic,
/// and how much is loaded at first.
pub fn check() -> Result<()> {
    for script in ["types:check", "lint", "check", "test"] {
        npm(script)?;
    }
    build()?;
    npm("size")
}

fn npm(script: &str) -> Result<()> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut command = Command::new(npm);
    command.current_dir(project::root()).args(["run", "--silent", "-w", "console", script]);
    project::run(&mut command, &format!("npm run {script} (console)"))
}

fn stamp(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    for name in SOURCES {
        collect(&folder.join(name), &mut files)?;
    }
    files.push(project::root().join("package-lock.json"));
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        let bytes = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        (file.strip_prefix(folder).unwrap_or(&file), bytes).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}
