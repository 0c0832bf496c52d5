//! What the console asks of messages: by how they ended, and by what sent them.

use super::{ANN, BEN, append, does, drain, messages, touchpoint};
use serde_json::json;
use tributary_core::time::{DAY_MS, MINUTE_MS};
use tributary_testkit::World;

#[test]
fn messages_are_listed_by_how_they_ended_and_what_sent_them() {
    let world = World::new(31);
    does(&world, ANN, "Signed Up", json!({}));
    world.advance(3 * DAY_MS - MINUTE_MS);
    does(&world, ANN, "Order Completed", json!({"total": 12}));
    world.advance(5 * DAY_MS);
    let (sent, skipped) = ("welcome_mail sent", "recommendation_mail skipped no_viewed_products");
    for (query, expected) in [
        ("status=sent", vec![sent]),
        ("status=skipped", vec![skipped]),
        ("status=failed", vec![]),
        ("journey=welcome", vec![sent, skipped]),
        ("journey=welcome&status=sent", vec![sent]),
        ("journey=welcome&status=skipped", vec![skipped]),
        ("journey=cart-recovery&status=skipped", vec![]),
        ("identity=user_id:ann&status=skipped", vec![skipped]),
    ] {
        assert_eq!(messages(&world, query), expected, "{query}");
    }
    // One that waits: the sender has not looked at it yet.
    let ben = touchpoint(&world, BEN, "Signed Up", world.now(), json!({}));
    append(&world, ben);
    for function in ["profile-merge", "journey-runner"] {
        drain(&world, function);
    }
    assert_eq!(messages(&world, "status=queued"), ["welcome_mail queued"]);
    assert_eq!(messages(&world, "status=queued&journey=cart-recovery"), Vec::<String>::new());
    assert_eq!(messages(&world, "status=sending"), Vec::<String>::new());
}
