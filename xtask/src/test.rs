//! `cargo xtask test`: everything, from fast to real.
//!
//! Two lanes: what needs the built functions runs in front, one stage after the other; what reads
//! only the sources runs behind it at a low priority, in whatever the first leaves idle.

use crate::{build, console, project, setup};
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Stage {
    key: &'static str,
    name: &'static str,
    work: fn() -> Result<()>,
}

const QUICK: &[Stage] = &[
    Stage { key: "format", name: "format", work: format },
    Stage { key: "lint", name: "lint", work: lint },
    Stage { key: "native", name: "native: laws, fixtures, scenarios, simulation", work: native },
];

/// What stands in front, in order.
const FRONT: &[Stage] = &[
    Stage { key: "format", name: "format", work: format },
    Stage { key: "native", name: "native: laws, fixtures, scenarios, simulation", work: native },
    // What is tested is what is deployed.
    Stage { key: "build", name: "release build", work: release },
    Stage { key: "sizes", name: "sizes, deployable alone", work: sizes },
    Stage { key: "workerd", name: "scenarios in workerd", work: workerd },
    Stage {
        key: "clients",
        name: "real clients, faults and limits in workerd",
        work: || node("tests/clients/"),
    },
    Stage { key: "chromium", name: "the console in Chromium", work: chromium },
];

/// What goes on behind it, in order.
const BEHIND: &[Stage] = &[
    Stage {
        key: "console",
        name: "the console: types, layers, catalogs, logic, size",
        work: console::check,
    },
    Stage { key: "lint", name: "lint", work: lint },
    Stage { key: "mutants", name: "planted bugs", work: || crate::mutants::command(&[]) },
    Stage {
        key: "walk-through",
        name: "a channel that nobody has seen",
        work: crate::walkthrough::command,
    },
];

pub fn command(args: &[String]) -> Result<()> {
    setup::ensure()?;
    match args {
        [] => everything(),
        [flag] if flag == "--quick" => quick(),
        [flag, key] if flag == "--only" => {
            let stage = FRONT.iter().chain(BEHIND).find(|stage| stage.key == key);
            (stage.with_context(|| format!("there is no stage {key}: {}", keys()))?.work)()
        }
        _ => bail!("test has no such option; --quick, or --only with one of: {}", keys()),
    }
}

fn keys() -> String {
    let keys: Vec<&str> = FRONT.iter().chain(BEHIND).map(|stage| stage.key).collect();
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
    let started = Instant::now();
    let mut times = Vec::new();
    let mut behind = Behind::start(BEHIND)?;
    for stage in FRONT {
        if stage.key == "build" {
            // Both build the console's pages.
            behind.wait_for("console")?;
        }
        times.push((stage.name, timed(stage)?));
        behind.look()?;
    }
    times.extend(behind.finish()?);
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

/// Stages that run one after the other beside the caller, each a process of its own.
struct Behind {
    waiting: std::slice::Iter<'static, Stage>,
    running: Option<Running>,
    done: Vec<(&'static str, &'static str, Duration)>,
}

struct Running {
    stage: &'static Stage,
    child: Child,
    since: Instant,
    output: PathBuf,
}

impl Behind {
    fn start(stages: &'static [Stage]) -> Result<Behind> {
        let mut behind = Behind { waiting: stages.iter(), running: None, done: Vec::new() };
        behind.next()?;
        Ok(behind)
    }

    fn next(&mut self) -> Result<()> {
        let Some(stage) = self.waiting.next() else { return Ok(()) };
        let output = project::target_dir().join(format!("test-{}.log", stage.key));
        let file = File::create(&output).with_context(|| format!("writing {output:?}"))?;
        let xtask = std::env::current_exe()?;
        let mut command = if cfg!(unix) { Command::new("nice") } else { Command::new(&xtask) };
        if cfg!(unix) {
            command.args(["-n", "10"]).arg(&xtask);
        }
        let child = command
            .args(["test", "--only", stage.key])
            .current_dir(project::root())
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("starting {}", stage.name))?;
        self.running = Some(Running { stage, child, since: Instant::now(), output });
        Ok(())
    }

    /// Takes up what ended, and starts the next. Whether one is still at work.
    ///
    /// # Errors
    /// A stage failed.
    fn look(&mut self) -> Result<bool> {
        let Some(running) = &mut self.running else { return Ok(false) };
        let Some(status) = running.child.try_wait()? else { return Ok(true) };
        let Some(running) = self.running.take() else { return Ok(false) };
        let stage = running.stage;
        println!("\n== {} (beside)", stage.name);
        print!("{}", std::fs::read_to_string(&running.output).unwrap_or_default());
        if !status.success() {
            bail!("{}: failed ({status})", stage.name);
        }
        self.done.push((stage.key, stage.name, running.since.elapsed()));
        self.next()?;
        Ok(self.running.is_some())
    }

    fn wait_for(&mut self, key: &str) -> Result<()> {
        while !self.done.iter().any(|(done, ..)| *done == key) && self.look()? {
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<(&'static str, Duration)>> {
        while self.look()? {
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(self.done.iter().map(|(_, name, time)| (*name, *time)).collect())
    }
}

impl Drop for Behind {
    /// What a failure in front left behind.
    fn drop(&mut self) {
        if let Some(running) = &mut self.running {
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }
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
