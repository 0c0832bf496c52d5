//! What must hold of an installation at rest, whatever it went through.

use crate::run::block_on;
use crate::{SqliteDb, World};
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::ids::TouchpointId;
use tributary_store::{Db, touchpoints};

type Checked = Result<(), String>;

fn rows(world: &World, sql: &str) -> Vec<String> {
    world.0.db.sqlite.dump(sql)
}

/// The one number a query answers.
pub fn number(world: &World, sql: &str) -> i64 {
    rows(world, sql).first().and_then(|row| row.parse().ok()).unwrap_or(-1)
}

fn none(world: &World, what: &str, sql: &str) -> Checked {
    let found = rows(world, sql);
    if found.is_empty() { Ok(()) } else { Err(format!("{what}: {found:?}")) }
}

/// Every event is there, once, though it was delivered many times.
pub fn log_holds_each_once(world: &World, keys: &[String]) -> Checked {
    let there: BTreeSet<String> =
        rows(world, "SELECT id FROM touchpoints WHERE channel = 'web'").into_iter().collect();
    let expected: BTreeSet<String> =
        keys.iter().map(|key| TouchpointId::derive(&["web", "site", key]).0).collect();
    if there == expected {
        Ok(())
    } else {
        let lost: Vec<_> = expected.difference(&there).collect();
        let strange: Vec<_> = there.difference(&expected).collect();
        Err(format!("the log: lost {lost:?}, not sent {strange:?}"))
    }
}

/// Everything profile-merge keeps, with minted ids renamed in the order of their smallest
/// identity. What tells how profiles came about (`$profile.*`, which ids were minted on the way)
/// is left out: that may differ with the order of delivery.
pub fn canonical_profiles(db: &SqliteDb) -> String {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut out = Vec::new();
    for row in db.dump("SELECT identity, profile FROM identities ORDER BY identity") {
        let (identity, profile) = row.split_once(" | ").unwrap_or((&row, ""));
        let next = format!("P{}", names.len() + 1);
        let name = names.entry(profile.to_owned()).or_insert(next);
        out.push(format!("{identity} -> {name}"));
    }
    for sql in [
        "SELECT identity, first_at, first_touchpoint FROM identities ORDER BY identity",
        "SELECT * FROM identity_edges ORDER BY a, b",
        "SELECT * FROM blocked_identities ORDER BY identity",
        "SELECT * FROM trait_values ORDER BY identity, field",
        "SELECT * FROM consents ORDER BY identity, medium, purpose, state, source",
        "SELECT * FROM counters ORDER BY identity, name, day, currency",
        "SELECT * FROM order_facts ORDER BY identity, name, order_id, source, part",
        "SELECT l.identity, l.occurred_at, t.id, l.name FROM timeline l JOIN touchpoints t \
           ON t.seq = l.seq WHERE substr(l.name, 1, 9) <> '$profile.' ORDER BY 1, 2, 3",
    ] {
        out.extend(db.dump(sql));
    }
    out.join("\n")
}

/// The log of a world in another, so that its projections can be compared.
pub fn copy_log(from: &World, to: &World) {
    let answers = block_on(from.0.db.run(vec![touchpoints::after(0, 100_000)]));
    let answers = answers.expect("the log reads");
    let rows = answers.first().map(touchpoints::decode).expect("one answer");
    let log: Vec<_> =
        rows.expect("touchpoints decode").into_iter().map(|row| row.touchpoint).collect();
    block_on(to.0.db.run(touchpoints::append(&log))).expect("the log is copied");
}

pub fn projections_equal_a_rebuild(world: &World) -> Checked {
    let rebuilt = World::new(99);
    copy_log(world, &rebuilt);
    while block_on(rebuilt.clone().drain("profile-merge")).expect("it drains").done > 0 {}
    let (live, rebuilt) =
        (canonical_profiles(&world.0.db.sqlite), canonical_profiles(&rebuilt.0.db.sqlite));
    if live == rebuilt {
        return Ok(());
    }
    let pair = live.lines().zip(rebuilt.lines()).find(|(live, rebuilt)| live != rebuilt);
    Err(format!("projections differ from a rebuild: {pair:?}"))
}

