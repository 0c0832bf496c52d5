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
                .args(["test", "--quiet", "--package", "it", "--test", "it"])
                .args(more)
                .current_dir(&self.tree)
                // Its own: cargo takes two checkouts in one target folder for the same packages.
                .env("CARGO_TARGET_DIR", project::target_dir().join("mutants/target"))
                // Compiling takes longer than running: each try is one more build.
                .env("CARGO_PROFILE_TEST_OPT_LEVEL", "0")
                .env("CARGO_PROFILE_TEST_DEBUG", "0")
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
