//! Finding people by name: what a name is filed under, and what a query looks for.
//!
//! Han, kana and hangul have no blanks between words: they are filed by every two neighbours. Other
//! scripts are filed by word and found by how a word begins.

use std::collections::BTreeSet;

/// The traits that people are called by.
pub const NAME_FIELDS: &[&str] = &["company", "first_name", "last_name", "name", "nickname"];

/// Longer names are no names.
const MAX_CHARS: usize = 80;

/// What a query looks for: all of it must be there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    Exactly(String),
    Beginning(String),
}

/// Every term that a name is filed under.
pub fn name_terms(name: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for run in runs(name) {
        if is_dense(&run) {
            let chars: Vec<char> = run.chars().collect();
            terms.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>()));
            // The last one alone too: every character then begins a term.
            terms.extend(chars.last().map(char::to_string));
        } else {
            terms.insert(run);
        }
    }
    terms
}

/// The terms to look up for a query.
pub fn wanted(query: &str) -> BTreeSet<Wanted> {
    let mut found = BTreeSet::new();
    for run in runs(query) {
        let chars: Vec<char> = run.chars().collect();
        if is_dense(&run) && chars.len() > 1 {
            found.extend(chars.windows(2).map(|pair| Wanted::Exactly(pair.iter().collect())));
        } else {
            found.insert(Wanted::Beginning(run));
        }
    }
    found
}

/// Whether a name is what was looked for. The index may know a name that is out of date.
pub fn name_matches(name: &str, query: &str) -> bool {
    let terms = name_terms(name);
    let holds = |wanted: &Wanted| match wanted {
        Wanted::Exactly(term) => terms.contains(term),
        Wanted::Beginning(start) => terms.iter().any(|term| term.starts_with(start)),
    };
    let wanted = wanted(query);
    !wanted.is_empty() && wanted.iter().all(holds)
}

/// Words in lower case; a change between dense and other scripts is the end of one too.
fn runs(text: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut open: Option<bool> = None;
    let letters = text.chars().take(MAX_CHARS).flat_map(char::to_lowercase);
    for c in letters {
        if !c.is_alphanumeric() {
            open = None;
            continue;
        }
        let dense = is_dense_char(c);
        match runs.last_mut().filter(|_| open == Some(dense)) {
            Some(run) => run.push(c),
            None => runs.push(c.to_string()),
        }
        open = Some(dense);
    }
    runs
}

fn is_dense(run: &str) -> bool {
    run.chars().next().is_some_and(is_dense_char)
}

fn is_dense_char(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_by_any_part_of_their_name() {
        for (name, query) in [
            ("欧阳娜娜", "欧阳"),
            ("欧阳娜娜", "阳娜"),
            ("欧阳娜娜", "娜"),
            ("欧阳娜娜", "欧阳娜娜"),
            ("Anna Müller-Schmidt", "müll"),
            ("Anna Müller-Schmidt", "schmidt an"),
            ("王 Wang小明", "小明"),
            ("王 Wang小明", "wang"),
            ("이나영", "나영"),
        ] {
            assert!(name_matches(name, query), "{query} in {name}");
        }
        for (name, query) in [
            ("欧阳娜娜", "娜欧"),
            ("Anna Müller", "ller"),
            ("李娜", "王"),
            ("李娜", ""),
            ("李娜", "--"),
        ] {
            assert!(!name_matches(name, query), "{query} in {name}");
        }
    }

    #[test]
    fn a_query_asks_for_what_a_name_is_filed_under() {
        let terms: Vec<String> = name_terms("欧阳娜 Li").into_iter().collect();
        assert_eq!(terms, ["li", "娜", "欧阳", "阳娜"]);
        let found: Vec<Wanted> = wanted("欧阳娜 L").into_iter().collect();
        let exactly = |text: &str| Wanted::Exactly(text.to_owned());
        assert_eq!(found, [exactly("欧阳"), exactly("阳娜"), Wanted::Beginning("l".to_owned())]);
    }
}
