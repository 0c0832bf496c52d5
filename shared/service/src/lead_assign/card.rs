//! A lead as the API shows it, and the card that answers a salesperson's five questions.

use super::queue::Names;
use crate::{Host, facts};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::Gather;
use tributary_core::identity::{Identity, Kind};
use tributary_core::ids::ProfileId;
use tributary_core::lead::answers::{Answers, answers, event_names};
use tributary_core::lead::{Entry, Score, Scoring, score};
use tributary_core::profile::{Facts, called};
use tributary_core::time::Timestamp;
use tributary_store::facts::Since;
use tributary_store::leads::opportunities::{self, Opportunity};
use tributary_store::leads::{self, Assigned, Lead, evidence, scores};
use tributary_store::{Db, DbError, tasks};

/// Longer names are not names.
const MAX_NAME_CHARS: usize = 64;

/// What to call somebody: the name they gave, else an address to reach them at, else what we know
/// them by.
pub(super) fn name(facts: &Facts, identity: &Identity) -> String {
    let given = called(|field| facts.trait_text(field));
    let mut addresses = [Kind::Email, Kind::Phone].into_iter();
    let name = given.or_else(|| {
        addresses.find_map(|kind| Some(facts.addresses(kind).next()?.value().to_owned()))
    });
    name.unwrap_or_else(|| identity.value().to_owned()).chars().take(MAX_NAME_CHARS).collect()
}

/// The rows of a list: `{id, profile, name, state, owner, region, product_line, score, …}`.
pub(super) async fn items<H: Host>(host: &H, leads: &[Lead]) -> Result<Vec<Value>, DbError> {
    let now = host.now();
    let profiles: BTreeSet<ProfileId> =
        leads.iter().filter_map(|lead| lead.profile.clone()).gather();
    let profiles: Vec<ProfileId> = profiles.into_iter().collect();
    let names = Names::load(host, leads.iter(), now).await?;
    let entries = tributary_store::one(host.db(), scores::of_profiles(&profiles)).await?;
    let mut by_profile: BTreeMap<ProfileId, Vec<Entry>> = BTreeMap::new();
    for (profile, entry) in scores::decode(&entries)? {
        by_profile.entry(profile).or_default().push(entry);
    }
    let item = |lead: &Lead| {
        let entries = lead.profile.as_ref().and_then(|profile| by_profile.get(profile));
        let score = score(entries.into_iter().flatten(), Scoring::shipped());
        summary(lead, &names.of(lead), json!(score.total))
    };
    Ok(leads.iter().map(item).collect())
}

fn summary(lead: &Lead, name: &str, score: Value) -> Value {
    json!({
        "id": lead.id,
        "profile": lead.profile,
        "name": name,
        "identity": lead.identity,
        "episode": lead.episode,
        "state": lead.state,
        "reason": lead.note,
        "owner": lead.owner,
        "region": lead.needs.region(),
        "product_line": lead.needs.product_line,
        "score": score,
        "merged_into": lead.merged_into,
        "created_at": lead.created_at,
        "updated_at": lead.updated_at,
        "assigned_at": lead.assigned_at,
        "accepted_at": lead.accepted_at,
    })
}

/// A lead with all that hangs on it, and the five answers. `None`: there is no such lead.
pub(super) async fn whole<H: Host>(host: &H, id: &str) -> Result<Option<Value>, DbError> {
    let found = tributary_store::one(host.db(), leads::get(id)).await?;
    let Some(lead) = leads::decode(&found)?.into_iter().next() else { return Ok(None) };
    let profiles: Vec<ProfileId> = lead.profile.iter().cloned().collect();
    let answers = host
        .db()
        .run(vec![
            leads::assignments(&lead.id),
            opportunities::of_lead(&lead.id),
            tasks::of_lead(&lead.identity, &lead.id),
            scores::of_profiles(&profiles),
        ])
        .await?;
    let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
    let assignments = leads::decode_assignments(&answer(0))?;
    let opportunities: Vec<Opportunity> = answer(1).decode()?;
    let tasks = tasks::decode(&answer(2))?;
    let entries: Vec<Entry> =
        scores::decode(&answer(3))?.into_iter().map(|(_, entry)| entry).collect();
    let score = score(&entries, Scoring::shipped());
    let (facts, five) = match &lead.profile {
        Some(profile) => five_answers(host, profile).await?,
        None => (Facts::default(), Answers::default()),
    };
    let mut document = summary(&lead, &name(&facts, &lead.identity), whole_score(&score));
    if let Value::Object(map) = &mut document {
        map.insert("places".to_owned(), json!(lead.needs.places));
        map.insert("ready".to_owned(), lead.reason.clone());
        map.insert("cause".to_owned(), json!(lead.cause));
        map.insert("assignment".to_owned(), assignments.last().map_or(Value::Null, assignment));
        map.insert("assignments".to_owned(), assignments.iter().map(assignment).collect());
        map.insert("opportunity".to_owned(), json!(opportunities.first()));
        map.insert("tasks".to_owned(), json!(tasks));
        map.insert("answers".to_owned(), json!(five));
    }
    Ok(Some(document))
}

fn whole_score(score: &Score) -> Value {
    let threshold = Scoring::shipped().threshold;
    json!({"total": score.total, "threshold": threshold, "parts": score.parts})
}

fn assignment(one: &Assigned) -> Value {
    json!({"id": one.id, "rep": one.rep, "at": one.at, "explanation": one.explanation})
}

async fn five_answers<H: Host>(host: &H, profile: &ProfileId) -> Result<(Facts, Answers), DbError> {
    // No events with the facts: the answers have queries of their own.
    let since = Since { profile: profile.clone(), since: Timestamp(i64::MAX / 4) };
    let mut loaded = facts::load(host, &[since], &[]).await?;
    let facts = loaded.remove(profile).unwrap_or_default();
    let answered = host
        .db()
        .run(vec![
            evidence::earliest(profile),
            evidence::for_answers(profile, &event_names()),
            evidence::mails(profile),
        ])
        .await?;
    let answer = |index: usize| answered.get(index).cloned().unwrap_or_default();
    let earliest = tributary_store::facts::decode_events(&answer(0))?;
    let events = tributary_store::facts::decode_events(&answer(1))?;
    let mails = evidence::decode_mails(&answer(2))?;
    let five = answers(&facts, &earliest, &events, &mails);
    Ok((facts, five))
}
