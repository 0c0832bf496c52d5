//! One page of the log into statements. In the usual case — everybody in it is known, nothing
//! new is seen together — two queries and one batch, whatever the page's size.

use super::addresses;
use super::block::Moving;
use crate::Host;
use crate::consumer::PlanError;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::Gather;
use tributary_core::consent::{ConsentSource, ConsentState, ConsentValue, consents_of};
use tributary_core::identity::{EdgeKey, Identity};
use tributary_core::ids::ProfileId;
use tributary_core::money::Money;
use tributary_core::privacy;
use tributary_core::profile::{
    Blocks, Moved, NAME_FIELDS, Rank, Region, Resolution, Sightings, Stated, is_news, money_of,
    name_terms, order_fact, recorded_under, rejected_traits, resolve, sightings, traits_of,
};
use tributary_core::time::{DAY_MS, Timestamp};
use tributary_core::touchpoint::Touchpoint;
use tributary_store::profiles::{blocked, names, orders, region, write};
use tributary_store::touchpoints::Logged;
use tributary_store::{Answer, Db, DbError, Statement, touchpoints};

pub(super) async fn plan<H: Host>(
    host: &H,
    page: &[Logged],
    now: Timestamp,
) -> Result<Vec<Statement>, PlanError> {
    let page: Vec<&Touchpoint> = page.iter().map(|logged| &logged.touchpoint).collect();
    let (mut seen, mut known, blocks) = load_sighted(host, &page).await?;
    let mut statements = blocked::put(&blocks.news);
    let mut moving = Moving::load(host, &blocks).await?;
    let read_anew = std::mem::take(&mut moving.touchpoints);
    let recorded: Vec<&Touchpoint> = read_anew.iter().chain(page.iter().copied()).collect();
    if !moving.is_empty() {
        seen = sightings(recorded.iter().copied(), &blocks.after);
    }
    if !moving.is_empty() || is_news(&seen, &known) {
        let limit = match moving.is_empty() && page.len() == 1 {
            true => region::MAX_REGION,
            false => region::MAX_PAGE_REGION,
        };
        load_closure(host, &seen, moving.roots(), limit, &mut known).await?;
        moving.leave(&mut known, &blocks);
        let resolution = resolve(&seen, &known, &blocks.after, &host.seed());
        let (forgotten, cut) = moving.forget(&resolution.edges);
        statements.extend(forgotten);
        statements.extend(write::edges(&cut));
        statements.extend(write::minted(&resolution.minted, now));
        statements.extend(write::identities(&resolution.identities));
        statements.extend(write::edges(&resolution.edges));
        statements.extend(touchpoints::append(&announcements(&resolution, &page, now)));
    }
    statements.extend(record(&recorded, &blocks.after));
    statements.extend(addresses::plan(host, &page, &blocks.after).await?);
    statements.extend(write::totals());
    Ok(statements)
}

/// What would become of the region if this had been said: every identity of it with its profile
/// before and after; `None` for a profile that does not exist yet.
pub(super) async fn foresee<H: Host>(
    host: &H,
    said: &[Touchpoint],
) -> Result<BTreeMap<Identity, (ProfileId, Option<ProfileId>)>, PlanError> {
    let said: Vec<&Touchpoint> = said.iter().collect();
    let (seen, mut known, blocks) = load_sighted(host, &said).await?;
    load_closure(host, &seen, std::iter::empty(), region::MAX_REGION, &mut known).await?;
    let resolution = resolve(&seen, &known, &blocks.after, &host.seed());
    let is_new = |id: &ProfileId| resolution.minted.iter().any(|minted| &minted.id == id);
    let after = |identity: &Identity| {
        let moved = resolution.identities.iter().find(|row| &row.identity == identity);
        moved.map(|row| Some(row.profile.clone()).filter(|id| !is_new(id)))
    };
    let rows = known.identities.iter().map(|(identity, row)| {
        let after = after(identity).unwrap_or_else(|| Some(row.profile.clone()));
        (identity.clone(), (row.profile.clone(), after))
    });
    Ok(rows.collect())
}

/// What the page says, and what is known of exactly its identities and edges.
async fn load_sighted<H: Host>(
    host: &H,
    page: &[&Touchpoint],
) -> Result<(Sightings, Region, Blocks), DbError> {
    let read = |seen: &Sightings| {
        let identities: Vec<&Identity> = seen.identities.keys().collect();
        let edges: Vec<&EdgeKey> = seen.edges.keys().chain(seen.cuts.keys()).collect();
        vec![region::identities(&identities), region::edges(&edges), blocked::list()]
    };
    let mut seen = sightings(page.iter().copied(), &BTreeSet::new());
    let mut answers = host.db().run(read(&seen)).await?;
    let words = blocked::decode(&answers.get(2).cloned().unwrap_or_default())?;
    let blocks = Blocks::new(words, page.iter().copied());
    // Rarely: then what the page says are other edges.
    if seen.identities.keys().any(|one| blocks.after.contains(one)) {
        seen = sightings(page.iter().copied(), &blocks.after);
        answers = host.db().run(read(&seen)).await?;
    }
    let mut known = Region::default();
    fill(&mut known, answers.first(), answers.get(1), None)?;
    Ok((seen, known, blocks))
}

