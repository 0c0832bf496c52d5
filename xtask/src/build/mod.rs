//! `cargo xtask build`: functions to Workers. Cargo compiles, wasm-bindgen writes the JavaScript
//! side, a release is shrunk by wasm-opt. Each step is skipped when its input is unchanged.

mod script;

use crate::{console, project, setup};
use anyhow::{Context, Result, bail};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Instant;
use wasm_bindgen_cli_support::Bindgen;

#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub enum Profile {
    /// Relinks in a second or two.
    Dev,
    /// Small: what is deployed.
    Release,
}

impl Profile {
    fn cargo_name(self) -> &'static str {
        match self {
            Profile::Dev => "wasm-dev",
            Profile::Release => "release",
        }
    }
}

pub fn command(args: &[String]) -> Result<()> {
    let mut profile = Profile::Release;
    let mut names = Vec::new();
    for arg in args {
        match arg.as_str() {
            "--dev" => profile = Profile::Dev,
            "--release" => profile = Profile::Release,
            flag if flag.starts_with('-') => bail!("build has no option {flag}"),
            name => names.push(name.to_owned()),
        }
    }
    let all = project::functions()?;
    if let Some(unknown) = names.iter().find(|name| !all.contains(name)) {
        bail!("there is no function `{unknown}`; there are: {}", all.join(", "));
    }
    build(if names.is_empty() { &all } else { &names }, profile)?;
    Ok(())
}

/// Builds these functions and returns the names of those that changed.
pub fn build(names: &[String], profile: Profile) -> Result<Vec<String>> {
    setup::rust_target()?;
    if profile == Profile::Release {
        setup::node_modules()?;
    }
    let started = Instant::now();
    compile(names, profile)?;
    let stale: Vec<Step> = names
        .iter()
        .map(|name| Step::new(name, profile))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .filter(|step| !step.is_done())
        .collect();
    finish_all(&stale)?;
    let mut changed: Vec<String> = stale.into_iter().map(|step| step.name).collect();
    // The gateway serves it.
    if names.iter().any(|name| name == "gateway") && console::build()? {
        changed.push("console".to_owned());
    }
    let what = if changed.is_empty() { "nothing changed".to_owned() } else { changed.join(", ") };
    println!("built in {:.1} s: {what}", started.elapsed().as_secs_f32());
    Ok(changed)
}

/// One cargo run for all: it shares what they have in common.
fn compile(names: &[String], profile: Profile) -> Result<()> {
    let mut cargo = project::cargo();
    cargo.args(["build", "--target", "wasm32-unknown-unknown"]);
    cargo.args(["--profile", profile.cargo_name()]);
    for name in names {
        cargo.args(["--package", &format!("function-{name}")]);
    }
    project::run(&mut cargo, "compiling")
}

/// What turns one compiled function into a Worker.
struct Step {
    name: String,
    profile: Profile,
    wasm: PathBuf,
    out: PathBuf,
    /// What the output was made from.
    stamp: String,
}

impl Step {
    fn new(name: &str, profile: Profile) -> Result<Step> {
        let file = format!("function_{}.wasm", name.replace('-', "_"));
        let wasm = project::target_dir()
            .join("wasm32-unknown-unknown")
            .join(profile.cargo_name())
            .join(file);
        let bytes = std::fs::read(&wasm).with_context(|| format!("reading {}", wasm.display()))?;
        let mut hasher = DefaultHasher::new();
        (profile, bytes, script::ENTRY, SHRINK, WASM_FEATURES).hash(&mut hasher);
        let out = project::function_dir(name).join("build");
        let stamp = format!("{:016x}", hasher.finish());
        Ok(Step { name: name.to_owned(), profile, wasm, out, stamp })
    }

    fn is_done(&self) -> bool {
        std::fs::read_to_string(self.out.join(".stamp")).is_ok_and(|stamp| stamp == self.stamp)
            && self.out.join("index.js").is_file()
            && self.out.join("index_bg.wasm").is_file()
    }

    fn finish(&self) -> Result<()> {
        // A build that breaks off must not look finished.
        let _ = std::fs::remove_dir_all(&self.out);
        let raw = self.out.join("raw");
        std::fs::create_dir_all(&raw)?;
        bindgen(&self.wasm, &raw)?;
        let script = script::assemble(&raw)?;
        let (from, to) = (raw.join("index_bg.wasm"), self.out.join("index_bg.wasm"));
        match self.profile {
            Profile::Dev => std::fs::rename(&from, &to)?,
            Profile::Release => shrink(&from, &to, &["--strip-debug"])?,
        }
        std::fs::write(self.out.join("index.js"), script)?;
        std::fs::remove_dir_all(&raw)?;
        std::fs::write(self.out.join(".stamp"), &self.stamp)?;
        Ok(())
    }
}

/// The deployed module of a function, with the names that its deployed form does without.
pub fn with_names(name: &str) -> Result<PathBuf> {
    build(&[name.to_owned()], Profile::Release)?;
    let step = Step::new(name, Profile::Release)?;
    let folder = project::target_dir().join("size").join(name);
    std::fs::create_dir_all(&folder)?;
    bindgen(&step.wasm, &folder)?;
    let named = folder.join("named.wasm");
    shrink(&folder.join("index_bg.wasm"), &named, &["--debuginfo"])?;
    Ok(named)
}

/// As many at once as there are processors: wasm-opt runs on one.
fn finish_all(steps: &[Step]) -> Result<()> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let waiting = Mutex::new(steps.iter());
    let failure = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..workers.min(steps.len()) {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().ok().and_then(|mut steps| steps.next());
                    let Some(step) = next else { return };
                    if let Err(error) = step.finish()
                        && let Ok(mut failure) = failure.lock()
                    {
                        *failure = Some(error.context(format!("building {}", step.name)));
                    }
                }
            });
        }
    });
    failure.into_inner().ok().flatten().map_or(Ok(()), Err)
}

fn bindgen(wasm: &Path, out: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name("index")
        .module(true)?
        .typescript(false)
        // After a panic the instance is replaced; see entry.js.
        .reset_state_function(true)
        .force_enable_abort_handler(true)
        .generate(out)
        .context("wasm-bindgen")
}

/// The features that rustc and wasm-bindgen use, and no newer one: binaryen must not write what
/// the runtime cannot read yet.
const WASM_FEATURES: &[&str] = &[
    "bulk-memory",
    "exception-handling",
    "multivalue",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
];

/// `-O3` is not larger here than `-Oz`, and faster.
const SHRINK: &[&str] = &["-O1"];

/// Function names would weigh 30 KB gzip a function; the development build keeps them.
fn shrink(from: &Path, to: &Path, names: &[&str]) -> Result<()> {
    let mut command = Command::new("node");
    command.arg(project::root().join("node_modules/binaryen/bin/wasm-opt"));
    command.arg(from).arg("-o").arg(to);
    command.args(SHRINK).args(names);
    command.args(WASM_FEATURES.iter().map(|feature| format!("--enable-{feature}")));
    project::run(&mut command, "wasm-opt")
}
