//! A Worker's script: what wasm-bindgen generates, in one file with our entry.
//!
//! wasm-bindgen's output is taken apart by exact text, and every place that is not found is an
//! error: its version is pinned, and an update must look at this file.

use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::path::Path;

/// What the runtime calls.
pub const ENTRY: &str = include_str!("entry.js");

const WASM_IMPORT: &str = r#"import source wasmModule from "./index_bg.wasm";"#;

const TRAP: &str = "    __wbg_call_abort_hook();\n    throw e;\n}";
/// Replaces the instance at once. Left to the next call, as wasm-bindgen does it, that call may be
/// a callback of the old instance, which would run on the new one's memory.
const TRAP_RESTARTS: &str = "    __wbg_call_abort_hook();\n    restart();\n    throw e;\n}";

/// Reads what wasm-bindgen wrote to `folder` and returns the whole script.
pub fn assemble(folder: &Path) -> Result<String> {
    let path = folder.join("index.js");
    let generated = std::fs::read_to_string(&path).context("wasm-bindgen's index.js")?;
    if !generated.contains(WASM_IMPORT) {
        bail!("wasm-bindgen's output has changed: no import of the Wasm module");
    }
    if generated.matches(TRAP).count() != 1 {
        bail!("wasm-bindgen's output has changed: the place that handles a trap was not found");
    }
    let generated = generated
        .replace(WASM_IMPORT, r#"import wasmModule from "./index_bg.wasm";"#)
        .replace(TRAP, TRAP_RESTARTS);
    let mut script = String::with_capacity(generated.len() + ENTRY.len());
    for line in generated.lines() {
        if let Some(import) = line.strip_prefix("import {") {
            script.push_str(&snippet(folder, import)?);
        } else {
            // Only the entry is visible from outside: every export would be one more way in.
            script.push_str(line.strip_prefix("export ").unwrap_or(line));
        }
        script.push('\n');
    }
    script.push_str(ENTRY);
    Ok(script)
}

/// A crate's own few lines of JavaScript, set in where they are imported.
fn snippet(folder: &Path, import: &str) -> Result<String> {
    let (names, from) = import
        .split_once("} from '")
        .and_then(|(names, rest)| Some((names.trim(), rest.strip_suffix("';")?)))
        .with_context(|| format!("an import that is not understood: {import}"))?;
    let source = std::fs::read_to_string(folder.join(from))
        .with_context(|| format!("the snippet {from}"))?;
    let mut body = String::new();
    for line in source.lines() {
        if line.starts_with("import ") || line.starts_with("export default") {
            bail!("the snippet {from} has a line that cannot be set in: {line}");
        }
        writeln!(body, "    {}", line.strip_prefix("export ").unwrap_or(line))?;
    }
    Ok(format!("const {{ {names} }} = (() => {{\n{body}    return {{ {names} }};\n}})();"))
}
