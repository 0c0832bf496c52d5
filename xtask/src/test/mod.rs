//! `cargo xtask test`: everything, from fast to real.
//!
//! Two lanes: what needs the built functions runs in front, one stage after the other; what reads
//! only the sources runs beside it at a low priority, in whatever the first leaves idle.

mod beside;

use crate::{build, console, project, setup};
use anyhow::{Context, Result, bail};
use beside::Beside;
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

struct Stage {
    key: &'static str,
    name: &'static str,
    /// The stage that must have passed before, in the other lane.
    after: Option<&'static str>,
    work: fn() -> Result<()>,
}

impl Stage {
    const fn new(key: &'static str, name: &'static str, work: fn() -> Result<()>) -> Stage {
        Stage { key, name, after: None, work }
    }

    const fn after(self, key: &'static str) -> Stage {
        Stage { after: Some(key), ..self }
    }
}

const NATIVE: &str = "native: laws, fixtures, scenarios, simulation";

const QUICK: &[Stage] = &[
    Stage::new("format", "format", format),
    Stage::new("lint", "lint", lint),
    Stage::new("native", NATIVE, native),
];

/// What stands in front, in order.
const FRONT: &[Stage] = &[
    Stage::new("format", "format", format),
    Stage::new("native", NATIVE, native),
    // What is tested is what is deployed.
    Stage::new("build", "release build", release),
    Stage::new("sizes", "sizes, deployable alone", sizes),
    Stage::new("workerd", "scenarios in workerd", workerd),
    Stage::new("clients", "real clients, faults and limits in workerd", clients),
    Stage::new("chromium", "the console in Chromium", chromium),
];

/// What goes on beside it, in order.
const BESIDE: &[Stage] = &[
    Stage::new("console", "the console: types, layers, catalogs, logic, size", console::check),
    Stage::new("lint", "lint", lint),
    // Its copy takes over what the native tests built.
    Stage::new("mutants", "planted bugs", mutants).after("native"),
    Stage::new("walk-through", "a channel that nobody has seen", crate::walkthrough::command),
];

pub fn command(args: &[String]) -> Result<()> {
    setup::ensure()?;
    match args {
        [] => everything(),
        [flag] if flag == "--quick" => quick(),
        [flag, key] if flag == "--only" => {
            let stage = FRONT.iter().chain(BESIDE).find(|stage| stage.key == key);
            (stage.with_context(|| format!("there is no stage {key}: {}", keys()))?.work)()
        }
        _ => bail!("test has no such option; --quick, or --only with one of: {}", keys()),
    }
}

fn keys() -> String {
    let keys: Vec<&str> = FRONT.iter().chain(BESIDE).map(|stage| stage.key).collect();
    keys.join(", ")
}

fn quick() -> Result<()> {
    let mut times = Vec::new();
    for stage in QUICK {
        times.push((stage.name, timed(stage)?));
    }
    report(&times);
    Ok(())
}

fn everything() -> Result<()> {
    // The lane beside is a group of its own, which the terminal's Ctrl-C does not reach.
    ctrlc::set_handler(|| project::STOP.store(true, Ordering::SeqCst))?;
    let started = Instant::now();
    let mut times = Vec::new();
    let beside = Beside::start(BESIDE);
    for stage in FRONT {
        if stage.key == "build" {
            // Both build the console's pages.
            beside.wait_for("console")?;
        }
        times.push((stage.name, timed(stage)?));
        beside.passed_in_front(stage.key);
        beside.check()?;
    }
    times.extend(beside.finish()?);
    report(&times);
    println!("{:>7.1} s  from start to end", started.elapsed().as_secs_f64());
    println!("stages: {} passed, 0 failed", times.len());
    Ok(())
}

fn timed(stage: &Stage) -> Result<Duration> {
    println!("\n== {}", stage.name);
    let started = Instant::now();
    (stage.work)()?;
    Ok(started.elapsed())
}

/// `cargo fmt` does not see the modules that a macro declares: the channels and the steps.
fn format() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])?;
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.current_dir(project::root()).args(["--edition", "2024", "--check"]);
    for folder in ["shared/channels/src", "shared/core/src/journey/steps"] {
        for entry in std::fs::read_dir(project::root().join(folder))? {
            let path = entry?.path();
            if path.extension().is_some_and(|it| it == "rs") {
                rustfmt.arg(path);
            }
        }
    }
    project::run(&mut rustfmt, "rustfmt")
}

/// In a folder of its own: cargo lets only one build at a time into a target folder.
fn lint() -> Result<()> {
    let mut clippy = project::cargo();
    clippy.args(["clippy", "--quiet", "--workspace", "--all-targets"]);
    clippy.args(["--target-dir".as_ref(), project::target_dir().join("lint").as_os_str()]);
    clippy.args(["--", "--deny", "warnings"]);
    project::run(&mut clippy, "cargo clippy")
}

fn native() -> Result<()> {
    cargo(&["test", "--quiet"])
}

fn release() -> Result<()> {
    build::command(&["--release".to_owned()])
}

fn sizes() -> Result<()> {
    crate::size::command(&[])?;
    crate::deploy_check::command(&[])
}

fn workerd() -> Result<()> {
    // Of all packages, as the native tests: for one alone, cargo would choose other features of what
    // they depend on, and build it all once more.
    cargo(&["test", "--quiet", "--features", "it/workerd", "--test", "workerd"])
}

fn clients() -> Result<()> {
    node("tests/clients/")
}

fn mutants() -> Result<()> {
    crate::mutants::command(&[])
}

fn chromium() -> Result<()> {
    setup::browser()?;
    node("tests/console/")
}

fn node(tests: &str) -> Result<()> {
    let mut node = Command::new("node");
    node.current_dir(project::root()).args(["--test", "--test-concurrency=1", tests]);
    project::run(&mut node, &format!("node --test {tests}"))
}

fn cargo(args: &[&str]) -> Result<()> {
    project::run(project::cargo().args(args), &format!("cargo {}", args.join(" ")))
}

fn report(times: &[(&str, Duration)]) {
    println!();
    for (name, time) in times {
        println!("{:>7.1} s  {name}", time.as_secs_f64());
    }
}
