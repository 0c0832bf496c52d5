//! The sender, interrupted anywhere: by a payment, or by its end.

use super::{
    ANN, BEN, Who, append, does, drain, messages, reminder_is_queued, touchpoint, with_resend,
};
use serde_json::{Value, json};
use std::future::Future;
use std::pin::Pin;
use tributary_core::identity::Kind;
use tributary_core::time::{HOUR_MS, MINUTE_MS};
use tributary_service::journey_runner::JourneyRunner;
use tributary_service::message_send::MessageSend;
use tributary_service::{App, Drained};
use tributary_store::{Db, DbError, touchpoints};
use tributary_testkit::{DbFaults, World, block_on, step};

#[test]
fn paid_between_any_two_steps_of_the_sender() {
    let mut skipped = 0;
    for steps in 0.. {
        let world = World::new(100 + steps);
        reminder_is_queued(&world);
        world.0.db.inject(DbFaults { interleave: true, ..DbFaults::default() });
        let mut drain: Pin<Box<dyn Future<Output = _>>> =
            Box::pin(world.clone().drain("message-send"));
        let ended = (0..steps).any(|_| step(&mut drain).is_some());
        let before = status_of(&world);
        let paid = touchpoint(&world, BEN, "order.paid", world.now(), json!({}));
        block_on(world.0.db.sqlite.run(touchpoints::append(&[paid]))).unwrap();
        block_on(drain_on(drain, ended)).unwrap();
        world.0.db.inject(DbFaults::default());
        world.settle();
        // Whatever had not been marked when the payment became durable must not go out.
        if before == "queued" {
            skipped += 1;
            assert_eq!(messages(&world, ""), ["reminder skipped goal_reached"], "at {steps}");
        } else {
            assert_eq!(messages(&world, ""), ["reminder sent"], "at {steps}");
        }
        if ended {
            break;
        }
    }
    assert!(skipped > 4, "{skipped}");
}

async fn drain_on(
    drain: Pin<Box<dyn Future<Output = Result<Drained, DbError>>>>,
    ended: bool,
) -> Result<(), DbError> {
    if ended { Ok(()) } else { drain.await.map(|_| ()) }
}

fn status_of(world: &World) -> String {
    let statement = tributary_store::messages::list(&tributary_store::messages::Listing {
        before: (i64::MAX / 4, ""),
        status: None,
        journey: None,
        profile: None,
        to: None,
        limit: 1,
        scope: &tributary_store::Scope::Everything,
    });
    let answers = block_on(world.0.db.sqlite.run(vec![statement])).unwrap();
    let found: Vec<Value> = answers[0].decode().unwrap();
    found[0]["status"].as_str().unwrap().to_owned()
}

/// Kills the sender after every step and lets another one go on; how often the provider was called
/// and what became of the message.
fn killed_after(steps: usize, seed: u64, prepare: impl Fn(&World)) -> (bool, usize, String) {
    let world = World::new(seed);
    prepare(&world);
    world.0.db.inject(DbFaults { interleave: true, ..DbFaults::default() });
    let mut drain: Pin<Box<dyn Future<Output = _>>> = Box::pin(world.clone().drain("message-send"));
    let ended = (0..steps).any(|_| step(&mut drain).is_some());
    drop(drain);
    world.0.db.inject(DbFaults::default());
    world.advance(5 * MINUTE_MS);
    let calls = world.0.providers.requests.borrow().len();
    (ended, calls, messages(&world, "").join(", "))
}

#[test]
fn a_sender_killed_anywhere_sends_once_where_the_provider_knows_repeats() {
    for steps in 0.. {
        let (ended, calls, found) = killed_after(steps, 200, |world| {
            with_resend(world);
            append(world, touchpoint(world, ANN, "Signed Up", world.now(), json!({})));
            drain(world, "profile-merge");
            drain(world, "journey-runner");
        });
        // A second call carries the same idempotency key.
        assert!((1..=2).contains(&calls), "{calls} calls at {steps}");
        assert_eq!(found, "welcome_mail sent", "at {steps}");
        if ended {
            break;
        }
    }
}

