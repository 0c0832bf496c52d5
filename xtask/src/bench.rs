//! `cargo xtask bench`: measures the release build in workerd and writes `docs/benchmarks.md`.

use crate::{build, project, setup};
use anyhow::Result;
use std::process::Command;

pub fn command(args: &[String]) -> Result<()> {
    setup::node_modules()?;
    build::command(&["--release".to_owned()])?;
    let mut node = Command::new("node");
    node.current_dir(project::root()).arg("tests/workerd/bench.mjs").args(args);
    project::run(&mut node, "the benchmark")
}
