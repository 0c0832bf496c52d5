//! `cargo xtask sim [seeds] [from]`: the simulation, for longer than the tests run it.

use crate::project;
use anyhow::Result;

pub fn command(args: &[String]) -> Result<()> {
    let seeds = args.first().map_or("5000", String::as_str);
    let from = args.get(1).map_or("0", String::as_str);
    let mut cargo = project::cargo();
    cargo
        .args(["test", "--release", "--package", "it", "--test", "it", "--", "simulation::"])
        .arg("--nocapture")
        .env("SIM_SEEDS", seeds)
        .env("SIM_FROM", from);
    project::run(&mut cargo, "the simulation")
}
