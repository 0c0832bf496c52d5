//! Which salesperson's regions a lead's places lie in. Where the table of places does not know a
//! name it is compared as text, so that regions written freely go on to work.

use crate::Gather;
use crate::place::{Place, understand};
use std::collections::BTreeSet;

/// A region as it is compared: the place's full name, `国家/text` for a part of a country whose
/// parts the table does not have, else the text in lower case.
pub(super) fn normal(name: &str) -> String {
    if let Some((country, part)) = part_of_country(name) {
        return within(country, part);
    }
    place(name).map_or_else(|| text(name), Place::name)
}

/// A country may be given by its code, which in a lead's own fields may be a state's.
fn place(name: &str) -> Option<Place> {
    let name = name.trim();
    let is_code = name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_uppercase());
    Place::named(name).or_else(|| Place::of_code(name).filter(|_| is_code))
}

/// Whether a region is one that leads are compared with by more than its text.
pub fn is_known(name: &str) -> bool {
    part_of_country(name).is_some() || place(name).is_some()
}

/// All names under which somebody may cover one of these places: what they say as text, the places
/// they surely are in, and of a country abroad its parts.
pub(super) fn covering(places: &[String]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = places.iter().map(|place| text(place)).gather();
    names.remove("");
    let texts: Vec<&str> = places.iter().map(String::as_str).collect();
    let known = understand(&texts);
    for country in known.iter().filter(|place| place.is_abroad()) {
        let parts = texts.iter().filter(|text| Place::named(text) != Some(*country));
        names.extend(parts.map(|part| within(*country, part)).collect::<Vec<String>>());
    }
    names.extend(known.into_iter().map(Place::name));
    names
}

/// `Germany, Bavaria`, `德国/巴伐利亚`.
fn part_of_country(name: &str) -> Option<(Place, &str)> {
    let (one, other) = name.split_once([',', '，', '/'])?;
    let country = |name: &str| place(name).filter(|place| place.is_abroad());
    let found = match (country(one), country(other)) {
        // A part may have the name of another country: US/Georgia.
        (Some(country), _) => (country, other),
        (None, Some(country)) => (country, one),
        (None, None) => return None,
    };
    Some(found).filter(|(_, part)| !part.trim().is_empty())
}

fn within(country: Place, part: &str) -> String {
    format!("{}/{}", country.name(), text(part))
}

fn text(name: &str) -> String {
    name.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(places: &[&str], region: &str, expect: bool) {
        let places: Vec<String> = places.iter().map(|place| (*place).to_owned()).collect();
        let found = covering(&places).contains(&normal(region));
        assert_eq!(found, expect, "{places:?} under {region}");
    }

    #[test]
    fn one_place_has_many_names_and_lies_in_larger_ones() {
        for (place, region) in [
            ("上海市", "上海"),
            ("Shanghai", "华东"),
            ("shanghai city", "East China"),
            ("广西壮族自治区", "华南"),
            ("华东", "east china"),
            ("深圳市", "广东"),
            ("深圳", "广东省"),
            ("广东省深圳市", "广东"),
            ("广东省深圳市", "深圳"),
            ("Shenzhen", "Guangdong"),
            ("Hong Kong SAR", "香港"),
            ("Hong Kong SAR China", "港澳台"),
            ("臺灣", "台湾"),
            ("臺北市", "台湾省"),
            ("Taipei", "台湾"),
            ("澳門特別行政區", "Macau"),
            ("昆山", "江苏"),
            ("延边", "吉林"),
            ("内蒙古", "华北"),
            ("深圳市", "中国"),
            ("Deutschland, Germany", "德国"),
        ] {
            check(&[place], region, true);
        }
        for (place, region) in [
            ("浙江省", "华南"),
            // Covering the whole of an area does not follow from lying in a part of it, nor back.
            ("华东", "上海"),
            ("广东", "深圳"),
            ("Shaanxi", "山西"),
            ("Shanxi", "陕西"),
        ] {
            check(&[place], region, false);
        }
    }

    #[test]
    fn what_the_table_does_not_know_is_compared_as_text() {
        check(&["Berlin"], "berlin", true);
        check(&["市"], "市", true);
        check(&["粤东"], "粤东", true);
        check(&["Bavaria", "Germany"], "Germany, Bavaria", true);
        check(&["Bavaria", "Germany"], "德国", true);
        check(&["Bavaria", "Germany"], "Germany, Hesse", false);
        check(&["Georgia", "United States"], "美国", true);
        check(&["Georgia", "United States"], "格鲁吉亚", false);
        check(&["Georgia", "United States"], "US/Georgia", true);
        check(&["Bavaria", "Germany"], "DE", true);
        check(&["California", "美国"], "US, California", true);
        check(&["台湾"], "TW", true);
        assert!(is_known("Germany/Bavaria") && is_known("南山区, 深圳") && is_known("Germany"));
        assert!(!is_known("粤东") && !is_known("广冻") && !is_known("朝阳区") && !is_known(""));
    }
}
