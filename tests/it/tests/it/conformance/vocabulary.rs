//! Channels speak the vocabulary.

use crate::fixtures::load_all;
use tributary_core::vocabulary::{canonical, lacks, term};

#[test]
fn a_name_is_the_vocabularys_or_begins_with_its_vendor() {
    for fixture in load_all() {
        let Some(touchpoints) = fixture.outcome().touchpoints().map(<[_]>::to_vec) else {
            continue;
        };
        // The generic doors and SDKs carry names of the company's own.
        let id = fixture.channel.manifest.id;
        let own = ["cloudevents", "standard-webhooks", "web"].contains(&id);
        for touchpoint in touchpoints {
            let name = touchpoint.name.as_str();
            assert_eq!(
                canonical(name),
                name,
                "{}: the vocabulary has another name",
                fixture.name()
            );
            let vendor = name.split_once('.').map_or("", |(vendor, _)| vendor);
            let vendors = id == vendor || id.split('-').any(|part| part == vendor);
            let known = term(name).is_some() || name.starts_with('$') || vendors;
            assert!(own || known, "{}: {name} is no word", fixture.name());
            if !own {
                assert_eq!(lacks(name, &touchpoint.properties), None, "{}: {name}", fixture.name());
            }
        }
    }
}
