//! The project's commands: `cargo xtask <command>`. One file a command.

// A tool runs on a computer with a clock; the suite must not ask for one.
#![allow(clippy::disallowed_methods)]

mod bench;
mod build;
mod console;
mod copy;
mod deploy_check;
mod dev;
mod fuzz;
mod mutants;
mod new_channel;
mod new_step;
mod project;
mod setup;
mod sim;
mod size;
mod test;
mod walkthrough;
mod watch;

use anyhow::{Result, bail};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  dev     [--demo] [--port 8787] [--data .tributary] [--admin-token TOKEN]
          Starts the whole suite on this machine and reloads it when sources change.
          --demo fills it with an example shop.
  build   [function …] [--dev | --release]
          Builds functions to functions/<name>/build. Default: all of them, for release.
  test    [--quick | --only STAGE]
          Everything, native, in workerd and in Chromium. --quick: format, lint and the native
          tests. --only: one of format, native, build, sizes, workerd, clients, chromium, console,
          lint, mutants, walk-through.
  sim     [seeds] [from]
          More seeds of the simulation than the tests run. Default: 5,000 from 0.
  fuzz    [bodies] [signatures]
          More mutated bodies and forged signatures for each channel than the tests try.
          Default: 1,000,000 and 100,000.
  mutants [name …]
          Plants known bugs and demands that the tests notice each.
  walk-through
          Makes a channel that nobody has seen, in a copy of the tree, and tries every law on it.
  bench   [--quick]
          Measures the release build in workerd and writes docs/benchmarks.md.
  size    [--why FUNCTION]
          What each built function weighs. --why: one of them by crate, module and Rust function.
  deploy-check
          Each function can be deployed alone (a dry run).
  new     channel <name> | step <name>
          Writes a channel or a journey step that compiles and passes the tests.
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    let Some((command, rest)) = args.split_first() else {
        print!("{USAGE}");
        return Ok(());
    };
    match command.as_str() {
        "build" => build::command(rest),
        "bench" => bench::command(rest),
        "deploy-check" => deploy_check::command(rest),
        "dev" => dev::command(rest),
        "mutants" => mutants::command(rest),
        "fuzz" => fuzz::command(rest),
        "sim" => sim::command(rest),
        "size" => size::command(rest),
        "test" => test::command(rest),
        "walk-through" => walkthrough::command(),
        "new" => new(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        unknown => bail!("there is no command `{unknown}`\n\n{USAGE}"),
    }
}

fn new(args: &[String]) -> Result<()> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let written = match args.as_slice() {
        ["channel", name] => new_channel::run(name),
        ["step", name] => new_step::run(name),
        _ => bail!("new what? `cargo xtask new channel <name>` or `cargo xtask new step <name>`"),
    };
    written.map_err(anyhow::Error::msg)
}
