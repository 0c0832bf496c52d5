//! Who asks becomes a lead at once, and who comes back becomes one again.

use super::{append, email, journey, lead, link, patch, ready, rep, touchpoint, unmerge};
use serde_json::{Value, json};
use tributary_core::time::{DAY_MS, MINUTE_MS};
use tributary_core::touchpoint::Touchpoint;
use tributary_testkit::World;

fn asks(world: &World, id: &str, name: &str, person: &str) {
    append(world, &[touchpoint(world, id, name, email(person), json!({"form": "contact"}))]);
    world.settle();
}

fn leads(world: &World) -> i64 {
    world.get("/api/v1/leads")["total"].as_i64().unwrap_or(-1)
}

fn finish(world: &World, found: &Value, state: &str) {
    let (status, answer) = patch(world, found, json!({"state": state, "reason": "not now"}));
    assert_eq!(status, 200, "{answer}");
    world.advance(MINUTE_MS);
}

#[test]
fn who_asks_is_a_lead_at_once() {
    for (seed, name) in [
        "form.submitted",
        "Form Submitted",
        "generate_lead",
        "Demo Booked",
        "预约演示",
        "Callback Requested",
        "contact_sales",
    ]
    .into_iter()
    .enumerate()
    {
        let world = World::new(40 + seed as u64);
        rep(&world, "one", json!({}));
        asks(&world, "ask", name, "a");
        assert_eq!(leads(&world), 1, "{name}");
        let found = lead(&world, 0);
        assert_eq!((&found["owner"], &found["episode"]), (&json!("one"), &json!(1)));
        let part = &found["ready"]["score"]["parts"][0];
        assert_eq!((&part["at_once"], &part["points"]), (&json!(true), &json!(40)), "{name}");
        assert_eq!(found["tasks"][0]["kind"], "follow_up_lead");
        // Asking again while somebody has it in hand makes no second one.
        world.advance(MINUTE_MS);
        asks(&world, "again", name, "a");
        assert_eq!(leads(&world), 1, "{name}");
    }
    let world = World::new(50);
    asks(&world, "none", "Newsletter Read", "a");
    assert_eq!(leads(&world), 0);
}

#[test]
fn an_old_list_of_forms_that_is_imported_makes_no_leads() {
    let world = World::new(51);
    let old: Vec<Touchpoint> = (0..20)
        .map(|n| {
            let id = format!("old{n}");
            let who = email(&format!("p{n}"));
            let mut one = touchpoint(&world, &id, "form.submitted", who, json!({}));
            one.occurred_at = world.now().plus_ms(-(31 + n) * DAY_MS);
            one
        })
        .collect();
    append(&world, &old);
    world.settle();
    assert_eq!(leads(&world), 0);
    // The score counts it nevertheless.
    let webinar = touchpoint(&world, "webinar", "Webinar Attended", email("p3"), json!({}));
    append(&world, &[webinar]);
    world.settle();
    assert_eq!(leads(&world), 1);
}

#[test]
fn who_was_rejected_or_closed_and_asks_again_gets_a_new_lead() {
    for (seed, state) in ["rejected", "closed"].into_iter().enumerate() {
        let world = World::new(60 + seed as u64);
        rep(&world, "one", json!({}));
        ready(&world, "a");
        let first = lead(&world, 0);
        finish(&world, &first, state);
        asks(&world, "ask", "form.submitted", "a");
        assert_eq!(leads(&world), 2, "{state}");
        let second = lead(&world, 0);
        assert_eq!((&second["episode"], &second["state"]), (&json!(2), &json!("sales_ready")));
        assert_ne!(second["id"], first["id"]);
        assert_eq!(second["opportunity"]["stage"], "new");
        // Only what happened since made it one.
        assert_eq!(second["ready"]["score"]["total"], 40);
        // The first stays as it was.
        let old = lead(&world, 1);
        assert_eq!(
            (&old["id"], &old["state"], &old["reason"]),
            (&first["id"], &json!(state), &json!("not now"))
        );
        assert_eq!(old["assignments"], first["assignments"]);
        // And a third time.
        finish(&world, &second, "closed");
        asks(&world, "third", "Demo Booked", "a");
        assert_eq!(lead(&world, 0)["episode"], 3);
        // The same deliveries again open nothing.
        asks(&world, "ask", "form.submitted", "a");
        assert_eq!(leads(&world), 3);
    }
}

#[test]
fn who_scores_anew_gets_a_new_lead_after_a_pause() {
    let world = World::new(70);
    rep(&world, "one", json!({}));
    ready(&world, "a");
    finish(&world, &lead(&world, 0), "rejected");
    let again = |round: u32| -> Vec<Touchpoint> {
        journey(&world, &format!("a-{round}"))
            .into_iter()
            .map(|one| Touchpoint { identifiers: vec![email("a")], ..one })
            .collect()
    };
    append(&world, &again(1));
    world.settle();
    assert_eq!(leads(&world), 1, "sales has just said no");
    world.advance(31 * DAY_MS);
    let visit = touchpoint(&world, "visit", "Webinar Attended", email("a"), json!({}));
    append(&world, &[visit]);
    world.settle();
    assert_eq!(leads(&world), 2);
    assert_eq!(lead(&world, 0)["ready"]["score"]["total"], 70);

    // A single visit after the pause is no score.
    let world = World::new(71);
    ready(&world, "a");
    finish(&world, &lead(&world, 0), "rejected");
    world.advance(60 * DAY_MS);
    append(&world, &[touchpoint(&world, "x", "Webinar Attended", email("a"), json!({}))]);
    world.settle();
    assert_eq!(leads(&world), 1);
}

#[test]
fn episodes_of_people_who_merge_and_part_stay_theirs() {
    let world = World::new(80);
    rep(&world, "one", json!({}));
    ready(&world, "a");
    finish(&world, &lead(&world, 0), "rejected");
    asks(&world, "ask-a", "form.submitted", "a");
    world.advance(MINUTE_MS);
    asks(&world, "ask-b", "form.submitted", "b");
    let open = |world: &World| world.get("/api/v1/leads?state=sales_ready")["total"].clone();
    assert_eq!((leads(&world), open(&world)), (3, json!(2)));
    link(&world, "link", "a", "b");
    assert_eq!(open(&world), 1);
    let survivor = world.get("/api/v1/leads?state=sales_ready")["items"][0].clone();
    assert_eq!(survivor["episode"], 2, "the older of the open ones stays");
    unmerge(&world, "a", "b");
    assert_eq!((leads(&world), open(&world)), (3, json!(2)));
    // Merged again and finished, the next episode is after all of both.
    let again = touchpoint(
        &world,
        "restore",
        "$identity.restored",
        email("a"),
        json!({
            "a": email("a").key(), "b": email("b").key(),
        }),
    );
    let channel = tributary_core::touchpoint::CONSOLE_CHANNEL.to_owned();
    append(&world, &[Touchpoint { channel, ..again }]);
    world.settle();
    assert_eq!(open(&world), 1);
    finish(&world, &world.get("/api/v1/leads?state=sales_ready")["items"][0], "closed");
    asks(&world, "ask-c", "form.submitted", "b");
    assert_eq!((leads(&world), open(&world)), (4, json!(1)));
    assert_eq!(world.get("/api/v1/leads?state=sales_ready")["items"][0]["episode"], 3);
}
