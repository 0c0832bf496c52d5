//! The laws of identity: any order and any duplication give the same profiles; unmerging restores;
//! what stands in the tables is what a rebuild from the log gives.

mod blocked;
mod causes;
mod customers;
mod written;

use serde_json::{Value, json};
use tributary_core::identity::{Identity, Kind, PhoneTables, normalize};
use tributary_core::ids::TouchpointId;
use tributary_core::time::{HOUR_MS, Timestamp};
use tributary_core::touchpoint::{CONSOLE_CHANNEL, Draft, RawIdentifier, Touchpoint};
use tributary_store::{Db, touchpoints};
use tributary_testkit::checks::{canonical_profiles, copy_log};
use tributary_testkit::{Random, START, World, block_on};

fn identity(kind: Kind, scope: &str, value: &str) -> Identity {
    normalize(&RawIdentifier::new(kind, scope, value), &PhoneTables("CN"))
        .expect("a test identity is valid")
}

/// Few identities, so that they meet often; every kind of conflict is possible among them.
fn pool() -> Vec<Identity> {
    vec![
        identity(Kind::MemberId, "", "M1"),
        identity(Kind::MemberId, "", "M2"),
        identity(Kind::UserId, "", "u1"),
        identity(Kind::UserId, "", "u2"),
        identity(Kind::Phone, "", "13800138000"),
        identity(Kind::Phone, "", "13900139000"),
        identity(Kind::Email, "", "a@example.com"),
        identity(Kind::Email, "", "b@example.com"),
        identity(Kind::WechatOpenid, "wx1", "openid-one"),
        identity(Kind::WechatOpenid, "wx1", "openid-two"),
        identity(Kind::DeviceId, "", "device-1"),
        identity(Kind::AnonymousId, "site", "browser-1"),
        identity(Kind::AnonymousId, "site", "browser-2"),
        identity(Kind::Cart, "shop", "cart-1"),
    ]
}

fn touchpoint(
    id: u64,
    name: &str,
    at: i64,
    identifiers: Vec<Identity>,
    properties: Value,
) -> Touchpoint {
    let mut identifiers = identifiers;
    identifiers.sort_by(|a, b| (a.kind(), a.key()).cmp(&(b.kind(), b.key())));
    identifiers.dedup();
    let console = name.starts_with("$identity.") || name.starts_with("$profile.");
    Touchpoint {
        seq: 0,
        id: TouchpointId::derive(&["test", &id.to_string()]),
        channel: if console { CONSOLE_CHANNEL.into() } else { "web".into() },
        endpoint: "site".into(),
        name: name.into(),
        occurred_at: START.plus_ms(at * HOUR_MS),
        received_at: START.plus_ms(at * HOUR_MS),
        identifiers,
        properties,
        context: json!({}),
        cause: None,
        depth: 0,
    }
}

/// A random history: sightings, traits, consents, cuts and restorations, blocks and their ends.
fn history(random: &mut Random, size: u64) -> Vec<Touchpoint> {
    let pool = pool();
    (0..size)
        .map(|id| {
            // Few moments, so that ties happen.
            let at = random.below(12) as i64;
            let count = 1 + random.below(3);
            let some: Vec<Identity> = (0..count).map(|_| random.pick(&pool).clone()).collect();
            match random.below(14) {
                13 => {
                    let name =
                        if random.chance(60) { "$identity.blocked" } else { "$identity.unblocked" };
                    let of = random.pick(&pool).clone();
                    touchpoint(id, name, at, Vec::new(), json!({ "identity": of }))
                }
                0 | 1 => {
                    let (a, b) = (random.pick(&pool).clone(), random.pick(&pool).clone());
                    let name =
                        if random.chance(70) { "$identity.cut" } else { "$identity.restored" };
                    touchpoint(id, name, at, vec![a.clone()], json!({"a": a, "b": b}))
                }
                2 | 3 => {
                    let traits = json!({"city": random.below(3), "level": random.below(3)});
                    touchpoint(id, "$identify", at, some, traits)
                }
                4 if random.chance(50) => {
                    let text = *random.pick(&["STOP", "START", "yes", "退订"]);
                    let properties = json!({"medium": "sms", "text": text});
                    touchpoint(id, "message.received", at, some, properties)
                }
                4 => {
                    let state = if random.chance(50) { "granted" } else { "withdrawn" };
                    let by = if random.chance(50) { "person" } else { "import" };
                    let properties = json!({"medium": "Email", "state": state, "by": by});
                    touchpoint(id, "$consent.updated", at, some, properties)
                }
                5 => {
                    let currency = ["CNY", "USD", ""][random.below(3) as usize];
                    let money = json!({"total": 12.5, "currency": currency});
                    touchpoint(id, "Order Completed", at, some, money)
                }
                // Sources tell of the same orders, under ids of their own.
                6 | 7 => {
                    let name = ["order.paid", "order.refunded"][random.below(2) as usize];
                    let order = random.below(3);
                    let total = random.below(3) as i64 * 100;
                    let said = json!({"order_id": order, "order_ids": [random.below(4)],
                        "total_minor": total, "is_total": random.chance(50), "currency": "CNY"});
                    let mut told = touchpoint(id, name, at, some, said);
                    told.channel = ["web", "shopify", "stripe"][random.below(3) as usize].into();
                    told
                }
                _ => touchpoint(id, "Viewed Page", at, some, json!({})),
            }
        })
        .collect()
}

