//! Telephone numbers in a text, in any spelling.
//!
//! The functions that mask carry no tables of numbering plans, so the form alone decides, and what
//! the same document shows to be somebody's number.

use super::fold::Folded;
use std::collections::BTreeSet;

/// The digits by which one number is the same in every spelling: neither country code nor trunk
/// prefix reach into them.
const TAIL: usize = 8;
/// E.164.
const MAX_DIGITS: usize = 15;

/// A number without what people write between its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// With the country code in front, or as dialled within the country.
    text: String,
}

impl Number {
    /// The number that a text as a whole is.
    pub fn whole(text: &str) -> Option<Number> {
        let text = super::fold::folded(text);
        let text = text.trim();
        let allowed = |c: char| c.is_ascii_digit() || "+-.() /".contains(c);
        let digits = text.chars().filter(char::is_ascii_digit).count();
        (text.chars().all(allowed) && (6..=MAX_DIGITS + 2).contains(&digits))
            .then(|| Number::of(text))
    }

    fn of(text: &str) -> Number {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let plus = text.trim_start_matches(['(', ' ']).starts_with('+');
        let text = match digits.strip_prefix("00") {
            _ if plus => format!("+{digits}"),
            Some(rest) if rest.len() > TAIL => format!("+{rest}"),
            // 13800138000 and 8613800138000 are the one number +8613800138000.
            _ if is_mainland_mobile(&digits) => format!("+86{digits}"),
            _ if digits.strip_prefix("86").is_some_and(is_mainland_mobile) => format!("+{digits}"),
            _ => digits,
        };
        Number { text }
    }

    pub fn tail(&self) -> &str {
        let digits = self.text.trim_start_matches('+');
        digits.get(digits.len().saturating_sub(TAIL)..).unwrap_or(digits)
    }

    /// Enough to recognise one's own, too little to call anybody.
    pub fn shown(&self) -> String {
        let end = self.text.len();
        if end <= TAIL + 1 {
            return "****".to_owned();
        }
        let part = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default();
        format!("{}****{}", part(0, end - TAIL), part(end - 4, end))
    }
}

/// Eleven digits that nothing else in mainland China is.
fn is_mainland_mobile(digits: &str) -> bool {
    let mut chars = digits.chars();
    digits.len() == 11 && chars.next() == Some('1') && matches!(chars.next(), Some('3'..='9'))
}

/// A group of digits: from where to where.
type Group = (usize, usize);

/// Every number in a text: from where, to where, which.
pub(super) fn find(text: &Folded, known: &BTreeSet<String>) -> Vec<(usize, usize, Number)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.chars.len() {
        if !text.get(at).is_some_and(|c| c.is_ascii_digit()) {
            at += 1;
            continue;
        }
        let groups = groups(text, at);
        let end = groups.last().map_or(at + 1, |(_, end)| *end);
        let mut first = 0;
        while first < groups.len() {
            match longest(text, &groups, first, known) {
                Some((last, number)) => {
                    let from = groups.get(first).map_or(at, |(from, _)| *from);
                    let to = groups.get(last).map_or(end, |(_, to)| *to);
                    found.push((opening(text, from), to, number));
                    first = last + 1;
                }
                None => first += 1,
            }
        }
        at = end;
    }
    found
}

/// What may stand between two groups of one number.
fn groups(text: &Folded, start: usize) -> Vec<Group> {
    let is_digit = |index: usize| text.get(index).is_some_and(|c| c.is_ascii_digit());
    let mut groups = Vec::new();
    let mut at = start;
    loop {
        let from = at;
        while is_digit(at) {
            at += 1;
        }
        groups.push((from, at));
        let between =
            (at..at + 4).take_while(|it| text.get(*it).is_some_and(|c| "-.() /+".contains(c)));
        let next = at + between.count();
        if next == at || !is_digit(next) {
            return groups;
        }
        at = next;
    }
}

/// A plus and a bracket before the first digit belong to the number.
fn opening(text: &Folded, from: usize) -> usize {
    let mut from = from;
    while text.before(from).is_some_and(|c| "+(".contains(c)) {
        from -= 1;
    }
    from
}

/// The number that begins with this group: a mainland mobile before the longest.
fn longest(
    text: &Folded,
    groups: &[Group],
    first: usize,
    known: &BTreeSet<String>,
) -> Option<(usize, Number)> {
    let mut best = None;
    for last in first..groups.len() {
        let run = groups.get(first..=last).unwrap_or_default();
        let (from, to) = (run.first()?.0, run.last()?.1);
        let digits = run.iter().map(|(from, to)| to - from).sum::<usize>();
        if digits > MAX_DIGITS + 2 {
            break;
        }
        let written = text.text(opening(text, from), to);
        let number = Number::of(&written);
        let mobile = number.text.strip_prefix("+86").is_some_and(is_mainland_mobile);
        if mobile || (digits >= TAIL && known.contains(number.tail())) {
            return Some((last, number));
        }
        if looks_like_one(text, groups, run, &written, digits) {
            best = Some((last, number));
        }
    }
    best
}

