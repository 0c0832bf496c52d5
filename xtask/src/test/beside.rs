//! The second lane: stages that run one after the other beside the caller, each in a process of its
//! own at a low priority.

use super::Stage;
use crate::project;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Dropped before its end, as after a failure in front, it stops what still runs.
pub struct Beside {
    shared: Arc<Shared>,
    lane: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// What passed, in either lane.
    passed: Vec<&'static str>,
    times: Vec<(&'static str, Duration)>,
    failed: Option<String>,
    /// The process of the stage at work, which is also the name of its group.
    running: Option<u32>,
    stopped: bool,
    ended: bool,
}

impl Beside {
    pub fn start(stages: &'static [Stage]) -> Beside {
        let shared = Arc::new(Shared::default());
        let lane = Arc::clone(&shared);
        let lane = std::thread::spawn(move || {
            for stage in stages {
                if !lane.may_start(stage) {
                    break;
                }
                if let Err(error) = lane.run(stage) {
                    lane.state().failed.get_or_insert(format!("{error:#}"));
                    break;
                }
            }
            lane.state().ended = true;
            lane.changed.notify_all();
        });
        Beside { shared, lane: Some(lane) }
    }

    /// What a stage of this lane may be waiting for.
    pub fn passed_in_front(&self, key: &'static str) {
        self.shared.state().passed.push(key);
        self.shared.changed.notify_all();
    }

    /// # Errors
    /// A stage failed.
    pub fn check(&self) -> Result<()> {
        match &self.shared.state().failed {
            Some(failure) => bail!("{failure}"),
            None => Ok(()),
        }
    }

    /// # Errors
    /// This stage or one before it failed.
    pub fn wait_for(&self, key: &str) -> Result<()> {
        self.shared.wait(|state| state.ended || state.passed.contains(&key));
        self.check()
    }

    /// # Errors
    /// A stage failed.
    pub fn finish(self) -> Result<Vec<(&'static str, Duration)>> {
        self.shared.wait(|state| state.ended);
        self.check()?;
        Ok(std::mem::take(&mut self.shared.state().times))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let running = {
            let mut state = self.shared.state();
            state.stopped = true;
            state.running
        };
        self.shared.changed.notify_all();
        if let Some(group) = running {
            // A stage starts cargo, node and browsers: all of them are to end.
            let _ = Command::new("kill").args(["-TERM", "--", &format!("-{group}")]).status();
        }
        if let Some(lane) = self.lane.take() {
            let _ = lane.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, is_so: impl Fn(&State) -> bool) {
        let waited = self.changed.wait_while(self.state(), |state| !is_so(state));
        drop(waited);
    }

    fn may_start(&self, stage: &Stage) -> bool {
        self.wait(|state| {
            state.stopped || stage.after.is_none_or(|before| state.passed.contains(&before))
        });
        !self.state().stopped
    }

    fn run(&self, stage: &'static Stage) -> Result<()> {
        let since = Instant::now();
        let output = project::target_dir().join(format!("test-{}.log", stage.key));
        let mut child = spawn(stage, &output)?;
        self.state().running = Some(child.id());
        let status = child.wait()?;
        let mut state = self.state();
        state.running = None;
        if state.stopped {
            return Ok(());
        }
        println!("\n== {} (beside)", stage.name);
        print!("{}", std::fs::read_to_string(&output).unwrap_or_default());
        if !status.success() {
            bail!("{}: failed ({status})", stage.name);
        }
        state.passed.push(stage.key);
        state.times.push((stage.name, since.elapsed()));
        self.changed.notify_all();
        Ok(())
    }
}

fn spawn(stage: &Stage, output: &PathBuf) -> Result<Child> {
    let file = File::create(output).with_context(|| format!("writing {output:?}"))?;
    let xtask = std::env::current_exe()?;
    let mut command = if cfg!(unix) { Command::new("nice") } else { Command::new(&xtask) };
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.args(["-n", "10"]).arg(&xtask).process_group(0);
    }
    command
        .args(["test", "--only", stage.key])
        .current_dir(project::root())
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .spawn()
        .with_context(|| format!("starting {}", stage.name))
}
