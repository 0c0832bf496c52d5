//! Leads over a real database: ready once, handed to the right person once, none lost.

mod at_once;
mod episodes;
mod interest;
mod regions;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use tributary_core::identity::{Identity, Kind, PhoneTables, normalize};
use tributary_core::ids::TouchpointId;
use tributary_core::time::{HOUR_MS, MINUTE_MS};
use tributary_core::touchpoint::{MAX_DEPTH, RawIdentifier, Touchpoint};
use tributary_store::{Db, touchpoints};
use tributary_testkit::{Random, World, api, block_on};

fn email(person: &str) -> Identity {
    let raw = RawIdentifier::new(Kind::Email, "", &format!("{person}@corp.example"));
    normalize(&raw, &PhoneTables("CN")).expect("a test identity is valid")
}

fn touchpoint(world: &World, id: &str, name: &str, who: Identity, properties: Value) -> Touchpoint {
    Touchpoint {
        seq: 0,
        id: TouchpointId::derive(&["test", id]),
        channel: "web".into(),
        endpoint: "site".into(),
        name: name.into(),
        occurred_at: world.now(),
        received_at: world.now(),
        identifiers: vec![who],
        properties,
        context: json!({}),
        cause: None,
        depth: 0,
    }
}

/// White paper, webinar and three views of the price page: 70 points.
fn journey(world: &World, person: &str) -> Vec<Touchpoint> {
    let one = |n: u32, name: &str, properties: Value| {
        touchpoint(world, &format!("{person}-{n}"), name, email(person), properties)
    };
    let price = || json!({"url": "https://x.cn/pricing?from=nav"});
    vec![
        one(1, "Content Downloaded", json!({"type": "white_paper", "product_line": "crm"})),
        one(2, "Webinar Attended", json!({})),
        one(3, "Viewed Page", price()),
        one(4, "Viewed Page", price()),
        one(5, "Viewed Page", price()),
    ]
}

fn append(world: &World, touchpoints: &[Touchpoint]) {
    block_on(world.0.db.run(touchpoints::append(touchpoints))).expect("the log takes them");
}

fn ready(world: &World, person: &str) {
    append(world, &journey(world, person));
    world.settle();
}

fn rep(world: &World, id: &str, body: Value) {
    let mut rep = json!({"name": id, "capacity": 1_000});
    rep.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    let (status, answer) = world.send("PUT", &format!("/api/v1/reps/{id}"), &rep);
    assert_eq!(status, 200, "{answer}");
}

fn names(world: &World) -> Vec<String> {
    world.0.db.sqlite.dump("SELECT name FROM touchpoints WHERE channel = 'tributary' ORDER BY seq")
}

fn lead(world: &World, index: usize) -> Value {
    let id = world.get("/api/v1/leads")["items"][index]["id"].as_str().unwrap().to_owned();
    world.get(&format!("/api/v1/leads/{id}"))
}

fn patch(world: &World, lead: &Value, body: Value) -> (u16, Value) {
    world.send("PATCH", &format!("/api/v1/leads/{}", lead["id"].as_str().unwrap()), &body)
}

