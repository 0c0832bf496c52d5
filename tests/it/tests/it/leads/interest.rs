//! What lead-assign asks the log for: all that scores, and hardly anything else.

use super::{append, email, touchpoint};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tributary_core::ids::TouchpointId;
use tributary_core::lead::Scoring;
use tributary_core::touchpoint::Touchpoint;
use tributary_store::{Db, touchpoints};
use tributary_testkit::{Random, World, block_on};

const NAMES: &[&str] =
    &["page.viewed", "Viewed Page", "pageview", "Pricing Viewed", "Kettle Descaled", "scanned"];
const KEYS: &[&str] = &["url", "path", "name", "title", "page", "referrer"];
const PIECES: &[&str] = &[
    "pricing",
    "PRICING",
    "PricinG",
    "prıcıng",
    "PRİCİNG",
    "价格",
    "定价",
    "%E4%BB%B7%E6%A0%BC",
    "prices",
    "pric",
    "ing",
    "\"",
    "\\",
    "\u{2028}",
    "\u{212a}",
    "\u{307}",
    "/products",
    " ",
    "é",
];

fn properties(random: &mut Random) -> Value {
    let mut properties = json!({});
    for _ in 0..random.below(3) {
        let text: String = (0..random.below(4)).map(|_| *random.pick(PIECES)).collect();
        let value = match random.below(4) {
            0 => json!([text]),
            1 => json!({"inner": text}),
            _ => json!(text),
        };
        properties[*random.pick(KEYS)] = value;
    }
    properties
}

#[test]
fn all_that_scores_is_read() {
    let world = World::new(1);
    let mut random = Random::new(7);
    let sent: Vec<Touchpoint> = (0..450)
        .map(|n| {
            let name = *random.pick(NAMES);
            touchpoint(&world, &n.to_string(), name, email("p"), properties(&mut random))
        })
        .collect();
    let scores = |one: &&Touchpoint| !Scoring::shipped().entries(one).is_empty();
    let wanted: BTreeSet<TouchpointId> =
        sent.iter().filter(scores).map(|one| one.id.clone()).collect();
    assert!((50..400).contains(&wanted.len()), "{} of 450 score", wanted.len());
    append(&world, &sent);
    world.settle();
    let again = "UPDATE consumers SET cursor = 0 WHERE name = 'lead-assign'";
    world.0.db.sqlite.with(|db| db.execute(again, [])).expect("the cursor goes back");
    let page = touchpoints::page_behind("lead-assign", 500, &Scoring::shipped().interest());
    let answers = block_on(world.0.db.run(vec![page])).expect("the page reads");
    let read = touchpoints::decode(&answers[0]).expect("the page decodes");
    let read: BTreeSet<TouchpointId> = read.into_iter().map(|row| row.touchpoint.id).collect();
    assert!(wanted.is_subset(&read), "{:?}", wanted.difference(&read).collect::<Vec<_>>());
    let idle = |row: &&Touchpoint| row.name == "page.viewed" && row.properties == json!({});
    let mut idle = sent.iter().filter(idle).peekable();
    assert!(idle.peek().is_some());
    assert!(idle.all(|row| !read.contains(&row.id)), "a page without a word is read");
}
