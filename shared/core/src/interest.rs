//! What a reader of the log asks for, so that the database keeps back what cannot matter to it.

use crate::filter::{Filter, Op};
use serde_json::Value;
use std::collections::BTreeSet;

/// As many words as one query looks for.
pub const MAX_WORDS: usize = 6;

/// Never less than what has an effect on the reader, and sometimes more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    names: BTreeSet<String>,
    by_word: BTreeSet<String>,
    words: BTreeSet<String>,
}

impl Interest {
    pub fn in_names(names: BTreeSet<String>) -> Interest {
        Interest { names, ..Interest::default() }
    }

    /// Adds everything of these names.
    pub fn add(&mut self, names: impl IntoIterator<Item = String>) {
        self.names.extend(names);
    }

    /// Adds what has these names and passes at least one of the filters.
    pub fn add_where(&mut self, names: BTreeSet<String>, any: &[Filter]) {
        let words: Option<BTreeSet<String>> = any.iter().map(word).collect();
        let words = words.filter(|words| !words.is_empty());
        let words = words.map(|words| &self.words | &words);
        match words.filter(|words| words.len() <= MAX_WORDS) {
            Some(words) => {
                self.by_word.extend(names);
                self.words = words;
            }
            None => self.add(names),
        }
    }

    /// Every touchpoint of these.
    pub fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// Of these, what has one of the words in its name or properties.
    pub fn by_word(&self) -> &BTreeSet<String> {
        &self.by_word
    }

    /// In lower case as far as it is ASCII, and never part of an escape of JSON.
    pub fn words(&self) -> [Option<&str>; MAX_WORDS] {
        let mut words = self.words.iter().map(String::as_str);
        std::array::from_fn(|_| words.next())
    }
}

/// A text that stands, but for the case of ASCII letters, in the name or in the JSON of the
/// properties of all that passes the filter. `None` where none is certain.
fn word(filter: &Filter) -> Option<String> {
    let is_there = matches!(filter.path.split('.').next(), Some("name" | "properties"));
    let asks_text = matches!(filter.op, Op::Contains | Op::StartsWith | Op::Eq);
    let Value::String(text) = &filter.value else { return None };
    let word = text.to_lowercase();
    // "12" is also found in the number 12.0, and the words of JSON in what is no text.
    let is_text = word.parse::<f64>().is_err() && !word.is_empty();
    // "İ" becomes an "i" and a dot of its own.
    let is_certain = word.chars().all(is_plain) && !word.ends_with('i');
    (is_there && asks_text && is_text && is_certain).then_some(word)
}

/// Written as it is in JSON, and what becomes it in lower case is itself or its ASCII capital:
/// the sign of Kelvin becomes a "k".
fn is_plain(c: char) -> bool {
    match c {
        'k' | '"' | '\\' => false,
        ' '..='~' => true,
        _ => c.is_alphanumeric() && c.to_uppercase().eq([c]) && c.to_lowercase().eq([c]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(path: &str, op: Op, value: Value) -> Option<String> {
        word(&Filter { path: path.to_owned(), op, value })
    }

    #[test]
    fn a_word_is_only_given_where_it_is_certain() {
        let contains = |value| of("properties.url", Op::Contains, json!(value));
        for plain in ["pricing", "价格", "%e4%bb%b7", "white-paper", "white paper"] {
            assert_eq!(contains(plain).as_deref(), Some(plain));
        }
        assert_eq!(contains("Pricing").as_deref(), Some("pricing"));
        for uncertain in ["", "kettle", "api", "say \"so\"", "a\\b", "a\nb", "été", "12", "1e3"] {
            assert_eq!(contains(uncertain), None, "{uncertain}");
        }
        assert_eq!(of("name", Op::StartsWith, json!("Order")).as_deref(), Some("order"));
        assert_eq!(of("properties", Op::Eq, json!("gold")).as_deref(), Some("gold"));
        assert_eq!(of("context.sent_as", Op::Contains, json!("pricing")), None);
        assert_eq!(of("propertiesx", Op::Contains, json!("pricing")), None);
        assert_eq!(of("properties.url", Op::Ne, json!("pricing")), None);
        assert_eq!(of("properties.price", Op::Eq, json!(12)), None);
    }

    #[test]
    fn no_other_character_becomes_a_plain_one_in_lower_case() {
        for c in ('\0'..=char::MAX).filter(|c| !c.is_ascii()) {
            for becomes in c.to_lowercase().filter(|becomes| *becomes != c) {
                // The "i" of "İ" is followed by a dot: nothing of a word, and no end of one.
                assert!(!is_plain(becomes) || c == 'İ', "{c} becomes {becomes}");
            }
        }
        assert!('İ'.to_lowercase().eq(['i', '\u{307}']) && !is_plain('\u{307}'));
    }

    fn contains(value: &str) -> Filter {
        Filter { path: "properties.url".to_owned(), op: Op::Contains, value: json!(value) }
    }

    #[test]
    fn one_uncertain_filter_asks_for_all() {
        let names = || BTreeSet::from(["page.viewed".to_owned()]);
        let mut interest = Interest::default();
        interest.add_where(names(), &[contains("pricing"), contains("价格")]);
        assert!(interest.names().is_empty() && interest.by_word() == &names());
        assert_eq!(interest.words()[..3], [Some("pricing"), Some("价格"), None]);
        interest.add_where(names(), &[contains("pricing"), contains("kettle")]);
        assert_eq!(interest.names(), &names());
        let mut all = Interest::default();
        all.add_where(names(), &[]);
        assert_eq!(all, Interest::in_names(names()));
    }

    #[test]
    fn too_many_words_ask_for_all() {
        let of = |name: &str| BTreeSet::from([name.to_owned()]);
        let words = |letters: &str| -> Vec<Filter> {
            letters.chars().map(|letter| contains(&letter.to_string())).collect()
        };
        let mut interest = Interest::default();
        interest.add_where(of("one"), &words("abcd"));
        interest.add_where(of("two"), &words("cdefg"));
        interest.add_where(of("three"), &words("cdef"));
        assert_eq!(interest.names(), &of("two"));
        assert_eq!(interest.by_word(), &(&of("one") | &of("three")));
        assert_eq!(interest.words(), ["a", "b", "c", "d", "e", "f"].map(Some));
    }
}
