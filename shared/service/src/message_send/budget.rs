//! What rendering one message may cost, counted while it renders: a loop in a loop over what people
//! sent would otherwise keep everybody waiting, and say nothing in the end.

use std::borrow::Cow;
use std::cell::Cell;
use std::io;
use upon::Value;

/// Passes through loops, all texts of a message together. A catalogue has a hundred products.
const MAX_TURNS: usize = 10_000;
/// What look-ups copy out of the data, in bytes.
const MAX_READ_BYTES: usize = 8 * 1024 * 1024;
/// All texts of a message together. Longer ones are a mistake in a loop.
const MAX_MADE_BYTES: usize = 256 * 1024;

/// The name that a counted loop looks up at each turn: [`counted`].
pub const TURN: &str = "__turn";

/// What is left for one message.
#[derive(Debug)]
pub struct Budget {
    turns: Cell<usize>,
    read: Cell<usize>,
    made: Cell<usize>,
    /// What of it is used up: the engine's own words do not say.
    over: Cell<Option<&'static str>>,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget {
            turns: Cell::new(MAX_TURNS),
            read: Cell::new(MAX_READ_BYTES),
            made: Cell::new(MAX_MADE_BYTES),
            over: Cell::new(None),
        }
    }
}

impl Budget {
    fn spend(
        &self,
        left: &Cell<usize>,
        cost: usize,
        over: &'static str,
    ) -> Result<(), &'static str> {
        match left.get().checked_sub(cost) {
            Some(rest) => left.set(rest),
            None => self.over.set(Some(over)),
        }
        self.over.get().map_or(Ok(()), Err)
    }

    /// What is used up, if anything.
    pub fn over(&self) -> Option<&'static str> {
        self.over.get()
    }

    /// A loop goes round once more.
    pub fn turn(&self) -> Result<(), String> {
        let over = "over budget: more than 10,000 turns of loops";
        Ok(self.spend(&self.turns, 1, over)?)
    }

    /// Before the value is copied into the template.
    pub fn read(&self, value: &Value) -> Result<(), String> {
        let over = "over budget: more than 8 MiB are looked up";
        Ok(self.spend(&self.read, size(value), over)?)
    }

    /// Where a text is written to.
    pub fn text(&self) -> Text<'_> {
        Text { bytes: Vec::new(), budget: self }
    }
}

/// A text as it grows.
pub struct Text<'a> {
    bytes: Vec<u8>,
    budget: &'a Budget,
}

impl Text<'_> {
    pub fn into_string(self) -> String {
        String::from_utf8(self.bytes).unwrap_or_default()
    }
}

impl io::Write for Text<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let over = "over budget: longer than 256 KiB";
        let budget = self.budget;
        budget.spend(&budget.made, bytes.len(), over).map_err(io::Error::other)?;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => 16 + text.len(),
        Value::List(items) => 16 + items.iter().map(size).sum::<usize>(),
        Value::Map(map) => {
            16 + map.iter().map(|(key, value)| key.len() + size(value)).sum::<usize>()
        }
        _ => 16,
    }
}

/// The template with a look-up of [`TURN`] at the beginning of every loop: the engine does not tell
/// how often a loop goes round, and asks for each value.
pub fn counted(template: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = template;
    while let Some(start) = rest.find("{%") {
        let Some(end) = end_of_tag(rest, start + 2) else { break };
        let (tag, after) = rest.split_at(end);
        let word = tag.get(start + 2..).unwrap_or_default().trim_start_matches('-').trim_start();
        out.push_str(tag);
        if word.strip_prefix("for").is_some_and(|more| more.starts_with(char::is_whitespace)) {
            out.extend(["{{ ", TURN, " }}"]);
        }
        rest = after;
    }
    if out.is_empty() {
        return Cow::Borrowed(template);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Behind the `%}` that ends the tag; one in quotes ends nothing.
fn end_of_tag(text: &str, from: usize) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    let bytes = text.as_bytes();
    for at in from..bytes.len() {
        match bytes.get(at) {
            Some(b'\\') if quoted && !escaped => {
                escaped = true;
                continue;
            }
            Some(b'"') if !escaped => quoted = !quoted,
            Some(b'%') if !quoted && bytes.get(at + 1) == Some(&b'}') => return Some(at + 2),
            _ => {}
        }
        escaped = false;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_loop_is_counted_and_nothing_else_changes() {
        for (template, expect) in [
            ("a{{ b }}c", "a{{ b }}c"),
            ("{% if a %}x{% endif %}", "{% if a %}x{% endif %}"),
            ("{% for a in b %}x{% endfor %}", "{% for a in b %}{{ __turn }}x{% endfor %}"),
            ("{%- for a in b -%} x", "{%- for a in b -%}{{ __turn }} x"),
            (
                "{%for a in b%}{%\nfor c in a%}",
                "{%for a in b%}{{ __turn }}{%\nfor c in a%}{{ __turn }}",
            ),
            ("{% for a in b | f: \"%}\" %}x", "{% for a in b | f: \"%}\" %}{{ __turn }}x"),
            ("{% forward %}", "{% forward %}"),
            ("{% for a in", "{% for a in"),
        ] {
            assert_eq!(counted(template), expect);
        }
    }
}
