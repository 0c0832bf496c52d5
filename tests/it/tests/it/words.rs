//! What machines name has a word in both of the console's catalogs: whoever adds a kind, a choice or a code
//! adds its words.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use tributary_channels::MANIFESTS;
use tributary_core::identity::KINDS;
use tributary_service::openapi::DOOR_CODES;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn catalog(name: &str, language: &str) -> Value {
    let path = format!("{ROOT}/console/src/shared/i18n/{name}.{language}.json");
    let text = std::fs::read_to_string(path).expect("the catalog is there");
    serde_json::from_str(&text).expect("the catalog is JSON")
}

/// Every name of `group` that a catalog of the console lacks, in either language.
fn lacking<'a>(file: &str, group: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let names: BTreeSet<&str> = names.into_iter().collect();
    assert!(!names.is_empty(), "{group}: there is something to name");
    let mut found = Vec::new();
    for language in ["zh", "en"] {
        let catalog = catalog(file, language);
        let missing = names.iter().filter(|name| !catalog[group][**name].is_string());
        found.extend(missing.map(|name| format!("{language}: {group} {name}")));
    }
    found
}

/// Every text in the sources, tests apart, that follows `before` and fits.
fn said(folder: &str, before: &str, fits: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(ROOT).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("sources are there") {
            let path = entry.expect("an entry reads").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|it| it != "rs") || path.ends_with("tests.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a source reads");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let after = code.split(before).skip(1);
            let names = after.map(|after| after.split('"').next().unwrap_or_default());
            found.extend(names.filter(|name| fits(name)).map(str::to_owned));
        }
    }
    found
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

#[test]
fn kinds_of_identity_have_words() {
    assert_eq!(lacking("shared", "kind", KINDS.iter().map(|rule| rule.id)), [""; 0]);
}

#[test]
fn choices_and_media_of_channels_have_words() {
    let settings = MANIFESTS.iter().flat_map(|one| one.settings);
    let choices = settings.flat_map(|field| field.choices).copied();
    assert_eq!(lacking("names", "choice", choices), [""; 0]);
    let media = MANIFESTS.iter().flat_map(|one| one.sends).copied();
    assert_eq!(lacking("names", "medium", media), [""; 0]);
}

#[test]
fn own_events_have_words() {
    let is_event = |name: &str| {
        let (noun, what) = name.split_once('.').unwrap_or_default();
        is_name(noun) && is_name(what)
    };
    let mut events: BTreeSet<String> = BTreeSet::new();
    for folder in ["shared/core/src", "shared/service/src", "shared/store/src"] {
        let found = said(folder, "\"$", is_event);
        events.extend(found.into_iter().map(|name| format!("${name}")));
    }
    assert!(events.contains("$lead.assigned") && events.contains("$message.sent"), "{events:?}");
    assert_eq!(lacking("names", "event", events.iter().map(String::as_str)), [""; 0]);
}

#[test]
fn reasons_of_messages_have_words() {
    let skipped = said("shared/core/src/message", "Verdict::skip(\"", is_name);
    assert!(skipped.contains("unreachable"), "{skipped:?}");
    let named = said("shared/core/src/message", "reason: \"", is_name);
    let reasons = skipped.iter().chain(&named).map(String::as_str);
    assert_eq!(lacking("names", "messageReason", reasons), [""; 0]);
}

#[test]
fn what_a_door_refuses_or_keeps_has_words() {
    // The sender's affairs alone: no request of theirs is kept or counted for an endpoint.
    let apart = [
        "batch_missing",
        "batch_too_long",
        "database_unavailable",
        "function_unavailable",
        "unknown_endpoint",
        "unknown_route",
        "vendor_unavailable",
    ];
    let shown = DOOR_CODES.iter().copied().filter(|code| !apart.contains(code));
    assert_eq!(lacking("names", "code", shown), [""; 0]);
}
