//! `cargo xtask deploy-check`: each function can be deployed alone (a dry run, no account).

use crate::project;
use anyhow::{Result, bail};
use std::process::Command;

/// What a free account has.
const MAX_CRONS: usize = 5;

pub fn command(_args: &[String]) -> Result<()> {
    let mut crons = 0;
    for name in project::functions()? {
        let config = format!("functions/{name}/wrangler.toml");
        let text = std::fs::read_to_string(project::root().join(&config))?;
        crons += text.lines().filter(|line| line.trim_start().starts_with("crons")).count();
        let output = Command::new("npx")
            .current_dir(project::root())
            .args(["--no-install", "wrangler", "deploy", "--dry-run", "-c", &config])
            .env("WRANGLER_SEND_METRICS", "false")
            .env("CI", "1")
            .output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("{config} cannot be deployed alone:\n{said}");
        }
        println!("deployable  {name}");
    }
    if crons > MAX_CRONS {
        bail!("{crons} cron triggers; a free account has {MAX_CRONS}");
    }
    Ok(())
}