fn looks_like_one(
    text: &Folded,
    groups: &[Group],
    run: &[Group],
    written: &str,
    digits: usize,
) -> bool {
    let (Some((from, first_end)), Some((_, to))) = (run.first().copied(), run.last().copied())
    else {
        return false;
    };
    let from_mark = opening(text, from);
    let is_word = |c: char| c.is_ascii_alphabetic() || c == '_';
    // Part of an id: `a1b2-4466-446655440000`.
    let in_word = text.before(from_mark).is_some_and(is_word)
        || text.get(to).is_some_and(is_word)
        || text.before(from_mark) == Some('-')
            && from_mark
                .checked_sub(2)
                .and_then(|it| text.get(it))
                .is_some_and(|c| c.is_ascii_alphanumeric());
    if in_word {
        return false;
    }
    let plus = written.starts_with('+') || written.starts_with("(+");
    if plus {
        return (TAIL..=MAX_DIGITS).contains(&digits);
    }
    let lengths: Vec<usize> = run.iter().map(|(from, to)| to - from).collect();
    let year = lengths.first() == Some(&4) && matches!(written.get(..2), Some("19" | "20"));
    let dotted = written.contains('.');
    // 1234.5 is a number of another kind, and so is what goes on behind a point.
    let fraction = groups.len() == 2 && is_point(text, groups) || dotted && lengths.len() < 3;
    if year && lengths.len() > 1 || fraction || is_ip(text, run, written) {
        return false;
    }
    let zeros = written.starts_with("00") && digits >= 10;
    match digits {
        8 => lengths == [4, 4] && text.get(first_end) == Some(' '),
        10 => written.starts_with(['0', '(']) || lengths == [3, 3, 4],
        11 | 12 => true,
        // Milliseconds since the epoch have thirteen digits too.
        13 => zeros || written.starts_with("86") && lengths.len() > 1,
        14..=17 => zeros,
        _ => false,
    }
}

fn is_point(text: &Folded, groups: &[Group]) -> bool {
    groups.first().is_some_and(|(_, end)| text.get(*end) == Some('.'))
        && groups.get(1).is_some_and(|(from, _)| text.before(*from) == Some('.'))
}

fn is_ip(text: &Folded, run: &[Group], written: &str) -> bool {
    let octet = |(from, to): &Group| text.text(*from, *to).parse::<u16>().is_ok_and(|it| it < 256);
    run.len() == 4 && written.matches('.').count() == 3 && run.iter().all(octet)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let folded = Folded::of(text);
        find(&folded, &BTreeSet::new())
            .into_iter()
            .map(|(from, to, _)| {
                let (from, to) = folded.bytes(from, to);
                text.get(from..to).unwrap_or_default().to_owned()
            })
            .collect()
    }

    #[test]
    fn a_number_is_found_in_every_spelling() {
        for text in [
            "13800138000",
            "138 0013 8000",
            "138-0013-8000",
            "138.0013.8000",
            "+86 138 0013 8000",
            "+86-138-0013-8000",
            "(+86)13800138000",
            "8613800138000",
            "86 138 0013 8000",
            "008613800138000",
            "00 86 138 0013 8000",
            "１３８００１３８０００",
            "＋８６１３８００１３８０００",
            "138\u{a0}0013\u{a0}8000",
            "138\u{200b}0013\u{200b}8000",
            "138\u{2013}0013\u{2013}8000",
            "138+0013+8000",
            "021-61234567",
            "(021) 6123 4567",
            "010 8888 8888",
            "+852 9123 4567",
            "+1 (415) 555-2671",
            "(415) 555-2671",
            "415-555-2671",
            "+44 20 7946 0958",
            "9123 4567",
            "+5215512345678",
            "١٣٨٠٠١٣٨٠٠٠",
        ] {
            let all: Vec<String> = found(&format!("请回电 {text}，谢谢"));
            assert_eq!(all.len(), 1, "{text}: {all:?}");
            let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).count();
            assert_eq!(digits(&all.concat()), digits(text), "{text}: {all:?}");
        }
        assert_eq!(found("手机13800138000微信同号").len(), 1);
        assert_eq!(found("Tel13800138000").len(), 1);
        assert_eq!(found("13800138000 13811118000, 139-0013-9000").len(), 3);
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "2026-01-01 10:00:00",
            "2026-01-01",
            "1767225600000",
            "1767225600",
            "1767225600.123",
            "31.230416, 121.473701",
            "550e8400-e29b-41d4-a716-446655440000",
            "预算 5000-8000 元",
            "Chrome/120.0.0.0",
            "12345678901.50",
            "5 x 328.00",
            "prf_ap5fmq01xnt3e66npqhdn5qnzr",
            "2025-2026",
            "20260101",
            "order 5001234567",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn one_number_has_one_tail() {
        let of = |text: &str| Number::whole(text).unwrap();
        let canonical = of("+8613800138000");
        for text in [
            "13800138000",
            "138 0013 8000",
            "１３８-００１３-８０００",
            "0086 138 0013 8000",
            "8613800138000",
        ] {
            assert_eq!(
                (of(text).shown(), of(text).tail()),
                (canonical.shown(), canonical.tail()),
                "{text}"
            );
        }
        assert_eq!(canonical.shown(), "+86138****8000");
        assert_eq!(of("9123 4567").tail(), of("+852 9123 4567").tail());
        assert_eq!(of("(415) 555-2671").tail(), of("+1 415 555 2671").tail());
    }
}
