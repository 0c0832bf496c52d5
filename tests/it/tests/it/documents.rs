//! Documents that follow from the code. `UPDATE_EXPECT=1 cargo test` rewrites them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use tributary_channels::{CHANNELS, Channel, Field};
use tributary_core::vocabulary::{Kind, Property, TERMS};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn assert_up_to_date(path: &str, text: &str) {
    let file = Path::new(ROOT).join(path);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, text).expect("the document is written");
    }
    let stored = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(stored == text, "{path} is not what the code says; UPDATE_EXPECT=1 rewrites");
}

#[test]
fn the_vocabulary() {
    let mut text = VOCABULARY.to_owned();
    for term in TERMS {
        let required: Vec<String> = term.required.iter().map(property).collect();
        let also: Vec<String> = term.also.iter().map(|name| format!("`{name}`")).collect();
        let (zh, en, name) = (term.zh, term.en, term.name);
        let (required, also) = (required.join(", "), also.join(", "));
        let _ = writeln!(text, "| `{name}` | {en} | {zh} | {required} | {also} |");
    }
    assert_up_to_date("docs/vocabulary.md", &text);
}

fn property(property: &Property) -> String {
    let names: Vec<String> = property.names.iter().map(|name| format!("`{name}`")).collect();
    let kind = match property.kind {
        Kind::Text => "",
        Kind::Number => " (number)",
    };
    format!("{}{kind}", names.join(" or "))
}

/// The tests that a row of `docs/field.md` names are there.
#[test]
fn the_field() {
    let document =
        std::fs::read_to_string(Path::new(ROOT).join("docs/field.md")).expect("it reads");
    let sources = ["shared", "tests"].map(|folder| functions(&Path::new(ROOT).join(folder)));
    let mut named = 0;
    for name in document.split('`').skip(1).step_by(2) {
        assert!(sources.iter().any(|names| names.contains(name)), "there is no test {name}");
        named += 1;
    }
    assert!(named > 80, "only {named}");
}

/// The names of all functions below a folder.
fn functions(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            names.append(&mut functions(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = std::fs::read_to_string(&path).expect("it reads");
            let heads = text.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
            names.extend(heads.map(str::to_owned));
        }
    }
    names
}

#[test]
fn the_channels() {
    let mut text = CHANNELS_HEAD.to_owned();
    for channel in CHANNELS {
        let manifest = &channel.manifest;
        let sends: Vec<String> =
            manifest.sends.iter().map(|medium| format!("`{medium}`")).collect();
        let again = match channel.outbound {
            None => "–",
            Some(outbound) if outbound.idempotent => "yes",
            Some(_) => "no",
        };
        let (id, label) = (manifest.id, manifest.label.en);
        let signature = if manifest.receives { manifest.signature } else { "–" };
        let sends = if sends.is_empty() { "–".to_owned() } else { sends.join(", ") };
        let _ = writeln!(text, "| [`{id}`](#{id}) | {label} | {signature} | {sends} | {again} |");
    }
    text.push_str(CHANNELS_NOTES);
    for channel in CHANNELS {
        section(&mut text, channel);
    }
    assert_up_to_date("docs/channels.md", &text);
}

fn section(text: &mut String, channel: &Channel) {
    let manifest = &channel.manifest;
    let (id, label) = (manifest.id, &manifest.label);
    let _ =
        writeln!(text, "\n## {id}\n\n**{}**, {}. {}\n", label.en, label.zh, manifest.summary.en);
    for (what, fields) in [("Secrets", manifest.secrets), ("Settings", manifest.settings)] {
        if !fields.is_empty() {
            let fields: Vec<String> = fields.iter().map(field).collect();
            let _ = writeln!(text, "- {what}: {}.", fields.join("; "));
        }
    }
    let _ = writeln!(text, "- Documented by the vendor: {}.", manifest.source);
    if !manifest.unverified.is_empty() {
        let _ = writeln!(text, "- **Unverified:** {}.", manifest.unverified);
    }
    for (step, number) in manifest.steps.iter().zip(1..) {
        let blank = if number == 1 { "\n" } else { "" };
        let _ = writeln!(text, "{blank}{number}. {}\n   {}", step.en, step.zh);
    }
}

