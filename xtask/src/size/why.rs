//! `cargo xtask size --why FUNCTION`: what a function's module is made of, by crate, by module and by
//! Rust function.
//!
//! The module is the deployed one with its names kept. Its bytes are counted before gzip: a share of
//! them is the share of what is deployed, nearly.

use crate::{build, project};
use anyhow::{Result, bail};
use std::collections::BTreeMap;
use wasmparser::{KnownCustom, Name, Parser, Payload};

/// How many lines of modules and of Rust functions are shown.
const LINES: usize = 40;

pub fn command(name: &str) -> Result<()> {
    if !project::functions()?.iter().any(|known| known == name) {
        bail!("there is no function `{name}`");
    }
    let module = Module::read(&std::fs::read(build::with_names(name)?)?)?;
    let code: usize = module.functions.iter().map(|(_, bytes)| bytes).sum();
    println!("{name}: {code} bytes of code, {} bytes of data", module.data);
    table("by crate", &module, code, crate_of);
    table("by module", &module, code, module_of);
    table("by Rust function", &module, code, str::to_owned);
    Ok(())
}

fn table(title: &str, module: &Module, all: usize, key: impl Fn(&str) -> String) {
    let mut sums: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (name, bytes) in &module.functions {
        let sum = sums.entry(key(name)).or_default();
        *sum = (sum.0 + bytes, sum.1 + 1);
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(_, (bytes, _))| std::cmp::Reverse(*bytes));
    println!("\n{title}");
    for (key, (bytes, count)) in sums.into_iter().take(LINES) {
        let share = 100.0 * bytes as f64 / all as f64;
        println!("{bytes:>8}  {share:>4.1} %  {count:>5} ×  {key}");
    }
}

struct Module {
    /// Each function's name and the bytes of its body.
    functions: Vec<(String, usize)>,
    data: usize,
}

impl Module {
    fn read(bytes: &[u8]) -> Result<Module> {
        let mut imported = 0;
        let mut sizes = Vec::new();
        let mut names: BTreeMap<usize, String> = BTreeMap::new();
        let mut data = 0;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        if matches!(import?.ty, wasmparser::TypeRef::Func(_)) {
                            imported += 1;
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => sizes.push(body.range().len()),
                Payload::DataSection(section) => data = section.range().len(),
                Payload::CustomSection(section) => {
                    let KnownCustom::Name(section) = section.as_known() else { continue };
                    for part in section {
                        let Name::Function(map) = part? else { continue };
                        for naming in map {
                            let naming = naming?;
                            let name = rustc_demangle::demangle(naming.name);
                            names.insert(naming.index as usize, format!("{name:#}"));
                        }
                    }
                }
                _ => {}
            }
        }
        // Glue that wasm-bindgen adds has none.
        let name = |index| names.get(&index).map_or("(glue)", String::as_str).to_owned();
        let functions =
            sizes.into_iter().enumerate().map(|(at, bytes)| (name(imported + at), bytes));
        Ok(Module { functions: functions.collect(), data })
    }
}

/// Whose type a Rust function is about: the first of the suite's own crates that its name names, as
/// in `serde::de::deserialize<tributary_core::lead::Lead>`, or else the crate it stands in.
fn path_of(name: &str) -> &str {
    let from = name.find("tributary_").unwrap_or_else(|| {
        name.find(|letter: char| letter.is_alphanumeric() || letter == '_').unwrap_or(0)
    });
    let path = name.get(from..).unwrap_or(name);
    let end = path.find(|letter: char| !(letter.is_alphanumeric() || "_:".contains(letter)));
    path.get(..end.unwrap_or(path.len())).unwrap_or(path)
}

fn crate_of(name: &str) -> String {
    path_of(name).split("::").next().unwrap_or(name).to_owned()
}

fn module_of(name: &str) -> String {
    let parts: Vec<&str> = path_of(name).split("::").take(3).collect();
    parts.join("::")
}
