//! The table of regions: countries, China's areas, provinces, cities and districts.

use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The larger first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RegionKind))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Country,
    /// 华东 …: several provinces.
    Area,
    Province,
    City,
    District,
}

/// Where a region stands in the table.
pub(super) type Id = u16;

#[derive(Debug)]
pub(super) struct Region {
    pub kind: Kind,
    /// The name without what says its kind.
    pub stem: &'static str,
    /// 省, 市, 区: empty where it is part of the stem.
    pub suffix: &'static str,
    /// The name abroad; empty where there is none.
    pub english: &'static str,
    /// ISO 3166-1 of a country.
    pub code: &'static str,
    pub parent: Option<Id>,
}

pub(super) struct Table {
    pub regions: Vec<Region>,
    /// By Han stem, sorted.
    pub by_stem: Vec<(&'static str, Id)>,
    /// By Latin name, folded.
    pub by_name: BTreeMap<String, Vec<Id>>,
    by_code: BTreeMap<&'static str, Id>,
    simplified: BTreeMap<char, char>,
}

/// The codes of countries that the table has as provinces.
const AS_PROVINCES: &[(&str, &str)] = &[("HK", "香港"), ("MO", "澳门"), ("TW", "台湾")];
/// The longest first.
pub(super) const PROVINCE_SUFFIXES: &[&str] =
    &["维吾尔自治区", "特别行政区", "壮族自治区", "回族自治区", "自治区", "省", "市"];
pub(super) const CITY_SUFFIXES: &[&str] = &["自治州", "地区", "市", "盟", "州", "县"];
pub(super) const DISTRICT_SUFFIXES: &[&str] = &["区", "县", "市", "旗"];

pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::read(include_str!("../../data/countries.txt"), include_str!("../../data/regions.txt"))
});

impl Table {
    fn read(countries: &'static str, regions: &'static str) -> Table {
        let mut table = Table {
            regions: Vec::with_capacity(4_000),
            by_stem: Vec::with_capacity(4_000),
            by_name: BTreeMap::new(),
            by_code: BTreeMap::new(),
            simplified: BTreeMap::new(),
        };
        let lines = |text: &'static str| text.lines().filter(|line| !line.starts_with('#'));
        let mut provinces_of_codes = Vec::new();
        for line in lines(countries) {
            let Some((code, names)) = line.split_once(',') else { continue };
            match AS_PROVINCES.iter().find(|(known, _)| *known == code) {
                Some((_, stem)) => provinces_of_codes.push((code, *stem, names)),
                None => {
                    let id = table.add(Kind::Country, names, None);
                    table.set_code(id, code);
                }
            }
        }
        let china = table.by_code.get("CN").copied();
        let (mut area, mut province) = (china, china);
        for line in lines(regions) {
            match (line.chars().next(), line.get(1..).unwrap_or_default()) {
                (Some('@'), names) => area = Some(table.add(Kind::Area, names, china)),
                (Some('='), names) => province = Some(table.add(Kind::Province, names, area)),
                (Some('!'), pairs) => {
                    let mut chars = pairs.chars();
                    while let (Some(from), Some(to)) = (chars.next(), chars.next()) {
                        table.simplified.insert(from, to);
                    }
                }
                _ => {
                    let (names, districts) = line.split_once(':').unwrap_or((line, ""));
                    let city = match names.is_empty() {
                        true => province,
                        false => Some(table.add(Kind::City, names, province)),
                    };
                    table.add_districts(districts, city);
                }
            }
        }
        for (code, stem, names) in provinces_of_codes {
            let found = table.by_stem.iter().find(|(known, _)| *known == stem);
            if let Some(id) = found.map(|(_, id)| *id) {
                table.set_code(id, code);
                for name in names.split(',') {
                    table.index(name, id);
                }
            }
        }
        table.by_stem.sort_unstable();
        table.by_stem.dedup();
        table
    }

    /// `names`: the full one, then others. A Han one that the full one begins with is the stem.
    fn add(&mut self, kind: Kind, names: &'static str, parent: Option<Id>) -> Id {
        let full = names.split(',').next().unwrap_or_default();
        let suffixes = match kind {
            Kind::Province => PROVINCE_SUFFIXES,
            Kind::City => CITY_SUFFIXES,
            _ => &[],
        };
        let given =
            names.split(',').skip(1).find(|name| !is_latin(name) && full.starts_with(*name));
        let cut = suffixes.iter().find_map(|suffix| full.strip_suffix(suffix));
        let stem = given.or(cut.filter(|stem| stem.chars().count() > 1)).unwrap_or(full);
        let english = names.split(',').find(|name| is_latin(name)).unwrap_or_default();
        let suffix = full.get(stem.len()..).unwrap_or_default();
        let id = self.push(Region { kind, stem, suffix, english, code: "", parent });
        self.index(stem, id);
        for name in names.split(',').skip(1) {
            self.index(name, id);
        }
        id
    }