fn append(world: &World, batch: &[Touchpoint]) {
    block_on(world.0.db.run(touchpoints::append(batch))).expect("the log takes it");
}

/// Delivers in this order, in pages of random size, each delivered again now and then.
fn deliver(order: &[Touchpoint], random: &mut Random) -> World {
    let world = World::new(1);
    let mut rest = order;
    while !rest.is_empty() {
        let (page, after) = rest.split_at((1 + random.below(6) as usize).min(rest.len()));
        append(&world, page);
        if random.chance(30) {
            append(&world, &order[..order.len() - after.len()]);
        }
        drain(&world);
        rest = after;
    }
    world
}

/// Byte for byte; names the first line that differs.
fn same(expected: &str, got: &str, place: &str) {
    if expected != got {
        let pair = expected.lines().zip(got.lines()).find(|(expected, got)| expected != got);
        panic!("{place}: {pair:#?}");
    }
}

fn drain(world: &World) {
    block_on(world.clone().drain("profile-merge")).expect("profile-merge drains");
}

#[test]
fn any_order_and_duplication_give_the_same_profiles() {
    for seed in 0..150 {
        let mut random = Random::new(seed);
        let size = 3 + random.below(22);
        let mut history = history(&mut random, size);
        let expected = canonical_profiles(&deliver(&history, &mut random).0.db.sqlite);
        for round in 0..3 {
            random.shuffle(&mut history);
            let got = canonical_profiles(&deliver(&history, &mut random).0.db.sqlite);
            same(&expected, &got, &format!("seed {seed}, round {round}"));
        }
    }
}

#[test]
fn every_permutation_of_five_conflicting_touchpoints_gives_the_same_profiles() {
    let p = pool();
    let pick = |indexes: &[usize]| indexes.iter().map(|index| p[*index].clone()).collect();
    let history = [
        touchpoint(1, "$identify", 1, pick(&[0, 6]), json!({"city": "Shanghai"})),
        touchpoint(2, "$identify", 2, pick(&[1, 6]), json!({"city": "Beijing"})),
        touchpoint(3, "Viewed Page", 3, pick(&[4, 11]), json!({})),
        touchpoint(4, "Viewed Page", 4, pick(&[0, 11]), json!({})),
        touchpoint(5, "$identity.cut", 5, pick(&[0]), json!({"a": p[0], "b": p[6]})),
    ];
    let mut first: Option<String> = None;
    // The mail goes with the second member, since a person cut it from the first; the browser keeps to
    // the member, whose word is stronger than that of a phone.
    let expected = [
        "anonymous_id@site:browser-1 -> P1",
        "email:a@example.com -> P2",
        "member_id:M1 -> P1",
        "member_id:M2 -> P2",
        "phone:+8613800138000 -> P3",
        "anonymous_id@site:browser-1 - member_id:M1 joined",
        "anonymous_id@site:browser-1 - phone:+8613800138000 refused:two_known_people",
        "email:a@example.com - member_id:M1 cut",
        "email:a@example.com - member_id:M2 joined",
        "member_id:M1 city \"Shanghai\"",
        "member_id:M2 city \"Beijing\"",
    ];
    let mut order: Vec<usize> = (0..history.len()).collect();
    let mut count = 0;
    permute(&mut order, 0, &mut |order| {
        let order: Vec<Touchpoint> = order.iter().map(|index| history[*index].clone()).collect();
        let world = deliver(&order, &mut Random::new(count));
        let got = canonical_profiles(&world.0.db.sqlite);
        let people = got.lines().take_while(|line| line.contains(" -> ")).map(str::to_owned);
        let edges = "SELECT min(a, b) || ' - ' || max(a, b) || ' ' || verdict FROM identity_edges \
                     ORDER BY 1";
        let traits = "SELECT identity || ' ' || field || ' ' || value FROM trait_values ORDER BY 1";
        let told: Vec<String> = people
            .chain(world.0.db.sqlite.dump(edges))
            .chain(world.0.db.sqlite.dump(traits))
            .collect();
        assert_eq!(told, expected, "permutation {count}");
        same(first.get_or_insert_with(|| got.clone()), &got, &format!("permutation {count}"));
        count += 1;
    });
    assert_eq!(count, 120);
}

