//! Documents that follow from the code. `UPDATE_EXPECT=1 cargo test` rewrites them.

use std::fmt::Write as _;
use std::path::Path;
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
