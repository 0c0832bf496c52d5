//! What every channel must hold, whoever wrote it: tried on each of its recorded requests.

mod manifests;
mod mutations;
mod senders;
mod vocabulary;

use crate::fixtures::{Fixture, Outcome, accepted, inbound, load_all, run};
use std::collections::BTreeSet;
use tributary_channels::{CHANNELS, EndpointConfig, InboundRequest, Reject, TESTED};
use tributary_core::identity::Kind;

/// D1 takes rows of up to 2 MB; ours stay below half of that.
const MAX_ROW_BYTES: usize = 1_000_000;

fn try_with(fixture: &Fixture, change: impl FnOnce(&mut InboundRequest)) -> Outcome {
    let mut request = fixture.request.clone();
    change(&mut request);
    run(fixture.channel, &fixture.config, &request, fixture.now)
}

fn assert_refused(outcome: &Outcome, what: &str) {
    let refused = |status| Outcome::Rejected(Reject { status, ..Reject::UNAUTHENTICATED });
    // Mailgun repeats for hours what is refused otherwise than so.
    let is_refused =
        *outcome == refused(401) || *outcome == refused(406) && what.contains("mailgun");
    assert!(is_refused, "{what}: must be 401 without detail: {outcome:?}");
}

/// A change to the request either stops it or changes nothing, except where the vendor's
/// signature leaves the changed part open.
fn assert_harmless(fixture: &Fixture, part: &str, outcome: &Outcome, what: &str) {
    if fixture.uncovered.iter().any(|open| open == part) {
        return;
    }
    if let Some(touchpoints) = outcome.touchpoints() {
        let original = fixture.outcome();
        assert_eq!(Some(touchpoints), original.touchpoints(), "{}: {what}", fixture.name());
    }
}

/// Another value of the same alphabet, so that it decodes wherever the first does.
fn other(secret: &str) -> String {
    let (prefix, rest) = match secret.split_at_checked(6) {
        Some(("whsec_", rest)) => ("whsec_", rest),
        _ => ("", secret),
    };
    let turn = |c: char| match c {
        'a'..='y' | 'A'..='Y' | '0'..='8' => char::from(c as u8 + 1),
        'z' => 'a',
        'Z' => 'A',
        '9' => '0',
        _ => c,
    };
    format!("{prefix}{}", rest.chars().map(turn).collect::<String>())
}

fn with_secrets(fixture: &Fixture, change: impl Fn(&str) -> Vec<String>) -> EndpointConfig {
    let mut config = fixture.config.clone();
    for values in config.secrets.values_mut() {
        *values = values.iter().flat_map(|secret| change(secret)).collect();
    }
    config
}

#[test]
fn a_wrong_secret_is_refused_and_a_rotated_one_is_not() {
    for fixture in accepted().iter().filter(|fixture| !fixture.channel.manifest.unsigned) {
        let name = fixture.name();
        let try_secrets = |change: &dyn Fn(&str) -> Vec<String>| {
            let config = with_secrets(fixture, change);
            run(fixture.channel, &config, &fixture.request, fixture.now)
        };
        assert_refused(&try_secrets(&|secret| vec![other(secret)]), &format!("{name}: other"));
        let before = try_secrets(&|secret| vec![other(secret), secret.to_owned()]);
        assert_eq!(before, fixture.outcome(), "{name}: the previous secret is still good");
        let after = try_secrets(&|secret| vec![secret.to_owned(), other(secret)]);
        assert_eq!(after, fixture.outcome(), "{name}: the new secret is good");
        let none = try_secrets(&|_| Vec::new());
        assert_eq!(none, Outcome::Rejected(Reject::MISCONFIGURED), "{name}: no secret");
        let empty = try_secrets(&|_| vec![String::new()]);
        assert!(empty.touchpoints().is_none(), "{name}: an empty secret opens nothing");
    }
}

