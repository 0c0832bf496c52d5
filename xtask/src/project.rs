//! Where things are.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The repository's root. `cargo run` says where xtask's sources are now, wherever they were when
/// xtask was compiled.
pub fn root() -> PathBuf {
    let here = std::env::var("CARGO_MANIFEST_DIR")
        .unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    Path::new(&here).parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// The names of all functions, sorted.
pub fn functions() -> Result<Vec<String>> {
    let folder = root().join("functions");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("reading {folder:?}"))? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

pub fn function_dir(name: &str) -> PathBuf {
    root().join("functions").join(name)
}

/// Where cargo puts what it builds.
pub fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Somebody wants xtask to end (Ctrl-C); set by `dev`.
pub static STOP: AtomicBool = AtomicBool::new(false);

pub fn asked_to_stop() -> bool {
    STOP.load(Ordering::SeqCst)
}

/// Runs a command to its end, or until xtask is to end; what it prints is shown.
pub fn run(command: &mut Command, what: &str) -> Result<()> {
    let mut child = command.spawn().with_context(|| format!("{what}: could not be started"))?;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if asked_to_stop() {
            // It may have heard of it as well, and be gone already.
            let _ = child.kill();
            child.wait()?;
            bail!("{what} was interrupted");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    if !status.success() {
        bail!("{what} failed ({status})");
    }
    Ok(())
}
