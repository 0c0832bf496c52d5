//! A copy of the sources beside what is built, in which things are tried that the tree must not keep.

use crate::project;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub struct Copy {
    tree: PathBuf,
}

/// What is built, installed or stored, and not written.
const NOT_SOURCES: &[&str] =
    &[".git", ".tributary", ".wrangler", "build", "dist", "node_modules", "target"];

impl Copy {
    /// The sources, without what is built. (Not asked of git: a checkout may come without it.)
    pub fn make() -> Result<Copy> {
        let tree = project::target_dir().join("mutants/tree");
        if tree.exists() {
            std::fs::remove_dir_all(&tree)?;
        }
        copy_folder(&project::root(), &tree)?;
        seed();
        Ok(Copy { tree })
    }

    pub fn tree(&self) -> &Path {
        &self.tree
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.tree.join(file)
    }

    /// Whether these native tests pass, with a part of the seeds.
    ///
    /// # Errors
    /// What does not compile has been tried by nobody.
    pub fn tests_pass(&self, tests: &[&str], vars: &[(&str, &str)]) -> Result<bool> {
        let run = |more: &[&str]| -> Result<bool> {
            let mut cargo =
                Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            cargo
                .args(["test", "--quiet", "--test", "it"])
                .args(SOURCES.iter().flat_map(|name| {
                    // Compiling takes longer than running: each try is one more build.
                    ["--config".to_owned(), format!("profile.test.package.{name}.opt-level=0")]
                }))
                .args(more)
                .current_dir(&self.tree)
                // Its own: cargo takes two checkouts in one target folder for the same packages.
                .env("CARGO_TARGET_DIR", target())
                .env("CARGO_INCREMENTAL", "1")
                .env("SIM_SEEDS", "120")
                .env("RUST_BACKTRACE", "0")
                .envs(vars.iter().copied())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            Ok(cargo.status()?.success())
        };
        if !run(&["--no-run"])? {
            bail!("the copy does not compile");
        }
        run(&[&["--"], tests].concat())
    }
}

/// The crates in which something is tried; what they depend on stays as the tests have it.
const SOURCES: &[&str] =
    &["tributary-core", "tributary-channels", "tributary-store", "tributary-service"];

fn target() -> PathBuf {
    project::target_dir().join("mutants/target")
}

/// Takes over what the tests' own build made of the dependencies. Where that can't be done, they are
/// built once more.
fn seed() {
    let (from, to) = (project::target_dir().join("debug"), target().join("debug"));
    if to.exists() || !from.exists() || std::fs::create_dir_all(&to).is_err() {
        return;
    }
    for part in [".fingerprint", "build", "deps"] {
        // With their times, by which cargo knows what is fresh.
        let _ = Command::new("cp").arg("-a").arg(from.join(part)).arg(&to).status();
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), entry.path());
        // `build` is also the name of a folder of sources, xtask's.
        let is_source = path.starts_with(project::root().join("xtask"));
        if !is_source && NOT_SOURCES.iter().any(|known| name == *known) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_folder(&path, &to.join(name))?;
        } else {
            std::fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