/// `replace` yields the parameter's new value, or `None` to leave it out.
fn edit_query(query: &str, name: &str, mut replace: impl FnMut(&str) -> Option<String>) -> String {
    let mut edit = |pair: &str| match pair.split_once('=') {
        Some((key, value)) if key == name => replace(value).map(|value| format!("{key}={value}")),
        _ => Some(pair.to_owned()),
    };
    query.split('&').filter_map(&mut edit).collect::<Vec<_>>().join("&")
}

#[test]
fn a_missing_or_damaged_proof_is_refused() {
    for fixture in accepted().iter().filter(|fixture| !fixture.channel.manifest.unsigned) {
        let name = fixture.name();
        assert!(!fixture.auth.is_empty(), "{name}: @auth must say where the proof is");
        let bare = try_with(fixture, |request| {
            for (part, value) in &fixture.auth {
                match part.as_str() {
                    "header" => request.headers.retain(|(key, _)| key != value),
                    "query" => request.query = edit_query(&request.query, value, |_| None),
                    _ => request.body = replace(&request.body, value, "nothing"),
                }
            }
        });
        assert_refused(&bare, &format!("{name}: no proof"));
        for (part, value) in &fixture.auth {
            for eighth in [0, 3, 7] {
                let flip = |text: &str| flip_at(text, eighth);
                let damaged = try_with(fixture, |request| match part.as_str() {
                    "header" => {
                        let headers = request.headers.iter_mut();
                        for (_, text) in headers.filter(|(key, _)| key == value) {
                            *text = damage(text, eighth);
                        }
                    }
                    "query" => {
                        request.query = edit_query(&request.query, value, |it| Some(flip(it)));
                    }
                    _ => request.body = replace(&request.body, value, &flip(value)),
                });
                assert_refused(&damaged, &format!("{name}: damaged {part}:{value}"));
            }
        }
    }
}

/// One bit of the character so many eighths into the text, but not of its end: the last bits of
/// base64 may mean nothing.
fn flip_at(text: &str, eighth: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = eighth * bytes.len().saturating_sub(6) / 8;
    bytes[at] ^= 1;
    String::from_utf8(bytes).unwrap()
}

/// `Basic a`, `v1,a v2,b`: damages what follows the scheme or version, in each word.
fn damage(header: &str, eighth: usize) -> String {
    let word = |word: &str| match word.split_once(',') {
        Some((version, proof)) => format!("{version},{}", flip_at(proof, eighth)),
        None => flip_at(word, eighth),
    };
    match header.strip_prefix("Basic ") {
        Some(proof) => format!("Basic {}", word(proof)),
        None => header.split(' ').map(word).collect::<Vec<_>>().join(" "),
    }
}

fn replace(body: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8_lossy(body).replace(from, to).into_bytes()
}

