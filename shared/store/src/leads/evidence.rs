//! What a salesperson is told about a person: queries over the log and the outbox, of one profile
//! at a time. Writes nothing.

use crate::{Answer, DbError, Param, Sql, Statement};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tributary_core::filter::text_at;
use tributary_core::ids::{ProfileId, TouchpointId};
use tributary_core::lead::answers::{FIRST_TOUCH_WINDOW_MS, SentMail};
use tributary_core::time::Timestamp;

/// `?1`: `[{"profile", "touchpoint"}]`. Oldest first.
pub const EVENTS: Sql = Sql::new(
    "evidence.events",
    "SELECT e.value->>'profile' AS profile, t.seq, t.id, t.channel, t.name, t.occurred_at, \
       t.properties, t.context \
     FROM json_each(?1) e JOIN touchpoints t ON t.id = e.value->>'touchpoint' \
     ORDER BY t.occurred_at, t.seq",
);

/// What a profile's first visit left, oldest first: each identity's first touchpoint is found by
/// its index, however long the history. What the suite and the console did is no visit.
pub const EARLIEST: Sql = Sql::scanning(
    "evidence.earliest",
    "`began` is one row",
    "WITH began AS MATERIALIZED (SELECT min((SELECT l.occurred_at FROM timeline l \
         JOIN touchpoints t ON t.seq = l.seq AND t.channel NOT IN ('tributary', 'console') \
         WHERE l.identity = i.identity ORDER BY l.occurred_at, l.seq LIMIT 1)) AS at \
       FROM identities i WHERE i.profile = ?1) \
     SELECT i.profile, t.seq, t.id, t.channel, t.name, t.occurred_at, t.properties, t.context \
     FROM identities i CROSS JOIN timeline l ON l.identity = i.identity \
       AND l.occurred_at BETWEEN (SELECT at FROM began) AND (SELECT at FROM began) + ?2 \
     JOIN touchpoints t ON t.seq = l.seq AND t.channel NOT IN ('tributary', 'console') \
     WHERE i.profile = ?1 ORDER BY t.occurred_at, t.seq LIMIT 20",
);

/// `?2`: names. The newest, oldest first.
pub const FOR_ANSWERS: Sql = Sql::new(
    "evidence.for_answers",
    "SELECT * FROM (SELECT i.profile, t.seq, t.id, t.channel, t.name, t.occurred_at, \
       t.properties, t.context \
     FROM identities i JOIN timeline l ON l.identity = i.identity \
       AND l.name IN (SELECT value FROM json_each(?2)) \
     JOIN touchpoints t ON t.seq = l.seq \
     WHERE i.profile = ?1 ORDER BY l.occurred_at DESC, l.seq DESC LIMIT 2000) \
     ORDER BY occurred_at, seq",
);

/// Mails the outbox sent to the profile, newest first.
pub const MAILS: Sql = Sql::new(
    "evidence.mails",
    "SELECT m.id, m.provider_ref, m.journey, m.rendered, m.content, coalesce( \
       (SELECT min(d.at) FROM deliveries d WHERE d.message = m.id AND d.kind = 'provider' \
         AND d.verdict = 'sent'), m.updated_at) AS sent_at \
     FROM identities i JOIN messages m ON m.identity = i.identity \
     WHERE i.profile = ?1 AND m.medium = 'email' AND m.status = 'sent' \
     ORDER BY m.created_at DESC, m.id LIMIT 100",
);

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evidence {
    pub profile: ProfileId,
    pub touchpoint: TouchpointId,
}

/// Decode with [`crate::facts::decode_events`].
pub fn events(evidence: &[Evidence]) -> Statement {
    EVENTS.with(vec![crate::leads::set(evidence)])
}

/// Decode with [`crate::facts::decode_events`].
pub fn earliest(profile: &ProfileId) -> Statement {
    EARLIEST.with(vec![profile.as_str().into(), Param::Int(FIRST_TOUCH_WINDOW_MS)])
}

/// Decode with [`crate::facts::decode_events`].
pub fn for_answers(profile: &ProfileId, names: &[String]) -> Statement {
    FOR_ANSWERS.with(vec![profile.as_str().into(), crate::leads::set(names)])
}

pub fn mails(profile: &ProfileId) -> Statement {
    MAILS.with(vec![profile.as_str().into()])
}

pub fn decode_mails(answer: &Answer) -> Result<Vec<SentMail>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        id: String,
        provider_ref: Option<String>,
        journey: String,
        rendered: Option<String>,
        content: String,
        sent_at: Timestamp,
    }
    let mail = |row: Row| SentMail {
        subject: subject(row.rendered.as_deref(), &row.content),
        message: row.id,
        provider_ref: row.provider_ref,
        journey: row.journey,
        sent_at: row.sent_at,
    };
    Ok(answer.decode::<Row>()?.into_iter().map(mail).collect())
}

/// What was sent; else the template it was made from.
fn subject(rendered: Option<&str>, content: &str) -> String {
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let paths = ["templates.email.subject.zh", "templates.email.subject.en"];
    rendered
        .and_then(|rendered| text_at(&parse(rendered), "subject"))
        .or_else(|| {
            let content = parse(content);
            paths.iter().find_map(|path| text_at(&content, path))
        })
        .unwrap_or_default()
}
