//! `cargo xtask test`: everything, from fast to real.

use crate::{build, console, project, setup};
use anyhow::Result;
use std::process::Command;
use std::time::{Duration, Instant};

pub fn command(args: &[String]) -> Result<()> {
    let quick = args.iter().any(|arg| arg == "--quick");
    let mut times: Vec<(&str, Duration)> = Vec::new();
    let mut stage = |name: &'static str, work: &dyn Fn() -> Result<()>| -> Result<()> {
        println!("\n== {name}");
        let started = Instant::now();
        work()?;
        times.push((name, started.elapsed()));
        Ok(())
    };

    stage("set-up", &setup::ensure)?;
    stage("format", &format)?;
    stage("lint", &|| {
        let lint =
            ["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"];
        cargo(&lint)
    })?;
    stage("native: laws, fixtures, scenarios, simulation", &|| cargo(&["test", "--quiet"]))?;
    if quick {
        return report(&times);
    }
    stage("planted bugs", &|| crate::mutants::command(&[]))?;
    stage("a channel that nobody has seen", &crate::walkthrough::command)?;
    stage("the console: types, layers, catalogs, logic, size", &console::check)?;
    stage("build the functions", &|| build::command(&["--dev".to_owned()]))?;
    stage("scenarios in workerd", &|| {
        let test = ["test", "--quiet", "--package", "it", "--features", "workerd"];
        cargo(&[&test[..], &["--test", "workerd"]].concat())
    })?;
    stage("real clients, faults and limits in workerd", &|| {
        let mut node = Command::new("node");
        node.current_dir(project::root()).args([
            "--test",
            "--test-concurrency=1",
            "tests/clients/",
        ]);
        project::run(&mut node, "node --test")
    })?;
    stage("the console in Chromium", &|| {
        setup::browser()?;
        let mut node = Command::new("node");
        node.current_dir(project::root()).args([
            "--test",
            "--test-concurrency=1",
            "tests/console/",
        ]);
        project::run(&mut node, "node --test")
    })?;
    stage("release build, sizes, deployable alone", &|| {
        build::command(&["--release".to_owned()])?;
        crate::size::command(&[])?;
        crate::deploy_check::command(&[])
    })?;
    report(&times)
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

fn cargo(args: &[&str]) -> Result<()> {
    project::run(project::cargo().args(args), &format!("cargo {}", args.join(" ")))
}

fn report(times: &[(&str, Duration)]) -> Result<()> {
    println!();
    for (name, time) in times {
        println!("{:>7.1} s  {name}", time.as_secs_f64());
    }
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    println!("{:>7.1} s  in all", total.as_secs_f64());
    println!("stages: {} passed, 0 failed", times.len());
    Ok(())
}
