//! `cargo xtask dev`: the whole suite on this machine.

use crate::build::{Profile, build};
use crate::watch::Snapshot;
use crate::{project, setup};
use anyhow::{Context, Result, bail};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

const LOOK_EVERY: Duration = Duration::from_millis(400);
/// Time for the runtime to close its databases.
const STOP_WITHIN: Duration = Duration::from_secs(8);

pub fn command(args: &[String]) -> Result<()> {
    let server_args = server_args(args)?;
    ctrlc::set_handler(|| project::STOP.store(true, Ordering::SeqCst))?;
    setup::node_modules()?;
    let before = Snapshot::take(&project::root());
    build(&project::functions()?, Profile::Dev)?;
    Server::start(&server_args)?.keep_current(before)
}

/// Options are checked here, where a mistake can be explained, and passed on.
fn server_args(args: &[String]) -> Result<Vec<String>> {
    let mut passed = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--demo" => passed.push(arg.clone()),
            "--port" | "--data" | "--admin-token" => {
                let value = args.next().with_context(|| format!("{arg} needs a value"))?;
                if arg == "--port" && value.parse::<u16>().is_err() {
                    bail!("{value} is not a port");
                }
                passed.extend([arg.clone(), value.clone()]);
            }
            unknown => bail!("dev has no option {unknown}"),
        }
    }
    Ok(passed)
}

/// The process that runs the suite. It ends when its standard input closes, so it cannot outlive
/// this one.
struct Server {
    process: Child,
    orders: Option<ChildStdin>,
}

impl Server {
    fn start(args: &[String]) -> Result<Server> {
        let script = project::root().join("tests/workerd/suite.mjs");
        let mut process = Command::new("node")
            .arg(script)
            .arg("--controlled")
            .args(args)
            .current_dir(std::env::current_dir()?)
            .stdin(Stdio::piped())
            .spawn()
            .context("starting node")?;
        let orders = process.stdin.take();
        Ok(Server { process, orders })
    }

    /// Rebuilds and reloads what changes, until told to stop.
    fn keep_current(mut self, mut seen: Snapshot) -> Result<()> {
        let root = project::root();
        while !project::asked_to_stop() {
            if let Some(status) = self.process.try_wait()? {
                return ended(status);
            }
            std::thread::sleep(LOOK_EVERY);
            let now = Snapshot::take(&root);
            let changed = now.changed_since(&seen);
            // Not while files are still being written.
            if changed.is_empty() || now != Snapshot::take(&root) {
                continue;
            }
            seen = now;
            if let Err(error) = self.update(&changed)
                && !project::asked_to_stop()
            {
                // The old build keeps running while the mistake is mended.
                eprintln!("error: {error:#}");
            }
        }
        self.stop()
    }

    fn update(&mut self, changed: &[PathBuf]) -> Result<()> {
        let has = |extension: &str| {
            changed.iter().any(|path| path.extension().is_some_and(|found| found == extension))
        };
        let root = project::root();
        for path in changed {
            println!("changed: {}", path.strip_prefix(&root).unwrap_or(path).display());
        }
        if has("sql") {
            self.order("migrate")?;
        }
        let builds = ["css", "json", "lock", "rs", "toml", "ts", "tsx"];
        if builds.into_iter().any(has) {
            let rebuilt = build(&project::functions()?, Profile::Dev)?;
            // A changed wrangler.toml changes no code, but bindings.
            if !rebuilt.is_empty() || has("toml") {
                self.order("reload")?;
            }
        }
        Ok(())
    }

    fn order(&mut self, what: &str) -> Result<()> {
        let orders = self.orders.as_mut().context("the server is gone")?;
        writeln!(orders, "{what}").context("the server is gone")
    }

    fn stop(mut self) -> Result<()> {
        drop(self.orders.take());
        let asked = Instant::now();
        while asked.elapsed() < STOP_WITHIN {
            if self.process.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.process.kill()?;
        self.process.wait()?;
        bail!("the server did not stop by itself and was ended")
    }
}

fn ended(status: ExitStatus) -> Result<()> {
    if status.success() { Ok(()) } else { bail!("the server ended ({status})") }
}
