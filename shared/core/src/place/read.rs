//! From what people write to places of the table.
//!
//! A text is read from its beginning, unit by unit, each within the one before: 上海市 · 徐汇区, and
//! what follows is the street. A name without 省, 市 or 区 behind it is a place only where nothing or
//! a part of it follows: 南京东路 is a street. Several texts together say more than each: 朝阳区 is one
//! of two, in 北京 it is one.

use super::table::{
    CITY_SUFFIXES, DISTRICT_SUFFIXES, Id, Kind, PROVINCE_SUFFIXES, Region, TABLE, Table, folded,
    is_latin,
};
use crate::Gather;
use std::collections::BTreeSet;

/// No name of the table is longer.
const MAX_STEM_CHARS: usize = 18;
/// Longer texts are no addresses.
const MAX_TEXT_CHARS: usize = 200;

/// A region of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(Id);

impl Place {
    /// The one place that a text names, with what it lies in or without.
    pub fn named(text: &str) -> Option<Place> {
        let groups = groups(&TABLE, &[text]);
        match groups.as_slice() {
            [group] => match group.as_slice() {
                [one] => Some(Place(*one)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The country (or 香港, 澳门, 台湾) of an ISO 3166-1 code.
    pub fn of_code(code: &str) -> Option<Place> {
        TABLE.of_code(code.trim()).map(Place)
    }

    pub(super) fn id(self) -> Id {
        self.0
    }

    fn region(self) -> Option<&'static Region> {
        TABLE.get(self.0)
    }

    /// 广东省深圳市南山区; of a country or an area its name.
    pub fn name(self) -> String {
        TABLE.path(self.0)
    }

    /// A country whose own regions the table does not have.
    pub fn is_abroad(self) -> bool {
        Some(self.0) != TABLE.of_code("CN")
            && self.region().is_some_and(|region| region.kind == Kind::Country)
    }
}

/// Every region that somebody of whom these texts speak surely is in: the places themselves and
/// what they lie in. Of a name that several places have: what those have in common.
pub fn understand(texts: &[&str]) -> BTreeSet<Place> {
    let table = &*TABLE;
    let mut surely = BTreeSet::new();
    for group in groups(table, texts) {
        let chains = group.iter().map(|id| table.chain(*id).gather::<BTreeSet<Id>>());
        let common = chains.reduce(|one, other| &one & &other).unwrap_or_default();
        surely.extend(common.into_iter().map(Place));
    }
    surely
}

/// What the texts say, as places that have nothing to do with each other; each as those it may be.
fn groups(table: &Table, texts: &[&str]) -> Vec<Vec<Id>> {
    let mut pieces: Vec<Vec<Id>> = texts.iter().flat_map(|text| pieces(table, text)).collect();
    let country = |piece: &Vec<Id>| {
        piece.iter().copied().find(|id| table.get(*id).is_some_and(|it| it.kind == Kind::Country))
    };
    // Smaller places come first: a state of the United States may have the name of a country.
    if let Some(last) = pieces.iter().filter_map(country).next_back() {
        if Place(last).is_abroad() {
            return vec![vec![last]];
        }
        pieces.retain(|piece| country(piece).is_none_or(|it| it == last));
    }
    let mut groups: Vec<Vec<Id>> = Vec::new();
    for piece in pieces {
        let joined = groups.iter_mut().find_map(|group| {
            let both = related(table, group, &piece);
            (!both.is_empty()).then_some((group, both))
        });
        match joined {
            Some((group, both)) => *group = both,
            None => groups.push(largest(table, piece)),
        }
    }
    groups
}

/// The smaller of each two of which one lies in the other.
fn related(table: &Table, group: &[Id], piece: &[Id]) -> Vec<Id> {
    let mut both = Vec::new();
    for (one, other) in group.iter().flat_map(|one| piece.iter().map(move |other| (*one, *other))) {
        let smaller = match (table.lies_in(one, other), table.lies_in(other, one)) {
            (true, _) => one,
            (_, true) => other,
            _ => continue,
        };
        if !both.contains(&smaller) {
            both.push(smaller);
        }
    }
    both
}

/// 吉林 is the province where nothing says that it is the city.
fn largest(table: &Table, piece: Vec<Id>) -> Vec<Id> {
    let kind = |id: &Id| table.get(*id).map(|region| region.kind);
    let first = piece.iter().filter_map(kind).min();
    piece.into_iter().filter(|id| kind(id) == first).collect()
}

fn pieces(table: &Table, text: &str) -> Vec<Vec<Id>> {
    let text: String = table.plain(text).chars().take(MAX_TEXT_CHARS).collect();
    let mut found = Vec::new();
    for piece in text.split(|c: char| ",;/|、·>()\n".contains(c)).map(str::trim) {
        if is_latin(piece) {
            found.extend(latin(table, piece));
            continue;
        }
        for piece in piece.split(|c: char| c.is_whitespace() || c == '-') {
            match is_latin(piece) {
                true => found.extend(latin(table, piece)),
                false => found.push(units(table, piece, None)),
            }
        }
    }
    found.retain(|piece| !piece.is_empty());
    found
}

/// How sure a name at the beginning of a text is, the surest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sureness {
    /// 深圳市
    Whole,
    /// 溧水县, which is 溧水区 by now.
    OtherSuffix,
    /// 深圳
    Stem,
}

/// The smallest places that the text begins with, within that one.
fn units(table: &Table, text: &str, within: Option<Id>) -> Vec<Id> {
    let text = text.strip_prefix("市辖区").filter(|_| within.is_some()).unwrap_or(text);
    let mut found: Vec<(Sureness, std::cmp::Reverse<usize>, Kind, Id)> = Vec::new();
    for (count, (end, c)) in text.char_indices().take(MAX_STEM_CHARS).enumerate() {
        let Some((stem, rest)) = text.split_at_checked(end + c.len_utf8()) else { break };
        if count == 0 {
            continue;
        }
        for id in table.of_stem(stem) {
            let Some(region) = table.get(id) else { continue };
            if within.is_some_and(|whole| !table.lies_in(id, whole)) {
                continue;
            }
            let (sureness, suffix) = sureness(region, stem, rest);
            let length = stem.len() + suffix;
            found.push((sureness, std::cmp::Reverse(length), region.kind, id));
        }
    }
    found.sort_unstable();
    for group in found.chunk_by(|one, other| (one.0, one.1, one.2) == (other.0, other.1, other.2)) {
        let mut parts = Vec::new();
        let mut wholes = Vec::new();
        for (sureness, length, kind, id) in group {
            let rest = text.get(length.0..).unwrap_or_default();
            let within_it = units(table, rest, Some(*id));
            if !within_it.is_empty() {
                parts.extend(within_it);
            } else if *sureness < Sureness::Stem || stands_alone(table, *id, *kind, rest, within) {
                wholes.push(*id);
            }
        }
        let read = if parts.is_empty() { wholes } else { parts };
        if !read.is_empty() {
            return read;
        }
    }
    Vec::new()
}

/// And how much of what follows belongs to the name.
fn sureness(region: &Region, stem: &str, rest: &str) -> (Sureness, usize) {
    let own = if stem == region.stem { region.suffix } else { "" };
    if !own.is_empty() && rest.starts_with(own) {
        return (Sureness::Whole, own.len());
    }
    if own.is_empty() && stem == region.stem && region.kind >= Kind::Province {
        return (Sureness::Whole, 0);
    }
    let others = match region.kind {
        Kind::Province => PROVINCE_SUFFIXES,
        Kind::City => CITY_SUFFIXES,
        Kind::District => DISTRICT_SUFFIXES,
        Kind::Country | Kind::Area => &[],
    };
    match others.iter().find(|suffix| rest.starts_with(**suffix)) {
        Some(suffix) => (Sureness::OtherSuffix, suffix.len()),
        None => (Sureness::Stem, 0),
    }
}

/// Whether a name without its suffix is the place, though no part of it follows.
fn stands_alone(table: &Table, id: Id, kind: Kind, rest: &str, within: Option<Id>) -> bool {
    // 南山 and 城中 are words; 昆山 and 义乌 are known by their own.
    let is_known = kind < Kind::District || table.get(id).is_some_and(|it| it.suffix == "市");
    if within.is_none() && !is_known {
        return false;
    }
    if rest.is_empty() || is_street(rest) {
        return rest.is_empty();
    }
    let has_more =
        rest.chars().count() > 2 && rest.chars().any(|c| "路街道巷弄号村镇乡园楼厦苑".contains(c));
    within.is_some() || has_more || (kind == Kind::Country && Place(id).is_abroad())
}

/// 东路, 路, 大道, 中山路 not: what makes a street of the name before it.
fn is_street(rest: &str) -> bool {
    let of_name = |c: char| "东南西北中新老前后上下内外大小环湾一二三四五六七八九十第".contains(c);
    let rest = rest.trim_start_matches(|c: char| of_name(c) || c.is_ascii_digit());
    let ends = ["路", "街", "道", "巷", "弄", "胡同", "桥", "门", "站", "里", "村", "坊", "广场"];
    ends.iter().any(|end| rest.starts_with(end))
}

/// Words that say what kind of place a name is.
const KIND_WORDS: &[&str] = &[
    "administrative",
    "autonomous",
    "city",
    "hui",
    "municipality",
    "prefecture",
    "province",
    "region",
    "sar",
    "sheng",
    "shi",
    "special",
    "uygur",
    "uyghur",
    "zhuang",
];
/// A name before these is a district's, of which the table has no Latin name.
const DISTRICT_WORDS: &[&str] = &["county", "district", "qu", "xian"];

/// The places of a Latin text that consists of nothing else.
fn latin(table: &Table, text: &str) -> Vec<Vec<Id>> {
    let text = folded(text);
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    let mut rest = words.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let longest = (1..=rest.len().min(6)).rev().find_map(|count| {
            let (name, after) = rest.split_at_checked(count)?;
            Some((table.by_name.get(&name.join(" "))?, after))
        });
        rest = match longest {
            Some((ids, after)) => {
                if !after.first().is_some_and(|word| DISTRICT_WORDS.contains(word)) {
                    found.push(ids.clone());
                }
                after
            }
            None if is_filler(first) && !found.is_empty() => after,
            None => return Vec::new(),
        };
    }
    found
}

fn is_filler(word: &str) -> bool {
    KIND_WORDS.contains(&word)
        || DISTRICT_WORDS.contains(&word)
        || word.chars().all(|c| c.is_ascii_digit())
}
