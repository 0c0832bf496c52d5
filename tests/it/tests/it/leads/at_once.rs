//! Many leads, and several runs at once: shared fairly, within capacity, one owner each.

use super::{append, email, journey, lead, ready, rep, touchpoint};
use serde_json::json;
use std::collections::BTreeMap;
use tributary_core::time::MINUTE_MS;
use tributary_service::{Request, Response};
use tributary_testkit::{DbFaults, Random, World, api, block_on, step};

#[test]
fn a_thousand_leads_are_shared_fairly_within_capacity() {
    let world = World::new(8);
    for n in 0..7 {
        rep(&world, &format!("r{n}"), json!({"capacity": 120}));
    }
    let loads = |world: &World| -> BTreeMap<String, i64> {
        let rows = world
            .0
            .db
            .sqlite
            .dump("SELECT owner, count(*) FROM leads WHERE owner IS NOT NULL GROUP BY owner");
        rows.iter()
            .map(|row| row.split_once(" | ").unwrap())
            .map(|(owner, count)| (owner.to_owned(), count.parse().unwrap()))
            .collect()
    };
    for batch in 0..10 {
        for n in 0..100 {
            append(&world, &journey(&world, &format!("p{batch}x{n}")));
        }
        world.settle();
        let loads = loads(&world);
        let (least, most) = (loads.values().min().unwrap(), loads.values().max().unwrap());
        assert!(most - least <= 1 && *most <= 120, "{loads:?}");
        world.advance(MINUTE_MS);
    }
    assert_eq!(loads(&world).values().sum::<i64>(), 7 * 120);
    assert_eq!(world.get("/api/v1/leads?state=queued")["total"], 1_000 - 7 * 120);
    // Somebody strong comes on shift: the rest is theirs, oldest first, and no more than the rest.
    rep(&world, "strong", json!({"capacity": 500}));
    assert_eq!(world.get("/api/v1/leads?state=queued")["total"], 0);
    assert_eq!(loads(&world)["strong"], 1_000 - 7 * 120);
}

/// Drains and edits at once, every database call a chance to be overtaken.
#[test]
fn interleaved_drains_give_each_lead_one_owner() {
    for seed in 0..40 {
        let world = World::new(seed);
        let mut random = Random::new(seed);
        rep(&world, "one", json!({"capacity": 3}));
        rep(&world, "two", json!({"capacity": 3}));
        for n in 0..4 {
            ready(&world, &format!("early{n}"));
        }
        for n in 0..8 {
            append(&world, &journey(&world, &format!("late{n}")));
        }
        while block_on(world.clone().drain("profile-merge")).unwrap().done > 0 {}
        let busy = lead(&world, 1);
        // Reading the lead settled the world: some more for the drains that are to meet.
        for n in 0..6 {
            append(&world, &journey(&world, &format!("last{n}")));
        }
        while block_on(world.clone().drain("profile-merge")).unwrap().done > 0 {}
        world.0.db.inject(DbFaults { interleave: true, ..DbFaults::default() });
        type Run = std::pin::Pin<Box<dyn std::future::Future<Output = Option<Response>>>>;
        let drain = || -> Run {
            let world = world.clone();
            Box::pin(async move {
                world.drain("lead-assign").await.expect("a drain ends well");
                None
            })
        };
        let call = |request: Request| -> Run {
            let world = world.clone();
            Box::pin(async move { Some(world.dispatch(request).await) })
        };
        let shift = json!({"name": "two", "capacity": 4, "on_shift": true});
        let path = format!("/api/v1/leads/{}", busy["id"].as_str().unwrap());
        let mut running = vec![
            drain(),
            drain(),
            call(api("PUT", "/api/v1/reps/two", &shift)),
            call(api("PATCH", &path, &json!({"state": "closed"}))),
            drain(),
        ];
        while !running.is_empty() {
            let index = random.below(running.len() as u64) as usize;
            if let Some(response) = step(&mut running[index]) {
                drop(running.remove(index));
                let status = response.map_or(200, |response| response.status);
                assert!(status == 200 || status == 503, "seed {seed}: {status}");
            }
        }
        world.0.db.inject(DbFaults::default());
        world.settle();
        let sqlite = &world.0.db.sqlite;
        let twice = sqlite.dump(
            "SELECT lead, count(*) FROM assignments WHERE rep IS NOT NULL GROUP BY lead \
             HAVING count(*) > 1",
        );
        assert!(twice.is_empty(), "seed {seed}: {twice:?}");
        let strangers = sqlite.dump(
            "SELECT l.id FROM leads l WHERE l.state = 'sales_ready' AND l.owner IS NOT \
               (SELECT a.rep FROM assignments a WHERE a.lead = l.id ORDER BY a.n DESC LIMIT 1)",
        );
        assert!(strangers.is_empty(), "seed {seed}: {strangers:?}");
        let over = sqlite.dump(
            "SELECT r.id FROM reps r WHERE r.capacity < (SELECT count(*) FROM leads l \
               WHERE l.owner = r.id AND l.state IN ('sales_ready', 'accepted'))",
        );
        assert!(over.is_empty(), "seed {seed}: {over:?}");
        let open_tasks = sqlite.dump(
            "SELECT lead FROM tasks WHERE kind = 'follow_up_lead' AND state = 'open' \
             GROUP BY lead HAVING count(*) > 1",
        );
        assert!(open_tasks.is_empty(), "seed {seed}: {open_tasks:?}");
        assert_eq!(sqlite.dump("SELECT count(*) FROM leads"), ["18"], "seed {seed}");
    }
}

/// Pages that no rule asks for have the name of a rule: they are passed by, a row every 64 of them.
#[test]
fn what_no_rule_asks_for_costs_lead_assign_no_row() {
    let world = World::new(31);
    rep(&world, "one", json!({}));
    let cursor = |world: &World| -> i64 {
        let found =
            world.0.db.sqlite.dump("SELECT cursor FROM consumers WHERE name = 'lead-assign'");
        found[0].parse().expect("a number")
    };
    let view = |n: usize| {
        let page = json!({"url": "https://x.cn/about"});
        touchpoint(&world, &format!("v{n}"), "page.viewed", email("ann"), page)
    };
    world.settle();
    let before = cursor(&world);
    for n in 0..20 {
        append(&world, &[view(n)]);
        world.settle();
    }
    assert_eq!(cursor(&world), before, "read, of no effect, not noted");
    // Thousands of them, and a lead behind them.
    append(&world, &(20..3_000).map(view).collect::<Vec<_>>());
    ready(&world, "ben");
    assert!(cursor(&world) > before + 3_000);
    assert_eq!(world.get("/api/v1/leads")["total"], 1);
}