/// Whether two identities belong to one profile.
fn together(world: &World, one: &Identity, other: &Identity) -> bool {
    let profile_of = |identity: &Identity| {
        let rows = ids(world);
        let key = format!("{identity} | ");
        rows.iter().find_map(|row| row.strip_prefix(&key).map(str::to_owned)).expect("is known")
    };
    profile_of(one) == profile_of(other)
}

#[test]
fn a_limit_keeps_the_stronger_edge_and_among_equals_the_earlier_one() {
    let p = pool();
    let [one, two, phone, email] = [2, 3, 4, 6].map(|index: usize| p[index].clone());
    let seen = |id, at, a: &Identity, b: &Identity| {
        touchpoint(id, "Viewed Page", at, vec![a.clone(), b.clone()], json!({}))
    };
    // Two user ids may not meet: of three edges in a row one must give way, the weakest, though
    // it was seen first.
    let mut in_a_row =
        [seen(1, 1, &phone, &email), seen(2, 2, &one, &phone), seen(3, 3, &two, &email)];
    // A telephone that two user ids claim belongs to the one it was first seen with.
    let mut claimed_twice = [seen(1, 1, &one, &phone), seen(2, 2, &two, &phone)];
    for round in 0..2 {
        let world = deliver(&in_a_row, &mut Random::new(round));
        assert!(together(&world, &one, &phone) && together(&world, &two, &email));
        assert!(!together(&world, &phone, &email));
        let world = deliver(&claimed_twice, &mut Random::new(round));
        assert!(together(&world, &one, &phone) && !together(&world, &two, &phone));
        in_a_row.reverse();
        claimed_twice.reverse();
    }
}

fn permute(items: &mut Vec<usize>, from: usize, visit: &mut impl FnMut(&[usize])) {
    if from == items.len() {
        return visit(items);
    }
    for index in from..items.len() {
        items.swap(from, index);
        permute(items, from + 1, visit);
        items.swap(from, index);
    }
}

#[test]
fn a_rebuild_from_the_log_equals_what_stands() {
    for seed in 1_000..1_100 {
        let mut random = Random::new(seed);
        let history = history(&mut random, 25);
        let live = deliver(&history, &mut random);
        let rebuilt = World::new(2);
        copy_log(&live, &rebuilt);
        drain(&rebuilt);
        let (live, rebuilt) =
            (canonical_profiles(&live.0.db.sqlite), canonical_profiles(&rebuilt.0.db.sqlite));
        same(&live, &rebuilt, &format!("seed {seed}"));
    }
}

/// The profile of every identity, by the id itself.
fn ids(world: &World) -> Vec<String> {
    world.0.db.sqlite.dump("SELECT identity, profile FROM identities ORDER BY identity")
}