/// Extends `known` to everything connected with what the page names: a region must be whole to be
/// partitioned.
async fn load_closure<'a, H: Host>(
    host: &H,
    seen: &Sightings,
    more: impl Iterator<Item = &'a Identity>,
    limit: usize,
    known: &mut Region,
) -> Result<(), PlanError> {
    let cut_ends = seen.cuts.keys().flat_map(|key| [&key.a, &key.b]);
    let mut members: BTreeSet<Identity> =
        seen.identities.keys().chain(cut_ends).cloned().chain(more.cloned()).gather();
    let roots: Vec<&Identity> = members.iter().collect();
    let answers = host.db().run(vec![region::closure(&roots)]).await?;
    members.extend(region::decode_closure(&answers.first().cloned().unwrap_or_default())?);
    if members.len() > limit {
        return Err(PlanError::Rule {
            code: "region_too_large",
            detail: format!("more than {limit} identities hang together by one they share"),
        });
    }
    let all: Vec<&Identity> = members.iter().collect();
    let answers = host
        .db()
        .run(vec![region::identities(&all), region::edges_from(&all), region::minted(&all)])
        .await?;
    fill(known, answers.first(), answers.get(1), answers.get(2))?;
    Ok(())
}

fn fill(
    region: &mut Region,
    identities: Option<&Answer>,
    edges: Option<&Answer>,
    minted: Option<&Answer>,
) -> Result<(), DbError> {
    if let Some(answer) = identities {
        let rows = region::decode_identities(answer)?;
        region.identities.extend(rows.into_iter().map(|row| (row.identity.clone(), row)));
    }
    if let Some(answer) = edges {
        let rows = region::decode_edges(answer)?;
        region.edges.extend(rows.into_iter().map(|row| (row.key.clone(), row)));
    }
    if let Some(answer) = minted {
        region.minted = region::decode_minted(answer)?;
    }
    Ok(())
}

/// `$profile.merged` and `$profile.unmerged`, so that scores, journeys and the console learn of it.
fn announcements(resolution: &Resolution, page: &[&Touchpoint], now: Timestamp) -> Vec<Touchpoint> {
    let tell = |name: &str, moved: &Moved, properties: Value| {
        let cause = moved.cause.as_ref();
        let cause = cause.and_then(|id| page.iter().copied().find(|one| one.id == *id));
        let by = cause.map_or("", |touchpoint| touchpoint.id.as_str());
        let key = [moved.from.as_str(), moved.to.as_str(), by];
        Touchpoint::own(name, &key, Some(moved.identity.clone()), cause, properties, now)
    };
    let merged = resolution.merged.iter().map(|moved| {
        let properties = json!({"into": moved.to, "absorbed": moved.from});
        tell("$profile.merged", moved, properties)
    });
    let unmerged = resolution.unmerged.iter().map(|moved| {
        let properties = json!({"from": moved.from, "part": moved.to});
        tell("$profile.unmerged", moved, properties)
    });
    merged.chain(unmerged).collect()
}

