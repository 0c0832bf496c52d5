//! Numbers among what else people write into the field: remarks, labels, extensions, a second
//! number. The tables decide what is a number; this file decides which characters they are asked
//! about.

use super::clean::{half_width, visible};
use super::phone_tables::Found;
use super::phones::PhoneNumber;

/// More in one field are a list, not a person.
const MAX_NUMBERS: usize = 3;
/// A run with fewer digits is a remark's: a time, a floor.
const MIN_DIGITS: usize = 5;
const MAX_EXTENSION: usize = 6;

/// Words before an extension. The Chinese ones may end a longer word (`请转`).
const EXTENSION_WORDS: &[&str] = &[
    "anexo",
    "dw",
    "ext",
    "extension",
    "extn",
    "int",
    "poste",
    "ramal",
    "x",
    "доб",
    "доп",
    "内线",
    "內線",
    "分机",
    "分机号",
    "分機",
    "分機號",
    "转",
    "转分机",
    "转接",
    "轉",
    "轉接",
    "내선",
    "内線",
];

type LookUp<'a> = &'a dyn Fn(&str) -> Option<Found>;

pub(super) fn read(text: &str, look_up: LookUp) -> Vec<PhoneNumber> {
    let text = plain(text);
    let mut numbers: Vec<PhoneNumber> = Vec::new();
    // After a comma a telephone waits before it dials the extension.
    let mut may_have_extension = false;
    for part in text.split(['\n', ',']) {
        let digits = part.trim();
        let is_extension = (1..=MAX_EXTENSION).contains(&digits.len()) && is_digits(digits);
        if let Some(last) = numbers.last_mut().filter(|_| is_extension && may_have_extension) {
            (last.extension, last.shared) = (Some(digits.to_owned()), true);
        } else {
            let found = in_part(part, look_up);
            may_have_extension = found.iter().any(|(_, is_fixed)| *is_fixed);
            numbers.extend(found.into_iter().map(|(number, _)| number));
        }
    }
    let mut distinct: Vec<PhoneNumber> = Vec::new();
    for number in numbers {
        if !distinct.iter().any(|known| known.e164 == number.e164) {
            distinct.push(number);
        }
    }
    distinct.truncate(MAX_NUMBERS);
    distinct
}

/// ASCII digits and marks, lower case; brackets with a remark are line breaks, as are the signs
/// between the members of a list.
fn plain(text: &str) -> String {
    let text = half_width(&visible(text).replace(['\r', '\t'], "\n")).to_lowercase();
    let text = from_spreadsheet(&text).unwrap_or(text);
    let text: String = text
        .replace(";ext=", " ext ")
        .chars()
        .map(|c| match c {
            ';' | '|' | '、' | '&' | '或' | '和' => '\n',
            '[' | '{' | '<' | '【' | '〔' | '「' | '《' => '(',
            ']' | '}' | '>' | '】' | '〕' | '」' | '》' => ')',
            c => ascii_digit(c).unwrap_or(c),
        })
        .collect();
    without_bracketed_remarks(&text)
}

/// Of the scripts that have digits of their own and are typed in these fields.
fn ascii_digit(c: char) -> Option<char> {
    let zero = [0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50];
    let value = u32::from(c);
    let zero = zero.into_iter().find(|zero| (*zero..*zero + 10).contains(&value))?;
    char::from_digit(value - zero, 10)
}

/// A number that a spreadsheet took for one: `13812345678.0`, `1.3812345678E10`.
fn from_spreadsheet(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| matches!(c, '\'' | '"' | '=' | ' '));
    if let Some((whole, zeros)) = text.split_once('.')
        && whole.len() >= MIN_DIGITS
        && is_digits(whole.trim_start_matches('+'))
        && zeros.bytes().all(|byte| byte == b'0')
    {
        return Some(whole.to_owned());
    }
    let (mantissa, exponent) = text.split_once('e')?;
    let (first, rest) = mantissa.split_once('.')?;
    let length = exponent.trim_start_matches('+').parse::<usize>().ok().filter(|it| *it < 16)?;
    // A spreadsheet shows six digits of a long number, the rest of them is lost. A program leaves
    // out no more than the zeros at the end.
    let is_whole = first.len() == 1 && is_digits(first) && is_digits(rest);
    (is_whole && (7..=length).contains(&rest.len())).then(|| format!("{first}{rest:0<length$}"))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `(微信同号)` is a remark, `(0)20`, `(021)` and `(转801)` are not.
