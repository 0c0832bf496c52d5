//! A simulated installation under fire: duplicates, reordering, lost answers, an unreachable
//! database, faulty providers, runs that overlap and runs that are killed anywhere. Everything
//! follows from one seed.

use crate::checks;
use crate::random::Random;
use crate::run::step;
use crate::world::{START, WORKERS, World, api};
use crate::{DbFaults, ProviderFaults};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use tributary_core::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use tributary_service::Request;

/// What a task was doing, so that its end can be judged.
enum Errand {
    /// Delivers event number so-and-so.
    Deliver(usize),
    Drain,
}

struct Task {
    errand: Errand,
    future: Pin<Box<dyn Future<Output = u16>>>,
}

/// One event of the history, as its channel would send it.
struct Event {
    request: Request,
    /// The touchpoint's `messageId`.
    key: String,
    /// The cart it pays for.
    pays: Option<String>,
    acknowledged: bool,
}

/// How much happened, so that a run which exercised nothing shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    pub touchpoints: u64,
    pub killed: u64,
    pub refused: u64,
    pub sent: u64,
    pub leads: u64,
    pub merged: u64,
}

impl Reached {
    pub fn add(&mut self, other: Reached) {
        self.touchpoints += other.touchpoints;
        self.killed += other.killed;
        self.refused += other.refused;
        self.sent += other.sent;
        self.leads += other.leads;
        self.merged += other.merged;
    }
}

struct Simulation {
    world: World,
    random: Random,
    events: Vec<Event>,
    tasks: Vec<Task>,
    reached: Reached,
    /// Cart → the messages about it that were under way when its payment was acknowledged.
    paid: BTreeMap<String, BTreeSet<String>>,
}

const WRITE_KEY: &str = "wk_simulated";
const STEPS: u64 = 260;

/// Runs one seed. `Err` names the broken invariant.
pub fn simulate(seed: u64) -> Result<Reached, String> {
    let mut simulation = Simulation::new(seed);
    for _ in 0..STEPS {
        simulation.step();
    }
    simulation.finish()?;
    Ok(simulation.reached)
}

impl Simulation {
    fn new(seed: u64) -> Simulation {
        let mut random = Random::new(seed);
        let world = World::new(seed);
        let put = |path: &str, body: Value| {
            let (status, answer) = world.send("PUT", path, &body);
            assert!((200..300).contains(&status), "{path}: {status}: {answer}");
        };
        put("/api/v1/endpoints/web/site", json!({"secrets": {"write_key": WRITE_KEY}}));
        if random.chance(60) {
            put(
                "/api/v1/endpoints/resend/mail",
                json!({"secrets": {"api_key": "re_1"}, "settings": {"from": "us@example.com"}}),
            );
        }
        for rep in 0..2 {
            put(
                &format!("/api/v1/reps/rep{rep}"),
                json!({"name": "Rep", "regions": [], "product_lines": [], "capacity": 2,
                    "on_shift": true}),
            );
        }
        world.0.db.inject(DbFaults { unavailable: 20, answer_lost: 15, interleave: true });
        world.0.providers.faults.set(ProviderFaults {
            throttled: 10,
            broken: 10,
            answer_lost: 10,
            unreachable: 10,
        });
        let events = history(&mut random);
        Simulation {
            world,
            random,
            events,
            tasks: Vec::new(),
            reached: Reached::default(),
            paid: BTreeMap::new(),
        }
    }

    fn step(&mut self) {
        match self.random.below(100) {
            0..12 => self.deliver_some(),
            12..24 => {
                let function = *self.random.pick(&WORKERS);
                let drain = self.world.clone().drain(function);
                let future = Box::pin(async move { if drain.await.is_ok() { 200 } else { 503 } });
                self.tasks.push(Task { errand: Errand::Drain, future });
            }
            24..28 if !self.tasks.is_empty() => {
                // The process dies here: between any two batches, before or after one.
                let index = self.random.below(self.tasks.len() as u64) as usize;
                drop(self.tasks.swap_remove(index));
                self.reached.killed += 1;
            }
            28..31 => {
                let minutes = *self.random.pick(&[1, 30, 119, 120, 121, 600, 1_441, 4_321]);
                let now = self.world.now().plus_ms(minutes * MINUTE_MS);
                self.world.0.clock.set(now);
            }
            _ => {
                for _ in 0..4 {
                    self.poll_one();
                }
            }
        }
    }

    fn deliver_some(&mut self) {
        if self.events.is_empty() {
            return;
        }
        // Roughly in order, with stragglers; and again, though it was acknowledged.
        let index = if self.random.chance(70) {
            self.events.iter().position(|event| !event.acknowledged).unwrap_or(0)
        } else {
            self.random.below(self.events.len() as u64) as usize
        };
        let copies = if self.random.chance(25) { 3 } else { 1 };
        for _ in 0..copies {
            let Some(event) = self.events.get(index) else { return };
            let response = self.world.clone().dispatch(event.request.clone());
            let future = Box::pin(async move { response.await.status });
            self.tasks.push(Task { errand: Errand::Deliver(index), future });
        }
    }