fn field(field: &Field) -> String {
    let optional = if field.required { "" } else { ", optional" };
    let choices: Vec<String> = field.choices.iter().map(|one| format!("`{one}`")).collect();
    let choices = match choices.is_empty() {
        true => String::new(),
        false => format!(": {}", choices.join(", ")),
    };
    format!("`{}` ({}{optional}{choices})", field.name, field.label.en)
}

/// Each line of the notes belongs to a channel that exists.
#[test]
fn notes_are_about_channels() {
    let path = Path::new(ROOT).join("docs/channel-notes.md");
    let notes = std::fs::read_to_string(path).expect("the notes read");
    for heading in notes.lines().filter(|line| line.starts_with("## ")) {
        for id in heading.split('`').skip(1).step_by(2) {
            assert!(tributary_channels::find(id).is_some(), "{heading}: there is no channel {id}");
        }
    }
}

const CHANNELS_HEAD: &str = "\
# Channels

A channel is one file in `shared/channels/src`; what it needs and can is its manifest, from which this page is written,
which `GET /api/v1/channels` answers, and which the console's forms and set-up pages are made from. What a manifest has no place
for is in the [notes](channel-notes.md); the names of touchpoints are the [vocabulary](vocabulary.md); a new one is made as
[adding a channel](adding-a-channel.md) says. An **endpoint** is one configured account:

```sh
curl -X PUT \"$TRIBUTARY/api/v1/endpoints/<channel>/<id>\" -H \"Authorization: Bearer $TOKEN\" \\
  -d '{\"secrets\": {\"…\": \"…\"}, \"settings\": {\"…\": \"…\"}}'
```

The answer holds `webhook_url`, which stands for `{url}` below. Secrets go in and never come out. A second value of a secret is
valid beside the first until the third, or until `\"revoke_previous\": true`: rotate without downtime.

Every endpoint that receives may have two settings more: `default_country` (two letters, `CN` unless told), where phone numbers
without a country code are from; and `limit_per_minute`: what is more is answered 429 with `Retry-After`, counted in each isolate; `web`, to which anybody may send, takes 12,000 where none is set.
`GET /api/v1/endpoints/{channel}/{id}` says what became of requests (`counts`, `duplicates`, `quarantined`). A request that proved
its sender and does not fit is kept for 30 days and can be replayed (ADR 0017).

| channel | connects | signature | sends | safe to send again |
|---|---|---|---|---|
";

const CHANNELS_NOTES: &str = "
\"Safe to send again\": after a crash between the call and its answer, the message is sent again under the same key. Where
that is not safe the message becomes `unknown` instead, and a person decides.

**Unverified, for all of them:** no channel has been run against the vendor's live service. What is tested is the published
specification: requests in `tests/fixtures/channels`, made from the documented formulas and vectors, and libraries that nobody here
wrote in `tests/clients`. In the tests of senders the provider answers as its documents say. What no official text at hand
confirms is marked below.

**No channel of their own**, since no official text at hand says how they sign, or they post no webhooks: Kuaishou, Xiaohongshu,
OceanEngine (巨量引擎 / 飞鱼), LinkedIn, Taobao and Tmall, JD, Pinduoduo, Kingdee, Yonyou; and mail that comes in (SendGrid's Inbound Parse,
Cloudflare's mail handler). What relays or exports them posts to [`webhook`](#webhook) by a [mapping](mapping.md), or to
[`standard-webhooks`](#standard-webhooks).
";

const VOCABULARY: &str = "\
# Vocabulary

What happened has one name, whichever channel it came by: `noun.past`. Segments, journeys and scores speak of these
names, never of a vendor; which channel it was is the touchpoint's `channel`. The list is
`shared/core/src/vocabulary/terms.rs`, and `GET /api/v1/vocabulary` answers it.

- A name that is not in the list is the company's own and passes as it is.
- What SDKs and older systems call the same (last column) is understood everywhere: at the door, where the touchpoint
  gets the name of the list and keeps the sent one in `context.sent_as`; and in the events of journeys and rules.
- A touchpoint without a required property is kept all the same, with the property's name in `context.lacks`.
- A program's open or click is `…_by_machine` with a reason in `machine`: it never counts as a person's.
- What a vendor alone has keeps the vendor in front (`line.beacon_entered`), what is not known is `<channel>.unknown`,
  what the suite itself does begins with `$`.
- Money is `total_minor` in minor units beside `currency`, or `total` in major units.

| name | means | 含义 | required | also understood |
|---|---|---|---|---|
";