#[test]
fn a_lead_is_opened_once_and_explained() {
    let world = World::new(1);
    rep(&world, "south", json!({"regions": ["华南"]}));
    rep(&world, "other", json!({"regions": ["华东"], "product_lines": ["erp"]}));
    rep(&world, "off", json!({"regions": ["华东"], "on_shift": false}));
    rep(&world, "east", json!({"regions": ["华东"], "notify": {"email": "east@ours.example"}}));
    let traits = json!({"name": "王总", "province": "上海市"});
    append(&world, &[touchpoint(&world, "i", "$identify", email("wang"), traits)]);
    ready(&world, "wang");
    // The same deliveries again, and more of the same.
    ready(&world, "wang");
    let more = touchpoint(&world, "more", "Webinar Attended", email("wang"), json!({}));
    append(&world, &[more]);
    world.settle();

    let list = world.get("/api/v1/leads");
    assert_eq!(list["total"], 1);
    let item = &list["items"][0];
    assert_eq!((&item["owner"], &item["state"]), (&json!("east"), &json!("sales_ready")));
    assert_eq!((&item["region"], &item["product_line"]), (&json!("上海市"), &json!("crm")));
    assert_eq!((&item["score"], &item["name"]), (&json!(70), &json!("王总")));

    let whole = lead(&world, 0);
    let parts = whole["score"]["parts"].as_array().unwrap();
    let evidence: Vec<usize> =
        parts.iter().map(|part| part["evidence"].as_array().unwrap().len()).collect();
    assert_eq!((parts.len(), evidence), (3, vec![1, 1, 3]));
    assert_eq!(whole["ready"]["score"]["total"], 70);
    let stages = whole["assignment"]["explanation"].as_array().unwrap();
    assert_eq!(stages[0]["stage"], "region");
    let dropped = json!({"rep": "south", "reason": "region_not_covered", "open": 0});
    assert_eq!(stages[0]["out"][0], dropped);
    assert_eq!(stages[1]["out"][0]["reason"], "product_line_not_covered");
    assert_eq!(stages[2]["out"][0]["reason"], "off_shift");
    assert_eq!(stages.last().unwrap()["remained"], json!(["east"]));
    assert_eq!(whole["opportunity"]["stage"], "new");
    assert_eq!(whole["tasks"][0]["kind"], "follow_up_lead");
    assert_eq!(whole["tasks"][0]["due_at"], world.now().0 + 24 * HOUR_MS);
    assert_eq!(whole["answers"]["viewed"][0]["count"], 3);

    let own: Vec<String> =
        names(&world).into_iter().filter(|name| !name.starts_with("$message")).collect();
    let once = ["$lead.sales_ready", "$opportunity.created", "$task.created", "$lead.assigned"];
    assert_eq!(own.iter().collect::<BTreeSet<_>>().len(), own.len(), "{own:?}");
    assert!(once.iter().all(|name| own.iter().any(|own| own == name)), "{own:?}");
    let notices = world.0.db.sqlite.dump("SELECT recipient, media, purpose FROM messages");
    assert_eq!(notices, [r#"{"email":"east@ours.example"} | ["email"] | staff"#]);
}

#[test]
fn what_a_lead_may_become() {
    let world = World::new(2);
    rep(&world, "one", json!({}));
    rep(&world, "two", json!({"on_shift": false}));
    ready(&world, "wang");
    let found = lead(&world, 0);
    let check = |body: Value, status: u16, expect: &str| {
        let (got, answer) = patch(&world, &found, body);
        let said = if got == 200 { &answer["state"] } else { &answer["code"] };
        assert_eq!((got, said), (status, &json!(expect)));
    };
    check(json!({}), 422, "invalid_body");
    check(json!({"state": "won"}), 422, "invalid_body");
    check(json!({"state": "queued"}), 422, "invalid_state");
    check(json!({"owner": "nobody"}), 422, "unknown_rep");
    check(json!({"state": "accepted"}), 200, "accepted");
    check(json!({"state": "accepted"}), 200, "accepted");
    check(json!({"owner": "two", "reason": "knows them"}), 200, "sales_ready");
    let handed = lead(&world, 0);
    assert_eq!(handed["owner"], "two");
    assert_eq!(handed["assignment"]["explanation"][0]["stage"], "manual");
    let states: Vec<&Value> =
        handed["tasks"].as_array().unwrap().iter().map(|task| &task["state"]).collect();
    assert_eq!(states.iter().filter(|state| **state == "open").count(), 1, "{states:?}");
    check(json!({"state": "rejected", "reason": "a student"}), 200, "rejected");
    check(json!({"state": "accepted"}), 409, "lead_is_finished");
    let end = lead(&world, 0);
    assert_eq!((&end["reason"], &end["state"]), (&json!("a student"), &json!("rejected")));
    assert_eq!(end["opportunity"]["stage"], "lost");
    assert!(end["tasks"].as_array().unwrap().iter().all(|task| task["state"] == "canceled"));
    assert_eq!(names(&world).iter().filter(|name| *name == "$lead.accepted").count(), 1);
    // Rejected stays rejected: one more visit makes nobody ready again.
    let again = touchpoint(&world, "again", "Webinar Attended", email("wang"), json!({}));
    append(&world, &[again]);
    world.settle();
    assert_eq!(world.get("/api/v1/leads")["total"], 1);

    assert_eq!(world.send("PATCH", "/api/v1/leads/led_x", &json!({"state": "closed"})).0, 404);
    assert_eq!(world.send("PATCH", "/api/v1/tasks/tsk_x", &json!({"state": "done"})).0, 404);
    assert_eq!(world.send("DELETE", "/api/v1/leads", &json!({})).0, 405);
}

#[test]
fn tasks_are_listed_and_done() {
    let world = World::new(3);
    rep(&world, "one", json!({}));
    for person in ["a", "b", "c"] {
        ready(&world, person);
        world.advance(MINUTE_MS);
    }
    let page = world.get("/api/v1/tasks?owner=one&limit=2");
    assert_eq!((&page["total"], page["items"].as_array().unwrap().len()), (&json!(3), 2));
    let next = page["next_cursor"].as_str().unwrap();
    let rest = world.get(&format!("/api/v1/tasks?owner=one&limit=2&cursor={next}"));
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_eq!(rest["next_cursor"], Value::Null);
    let id = rest["items"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/tasks/{id}");
    assert_eq!(world.send("PATCH", &path, &json!({"state": "done"})).1["state"], "done");
    assert_eq!(world.send("PATCH", &path, &json!({"state": "done"})).0, 200);
    assert_eq!(names(&world).iter().filter(|name| *name == "$task.done").count(), 1);
    assert_eq!(world.get("/api/v1/tasks?state=open")["total"], 2);
    let leads = world.get("/api/v1/leads?limit=2");
    let next = leads["next_cursor"].as_str().unwrap();
    let older = world.get(&format!("/api/v1/leads?limit=2&cursor={next}"));
    assert_eq!(older["items"][0]["identity"], "email:a@corp.example");
    assert_eq!(world.send("GET", "/api/v1/leads?cursor=nonsense", &Value::Null).0, 400);
}

#[test]
fn bad_reps_are_refused() {
    let world = World::new(4);
    for (id, body, code) in [
        ("a b", json!({"name": "x"}), "invalid_rep"),
        ("a", json!({"name": " "}), "invalid_rep"),
        ("a", json!({"name": "x", "capacity": 1_000_000}), "invalid_rep"),
        ("a", json!({"name": "x", "capacity": -1}), "invalid_body"),
        ("a", json!({"name": "x", "regions": [""]}), "invalid_rep"),
        ("a", json!({"name": "x", "regions": ["广东", "广冻"]}), "unknown_region"),
        ("a", json!({"name": "x", "regions": ["朝阳区"]}), "unknown_region"),
        ("a", json!({"name": "x", "notify": {"fax": "1"}}), "invalid_rep"),
        ("a", json!({"name": "x", "notify": {"email": "nobody"}}), "invalid_rep"),
        ("a", json!({"name": "x", "notify": {"webhook": "ftp://x"}}), "invalid_rep"),
        ("a", json!({"nme": "x"}), "invalid_body"),
        ("a", json!([1]), "invalid_body"),
    ] {
        let id = id.replace(' ', "%20");
        let (status, answer) = world.send("PUT", &format!("/api/v1/reps/{id}"), &body);
        assert_eq!((status, &answer["code"]), (422, &json!(code)), "{body}");
    }
    let mut broken = api("PUT", "/api/v1/reps/a", &Value::Null);
    broken.body = b"{".to_vec();
    assert_eq!(world.request(broken).status, 400);
    assert_eq!(world.get("/api/v1/reps")["total"], 0);
}

#[test]
fn the_queue_moves_oldest_first_and_nobody_blocks_it() {
    let world = World::new(5);
    rep(&world, "one", json!({"capacity": 0, "regions": ["华东"]}));
    for (person, region) in [("a", "Berlin"), ("b", "上海"), ("c", "上海"), ("d", "上海")] {
        let traits = json!({"region": region});
        let id = format!("i{person}");
        append(&world, &[touchpoint(&world, &id, "$identify", email(person), traits)]);
        ready(&world, person);
        world.advance(MINUTE_MS);
    }
    assert_eq!(world.get("/api/v1/leads?state=queued")["total"], 4);
    assert_eq!(world.get("/api/v1/tasks?kind=assign_lead&state=open")["total"], 4);
    let stuck = lead(&world, 3);
    assert_eq!(stuck["assignment"]["rep"], Value::Null);
    let stages = stuck["assignment"]["explanation"].as_array().unwrap();
    assert_eq!(stages.last().unwrap()["out"][0]["reason"], "region_not_covered");
    let alerts = world.0.db.sqlite.dump("SELECT DISTINCT recipient, step FROM messages");
    assert_eq!(alerts, [r#"{"notice":"sales-managers"} | leads_queued"#]);

    let owned = |world: &World| -> Vec<String> {
        let found = world.get("/api/v1/leads?owner=one");
        let items = found["items"].as_array().unwrap().iter().rev();
        items.map(|item| item["identity"].as_str().unwrap()[6..7].to_owned()).collect()
    };
    rep(&world, "one", json!({"capacity": 2, "regions": ["华东"]}));
    assert_eq!(owned(&world), ["b", "c"]);
    // Who finishes one gets the next; accepting frees nothing.
    let (b, c) = (lead(&world, 2), lead(&world, 1));
    patch(&world, &b, json!({"state": "accepted"}));
    assert_eq!(owned(&world), ["b", "c"]);
    patch(&world, &c, json!({"state": "closed", "reason": "won"}));
    assert_eq!(owned(&world), ["b", "c", "d"]);
    assert_eq!(world.get("/api/v1/tasks?kind=assign_lead&state=open")["total"], 1);
    assert_eq!(patch(&world, &stuck, json!({"state": "accepted"})).1["code"], "lead_has_no_owner");
    let (status, taken) = patch(&world, &stuck, json!({"state": "accepted", "owner": "one"}));
    assert_eq!((status, &taken["state"]), (200, &json!("accepted")));
    assert_eq!(taken["owner"], "one");
}

fn link(world: &World, id: &str, one: &str, other: &str) {
    let mut seen = touchpoint(world, id, "Signed In", email(one), json!({}));
    seen.identifiers.push(email(other));
    seen.identifiers.sort();
    append(world, &[seen]);
    world.settle();
}

#[test]
fn merging_lifts_a_score_over_the_threshold() {
    let world = World::new(6);
    rep(&world, "one", json!({}));
    let story = journey(&world, "a");
    append(&world, &story[..2]);
    let other: Vec<Touchpoint> = story[2..]
        .iter()
        .map(|one| Touchpoint { identifiers: vec![email("b")], ..one.clone() })
        .collect();
    append(&world, &other);
    world.settle();
    assert_eq!(world.get("/api/v1/leads")["total"], 0);
    link(&world, "link", "a", "b");
    assert_eq!(world.get("/api/v1/leads")["total"], 1);
    assert_eq!(lead(&world, 0)["score"]["total"], 70);

    // Parting takes nothing away.
    unmerge(&world, "a", "b");
    assert_eq!(world.get("/api/v1/leads?state=sales_ready")["total"], 1);
}

fn unmerge(world: &World, one: &str, other: &str) {
    let (one, other) = (email(one), email(other));
    let cut = json!({"a": one.key().min(other.key()), "b": one.key().max(other.key())});
    let mut touchpoint = touchpoint(world, "cut", "$identity.edge_cut", one, cut);
    touchpoint.name = tributary_core::profile::EDGE_CUT.to_owned();
    touchpoint.channel = tributary_core::touchpoint::CONSOLE_CHANNEL.to_owned();
    touchpoint.identifiers.push(other);
    touchpoint.identifiers.sort();
    append(world, &[touchpoint]);
    world.settle();
}

#[test]
fn merged_profiles_keep_one_open_lead_and_parted_ones_get_theirs_back() {
    let world = World::new(7);
    rep(&world, "one", json!({}));
    rep(&world, "two", json!({}));
    ready(&world, "a");
    world.advance(MINUTE_MS);
    ready(&world, "b");
    let open = |world: &World| world.get("/api/v1/leads?state=sales_ready")["total"].clone();
    assert_eq!(open(&world), 2);
    link(&world, "link", "a", "b");
    assert_eq!(open(&world), 1);
    let younger = lead(&world, 0);
    assert_eq!(younger["state"], "merged");
    assert_eq!(younger["merged_into"], lead(&world, 1)["id"]);
    assert_eq!(younger["opportunity"]["stage"], "merged");
    assert_eq!(younger["tasks"][0]["state"], "canceled");
    assert_eq!(patch(&world, &younger, json!({"state": "closed"})).1["code"], "lead_is_merged");
    assert_eq!(world.get("/api/v1/opportunities?stage=new")["total"], 1);

    unmerge(&world, "a", "b");
    assert_eq!(open(&world), 2);
    let back = lead(&world, 0);
    assert_eq!((&back["owner"], &back["opportunity"]["stage"]), (&json!("two"), &json!("new")));
    let tasks = back["tasks"].as_array().unwrap();
    assert_eq!(tasks.iter().filter(|task| task["state"] == "open").count(), 1);
    assert_eq!(world.get("/api/v1/leads")["total"], 2);
}

#[test]
fn any_order_of_delivery_opens_the_same_lead() {
    let mut random = Random::new(9);
    let mut expect = None;
    for round in 0..12 {
        let world = World::new(round);
        rep(&world, "one", json!({}));
        let mut story = journey(&world, "a");
        random.shuffle(&mut story);
        for touchpoint in &story {
            append(&world, std::slice::from_ref(touchpoint));
            if random.chance(50) {
                world.settle();
            }
        }
        world.settle();
        let found = lead(&world, 0);
        let found = (found["id"].clone(), found["score"].clone(), found["owner"].clone());
        assert_eq!(*expect.get_or_insert_with(|| found.clone()), found);
    }
}

#[test]
fn a_loop_ends_in_a_dead_letter_and_the_rest_goes_on() {
    let world = World::new(10);
    rep(&world, "one", json!({}));
    let mut story = journey(&world, "looping");
    story[4].depth = MAX_DEPTH;
    append(&world, &story);
    append(&world, &journey(&world, "honest"));
    world.settle();
    assert_eq!(world.get("/api/v1/leads")["total"], 1);
    let letters = world.0.db.sqlite.dump("SELECT consumer, code, state FROM dead_letters");
    assert_eq!(letters, ["lead-assign | loop_limit | dead"]);
}

#[test]
fn a_robot_on_the_price_page_costs_no_row_each_time() {
    let world = World::new(11);
    let views: Vec<Touchpoint> = (0..2_000)
        .map(|n| {
            let id = format!("view{n}");
            touchpoint(&world, &id, "page.viewed", email("robot"), json!({"name": "Pricing"}))
        })
        .collect();
    for chunk in views.chunks(300) {
        append(&world, chunk);
        world.settle();
    }
    let kept = world.0.db.sqlite.dump("SELECT count(*) FROM score_entries");
    let kept: i64 = kept[0].parse().unwrap();
    assert!((100..=600).contains(&kept), "{kept}");
}