#[test]
fn merging_and_then_unmerging_is_as_before_ids_included() {
    for seed in 2_000..2_150 {
        let mut random = Random::new(seed);
        let history = history(&mut random, 15);
        let world = deliver(&history, &mut random);
        let before = ids(&world);
        let partition_before = canonical_profiles(&world.0.db.sqlite);

        // Both are known already, so what changes is the edge alone.
        let known: Vec<Identity> =
            before.iter().filter_map(|row| Identity::parse(row.split_once(" | ")?.0)).collect();
        let (a, b) = (random.pick(&known).clone(), random.pick(&known).clone());
        let edge = touchpoint(9_000, "Viewed Page", 20, vec![a.clone(), b.clone()], json!({}));
        if a == b || has_edge(&world, &a, &b) || edge.identifiers.len() < 2 {
            continue;
        }
        append(&world, &[edge]);
        drain(&world);
        let cut = touchpoint(9_001, "$identity.cut", 21, vec![a.clone()], json!({"a": a, "b": b}));
        append(&world, &[cut]);
        drain(&world);
        drain(&world);
        assert_eq!(before, ids(&world), "seed {seed}: {a} and {b}\n{partition_before}");
    }
}

fn has_edge(world: &World, a: &Identity, b: &Identity) -> bool {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    let rows = world.0.db.sqlite.dump("SELECT a, b FROM identity_edges");
    rows.contains(&format!("{low} | {high}"))
}

#[test]
fn an_absorbed_id_leads_to_the_survivor_and_comes_back_when_unmerged() {
    let world = World::new(3);
    let phone = identity(Kind::Phone, "", "13800138000");
    let email = identity(Kind::Email, "", "a@example.com");
    append(&world, &[touchpoint(1, "Viewed Page", 1, vec![phone.clone()], json!({}))]);
    drain(&world);
    append(&world, &[touchpoint(2, "Viewed Page", 2, vec![email.clone()], json!({}))]);
    drain(&world);
    let by = |key: &str| {
        let found = world.get(&format!("/api/v1/profiles?identity={key}"));
        found["items"][0]["id"].as_str().expect("one profile").to_owned()
    };
    let (older, younger) = (by("phone:13800138000"), by("email:A@Example.com"));
    assert_ne!(older, younger);

    append(&world, &[touchpoint(3, "Viewed Page", 3, vec![phone, email], json!({}))]);
    world.settle();
    assert_eq!(by("email:a@example.com"), older);
    let through_alias = world.get(&format!("/api/v1/profiles/{younger}"));
    assert_eq!(through_alias["id"], json!(older));
    assert_eq!(through_alias["aliases"], json!([younger]));

    let path = format!("/api/v1/profiles/{older}/unmerge");
    let edge = json!({"edge": {"a": "email:a@example.com", "b": "phone:+8613800138000"}});
    let (status, answer) = world.send("POST", &path, &edge);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["profiles"].as_array().map(Vec::len), Some(2));
    assert_eq!(by("email:a@example.com"), younger);
    assert_eq!(by("phone:+86 138 0013 8000"), older);

    // Seeing them together again does not undo what a person decided; a person may.
    append(
        &world,
        &[touchpoint(
            4,
            "Viewed Page",
            4,
            vec![
                identity(Kind::Phone, "", "13800138000"),
                identity(Kind::Email, "", "a@example.com"),
            ],
            json!({}),
        )],
    );
    world.settle();
    assert_eq!(by("email:a@example.com"), younger);
    let restore = json!({"edge": edge["edge"], "restore": true});
    assert_eq!(world.send("POST", &path, &restore).0, 200);
    assert_eq!(by("email:a@example.com"), older);
}

#[test]
fn a_late_touchpoint_never_lies_in_the_future() {
    let accept = |occurred_at: Option<Timestamp>| {
        let draft = Draft {
            delivery_id: "d-1".to_owned(),
            name: "Signed Up".to_owned(),
            occurred_at: occurred_at.map(Into::into),
            identifiers: Vec::new(),
            properties: json!({}),
            context: json!({}),
        };
        Touchpoint::accept("web", "site", draft, &PhoneTables("CN"), START).occurred_at
    };
    // A clock that runs ahead would win every last-write-wins for ever.
    assert_eq!(accept(Some(START.plus_ms(1))), START);
    assert_eq!(accept(Some(START.plus_ms(-1))), START.plus_ms(-1));
    assert_eq!(accept(None), START, "a channel that does not say");
}
