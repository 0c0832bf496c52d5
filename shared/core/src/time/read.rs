//! Reading times as senders write them: milliseconds by the clock that wrote them, and how many
//! minutes that clock is ahead of UTC where it says so.

use super::civil::Civil;

/// Times above these many units are in the next finer unit: seconds (the year 5138),
/// milliseconds (the same), microseconds, nanoseconds.
const MAX_SECONDS: u64 = 100_000_000_000;
const MAX_MS: u64 = 1_000 * MAX_SECONDS;
const MAX_US: u64 = 1_000 * MAX_MS;
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// RFC 2822, "obs-zone"; in hours.
const ZONES: &[(&str, i64)] = &[
    ("cdt", -5),
    ("cst", -6),
    ("edt", -4),
    ("est", -5),
    ("gmt", 0),
    ("mdt", -6),
    ("mst", -7),
    ("pdt", -7),
    ("pst", -8),
    ("ut", 0),
    ("utc", 0),
    ("z", 0),
];

pub(super) fn read(text: &str) -> Option<(i64, Option<i64>)> {
    let narrow: String = text.chars().map(narrow).collect();
    let text = narrow.trim();
    if text.len() > 100 {
        return None;
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(['-', '/', ':', '年', 'T'])
    {
        return number(text).or_else(|| iso(text)).or_else(|| mail(text));
    }
    iso(text).or_else(|| mail(text))
}

/// Full-width characters as their plain ones, and the minus sign as a hyphen.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\u{202f}' => ' ',
        '\u{2212}' => '-',
        _ => c,
    }
}

/// How many minutes a zone is ahead of UTC: `+08:00`, `8`, `-0530`, `UTC+8`, `Z`.
pub fn utc_offset_minutes(text: &str) -> Option<i64> {
    let text: String = text.trim().chars().map(narrow).collect();
    let mut cursor = Cursor(&text);
    let offset = match text.starts_with(|c: char| c.is_ascii_digit()) {
        true => hours_and_minutes(&mut cursor),
        false => zone(&mut cursor),
    }?;
    cursor.0.is_empty().then_some(offset)
}

