//! `cargo xtask deploy-check`: each function can be deployed alone (a dry run, no account).

use crate::project;
use anyhow::{Result, bail};
use std::process::Command;

pub fn command(_args: &[String]) -> Result<()> {
    for name in project::functions()? {
        let config = format!("functions/{name}/wrangler.toml");
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
    Ok(())
}
