//! A text as people mean it: full-width forms as plain ones, every blank a blank, nothing
//! invisible; each character with the place it stands at.

pub(super) struct Folded {
    pub chars: Vec<char>,
    /// Where each stands in the text, in bytes; one more for its end.
    at: Vec<usize>,
}

impl Folded {
    pub fn of(text: &str) -> Folded {
        let mut folded = Folded { chars: Vec::with_capacity(text.len()), at: Vec::new() };
        for (at, c) in text.char_indices() {
            if let Some(c) = fold(c) {
                folded.chars.push(c);
                folded.at.push(at);
            }
        }
        folded.at.push(text.len());
        folded
    }

    pub fn get(&self, index: usize) -> Option<char> {
        self.chars.get(index).copied()
    }

    pub fn before(&self, index: usize) -> Option<char> {
        self.get(index.checked_sub(1)?)
    }

    pub fn text(&self, from: usize, to: usize) -> String {
        self.chars.get(from..to).unwrap_or_default().iter().collect()
    }

    /// The part of the text that these characters stand in, what is invisible between them included.
    pub fn bytes(&self, from: usize, to: usize) -> (usize, usize) {
        let at = |index: usize| self.at.get(index).copied().unwrap_or_default();
        (at(from), at(to))
    }
}

pub(super) fn folded(text: &str) -> String {
    text.chars().filter_map(fold).collect()
}

fn fold(c: char) -> Option<char> {
    match c {
        '\u{AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}'
        | '\u{FEFF}' => None,
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0),
        '\u{FE6B}' => Some('@'),
        '\u{3002}' | '\u{FF61}' => Some('.'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => Some('-'),
        '\u{660}'..='\u{669}' => char::from_digit(c as u32 - 0x660, 10),
        '\u{6F0}'..='\u{6F9}' => char::from_digit(c as u32 - 0x6F0, 10),
        _ if c != '\n' && c != '\r' && c.is_whitespace() => Some(' '),
        _ => Some(c),
    }
}

pub(super) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}
