//! Text as keyboards, mail clients and spreadsheets leave it, without what cannot be seen.

/// Without characters that have no width and steer only how text is set, and without blanks of any
/// kind at its ends.
pub fn visible(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    seen.trim().to_owned()
}

/// Full-width and small forms as ASCII, blanks of any kind as blanks.
pub fn half_width(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => {
            u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c)
        }
        '\u{FE6B}' => '@',
        '\u{FE52}' | '\u{FF61}' | '\u{3002}' => '.',
        '\u{FE63}' | '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{FE62}' => '+',
        c if c.is_whitespace() => ' ',
        c => c,
    };
    text.chars().map(plain).collect()
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}