#[test]
fn a_stale_signature_is_refused() {
    for fixture in accepted() {
        let Some(window_s) = fixture.window_s else { continue };
        let at = |seconds: i64| {
            let now = fixture.now.plus_ms(seconds * 1_000);
            run(fixture.channel, &fixture.config, &fixture.request, now)
        };
        let name = fixture.name();
        for late in [window_s + 1, -window_s - 1, 86_400, -86_400, 10_000_000_000] {
            assert_refused(&at(late), &format!("{name}: {late} s off"));
        }
        for fresh in [window_s, -window_s, 0] {
            assert!(at(fresh).touchpoints().is_some(), "{name}: {fresh} s off is fresh");
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_changes_nothing_that_is_accepted() {
    for fixture in accepted() {
        let masks = [0x01, 0x10, 0x20, 0x80];
        for (at, mask) in (0..fixture.request.body.len()).flat_map(|at| masks.map(|it| (at, it))) {
            let outcome = try_with(&fixture, |request| request.body[at] ^= mask);
            assert_harmless(&fixture, "body", &outcome, &format!("body byte {at} ^ {mask}"));
        }
        // Text that is no longer UTF-8 cannot reach a channel outside the body.
        let flips = |text: &str| {
            let bytes = text.as_bytes().to_vec();
            (0..bytes.len())
                .flat_map(|at| [0x01, 0x02, 0x10, 0x20].map(|mask| (at, mask)))
                .filter_map(move |(at, mask)| {
                    let mut changed = bytes.clone();
                    changed[at] ^= mask;
                    String::from_utf8(changed).ok()
                })
        };
        for (index, (key, value)) in fixture.request.headers.iter().enumerate() {
            for changed in flips(value) {
                let what = format!("header {key}: {changed}");
                let outcome = try_with(&fixture, |request| request.headers[index].1 = changed);
                assert_harmless(&fixture, "headers", &outcome, &what);
            }
        }
        for changed in flips(&fixture.request.query) {
            let what = format!("query {changed}");
            let outcome = try_with(&fixture, |request| request.query = changed);
            assert_harmless(&fixture, "query", &outcome, &what);
        }
        for changed in flips(&fixture.request.path) {
            let what = format!("path {changed}");
            let outcome = try_with(&fixture, |request| request.path = changed);
            assert_harmless(&fixture, "path", &outcome, &what);
        }
    }
}

#[test]
fn a_truncated_body_is_refused() {
    for fixture in accepted() {
        let body = &fixture.request.body;
        let whole = body.trim_ascii_end().len();
        for end in 0..whole {
            let outcome = try_with(&fixture, |request| request.body.truncate(end));
            let name = fixture.name();
            assert!(matches!(outcome, Outcome::Rejected(_)), "{name}: first {end} bytes taken");
        }
    }
}

#[test]
fn the_same_delivery_has_the_same_ids_whenever_it_arrives() {
    for fixture in accepted() {
        let name = fixture.name();
        let first = fixture.outcome();
        assert_eq!(first, fixture.outcome(), "{name}: not deterministic");
        let ids = |outcome: &Outcome| -> Vec<String> {
            let touchpoints = outcome.touchpoints().unwrap_or_default();
            touchpoints.iter().map(|it| it.id.to_string()).collect()
        };
        let later = fixture.now.plus_ms(60_000);
        let again = run(fixture.channel, &fixture.config, &fixture.request, later);
        assert_eq!(ids(&first), ids(&again), "{name}: a minute later");
        let distinct: BTreeSet<String> = ids(&first).into_iter().collect();
        let count = first.touchpoints().unwrap().len();
        assert_eq!(distinct.len(), count, "{name}: one request, equal ids");

        let mut elsewhere = fixture.config.clone();
        elsewhere.id.push_str("-2");
        let other = run(fixture.channel, &elsewhere, &fixture.request, fixture.now);
        assert!(ids(&first) != ids(&other) || count == 0, "{name}: two accounts share ids");

        if fixture.expect == "duplicate" {
            let of = fixture.of.as_deref().expect("a duplicate names its original in @of");
            let path = fixture.path.with_file_name(of);
            let original = load_all().into_iter().find(|it| it.path == path).expect("@of exists");
            let sent = |it: &Fixture| {
                let InboundRequest { query, headers, body, .. } = it.request.clone();
                (query, headers, body)
            };
            assert_ne!(sent(&original), sent(&fixture), "{name}: retries differ in something");
            assert_eq!(ids(&original.outcome()), ids(&first), "{name}: not its original's ids");
        }
    }
}

#[test]
fn every_channel_has_its_recorded_requests() {
    let fixtures = load_all();
    for channel in CHANNELS.iter().filter(|channel| channel.inbound.is_some()) {
        let id = channel.manifest.id;
        let own = || fixtures.iter().filter(|fixture| fixture.channel.manifest.id == id);
        let has = |kind: &str| own().any(|fixture| fixture.expect == kind);
        assert!(has("accepted"), "{id}: no accepted request");
        assert!(has("duplicate"), "{id}: no request as the vendor sends it again");
        // Where any text is a name of the sender's own, none is unknown.
        assert!(has("unknown") || id == "cloudevents", "{id}: no unknown event");
        let called = |part: &str| own().any(|fixture| fixture.name().contains(part));
        let ages = own().any(|fixture| fixture.window_s.is_some());
        assert!(!ages || called("stale") || called("future"), "{id}: no stale request");
        let signs = !channel.manifest.unsigned;
        let tampered = ["tampered", "wrong"].iter().any(|part| called(part));
        assert!(!signs || tampered, "{id}: no tampered request, none with a wrong proof");
        let refused = own().any(|it| {
            it.expect == "reject"
                && it.path.file_name().unwrap().to_string_lossy().starts_with("reject_")
        });
        assert!(refused, "{id}: no reject_*.http");
    }
}

/// The console's test goes the way of any request, and is nobody's doing.
#[test]
fn a_sample_passes_its_own_door_and_no_other() {
    let mut tried = 0;
    for fixture in accepted() {
        let Some(sample) = inbound(fixture.channel).sample else { continue };
        let request = sample(&fixture.config, fixture.now).expect("a sample");
        let pass = |config| run(fixture.channel, config, &request, fixture.now);
        let outcome = pass(&fixture.config);
        let name = fixture.name();
        let [one] = outcome.touchpoints().unwrap_or_default() else {
            panic!("{name}: {outcome:?}")
        };
        assert_eq!(one.name, TESTED, "{name}");
        assert!(one.identifiers.iter().all(|it| it.kind() == Kind::AnonymousId), "{name}");
        let elsewhere = with_secrets(&fixture, |secret| vec![other(secret)]);
        assert_refused(&pass(&elsewhere), &name);
        let without = with_secrets(&fixture, |_| Vec::new());
        assert!(sample(&without, fixture.now).is_none(), "{name}: nothing to prove it with");
        tried += 1;
    }
    assert!(tried > 5);
}

#[test]
fn an_unknown_event_is_kept_and_answered_as_success() {
    for fixture in load_all().iter().filter(|fixture| fixture.expect == "unknown") {
        let name = fixture.name();
        let Outcome::Accepted { touchpoints, reply, .. } = fixture.outcome() else {
            panic!("{name}: not accepted")
        };
        assert!((200..300).contains(&reply.status), "{name}: {}", reply.status);
        let kept = touchpoints.iter().find(|touchpoint| touchpoint.name.ends_with(".unknown"));
        let kept = kept.unwrap_or_else(|| panic!("{name}: no touchpoint is *.unknown"));
        let properties = kept.properties.as_object().unwrap();
        assert!(!properties.is_empty(), "{name}: what came is not in the properties");
    }
}

#[test]
fn rows_fit_and_names_are_sound() {
    for fixture in accepted() {
        for touchpoint in fixture.outcome().touchpoints().unwrap() {
            let name = fixture.name();
            let row = serde_json::to_string(touchpoint).unwrap();
            assert!(row.len() <= MAX_ROW_BYTES, "{name}: {} bytes", row.len());
            assert!(touchpoint.properties.is_object() && touchpoint.context.is_object(), "{name}");
            assert!(!touchpoint.name.is_empty() && touchpoint.name.len() <= 800, "{name}");
        }
    }
}

#[test]
fn an_oversized_body_and_a_wrong_method_are_refused() {
    for fixture in accepted() {
        let name = fixture.name();
        let limit = inbound(fixture.channel).max_body_bytes;
        let big = try_with(&fixture, |request| request.body = vec![b' '; limit + 1]);
        assert_eq!(big, Outcome::Rejected(Reject::TOO_LARGE), "{name}");
        let deep = "[".repeat(limit / 2).into_bytes();
        assert!(try_with(&fixture, |request| request.body = deep).touchpoints().is_none());
        let put = try_with(&fixture, |request| request.method = "PUT".to_owned());
        assert_eq!(put, Outcome::Rejected(Reject::METHOD), "{name}");
    }
}
