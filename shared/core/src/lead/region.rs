//! Places: `上海市`, `上海` and `Shanghai` are one, and lie in `华东`.

use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::LazyLock;

#[derive(Default, Deserialize)]
struct Gazetteer {
    areas: Vec<Area>,
    /// What people put behind a place's name or leave out.
    suffixes: Vec<String>,
}

#[derive(Deserialize)]
struct Area {
    names: Vec<String>,
    /// Each place with its other names.
    places: Vec<Vec<String>>,
}

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
    // Invariant: the file is part of the program and a test reads it.
    serde_json::from_str(include_str!("../../data/assignment.json")).unwrap_or_default()
});

/// A place's name as it is compared: without the suffix, lower case.
pub(super) fn normal(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    for suffix in &GAZETTEER.suffixes {
        // A name that is nothing but a suffix stays itself.
        if let Some(short) = lower.strip_suffix(suffix.as_str()).filter(|short| !short.is_empty()) {
            return short.trim().to_owned();
        }
    }
    lower
}

/// All names under which somebody may cover one of these places: the places themselves, their
/// other names, and the areas they lie in.
pub(super) fn covering<'a>(places: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = places.into_iter().map(|place| normal(place)).collect();
    names.remove("");
    for area in &GAZETTEER.areas {
        let mut inside = false;
        for place in &area.places {
            let other: BTreeSet<String> = place.iter().map(|name| normal(name)).collect();
            if !other.is_disjoint(&names) {
                inside = true;
                names.extend(other);
            }
        }
        let area: BTreeSet<String> = area.names.iter().map(|name| normal(name)).collect();
        if inside || !area.is_disjoint(&names) {
            names.extend(area);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_places_load() {
        assert!(!GAZETTEER.areas.is_empty());
        assert!(!GAZETTEER.suffixes.is_empty());
    }

    #[test]
    fn one_place_has_many_names() {
        let check = |place: &str, name: &str, expect: bool| {
            let found = covering([&place.to_owned()]).contains(&normal(name));
            assert_eq!(found, expect, "{place} under {name}");
        };
        check("上海市", "上海", true);
        check("Shanghai", "华东", true);
        check("shanghai city", "East China", true);
        check("广西壮族自治区", "华南", true);
        check("浙江省", "华南", false);
        check("华东", "east china", true);
        // Covering the whole of an area does not follow from lying in a part of it, nor back.
        check("华东", "上海", false);
        check("Berlin", "Berlin", true);
        check("市", "市", true);
    }
}