#[test]
fn a_sender_killed_anywhere_never_calls_twice_where_the_provider_does_not() {
    let mut unknown = 0;
    for steps in 0.. {
        let (ended, calls, found) = killed_after(steps, 300, |world| {
            let endpoint = json!({
                "secrets": {"access_key_id": "id", "access_key_secret": "secret"},
                "settings": {
                    "sign_name": "店", "template_code": "SMS_1", "template_way_out": "yes",
                },
            });
            let put = world.send("PUT", "/api/v1/endpoints/aliyun-sms/main", &endpoint);
            assert!(put.0 < 300, "{}", put.1);
            reminder_is_queued(world);
        });
        assert!(calls <= 1, "{calls} calls at {steps}");
        match found.as_str() {
            "reminder sent" => assert_eq!(calls, 1),
            "reminder unknown lease_expired" => unknown += 1,
            other => panic!("{other} at {steps}"),
        }
        if ended {
            break;
        }
    }
    assert!(unknown > 0);
}

/// Drops a drain of this function after so many steps, as a panic does; whether it had ended.
fn ends_after(world: &World, function: &'static str, steps: u64) -> bool {
    world.0.db.inject(DbFaults { interleave: true, ..DbFaults::default() });
    let mut drain: Pin<Box<dyn Future<Output = _>>> = Box::pin(world.clone().drain(function));
    let ended = (0..steps).any(|_| step(&mut drain).is_some());
    drop(drain);
    world.0.db.inject(DbFaults::default());
    ended
}

/// The last drain ended in a panic. Whatever is at work when the next one does is parked, with
/// that reason; the other goes on.
#[test]
fn a_run_that_brings_the_function_down_is_parked_and_the_other_goes_on() {
    let mut parked = 0;
    for steps in 0.. {
        let world = World::new(400 + steps);
        does(&world, ANN, "Product Added", json!({"cart_id": "c1"}));
        does(&world, BEN, "Product Added", json!({"cart_id": "c2"}));
        world.0.clock.set(world.now().plus_ms(2 * HOUR_MS));
        block_on(JourneyRunner::after_panic(&world, "index out of bounds"));
        let ended = ends_after(&world, "journey-runner", steps);
        world.settle();
        let runs = world.get("/api/v1/journeys/cart-recovery/runs");
        let runs = runs["items"].as_array().unwrap();
        let failed = runs.iter().filter(|run| run["reason"] == "panic").count();
        assert!(failed <= 1, "both are parked at {steps}");
        assert_eq!((runs.len(), messages(&world, "").len()), (2, 2 - failed), "at {steps}");
        parked += failed;
        if ended {
            break;
        }
    }
    assert!(parked > 0, "no step lies between parking and going on");
}

#[test]
fn a_message_that_brings_the_sender_down_is_parked_and_the_other_is_sent() {
    let mut parked = 0;
    let cam: Who = &[(Kind::UserId, "cam"), (Kind::Email, "cam@example.com")];
    for steps in 0.. {
        let world = World::new(500 + steps);
        for who in [ANN, cam] {
            append(&world, touchpoint(&world, who, "Signed Up", world.now(), json!({})));
        }
        drain(&world, "profile-merge");
        drain(&world, "journey-runner");
        block_on(MessageSend::after_panic(&world, "index out of bounds"));
        let ended = ends_after(&world, "message-send", steps);
        world.advance(5 * MINUTE_MS);
        let found = messages(&world, "");
        let failed = found.iter().filter(|message| message.ends_with("failed panic")).count();
        assert!(failed <= 1 && found.len() == 2, "{found:?} at {steps}");
        let rest = found.iter().filter(|message| !message.ends_with("failed panic"));
        assert!(rest.clone().all(|message| message == "welcome_mail sent"), "{found:?} at {steps}");
        parked += failed;
        if ended {
            break;
        }
    }
    assert!(parked > 0, "no step lies between parking and sending");
}
