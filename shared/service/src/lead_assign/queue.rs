//! The queue: leads that nobody could take, handed out oldest first as soon as somebody can.

use super::card;
use super::desk::Desk;
use crate::{Drained, Host, facts};
use tributary_core::ids::ProfileId;
use tributary_core::profile::Facts;
use tributary_core::time::Timestamp;
use tributary_store::consumers::{self, Consumer};
use tributary_store::facts::Since;
use tributary_store::leads::{self, Lead};
use tributary_store::{Db, DbError, Statement, reps};

/// Leads a batch.
const PAGE: i64 = 500;
/// Pages per drain, well below D1's queries an invocation.
const MAX_PAGES: u32 = 20;
/// How often an overtaken run reads again before it leaves the rest to the faster one.
const FENCE_TRIES: u32 = 5;

/// Before every lead.
const FIRST: (i64, &str) = (i64::MIN / 4, "");

/// Answers a row when a lead waits.
pub(super) fn any() -> Statement {
    leads::queued(FIRST, 1)
}

/// Hands out what can be handed out. A lead that nobody covers does not hold up those behind it.
pub(super) async fn drain<H: Host>(host: &H) -> Result<Drained, DbError> {
    let mut drained = Drained::default();
    let mut after = (FIRST.0, FIRST.1.to_owned());
    let mut fenced = 0;
    for _ in 0..MAX_PAGES {
        match page(host, &after).await {
            Ok(Page { count, last }) => {
                drained.done += count;
                fenced = 0;
                match last {
                    Some(last) => after = last,
                    None => return Ok(drained),
                }
            }
            Err(error) if error.is_fenced() && fenced < FENCE_TRIES => fenced += 1,
            Err(error) if error.is_fenced() => return Ok(drained),
            Err(error) => return Err(error),
        }
    }
    // Coming back at once helps only while somebody takes something.
    drained.more = drained.done > 0;
    Ok(drained)
}

struct Page {
    /// Assigned.
    count: u64,
    /// Where to go on; `None`: nothing is left, or nobody has room.
    last: Option<(i64, String)>,
}

async fn page<H: Host>(host: &H, after: &(i64, String)) -> Result<Page, DbError> {
    // The fence is part of the snapshot: what another run hands out meanwhile fails this batch.
    let answers = host
        .db()
        .run(vec![
            consumers::get("lead-assign"),
            leads::queued((after.0, &after.1), PAGE),
            reps::all(),
        ])
        .await?;
    let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
    let read: Vec<Consumer> = answer(0).decode()?;
    let waiting = leads::decode(&answer(1))?;
    let now = host.now();
    let mut desk = Desk::new(host, reps::decode(&answer(2))?, now);
    let (Some(read), true) = (read.first(), !waiting.is_empty() && desk.has_room()) else {
        return Ok(Page { count: 0, last: None });
    };
    let full = waiting.len() as i64 == PAGE;
    let last = waiting.last().map(|lead| (lead.created_at.0, lead.id.0.clone()));
    let routed: Vec<_> = waiting
        .into_iter()
        .filter_map(|lead| {
            let assignment = desk.route(&lead);
            Some((assignment.rep.clone()?, assignment.explanation, lead))
        })
        .collect();
    let names = Names::load(host, routed.iter().map(|(_, _, lead)| lead), now).await?;
    let count = routed.len() as u64;
    for (rep, explanation, mut lead) in routed {
        let name = names.of(&lead);
        desk.hand_over(&mut lead, &rep, explanation, &name, None);
        desk.effects.change(&lead);
    }
    let effects = desk.close();
    if effects.is_noteworthy() {
        crate::commit(host, read, read.cursor, effects.into_statements(now)).await?;
    }
    Ok(Page { count, last: last.filter(|_| full) })
}

/// What people are called, for notices and lists.
pub(super) struct Names(std::collections::BTreeMap<ProfileId, Facts>);

impl Names {
    pub async fn load<H: Host>(
        host: &H,
        leads: impl Iterator<Item = &Lead>,
        now: Timestamp,
    ) -> Result<Names, DbError> {
        let wanted: Vec<Since> = leads
            .filter_map(|lead| Some(Since { profile: lead.profile.clone()?, since: now }))
            .collect();
        Ok(Names(facts::load(host, &wanted, &[]).await?))
    }

    pub fn of(&self, lead: &Lead) -> String {
        let facts = lead.profile.as_ref().and_then(|profile| self.0.get(profile));
        match facts {
            Some(facts) => card::name(facts, &lead.identity),
            None => lead.identity.value().to_owned(),
        }
    }
}
