//! `cargo xtask mutants`: plants known bugs, one at a time, in a copy of the tree, and demands that
//! the test which guards against each fails.

use crate::copy::Copy;
use crate::project;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::time::Instant;

struct Mutant {
    name: String,
    file: String,
    why: String,
    /// The test that guards against it: it alone is run, and it must fail.
    caught_by: String,
    find: String,
    replace: String,
}

pub fn command(args: &[String]) -> Result<()> {
    let mutants: Vec<Mutant> = read_all()?
        .into_iter()
        .filter(|mutant| args.is_empty() || args.iter().any(|name| mutant.name.contains(name)))
        .collect();
    let copy = Copy::make()?;
    let mut survivors = Vec::new();
    for (index, mutant) in mutants.iter().enumerate() {
        let path = copy.path(&mutant.file);
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
        let caught = !copy.tests_pass(&["--exact", &mutant.caught_by], &[])?;
        std::fs::write(&path, original)?;
        let word = if caught { "caught  " } else { "SURVIVED" };
        let took = started.elapsed().as_secs();
        println!(
            "{:>2}/{} {word} {} by {} ({}), {took} s",
            index + 1,
            mutants.len(),
            mutant.name,
            mutant.caught_by,
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
    let shape = || format!("{path:?} is not file, why, caught_by, find, replace");
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
        caught_by: line("caught_by")?,
        find: find.trim_end_matches('\n').to_owned(),
        replace: replace.trim_end_matches('\n').to_owned(),
    })
}