    fn add_districts(&mut self, groups: &'static str, parent: Option<Id>) {
        for (group, suffix) in groups.split('|').zip(["区", "县", "市", ""]) {
            for name in group.split(' ').filter(|name| !name.is_empty()) {
                let (stem, english) = name.split_once('/').unwrap_or((name, ""));
                let kind = Kind::District;
                let id = self.push(Region { kind, stem, suffix, english, code: "", parent });
                self.index(stem, id);
                // 浦东 is 浦东新区.
                if let Some(old) = stem.strip_suffix('新').filter(|it| it.chars().count() > 1) {
                    self.index(old, id);
                }
                if !english.is_empty() {
                    self.index(english, id);
                }
            }
        }
    }

    fn push(&mut self, region: Region) -> Id {
        let id = Id::try_from(self.regions.len()).unwrap_or(Id::MAX);
        self.regions.push(region);
        id
    }

    fn set_code(&mut self, id: Id, code: &'static str) {
        self.by_code.insert(code, id);
        if let Some(region) = self.regions.get_mut(usize::from(id)) {
            region.code = code;
        }
    }

    fn index(&mut self, name: &'static str, id: Id) {
        if is_latin(name) {
            let ids = self.by_name.entry(folded(name)).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        } else {
            self.by_stem.push((name, id));
        }
    }

    pub fn get(&self, id: Id) -> Option<&Region> {
        self.regions.get(usize::from(id))
    }

    /// The regions of exactly this stem.
    pub fn of_stem<'a>(&'a self, stem: &'a str) -> impl Iterator<Item = Id> + 'a {
        let start = self.by_stem.partition_point(|(known, _)| *known < stem);
        let found = self.by_stem.iter().skip(start);
        found.take_while(move |(known, _)| *known == stem).map(|(_, id)| *id)
    }

    pub fn of_code(&self, code: &str) -> Option<Id> {
        self.by_code.get(code.to_ascii_uppercase().as_str()).copied()
    }

    /// The region and what it lies in, itself first.
    pub fn chain(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        std::iter::successors(Some(id), |id| self.get(*id)?.parent)
    }

    pub fn lies_in(&self, id: Id, whole: Id) -> bool {
        self.chain(id).any(|one| one == whole)
    }

    /// 广东省深圳市南山区; of an area or a country its name.
    pub fn path(&self, id: Id) -> String {
        let mut names: Vec<String> = self
            .chain(id)
            .filter_map(|one| self.get(one))
            .take_while(|one| one.kind >= Kind::Province)
            .map(Region::name)
            .collect();
        if names.is_empty() {
            names.extend(self.get(id).map(Region::name));
        }
        names.reverse();
        names.concat()
    }

    /// Full-width and traditional characters as the table has them.
    pub fn plain(&self, text: &str) -> String {
        let narrow = |c: char| match c {
            // Part of a name: 刚果（布）.
            '（' | '）' => c,
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            '\u{3000}' => ' ',
            _ => self.simplified.get(&c).copied().unwrap_or(c),
        };
        text.chars().map(narrow).collect()
    }
}

impl Region {
    pub fn name(&self) -> String {
        format!("{}{}", self.stem, self.suffix)
    }
}

pub(super) fn is_latin(name: &str) -> bool {
    !name.chars().any(|c| matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}'))
}

/// A Latin name as it is compared: lower case, without accents and apostrophes.
pub(super) fn folded(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'à'..='å' => folded.push('a'),
            'ç' => folded.push('c'),
            'è'..='ë' => folded.push('e'),
            'ì'..='ï' => folded.push('i'),
            'ñ' => folded.push('n'),
            'ò'..='ö' => folded.push('o'),
            'ù'..='ü' => folded.push('u'),
            '\'' | '’' | '.' | '\u{300}'..='\u{36F}' => {}
            '&' => folded.push_str("and"),
            c if c.is_whitespace() || c == '-' => {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            c => folded.push(c),
        }
    }
    folded.trim().to_owned()
}

/// A region as it is chosen: its name tells it from every other.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Region))]
pub struct Listed {
    /// What a salesperson's regions hold: 广东省深圳市.
    pub name: String,
    pub kind: Kind,
    pub zh: String,
    /// In Chinese where there is no other.
    pub en: String,
    /// Whether there are regions within.
    pub has_parts: bool,
}

/// What lies directly in a region; without one the areas and provinces of China, then the other
/// countries.
pub fn regions_within(whole: Option<&super::Place>) -> Vec<Listed> {
    let table = &*TABLE;
    let china = table.of_code("CN");
    let all = || (0..).zip(&table.regions);
    let is_wanted = |id: Id, region: &Region| match whole {
        Some(whole) => region.parent == Some(whole.id()),
        None => match region.kind {
            Kind::Country => Some(id) != china,
            kind => kind <= Kind::Province,
        },
    };
    let listed = |(id, region): (Id, &Region)| Listed {
        name: table.path(id),
        kind: region.kind,
        zh: region.name(),
        en: match region.english.is_empty() {
            true => region.name(),
            false => region.english.to_owned(),
        },
        has_parts: table.regions.iter().any(|one| one.parent == Some(id)),
    };
    let mut found: Vec<(Id, &Region)> =
        all().filter(|(id, region)| is_wanted(*id, region)).collect();
    // China's own first: a company's salespeople share out provinces before countries.
    found.sort_by_key(|(id, region)| (region.kind == Kind::Country, region.kind, *id));
    found.into_iter().map(listed).collect()
}