/// What each touchpoint leaves under the identity it is recorded under.
fn record(page: &[&Touchpoint], blocked: &BTreeSet<Identity>) -> Vec<Statement> {
    let mut timeline = Vec::new();
    let mut traits: BTreeMap<(Identity, String), write::TraitRow> = BTreeMap::new();
    let mut consents = BTreeMap::new();
    let mut counters: BTreeMap<CounterKey, write::CounterRow> = BTreeMap::new();
    let mut facts: BTreeMap<FactKey, orders::OrderRow> = BTreeMap::new();
    for touchpoint in page {
        silence(touchpoint, &mut consents);
        let Some(identity) = recorded_under(touchpoint, blocked) else { continue };
        timeline.push(write::TimelineRow {
            identity: identity.clone(),
            occurred_at: touchpoint.occurred_at,
            seq: touchpoint.seq,
            name: touchpoint.name.clone(),
        });
        match order_fact(touchpoint) {
            Some(fact) => {
                let row = orders::OrderRow { identity: identity.clone(), fact };
                keep_last(&mut facts, fact_key(&row), row, |row| {
                    (row.fact.occurred_at, row.fact.touchpoint.clone())
                });
            }
            None => count(touchpoint, identity, &mut counters),
        }
        for Stated { field, value, rank } in
            traits_of(touchpoint).into_iter().chain(rejected_traits(touchpoint))
        {
            let row = write::TraitRow {
                identity: identity.clone(),
                field: field.clone(),
                value: value.to_string(),
                occurred_at: touchpoint.occurred_at,
                touchpoint: touchpoint.id.clone(),
                channel: touchpoint.channel.clone(),
                rank: rank.number(),
            };
            keep_last(&mut traits, (identity.clone(), field), row, |row| {
                let rank = Rank::from_number(row.rank);
                (rank, rank.moment(row.occurred_at), row.touchpoint.clone())
            });
        }
        for said in consents_of(touchpoint) {
            let row = ConsentValue {
                medium: said.medium,
                purpose: said.purpose,
                state: said.state,
                source: said.source,
                occurred_at: said.at,
                touchpoint: touchpoint.id.clone(),
                identity: identity.clone(),
            };
            let (medium, purpose) = (row.medium.clone(), row.purpose.clone());
            let key = (identity.clone(), medium, purpose, row.state, row.source);
            keep_last(&mut consents, key, row, |row| (row.occurred_at, row.touchpoint.clone()));
        }
    }
    let mut statements = write::timeline(&timeline);
    statements.extend(write::counters(&counters.into_values().collect::<Vec<_>>()));
    statements.extend(orders::state(&facts.into_values().collect::<Vec<_>>()));
    statements.extend(file_names(traits.values()));
    statements.extend(write::traits(&traits.into_values().collect::<Vec<_>>()));
    statements.extend(write::consents(&consents.into_values().collect::<Vec<_>>()));
    statements
}

/// People are found by what they are called.
fn file_names<'a>(rows: impl Iterator<Item = &'a write::TraitRow>) -> Vec<Statement> {
    let terms: Vec<names::Term> = rows
        .filter(|row| NAME_FIELDS.contains(&row.field.as_str()))
        .flat_map(|row| {
            let name: String = serde_json::from_str(&row.value).unwrap_or_default();
            let of = |term| names::Term { term, identity: row.identity.clone() };
            name_terms(&name).into_iter().map(of)
        })
        .collect();
    names::file(&terms)
}

/// Whoever wants to be forgotten gets no marketing from now on. The statement lies under identities
/// that need not be known, and makes none of them known.
fn silence(touchpoint: &Touchpoint, consents: &mut BTreeMap<ConsentKey, ConsentValue>) {
    for identity in privacy::silenced(touchpoint) {
        let row = ConsentValue {
            medium: "*".to_owned(),
            purpose: "marketing".to_owned(),
            state: ConsentState::Withdrawn,
            source: ConsentSource::Person,
            occurred_at: touchpoint.occurred_at,
            touchpoint: touchpoint.id.clone(),
            identity: identity.clone(),
        };
        let (medium, purpose) = (row.medium.clone(), row.purpose.clone());
        let key = (identity, medium, purpose, row.state, row.source);
        keep_last(consents, key, row, |row| (row.occurred_at, row.touchpoint.clone()));
    }
}

/// Identity, medium, purpose, state, source.
type ConsentKey = (Identity, String, String, ConsentState, ConsentSource);
/// Identity, name, day, currency.
type CounterKey = (Identity, String, i64, String);
/// Identity, name, order, source, part.
type FactKey = (Identity, String, String, String, String);

fn fact_key(row: &orders::OrderRow) -> FactKey {
    let fact = &row.fact;
    let [name, order, source, part] =
        [&fact.name, &fact.order_id, &fact.source, &fact.part].map(String::clone);
    (row.identity.clone(), name, order, source, part)
}

fn count(
    touchpoint: &Touchpoint,
    identity: &Identity,
    counters: &mut BTreeMap<CounterKey, write::CounterRow>,
) {
    // How a profile came about says nothing about what the person did.
    if touchpoint.name.starts_with("$profile.") {
        return;
    }
    let day = touchpoint.occurred_at.0.div_euclid(DAY_MS);
    let Money { minor, currency } = money_of(touchpoint).unwrap_or_default();
    let key = (identity.clone(), touchpoint.name.clone(), day, currency.clone());
    let row = counters.entry(key).or_insert_with(|| write::CounterRow {
        identity: identity.clone(),
        name: touchpoint.name.clone(),
        day,
        currency,
        count: 0,
        sum_minor: 0,
    });
    row.count += 1;
    row.sum_minor = row.sum_minor.saturating_add(minor);
}

fn keep_last<K: Ord, V, R: Ord>(
    map: &mut BTreeMap<K, V>,
    key: K,
    value: V,
    rank: impl Fn(&V) -> R,
) {
    let stands = map.get(&key).is_some_and(|standing| rank(standing) >= rank(&value));
    if !stands {
        map.insert(key, value);
    }
}
