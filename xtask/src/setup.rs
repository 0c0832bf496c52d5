//! What a fresh machine with Rust and Node lacks is fetched here, so that every command works at
//! once. What is there is left alone.

use crate::project::{root, run};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";
const MIN_NODE: u32 = 20;

/// Everything a fresh machine lacks.
pub fn ensure() -> Result<()> {
    rust_target()?;
    node_modules()
}

/// The Rust target every function is built for.
pub fn rust_target() -> Result<()> {
    let output = Command::new("rustc")
        .args(["--print", "sysroot"])
        .current_dir(root())
        .output()
        .context("rustc was not found: install Rust with rustup (https://rustup.rs)")?;
    let sysroot = String::from_utf8(output.stdout)?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).is_dir() {
        return Ok(());
    }
    println!("installing the Rust target {TARGET} …");
    run(
        Command::new("rustup").args(["target", "add", TARGET]).current_dir(root()),
        "rustup target add (the functions are WebAssembly; Rust must come from rustup)",
    )
}

/// Node itself cannot be fetched, what `package-lock.json` names can.
pub fn node_modules() -> Result<()> {
    let output = Command::new("node")
        .arg("--version")
        .output()
        .context("node was not found: install Node.js 20 or newer (https://nodejs.org)")?;
    let version = String::from_utf8(output.stdout)?;
    let major = version.trim().trim_start_matches('v').split('.').next().unwrap_or_default();
    if major.parse::<u32>().unwrap_or(0) < MIN_NODE {
        bail!("Node.js {} is too old: version {MIN_NODE} or newer is needed", version.trim());
    }
    // What was installed is noted, so that a changed lock file is noticed and nothing else is.
    let lock = std::fs::read(root().join("package-lock.json")).context("package-lock.json")?;
    let note = root().join("node_modules/.tributary-lock");
    if std::fs::read(&note).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("installing the local runtime and tools (npm ci) …");
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run(Command::new(npm).args(["ci", "--loglevel=error"]).current_dir(root()), "npm ci")?;
    std::fs::write(note, lock)?;
    Ok(())
}

/// A browser for the console's tests: the system's Chromium, with letters for Chinese.
pub fn browser() -> Result<()> {
    let known = std::env::var_os("CHROMIUM").map_or("/usr/bin/chromium".into(), PathBuf::from);
    if known.exists() {
        return Ok(());
    }
    println!("installing Chromium and Chinese fonts …");
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(["-qq", "-y"]).args(args).env("DEBIAN_FRONTEND", "noninteractive");
        command.stdout(std::process::Stdio::null());
        run(
            &mut command,
            "apt-get (the console is tested in Chromium: install it, or set CHROMIUM to one)",
        )
    };
    apt(&["update"])?;
    apt(&["install", "chromium", "fonts-noto-cjk"])
}