    fn poll_one(&mut self) {
        if self.tasks.is_empty() {
            return;
        }
        let index = self.random.below(self.tasks.len() as u64) as usize;
        let Some(task) = self.tasks.get_mut(index) else { return };
        let Some(status) = step(&mut task.future) else { return };
        let task = self.tasks.swap_remove(index);
        if let Errand::Deliver(event) = task.errand {
            self.answered(event, status);
        }
    }

    fn answered(&mut self, index: usize, status: u16) {
        let Some(event) = self.events.get_mut(index) else { return };
        if !(200..300).contains(&status) {
            self.reached.refused += 1;
            return;
        }
        let first = !std::mem::replace(&mut event.acknowledged, true);
        if let Some(cart) = event.pays.clone().filter(|_| first) {
            self.paid.insert(cart, checks::messages_under_way(&self.world));
        }
    }

    /// The storm is over: what was not acknowledged is delivered again, time passes, and then
    /// everything must be right.
    fn finish(&mut self) -> Result<(), String> {
        self.tasks.clear();
        self.world.0.db.inject(DbFaults::default());
        for index in 0..self.events.len() {
            let request = match self.events.get(index) {
                Some(event) if !event.acknowledged => event.request.clone(),
                _ => continue,
            };
            let status = self.world.request(request).status;
            self.answered(index, status);
        }
        self.world.settle();
        self.world.0.providers.faults.set(ProviderFaults::default());
        self.world.advance(40 * DAY_MS);

        let keys: Vec<String> = self.events.iter().map(|event| event.key.clone()).collect();
        checks::log_holds_each_once(&self.world, &keys)?;
        checks::projections_equal_a_rebuild(&self.world)?;
        checks::effects_are_once(&self.world)?;
        checks::runs_have_ended(&self.world)?;
        checks::messages_are_settled(&self.world)?;
        checks::nothing_was_sent_after_payment(&self.world, &self.paid)?;
        checks::leads_are_once(&self.world)?;
        let count = |sql: &str| checks::number(&self.world, sql) as u64;
        self.reached.touchpoints = count("SELECT count(*) FROM touchpoints");
        self.reached.sent = count("SELECT count(*) FROM messages WHERE status = 'sent'");
        self.reached.leads = count("SELECT count(*) FROM leads");
        self.reached.merged =
            count("SELECT count(*) FROM touchpoints WHERE name = '$profile.merged'");
        Ok(())
    }
}

/// A few people, what they leave behind, in an order that may be theirs.
fn history(random: &mut Random) -> Vec<Event> {
    let mut events = Vec::new();
    for person in 0..3_u64 {
        let user = format!("u{person}");
        let browser = format!("b{person}");
        let mut add = |mut body: Value, pays: Option<String>| {
            let key = format!("m{}", events.len());
            body["messageId"] = json!(key);
            // It happened in this order, however it arrives.
            let at = START.plus_ms(events.len() as i64 * SECOND_MS - HOUR_MS);
            body["timestamp"] = json!(at.to_rfc3339());
            body["writeKey"] = json!(WRITE_KEY);
            let kind = body["type"].as_str().unwrap_or("track").to_owned();
            let mut request = api("POST", &format!("/v1/{kind}"), &body);
            request.headers.clear();
            events.push(Event { request, key, pays, acknowledged: false });
        };
        let track = |event: &str, properties: Value| json!({"type": "track", "userId": user, "event": event, "properties": properties});
        add(
            json!({"type": "track", "anonymousId": browser, "event": "Product Viewed",
                "properties": {"product_id": "p1", "name": "Kettle"}}),
            None,
        );
        add(
            json!({"type": "identify", "userId": user, "anonymousId": browser, "traits": {
                "email": format!("{user}@example.com"),
                "phone": format!("1380013800{person}"), "push_token": "t"}}),
            None,
        );
        // Now and then two people's identifiers meet.
        if random.chance(30) {
            add(
                json!({"type": "identify", "userId": format!("x{person}"), "traits": {
                    "email": format!("u{}@example.com", (person + 1) % 3)}}),
                None,
            );
        }
        add(track("Signed Up", json!({})), None);
        for cart in 0..1 + random.below(2) {
            let cart = format!("cart-{person}-{cart}");
            add(track("Product Added", json!({"cart_id": cart, "product_id": "p1"})), None);
            if random.chance(50) {
                add(track("Product Added", json!({"cart_id": cart, "product_id": "p2"})), None);
            }
            if random.chance(50) {
                let properties = json!({"cart_id": cart, "order_id": cart, "total": 10});
                add(track("Order Completed", properties), Some(cart));
            }
        }
        if random.chance(60) {
            add(track("Content Downloaded", json!({"type": "white paper"})), None);
            add(track("Webinar Attended", json!({})), None);
            for _ in 0..3 {
                let url = json!({"url": "https://shop.example/pricing"});
                add(
                    json!({"type": "page", "userId": user, "name": "Pricing", "properties": url}),
                    None,
                );
            }
        }
    }
    events
}
