//! `cargo xtask new step <name>`: a file that compiles, a line in the sorted list, and a stored
//! definition that uses it.

use std::fs;
use std::path::{Path, PathBuf};

const LIST: &str = "shared/core/src/journey/steps/mod.rs";

pub fn run(name: &str) -> Result<(), String> {
    check(name)?;
    let root = root()?;
    let file = root.join(format!("shared/core/src/journey/steps/{name}.rs"));
    let fixture = root.join(format!("tests/fixtures/stored/journey/{name}.v1.json"));
    for path in [&file, &fixture] {
        if path.exists() {
            return Err(format!("{} exists already", path.display()));
        }
    }
    let list = root.join(LIST);
    let text = read(&list)?;
    write(&list, &with_line(&text, name)?)?;
    write(&file, &step(name))?;
    write(&fixture, &stored(name))?;
    println!("wrote {}", file.display());
    println!("wrote {}", fixture.display());
    println!("added {name} to {LIST}");
    println!(
        "next: say what the step does in its `enter`, and test it with `cargo test -p tributary-core`"
    );
    Ok(())
}

/// Snake case, and no step of that name yet: it becomes a file, a type and a word in JSON.
fn check(name: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let starts = name.chars().next().is_some_and(|c| c.is_ascii_lowercase());
    if !starts || !name.chars().all(plain) || name.ends_with('_') || name.contains("__") {
        return Err(format!("`{name}` is not a name in snake case, like `wait_for`"));
    }
    if ["mod", "if", "else", "loop", "match", "return", "type"].contains(&name) {
        return Err(format!("`{name}` is a word of the language"));
    }
    Ok(())
}

/// The folder with the workspace's manifest, from wherever the command is run.
fn root() -> Result<PathBuf, String> {
    let here = std::env::current_dir().map_err(|error| error.to_string())?;
    here.ancestors()
        .find(|folder| folder.join(LIST).is_file())
        .map(Path::to_path_buf)
        .ok_or_else(|| "not inside the workspace".to_owned())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// `wait_for` → `WaitFor`
fn camel(name: &str) -> String {
    name.split('_')
        .map(|part| {
            let mut chars = part.chars();
            let first = chars.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(chars).collect::<String>()
        })
        .collect()
}

fn with_line(text: &str, name: &str) -> Result<String, String> {
    let missing = || format!("there is no `steps! {{ … }}` list in {LIST}");
    let (before, rest) = text.split_once("\nsteps! {\n").ok_or_else(missing)?;
    let (list, after) = rest.split_once("\n}").ok_or_else(missing)?;
    let line = format!("    {name} {}", camel(name));
    let mut lines: Vec<&str> = list.lines().chain([line.as_str()]).collect();
    lines.sort_unstable();
    lines.dedup();
    Ok(format!("{before}\nsteps! {{\n{}\n}}{after}", lines.join("\n")))
}

fn step(name: &str) -> String {
    let camel = camel(name);
    let words = name.replace('_', " ");
    format!(
        r#"//! TODO: what this step does, in a sentence.

use super::{{FieldKind, Label, Outcome, Scene, StepForm, Stepping, optional}};
use crate::journey::run::Effect;
use serde::{{Deserialize, Serialize}};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct {camel} {{
    #[serde(default)]
    pub note: String,
}}

impl Stepping for {camel} {{
    const FORM: StepForm = StepForm {{
        id: "{name}",
        label: Label {{ zh: "{words}", en: "{words}" }},
        fields: &[optional("note", "备注", "Note", FieldKind::Text)],
    }};

    fn enter(&self, _scene: &Scene, _effects: &mut Vec<Effect>) -> Outcome {{
        Outcome::Next
    }}
}}
"#
    )
}

fn stored(name: &str) -> String {
    format!(
        r#"{{
  "id": "{}",
  "name": {{ "zh": "{name}", "en": "{name}" }},
  "entry": {{ "events": ["Signed Up"] }},
  "steps": [{{ "id": "first", "type": "{name}" }}]
}}
"#,
        name.replace('_', "-")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_stays_sorted() {
        let text = "x\nsteps! {\n    add_tag AddTag\n    delay Delay\n}\ny";
        let expect = "x\nsteps! {\n    add_tag AddTag\n    call_rep CallRep\n    delay Delay\n}\ny";
        assert_eq!(with_line(text, "call_rep").as_deref(), Ok(expect));
        assert!(with_line("nothing", "call_rep").is_err());
    }

    #[test]
    fn names_are_snake_case() {
        for good in ["delay", "wait_for", "a1"] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in ["", "Delay", "wait-for", "_x", "x_", "a__b", "1a", "mod", "../x"] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
