//! `cargo xtask fuzz [bodies] [signatures]`: what the conformance tests try on every channel, for longer.

use crate::project;
use anyhow::Result;

pub fn command(args: &[String]) -> Result<()> {
    let bodies = args.first().map_or("1000000", String::as_str);
    let signatures = args.get(1).map_or("100000", String::as_str);
    let mut cargo = project::cargo();
    cargo
        .args(["test", "--release", "--package", "it", "--test", "it", "--"])
        .args(["conformance::mutations", "--nocapture", "--test-threads=1"])
        .env("FUZZ_BODIES", bodies)
        .env("FUZZ_SIGNATURES", signatures);
    project::run(&mut cargo, "the mutations")
}
