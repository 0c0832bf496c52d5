//! `cargo xtask mutants`: plants known bugs, one at a time, in a copy of the tree, and demands that
//! the tests notice each.

use crate::project;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

struct Mutant {
    name: String,
    file: String,
    why: String,
    find: String,
    replace: String,
}

pub fn command(args: &[String]) -> Result<()> {
    let mutants: Vec<Mutant> = read_all()?
        .into_iter()
        .filter(|mutant| args.is_empty() || args.iter().any(|name| mutant.name.contains(name)))
        .collect();
    let copy = project::target_dir().join("mutants/tree");
    copy_tree(&copy)?;
    let mut survivors = Vec::new();
    for (index, mutant) in mutants.iter().enumerate() {
        let path = copy.join(&mutant.file);
        let original =
            std::fs::read_to_string(&path).with_context(|| format!("reading {}", mutant.file))?;
        if original.matches(&mutant.find).count() != 1 {
            bail!(
                "{}: its piece of {} is there not once: mend the mutant",
                mutant.name,
                mutant.file
            );
        }
        std::fs::write(&path, original.replace(&mutant.find, &mutant.replace))?;
        let started = Instant::now();
        let caught = !tests_pass(&copy)?;
        std::fs::write(&path, original)?;
        let word = if caught { "caught  " } else { "SURVIVED" };
        let took = started.elapsed().as_secs();
        println!(
            "{:>2}/{} {word} {} ({}), {took} s",
            index + 1,
            mutants.len(),
            mutant.name,
            mutant.why
        );
        if !caught {
            survivors.push(mutant.name.clone());
        }
    }
    if !survivors.is_empty() {
        bail!("{} planted bugs went unnoticed: {}", survivors.len(), survivors.join(", "));
    }
    println!("mutants: {} passed, 0 failed", mutants.len());
    Ok(())
}

fn read_all() -> Result<Vec<Mutant>> {
    let folder = project::root().join("tests/mutants");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<Mutant> {
    let text = std::fs::read_to_string(path)?;
    let shape = || format!("{path:?} is not file, why, find, replace");
    let (head, rest) = text.split_once("--- find\n").with_context(shape)?;
    let (find, replace) = rest.split_once("--- replace\n").with_context(shape)?;
    let line = |name: &str| {
        let value = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        value.map(str::to_owned).with_context(shape)
    };
    Ok(Mutant {
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        file: line("file")?,
        why: line("why")?,
        find: find.trim_end_matches('\n').to_owned(),
        replace: replace.trim_end_matches('\n').to_owned(),
    })
}

/// What is built, installed or stored, and not written.
const NOT_SOURCES: &[&str] =
    &[".git", ".tributary", ".wrangler", "build", "dist", "node_modules", "target"];

/// The sources, without what is built. (Not asked of git: a checkout may come without it.)
fn copy_tree(to: &Path) -> Result<()> {
    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    copy_folder(&project::root(), to)
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

/// The tests that are about behaviour, with a part of the seeds.
fn tests_pass(tree: &Path) -> Result<bool> {
    let run = |command: &mut Command| -> Result<std::process::ExitStatus> {
        Ok(command
            .current_dir(tree)
            // Its own: cargo takes two checkouts in one target folder for the same packages.
            .env("CARGO_TARGET_DIR", project::target_dir().join("mutants/target"))
            // Compiling takes longer than running: each bug is one more build.
            .env("CARGO_PROFILE_TEST_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_TEST_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "1")
            .env("SIM_SEEDS", "120")
            .env("RUST_BACKTRACE", "0")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?)
    };
    let cargo = || {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["test", "--quiet", "--package", "it", "--test", "it"]);
        command
    };
    // A mutant that does not compile is caught by nobody.
    if !run(cargo().arg("--no-run"))?.success() {
        bail!("the mutant does not compile");
    }
    Ok(run(cargo().args([
        "--",
        "identity::",
        "journeys::",
        "leads::",
        "scenarios::",
        "simulation::",
    ]))?
    .success())
}