fn without_bracketed_remarks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, opened)) = rest.split_once('(') {
        out.push_str(before);
        let Some((inside, after)) = opened.split_once(')') else {
            // Nothing closes it: what follows is a remark.
            out.push('\n');
            rest = opened;
            continue;
        };
        let is_remark = inside.chars().any(char::is_alphabetic) && extension_of(inside).is_none();
        match is_remark {
            true => out.push('\n'),
            false => out.extend(["(", inside, ")"]),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Parts a text at an extension and the word before it.
fn extension_of(text: &str) -> Option<(&str, &str, &str)> {
    let behind = |at: usize| {
        let (before, rest) = text.split_at_checked(at)?;
        let digits = rest.trim_start_matches([' ', '.', ':', '=', '-', '号', '號', '#']);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let (extension, after) = digits.split_at_checked(end)?;
        (1..=MAX_EXTENSION).contains(&extension.len()).then_some(())?;
        if let Some(number) = before.strip_suffix('#') {
            return Some((number, extension, after));
        }
        let number = before.trim_end_matches(char::is_alphabetic);
        let word = before.get(number.len()..)?;
        let is_known = |known: &&str| match known.is_ascii() {
            true => word == *known,
            false => word.ends_with(*known),
        };
        EXTENSION_WORDS.iter().any(is_known).then_some((number, extension, after))
    };
    let marks = text.char_indices().filter(|(_, c)| c.is_alphabetic() || *c == '#');
    marks.map(|(at, c)| at + c.len_utf8()).find_map(behind)
}

/// The numbers of a part, and whether each may have extensions.
fn in_part(part: &str, look_up: LookUp) -> Vec<(PhoneNumber, bool)> {
    if let Some((before, extension, after)) = extension_of(part) {
        let mut found = runs(before, look_up);
        if let Some((last, _)) = found.last_mut() {
            (last.extension, last.shared) = (Some(extension.to_owned()), true);
            found.extend(runs(after, look_up));
            return found;
        }
    }
    runs(part, look_up)
}

fn runs(part: &str, look_up: LookUp) -> Vec<(PhoneNumber, bool)> {
    let in_run =
        |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '.' | '(' | ')' | '/');
    let mut found = Vec::new();
    let mut rest = part;
    let mut after_word = false;
    while !rest.is_empty() {
        let end = rest.find(|c| !in_run(c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let next = after.chars().next();
        if run.bytes().filter(u8::is_ascii_digit).count() >= MIN_DIGITS {
            found.extend(in_run_of(run, after_word, next.is_some(), look_up));
        }
        after_word = true;
        rest = after.get(next.map_or(0, char::len_utf8)..).unwrap_or_default();
    }
    found
}

/// The numbers that a run of digits and marks is. A word right before or behind it may own its
/// first or last digits (`3楼 138…`, `138… 9点后`).
fn in_run_of(
    run: &str,
    after_word: bool,
    before_word: bool,
    look_up: LookUp,
) -> Vec<(PhoneNumber, bool)> {
    let run = run.trim_matches([' ', '-', '.', '/']);
    let own = |found: Found| {
        let is_fixed = found.is_fixed();
        let shared = found.is_shared();
        (PhoneNumber { e164: found.e164, extension: None, shared }, is_fixed)
    };
    if let Some(found) = look_up(run) {
        return vec![own(found)];
    }
    let last = run.rfind([' ', '-', '/']).and_then(|at| run.split_at_checked(at));
    let first = run.find([' ', '-', '/']).and_then(|at| run.split_at_checked(at));
    let few = |text: &str| (1..MIN_DIGITS).contains(&text.trim_matches([' ', '-', '/']).len());
    let shorter = [
        last.filter(|(_, end)| before_word && few(end)).map(|(start, _)| start),
        first.filter(|(start, _)| after_word && few(start)).map(|(_, end)| end),
    ];
    if let Some(found) = shorter.into_iter().flatten().find_map(look_up) {
        return vec![own(found)];
    }
    // `0755-88886666-801`
    if let Some((start, end)) = run.rsplit_once('-')
        && (1..=MAX_EXTENSION).contains(&end.len())
        && is_digits(end)
        && let Some(found) = look_up(start)
    {
        let (mut number, is_fixed) = own(found);
        (number.extension, number.shared) = (Some(end.to_owned()), true);
        return vec![(number, is_fixed)];
    }
    for between in ['/', ' '] {
        let found = several(run, between, look_up);
        if !found.is_empty() {
            return found.into_iter().map(own).collect();
        }
    }
    Vec::new()
}

/// Numbers with that sign between them. All of the run must be numbers: the rest of one that is no
/// number is not another.
fn several(run: &str, between: char, look_up: LookUp) -> Vec<Found> {
    let marks: Vec<usize> = run.match_indices(between).map(|(at, _)| at).take(12).collect();
    let mut found = Vec::new();
    let mut from = 0;
    while from < run.len() && found.len() < MAX_NUMBERS {
        let ends = marks.iter().copied().filter(|at| *at > from).chain([run.len()]);
        let next = ends.filter_map(|end| Some((end, look_up(run.get(from..end)?.trim())?))).last();
        match next {
            Some((end, number)) => {
                found.push(number);
                from = end + 1;
            }
            // `8888 6666/6667` says the second one by its last digits.
            None if between == '/' && !found.is_empty() => break,
            None => return Vec::new(),
        }
    }
    found
}
