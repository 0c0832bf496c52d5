//! What is masked within a text: identities, addresses, numbers, pairs of a name and a value, and
//! the same in JSON, in XML and percent-encoded.

use super::Mask;
use super::fields::{Holds, holds};
use super::fold::{Folded, is_cjk};
use super::number;
use crate::identity::{Identity, KINDS, Kind};
use serde_json::Value;

/// How often what is encoded is encoded again.
const MAX_DEPTH: u32 = 4;
/// Where a word of an address, an identity or a pair ends.
const ENDS: &str = "\"'`<>()[]{}|\\,;，；、。（）【】《》“”「」·";

impl Mask<'_> {
    pub(super) fn text(&self, text: &str) -> String {
        self.layered(text, MAX_DEPTH)
    }

    /// What a text says when it is read as the program reads it that the text is for.
    fn layered(&self, text: &str, depth: u32) -> String {
        if depth == 0 {
            return self.flat(text);
        }
        if text.trim_start().starts_with(['{', '['])
            && let Ok(mut inner) = serde_json::from_str::<Value>(text)
        {
            let before = inner.clone();
            self.walk(&mut inner, Holds::Anything);
            return if inner == before { text.to_owned() } else { inner.to_string() };
        }
        let decoded = decoded(text);
        if decoded != text {
            let masked = self.layered(&decoded, depth - 1);
            return if masked == decoded { text.to_owned() } else { masked };
        }
        self.flat(&self.elements(text))
    }

    /// `<birthday>1990-01-01</birthday>`
    fn elements(&self, text: &str) -> String {
        if !text.contains("</") {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        // Elements that are not closed in what is left: not looked for again.
        let mut open: Vec<String> = Vec::new();
        while let Some((before, after)) = rest.split_once('<') {
            out.push_str(before);
            out.push('<');
            rest = after;
            let Some((tag, inside)) = after.split_once('>') else { continue };
            let name = tag.split([' ', '/']).next().unwrap_or_default();
            let under = holds(name, self.own);
            let close = format!("</{name}>");
            if name.is_empty() || under == Holds::Anything || open.contains(&close) {
                continue;
            }
            let Some(content) = inside.find(&close).and_then(|end| inside.get(..end)) else {
                open.push(close);
                continue;
            };
            let bare = content.trim().trim_start_matches("<![CDATA[").trim_end_matches("]]>");
            out.push_str(tag);
            out.push('>');
            out.push_str(&self.string(bare, under));
            rest = inside.get(content.len()..).unwrap_or_default();
        }
        out.push_str(rest);
        out
    }

    fn flat(&self, text: &str) -> String {
        if !text.contains(['=', '&']) {
            return self.identities(text);
        }
        // A query, a form, a line of a log: the value behind a personal name is personal.
        let ends = |c: char| {
            c.is_whitespace() || "&?#".contains(c) || ENDS.contains(c) && !"()[]".contains(c)
        };
        let (mut out, mut before) = (String::with_capacity(text.len()), String::new());
        for part in text.split_inclusive(ends) {
            let body = part.trim_end_matches(ends);
            let pair = body.split_once('=').filter(|(_, value)| !value.is_empty());
            let under = pair.map_or(Holds::Anything, |(name, _)| holds(last_word(name), self.own));
            match pair {
                Some((name, value)) if under != Holds::Anything => {
                    before.push_str(name);
                    before.push('=');
                    out.push_str(&self.identities(&std::mem::take(&mut before)));
                    out.push_str(&self.hidden(value, under));
                    before.push_str(part.get(body.len()..).unwrap_or_default());
                }
                // A number may be written with blanks: what is not a pair stays together.
                _ => before.push_str(part),
            }
        }
        out.push_str(&self.identities(&before));
        out
    }

    /// Identities, alone, in a list or within a text; what is between them by its form.
    fn identities(&self, text: &str) -> String {
        let starts = starts(text);
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (index, (start, value)) in starts.iter().enumerate() {
            if *start < at {
                continue;
            }
            let next = starts.get(index + 1).map_or(text.len(), |(next, _)| *next);
            let reach = text.get(*value..next).unwrap_or_default();
            // A text that begins with an identity is nothing else: the value may hold blanks.
            let body = match *start {
                0 => reach.trim_end_matches(is_joint),
                _ => reach
                    .split(|c: char| c.is_whitespace() || c == '&' || ENDS.contains(c))
                    .next()
                    .unwrap_or_default(),
            };
            out.push_str(&self.words(text.get(at..*start).unwrap_or_default()));
            let end = value + body.len();
            match text.get(*start..end).and_then(Identity::parse) {
                Some(identity) => out.push_str(&self.identity(&identity)),
                None => out.push_str(text.get(*start..end).unwrap_or_default()),
            }
            at = end;
        }
        out.push_str(&self.words(text.get(at..).unwrap_or_default()));
        out
    }

    /// Addresses, numbers, and what the document shows to be somebody's.
    fn words(&self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let folded = Folded::of(text);
        let mut spans: Vec<(usize, usize, String)> = addresses(&folded)
            .into_iter()
            .map(|(from, to)| (from, to, self.address(&folded.text(from, to))))
            .collect();
        let known = tokens(&folded).into_iter().filter_map(|(from, to)| {
            Some((from, to, self.known.get(&folded.text(from, to))?.clone()))
        });
        spans.extend(known);
        let numbers = number::find(&folded, &self.tails).into_iter();
        spans.extend(numbers.map(|(from, to, number)| (from, to, self.shown(&number))));
        // Of two that overlap, the one that begins first, or reaches further.
        spans.sort_by(|one, other| (one.0, other.1).cmp(&(other.0, one.1)));
        let mut end = 0;
        spans.retain(|(from, to, _)| {
            let free = *from >= end;
            end = if free { *to } else { end };
            free
        });
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (from, to, masked) in spans {
            let (start, end) = folded.bytes(from, to);
            out.push_str(text.get(at..start).unwrap_or_default());
            out.push_str(&masked);
            at = end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }
}

/// Percent-decoding, once. What is no encoding stays.
fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = |byte: &u8| char::from(*byte).to_digit(16);
        let pair = match after {
            [high, low, ..] if *first == b'%' => hex(high).zip(hex(low)),
            _ => None,
        };
        match pair {
            Some((high, low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The name that a pair is about: `https://shop.example/a/phone` ends in `phone`.
fn last_word(name: &str) -> &str {
    let name = name.rsplit(['/', ':', '?']).next().unwrap_or(name);
    name.trim_end_matches(']').rsplit('[').next().unwrap_or(name)
}

/// Where identities begin, and where their values do.
fn starts(text: &str) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for rule in KINDS {
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find(rule.id)) {
            let start = from + at;
            let end = start + rule.id.len();
            from = end;
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let before = text.get(..start).and_then(|before| before.chars().next_back());
            if before.is_some_and(word) {
                continue;
            }
            found.extend(value_at(text, end).map(|value| (start, value)));
        }
    }
    found.sort_unstable();
    found
}

/// Where the value begins of a kind that ends here: behind the colon, or behind scope and colon.
fn value_at(text: &str, end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    let value = match rest.chars().next()? {
        ':' => end + 1,
        '@' => {
            let scope = rest.find(|c: char| c == ':' || c.is_whitespace() || ENDS.contains(c))?;
            rest.get(scope..)?.starts_with(':').then_some(end + scope + 1)?
        }
        _ => return None,
    };
    let first = text.get(value..)?.chars().next()?;
    (!first.is_whitespace() && first != '/').then_some(value)
}

fn is_joint(c: char) -> bool {
    c.is_whitespace() || ENDS.contains(c) || "/&+-".contains(c)
}

/// Whether an identity's key is nothing but one identity.
pub(super) fn is_alone(identity: &Identity) -> bool {
    let value = identity.value();
    identity.kind() != Kind::Cart
        && !value.contains(char::is_whitespace)
        && starts(value).is_empty()
}

pub(super) fn is_address(text: &str) -> bool {
    let folded = Folded::of(text);
    addresses(&folded).first() == Some(&(0, folded.chars.len()))
}

/// Addresses of mail: from where, to where.
fn addresses(text: &Folded) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let is_name = |c: char| c.is_alphanumeric() && !is_cjk(c) || "._+-'".contains(c);
    let is_host = |c: char| c.is_alphanumeric() && !is_cjk(c) || "-.".contains(c);
    let span = |at: usize, is_name: &dyn Fn(char) -> bool, is_host: &dyn Fn(char) -> bool| {
        let mut from = at;
        while text.before(from).is_some_and(is_name) {
            from -= 1;
        }
        let mut to = at + 1;
        while text.get(to).is_some_and(is_host) {
            to += 1;
        }
        while text.before(to).is_some_and(|c| "-.".contains(c)) {
            to -= 1;
        }
        let host = text.text((at + 1).min(to), to);
        (from < at && host.contains('.')).then_some((from, to))
    };
    for at in 0..text.chars.len() {
        if text.get(at) != Some('@') {
            continue;
        }
        let cjk = |c: char| is_cjk(c) || is_name(c);
        let cjk_host = |c: char| is_cjk(c) || is_host(c);
        let one = span(at, &is_name, &is_host)
            .or_else(|| span(at, &cjk, &is_host))
            .or_else(|| span(at, &is_name, &cjk_host))
            .or_else(|| span(at, &cjk, &cjk_host));
        found.extend(one.filter(|(from, _)| found.last().is_none_or(|(_, to)| to <= from)));
    }
    found
}

/// Words as ids are written.
fn tokens(text: &Folded) -> Vec<(usize, usize)> {
    let is_part = |index: usize| {
        text.get(index).is_some_and(|c| c.is_alphanumeric() && !is_cjk(c) || "_-".contains(c))
    };
    let mut found = vec![(0, text.chars.len())];
    let mut at = 0;
    while at < text.chars.len() {
        let from = at;
        while is_part(at) {
            at += 1;
        }
        if at > from {
            found.push((from, at));
        }
        at += 1;
    }
    found
}