/// A number since the epoch, or a date in digits alone.
fn number(text: &str) -> Option<(i64, Option<i64>)> {
    if text.contains(['e', 'E']) {
        let value: f64 = text.parse().ok()?;
        return (0.0..1e20).contains(&value).then(|| number(&format!("{value:.3}")))?;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    // `20260101`, `202601010800`, `20260101080000` and with milliseconds; as a number since the
    // epoch they would be of 1970 or of a far future.
    if fraction.is_empty()
        && matches!(whole.len(), 8 | 12 | 14 | 17)
        && matches!(whole.get(..2), Some("19" | "20"))
        && let Some(read) = digits_alone(whole)
    {
        return Some((read, None));
    }
    let value: u64 = whole.parse().ok()?;
    let thousandths: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let ms = match value {
        0..MAX_SECONDS => value * 1_000 + thousandths,
        MAX_SECONDS..MAX_MS => value,
        MAX_MS..MAX_US => value / 1_000,
        MAX_US.. => value / 1_000_000,
    };
    Some((i64::try_from(ms).ok()?, Some(0)))
}

fn digits_alone(text: &str) -> Option<i64> {
    let part = |from: usize, to: usize| -> i64 {
        text.get(from..to).and_then(|digits| digits.parse().ok()).unwrap_or(0)
    };
    let civil = Civil {
        year: part(0, 4),
        month: part(4, 6),
        day: part(6, 8),
        hour: part(8, 10),
        minute: part(10, 12),
        second: part(12, 14),
        ms: part(14, 17),
    };
    civil.to_ms()
}

/// ISO 8601 with its neighbours: a blank for the `T`, slashes or dots, 年月日, no separators at all,
/// an offset without a colon or minutes, a date alone.
fn iso(text: &str) -> Option<(i64, Option<i64>)> {
    let mut cursor = Cursor(text);
    let mut civil = Civil { year: cursor.digits(4, 4)?, ..Civil::default() };
    match ['-', '/', '.', '年'].into_iter().find(|sign| cursor.eat(*sign)) {
        None => {
            civil.month = cursor.digits(2, 2)?;
            civil.day = cursor.digits(2, 2)?;
        }
        Some('年') => {
            civil.month = cursor.digits(1, 2)?;
            cursor.eat('月').then_some(())?;
            civil.day = cursor.digits(1, 2)?;
            cursor.eat('日').then_some(())?;
        }
        Some(sign) => {
            civil.month = cursor.digits(1, 2)?;
            cursor.eat(sign).then_some(())?;
            civil.day = cursor.digits(1, 2)?;
        }
    }
    let blank = cursor.blanks();
    let marked = cursor.eat('T') || cursor.eat('t');
    if cursor.0.is_empty() {
        return (!marked).then_some((civil.to_ms()?, None));
    }
    let is_time = cursor.0.starts_with(|c: char| c.is_ascii_digit());
    if is_time && (marked || blank || text.contains('日')) {
        time_of_day(&mut cursor, &mut civil)?;
    } else if is_time {
        return None;
    }
    let offset = closing_zone(&mut cursor)?;
    Some((civil.to_ms()?, offset))
}

fn time_of_day(cursor: &mut Cursor, civil: &mut Civil) -> Option<()> {
    civil.hour = cursor.digits(1, 2)?;
    let spelt = cursor.eat('时') || cursor.eat('点');
    if spelt || cursor.eat(':') {
        if let Some(minute) = cursor.digits(1, 2) {
            civil.minute = minute;
            if (cursor.eat('分') || cursor.eat(':'))
                && let Some(second) = cursor.digits(1, 2)
            {
                civil.second = second;
                cursor.eat('秒');
            }
        } else if !spelt {
            return None;
        }
    } else if let Some(minute) = cursor.digits(2, 2) {
        civil.minute = minute;
        civil.second = cursor.digits(2, 2).unwrap_or(0);
    }
    if cursor.eat('.') || cursor.eat(',') {
        civil.ms = cursor.fraction()?;
    }
    Some(())
}

/// What may follow the time of day: nothing, or an offset and then the zone's name or a remark.
fn closing_zone(cursor: &mut Cursor) -> Option<Option<i64>> {
    cursor.blanks();
    if cursor.0.is_empty() {
        return Some(None);
    }
    let offset = zone(cursor)?;
    let blank = cursor.blanks();
    let is_remark = cursor.0.starts_with(['[', '(']) || (blank && !cursor.0.is_empty());
    (cursor.0.is_empty() || is_remark).then_some(Some(offset))
}

/// `Z`, `UTC`, `+08:00`, `+0800`, `+08`, `UTC+8`.
fn zone(cursor: &mut Cursor) -> Option<i64> {
    let length = cursor.0.bytes().take_while(u8::is_ascii_alphabetic).count();
    let named = length > 0;
    if named {
        let name = cursor.0.get(..length)?.to_ascii_lowercase();
        if !matches!(name.as_str(), "z" | "utc" | "gmt" | "ut") {
            return None;
        }
        cursor.0 = cursor.0.get(length..)?;
    }
    let sign = match cursor.0.chars().next() {
        Some('+') => 1,
        Some('-') => -1,
        _ => return named.then_some(0),
    };
    cursor.0 = cursor.0.get(1..)?;
    Some(sign * hours_and_minutes(cursor)?)
}

/// At most a day, as zones are.
fn hours_and_minutes(cursor: &mut Cursor) -> Option<i64> {
    let digits = cursor.0.bytes().take_while(u8::is_ascii_digit).count();
    let (hours, minutes) = match digits {
        1 | 2 => {
            let hours = cursor.digits(1, 2)?;
            let minutes = if cursor.eat(':') { cursor.digits(2, 2)? } else { 0 };
            (hours, minutes)
        }
        3 => (cursor.digits(1, 1)?, cursor.digits(2, 2)?),
        4 => (cursor.digits(2, 2)?, cursor.digits(2, 2)?),
        _ => return None,
    };
    (hours <= 18 && minutes <= 59).then_some(hours * 60 + minutes)
}

/// RFC 2822 and what resembles it: `Thu, 01 Jan 2026 00:00:00 +0000`, JavaScript's `Thu Jan 01 2026
/// 08:00:00 GMT+0800 (CST)`, C's `Thu Jan  1 00:00:00 2026`.
fn mail(text: &str) -> Option<(i64, Option<i64>)> {
    let text = text.split('(').next().unwrap_or_default().to_ascii_lowercase();
    let mut civil = Civil::default();
    let (mut has_time, mut offset) = (false, None);
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        let digits = word.bytes().all(|byte| byte.is_ascii_digit());
        let month = MONTHS.iter().position(|month| word.starts_with(month));
        if digits && word.len() == 4 && civil.year == 0 {
            civil.year = word.parse().ok()?;
        } else if digits && word.len() <= 2 && civil.day == 0 {
            civil.day = word.parse().ok()?;
        } else if word.contains(':') && !has_time {
            let mut cursor = Cursor(word);
            time_of_day(&mut cursor, &mut civil)?;
            cursor.0.is_empty().then_some(())?;
            has_time = true;
        } else if let Some(month) = month.filter(|_| civil.month == 0) {
            civil.month = i64::try_from(month).ok()? + 1;
        } else if has_time && offset.is_none() {
            offset = Some(named_zone(word)?);
        } else if !is_weekday(word) {
            return None;
        }
    }
    let is_whole = has_time && civil.year > 0;
    is_whole.then_some((civil.to_ms()?, offset))
}

fn named_zone(word: &str) -> Option<i64> {
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == word) {
        return Some(hours * 60);
    }
    let mut cursor = Cursor(word);
    let offset = zone(&mut cursor)?;
    cursor.0.is_empty().then_some(offset)
}

fn is_weekday(word: &str) -> bool {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|day| word.starts_with(day))
}

/// What is left to read.
struct Cursor<'a>(&'a str);

impl Cursor<'_> {
    fn eat(&mut self, sign: char) -> bool {
        let rest = self.0.strip_prefix(sign);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn blanks(&mut self) -> bool {
        let rest = self.0.trim_start_matches(' ');
        let any = rest.len() < self.0.len();
        self.0 = rest;
        any
    }

    /// A number of so many digits.
    fn digits(&mut self, min: usize, max: usize) -> Option<i64> {
        let found = self.0.bytes().take(max).take_while(u8::is_ascii_digit).count();
        if found < min {
            return None;
        }
        let (digits, rest) = self.0.split_at_checked(found)?;
        self.0 = rest;
        digits.parse().ok()
    }

    /// Thousandths of a second, of as many digits as there are.
    fn fraction(&mut self) -> Option<i64> {
        let found = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at_checked(found).filter(|_| found > 0)?;
        self.0 = rest;
        format!("{digits:0<3}").get(..3)?.parse().ok()
    }
}

#[cfg(test)]
mod tests;