/// Timeline, counters and totals agree with the log; nothing is a dead letter.
pub fn effects_are_once(world: &World) -> Checked {
    none(world, "dead letters", "SELECT * FROM dead_letters")?;
    none(
        world,
        "a timeline that differs from the log",
        "SELECT t.id, t.name FROM touchpoints t WHERE json_array_length(t.identifiers) > 0 AND \
           (SELECT count(*) FROM timeline l WHERE l.seq = t.seq) <> 1",
    )?;
    // What names its order is a statement about the order instead.
    none(
        world,
        "counters that differ from the log",
        "SELECT c.identity, c.name, sum(c.count) FROM counters c GROUP BY 1, 2 HAVING \
           sum(c.count) + (SELECT count(*) FROM touchpoints t \
             WHERE t.name = 'order.paid' AND t.name = c.name \
               AND t.identifiers->>0 = c.identity AND t.properties->>'order_id' <> '') \
           <> (SELECT count(*) FROM touchpoints t \
             WHERE t.identifiers->>0 = c.identity AND t.name = c.name)",
    )?;
    none(
        world,
        "orders that differ from the log",
        "SELECT t.id, t.properties->>'order_id' FROM touchpoints t WHERE t.name = 'order.paid' \
           AND t.properties->>'order_id' <> '' AND NOT EXISTS (SELECT 1 FROM order_facts f \
             WHERE f.identity = t.identifiers->>0 AND f.name = t.name)",
    )
}

/// One run a person, journey and key at a time, and none that hangs.
pub fn runs_have_ended(world: &World) -> Checked {
    none(
        world,
        "runs that still wait after forty days",
        "SELECT id, journey, step, state, due_at FROM journey_runs WHERE state = 'active'",
    )?;
    none(
        world,
        "failed runs",
        "SELECT id, journey, reason FROM journey_runs WHERE state = 'failed'",
    )?;
    none(
        world,
        "runs not announced exactly once",
        "SELECT r.id, r.journey FROM journey_runs r WHERE (SELECT count(*) FROM touchpoints t \
           WHERE t.name = '$journey.entered' AND t.properties->>'run' = r.id) <> 1",
    )
}

pub fn messages_under_way(world: &World) -> BTreeSet<String> {
    rows(world, "SELECT id FROM messages WHERE status IN ('sending', 'sent', 'unknown')")
        .into_iter()
        .collect()
}

/// Each message has an end with a reason and a verdict, and reached its provider once at most.
pub fn messages_are_settled(world: &World) -> Checked {
    none(
        world,
        "messages without an end",
        "SELECT id, journey, step, status, reason, due_at, attempts FROM messages \
           WHERE status IN ('queued', 'sending')",
    )?;
    none(
        world,
        "messages without a verdict",
        "SELECT m.id, m.status FROM messages m \
           WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message = m.id)",
    )?;
    none(
        world,
        "an announcement that is missing or doubled",
        "SELECT m.id, m.status FROM messages m WHERE m.status = 'sent' AND m.identity IS NOT NULL \
           AND (SELECT count(*) FROM touchpoints t WHERE t.name = '$message.sent' \
             AND t.properties->>'message' = m.id) <> 1",
    )
}

/// The payment was acknowledged: from then on nothing about that cart may begin to be sent.
pub fn nothing_was_sent_after_payment(
    world: &World,
    paid: &BTreeMap<String, BTreeSet<String>>,
) -> Checked {
    for row in rows(
        world,
        "SELECT id, entry_key FROM messages WHERE journey = 'cart-recovery' \
           AND status IN ('sent', 'unknown')",
    ) {
        let (id, cart) = row.split_once(" | ").unwrap_or((&row, ""));
        if paid.get(cart).is_some_and(|under_way| !under_way.contains(id)) {
            return Err(format!("{id} about {cart} was sent after it was paid"));
        }
    }
    Ok(())
}

/// Sales-ready once: one lead a profile beside those that were finished before, with one
/// opportunity, one owner, one to-do.
pub fn leads_are_once(world: &World) -> Checked {
    none(
        world,
        "profiles with two leads",
        "SELECT i.profile, count(*) FROM leads l JOIN identities i ON i.identity = l.identity \
           WHERE l.state NOT IN ('merged', 'rejected', 'closed') GROUP BY i.profile HAVING count(*) > 1",
    )?;
    none(
        world,
        "leads without exactly one opportunity",
        "SELECT l.id, l.state FROM leads l \
           WHERE (SELECT count(*) FROM opportunities o WHERE o.lead = l.id) <> 1",
    )?;
    none(
        world,
        "reps above their capacity",
        "SELECT owner, count(*) FROM leads WHERE state IN ('sales_ready', 'accepted') \
           GROUP BY owner HAVING count(*) > 2",
    )
}
