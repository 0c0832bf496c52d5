//! `cargo xtask size`: what each built function weighs, and whether that is too much. With `--why`,
//! what makes one so heavy.

mod why;

use crate::project;
use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Gzipped, glue included. The platform's limit is 3 MB; a lean function starts fast.
const BUDGET_KB: f64 = 400.0;

/// Functions that weigh more than the budget, and what each weighed when it did: they may not grow.
/// A line goes as soon as its function is below the budget again.
const OVERWEIGHT_KB: &[(&str, f64)] =
    &[("ingest", 421.0), ("lead-assign", 420.0), ("message-send", 432.0), ("profile-merge", 440.0)];

/// Bytes of a function's build after gzip -9.
pub fn gzipped(name: &str) -> Result<usize> {
    let folder = project::function_dir(name).join("build");
    let mut total = 0;
    for entry in std::fs::read_dir(&folder).with_context(|| format!("{name} is not built"))? {
        let path = entry?.path();
        if !path.extension().is_some_and(|extension| extension == "wasm" || extension == "js") {
            continue;
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&std::fs::read(&path)?)?;
        total += encoder.finish()?.len();
    }
    Ok(total)
}

pub fn command(args: &[String]) -> Result<()> {
    match args {
        [] => check(),
        [flag, name] if flag == "--why" => why::command(name),
        _ => bail!("size has no such option; --why FUNCTION"),
    }
}

fn check() -> Result<()> {
    let mut heavy = Vec::new();
    for name in project::functions()? {
        let kb = gzipped(&name)? as f64 / 1_000.0;
        println!("{kb:>7.1} KB gzip  {name}");
        let ceiling = OVERWEIGHT_KB.iter().find(|(heavy, _)| *heavy == name);
        if kb > ceiling.map_or(BUDGET_KB, |(_, kb)| *kb) {
            heavy.push(name);
        }
    }
    if heavy.is_empty() {
        return Ok(());
    }
    bail!("over {BUDGET_KB} KB or its own ceiling: {}", heavy.join(", "))
}
