//! A merge names the touchpoint that brought it about, and not another person's of the same page.

use super::{append, drain, identity, touchpoint};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tributary_core::identity::{Identity, Kind};
use tributary_core::touchpoint::Touchpoint;
use tributary_testkit::{Random, World};

fn user(name: &str) -> Identity {
    identity(Kind::UserId, "", name)
}

fn browser(name: &str) -> Identity {
    identity(Kind::AnonymousId, "site", name)
}

/// `name of what happened, identity → cause`, with the depth where it is not 1.
fn causes(world: &World, names: &BTreeMap<String, &str>) -> Vec<String> {
    let rows = world.0.db.sqlite.dump(
        "SELECT name, identifiers->>0, cause, depth FROM touchpoints \
         WHERE name IN ('$profile.merged', '$profile.unmerged') ORDER BY 1, 2, 3",
    );
    let tell = |row: &String| {
        let parts: Vec<&str> = row.split(" | ").collect();
        let cause = names.get(parts[2]).copied().unwrap_or("none");
        let depth = if parts[3] == "1" { String::new() } else { format!(" at {}", parts[3]) };
        format!("{} {} by {cause}{depth}", parts[0], parts[1])
    };
    rows.iter().map(tell).collect()
}

/// Sees each of these alone, then all of the page at once.
#[track_caller]
fn check(alone: &[Identity], page: &[(&'static str, Touchpoint)], expect: &[&str]) {
    for seed in 0..6 {
        let world = World::new(7);
        let first: Vec<Touchpoint> = alone
            .iter()
            .enumerate()
            .map(|(at, one)| {
                let at = at as i64;
                touchpoint(at as u64, "Viewed Page", at, vec![one.clone()], json!({}))
            })
            .collect();
        for one in &first {
            append(&world, std::slice::from_ref(one));
            drain(&world);
        }
        let mut shuffled: Vec<Touchpoint> = page.iter().map(|(_, one)| one.clone()).collect();
        Random::new(seed).shuffle(&mut shuffled);
        append(&world, &shuffled);
        drain(&world);
        let names = page.iter().map(|(name, one)| (one.id.to_string(), *name)).collect();
        assert_eq!(causes(&world, &names), expect, "seed {seed}");
    }
}

fn met(id: u64, at: i64, who: &[&Identity]) -> Touchpoint {
    let who = who.iter().map(|one| (*one).clone()).collect();
    touchpoint(100 + id, "Viewed Page", 50 + at, who, json!({}))
}

fn said(id: u64, at: i64, name: &str, a: &Identity, b: &Identity) -> Touchpoint {
    let properties: Value = json!({"a": a, "b": b});
    touchpoint(100 + id, name, 50 + at, vec![a.clone()], properties)
}

#[test]
fn each_of_two_people_in_a_page_by_their_own() {
    let (a, b, x, y) = (user("a"), user("b"), browser("x"), browser("y"));
    check(
        &[a.clone(), b.clone(), x.clone(), y.clone()],
        &[("A meets X", met(1, 1, &[&a, &x])), ("B meets Y", met(2, 2, &[&b, &y]))],
        &[
            "$profile.merged anonymous_id@site:x by A meets X",
            "$profile.merged anonymous_id@site:y by B meets Y",
        ],
    );
}

#[test]
fn a_stranger_who_came_last_is_not_blamed() {
    let (a, x, b, y) = (user("a"), browser("x"), user("b"), browser("y"));
    check(
        &[a.clone(), x.clone()],
        &[
            ("A meets X", met(1, 1, &[&a, &x])),
            // New people with two identities: nothing merges by them.
            ("B is new", met(2, 8, &[&b, &y])),
            ("C is new", met(3, 9, &[&user("c"), &browser("z")])),
        ],
        &["$profile.merged anonymous_id@site:x by A meets X"],
    );
}

#[test]
fn a_depth_is_not_inherited_from_a_stranger() {
    let (a, x, b, y) = (user("a"), browser("x"), user("b"), browser("y"));
    let deep = Touchpoint { depth: 7, ..met(2, 9, &[&b, &y]) };
    check(
        &[a.clone(), x.clone(), b, y],
        &[("A meets X", met(1, 1, &[&a, &x])), ("deep", deep)],
        &[
            "$profile.merged anonymous_id@site:x by A meets X",
            "$profile.merged anonymous_id@site:y by deep at 8",
        ],
    );
}

#[test]
fn a_chain_within_a_page_names_each_link() {
    let (a, x, y) = (user("a"), browser("x"), browser("y"));
    check(
        &[a.clone(), x.clone(), y.clone()],
        &[("A meets X", met(1, 1, &[&a, &x])), ("A meets Y", met(2, 2, &[&a, &y]))],
        &[
            "$profile.merged anonymous_id@site:x by A meets X",
            "$profile.merged anonymous_id@site:y by A meets Y",
        ],
    );
}

#[test]
fn through_somebody_new_the_touchpoint_that_completes_it() {
    let (x, y, a) = (browser("x"), browser("y"), user("a"));
    check(
        &[x.clone(), y.clone()],
        &[
            ("A on X", met(1, 1, &[&a, &x])),
            ("A on Y", met(2, 2, &[&a, &y])),
            ("a stranger", met(3, 3, &[&user("b"), &browser("z")])),
        ],
        &["$profile.merged anonymous_id@site:y by A on Y"],
    );
}

#[test]
fn a_cut_and_a_strangers_merge_in_one_page() {
    let (a, x, b, y) = (user("a"), browser("x"), user("b"), browser("y"));
    let world = World::new(3);
    for (id, one) in [&b, &y].into_iter().enumerate() {
        append(&world, &[met(50 + id as u64, -9, &[one])]);
        drain(&world);
    }
    append(&world, &[met(1, 0, &[&a, &x])]);
    drain(&world);
    let cut = said(2, 3, "$identity.cut", &a, &x);
    let meets = met(3, 4, &[&b, &y]);
    append(&world, &[cut.clone(), meets.clone()]);
    drain(&world);
    let names =
        BTreeMap::from([(cut.id.to_string(), "the cut"), (meets.id.to_string(), "B meets Y")]);
    assert_eq!(
        causes(&world, &names),
        [
            "$profile.merged anonymous_id@site:y by B meets Y",
            "$profile.unmerged user_id:a by the cut",
        ]
    );
    let back = said(4, 9, "$identity.restored", &a, &x);
    let later = met(5, 10, &[&user("c"), &browser("z")]);
    append(&world, &[back.clone(), later]);
    drain(&world);
    let names = BTreeMap::from([(back.id.to_string(), "the restoration")]);
    let found = causes(&world, &names);
    let back =
        |line: &&String| line.starts_with("$profile.merged") && line.ends_with("restoration");
    assert_eq!(found.iter().filter(back).count(), 1, "{found:?}");
}
