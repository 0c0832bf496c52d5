//! Manifests make forms and documents, so they must be complete in both languages.

use crate::fixtures::load_all;
use std::collections::{BTreeMap, BTreeSet};
use tributary_channels::{CHANNELS, Field, Label};

fn is_kebab(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(fits) && !text.starts_with('-') && !text.ends_with('-')
}

fn assert_label(label: &Label, what: &str) {
    assert!(!label.zh.trim().is_empty(), "{what}: no Chinese text");
    let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    assert!(!label.en.trim().is_empty(), "{what}: no English text");
    assert!(!label.en.contains(chinese), "{what}: {} is not English", label.en);
}

#[test]
fn manifests_are_complete() {
    let ids: Vec<&str> = CHANNELS.iter().map(|channel| channel.manifest.id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "the list is sorted by id, without repeats: {ids:?}");
    for channel in CHANNELS {
        let manifest = &channel.manifest;
        let id = manifest.id;
        assert!(is_kebab(id), "{id}");
        assert_label(&manifest.label, id);
        assert_label(&manifest.summary, id);
        assert!(!manifest.source.is_empty(), "{id}: the documentation's title");
        assert_eq!(manifest.receives, channel.inbound.is_some(), "{id}");
        let sample = channel.inbound.and_then(|inbound| inbound.sample);
        assert_eq!(manifest.tests, sample.is_some(), "{id}");
        let formats: &[&str] =
            if manifest.receives { &["json", "xml", "form", "any"] } else { &[""] };
        assert!(formats.contains(&manifest.format), "{id}: {}", manifest.format);
        assert_eq!(!manifest.sends.is_empty(), channel.outbound.is_some(), "{id}");
        assert!(manifest.sends.is_sorted(), "{id}");
        if let Some(inbound) = channel.inbound {
            assert!((1_024..=8 << 20).contains(&inbound.max_body_bytes), "{id}");
            // Where the endpoint says how requests prove themselves, its own check asks for the secret.
            let chosen = manifest.settings.iter().any(|it| it.name == "authentication");
            let secret = manifest.secrets.iter().any(|it| it.required);
            assert!(manifest.unsigned || chosen || secret, "{id}");
        }
        let mut names = BTreeSet::new();
        let fields: Vec<&Field> = manifest.secrets.iter().chain(manifest.settings).collect();
        for field in fields {
            assert_label(&field.label, &format!("{id}.{}", field.name));
            assert!(names.insert(field.name), "{id}: two fields are called {}", field.name);
            assert!(is_kebab(&field.name.replace('_', "-")), "{id}.{}", field.name);
        }
    }
}

#[test]
fn the_endpoints_of_recorded_requests_hold_only_fields_of_the_manifest() {
    for fixture in load_all() {
        let manifest = &fixture.channel.manifest;
        let has = |fields: &[Field], name: &String| fields.iter().any(|it| it.name == name);
        let name = fixture.name();
        for secret in fixture.config.secrets.keys() {
            assert!(has(manifest.secrets, secret), "{name}: secret {secret}");
        }
        for setting in fixture.config.settings.keys() {
            assert!(has(manifest.settings, setting), "{name}: setting {setting}");
        }
    }
}

/// What the inventory says of a channel is what its recorded requests show.
#[test]
fn the_format_of_a_channel_is_that_of_its_recorded_requests() {
    let mut seen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for fixture in load_all() {
        let accepted = fixture
            .path
            .file_name()
            .is_some_and(|name| name.to_str().is_some_and(|name| name.starts_with("accepted")));
        let body = fixture.request.body.trim_ascii_start();
        let format = match body.first() {
            Some(b'<') => "xml",
            Some(b'{' | b'[' | b'"') => "json",
            Some(_) => "form",
            None => continue,
        };
        if accepted {
            seen.entry(fixture.channel.manifest.id).or_default().insert(format);
        }
    }
    assert!(seen.len() > 25, "{seen:?}");
    for (id, formats) in seen {
        let said = tributary_channels::manifest(id).map_or("", |manifest| manifest.format);
        match said {
            "any" => assert!(formats.len() > 1, "{id} is read in one format: {formats:?}"),
            said => assert_eq!(formats, BTreeSet::from([said]), "{id}"),
        }
    }
}
