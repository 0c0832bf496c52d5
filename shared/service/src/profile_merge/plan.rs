//! One page of the log into statements. In the usual case — everybody in it is known, nothing
//! new is seen together — two queries and one batch, whatever the page's size.

use crate::Host;
use crate::consumer::PlanError;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::identity::{EdgeKey, Identity};
use tributary_core::ids::ProfileId;
use tributary_core::profile::{
    NAME_FIELDS, Region, Resolution, Sightings, consents_of, is_news, money_of, name_terms,
    recorded_under, resolve, sightings, traits_of,
};
use tributary_core::time::{DAY_MS, Timestamp};
use tributary_core::touchpoint::Touchpoint;
use tributary_store::profiles::{names, region, write};
use tributary_store::touchpoints::Logged;
use tributary_store::{Answer, Db, DbError, Statement, touchpoints};

pub(super) async fn plan<H: Host>(
    host: &H,
    page: &[Logged],
    now: Timestamp,
) -> Result<Vec<Statement>, PlanError> {
    let page: Vec<&Touchpoint> = page.iter().map(|logged| &logged.touchpoint).collect();
    let seen = sightings(page.iter().copied());
    let mut statements = Vec::new();
    let mut known = load_sighted(host, &seen).await?;
    if is_news(&seen, &known) {
        load_closure(host, &seen, page.len(), &mut known).await?;
        let resolution = resolve(&seen, &known, &host.seed());
        statements.extend(write::minted(&resolution.minted, now));
        statements.extend(write::identities(&resolution.identities));
        statements.extend(write::edges(&resolution.edges));
        statements.extend(touchpoints::append(&announcements(&resolution, &page, now)));
    }
    statements.extend(record(&page));
    statements.extend(write::totals());
    Ok(statements)
}

/// What would become of the region if this had been said: every identity of it with its profile
/// before and after; `None` for a profile that does not exist yet.
pub(super) async fn foresee<H: Host>(
    host: &H,
    said: &[Touchpoint],
) -> Result<BTreeMap<Identity, (ProfileId, Option<ProfileId>)>, PlanError> {
    let seen = sightings(said.iter());
    let mut known = load_sighted(host, &seen).await?;
    load_closure(host, &seen, 1, &mut known).await?;
    let resolution = resolve(&seen, &known, &host.seed());
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

/// What is known of exactly the identities and edges of the page.
async fn load_sighted<H: Host>(host: &H, seen: &Sightings) -> Result<Region, DbError> {
    let identities: Vec<&Identity> = seen.identities.keys().collect();
    let edges: Vec<&EdgeKey> = seen.edges.keys().chain(seen.cuts.keys()).collect();
    let answers =
        host.db().run(vec![region::identities(&identities), region::edges(&edges)]).await?;
    let mut known = Region::default();
    fill(&mut known, answers.first(), answers.get(1), None)?;
    Ok(known)
}

/// Extends `known` to everything connected with what the page names: a region must be whole to be
/// partitioned.
async fn load_closure<H: Host>(
    host: &H,
    seen: &Sightings,
    page_size: usize,
    known: &mut Region,
) -> Result<(), PlanError> {
    let cut_ends = seen.cuts.keys().flat_map(|key| [&key.a, &key.b]);
    let mut members: BTreeSet<Identity> = seen.identities.keys().chain(cut_ends).cloned().collect();
    let roots: Vec<&Identity> = members.iter().collect();
    let answers = host.db().run(vec![region::closure(&roots)]).await?;
    members.extend(region::decode_closure(&answers.first().cloned().unwrap_or_default())?);
    let limit = if page_size == 1 { region::MAX_REGION } else { region::MAX_PAGE_REGION };
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
    // The last touchpoint of the page that names an edge made the region what it now is.
    let cause = page.iter().rev().copied().find(|touchpoint| {
        touchpoint.identifiers.len() > 1 || touchpoint.name.starts_with("$identity.")
    });
    let key = cause.map_or("", |touchpoint| touchpoint.id.as_str());
    let merged = resolution.merged.iter().map(|(absorbed, into, identity)| {
        let properties = json!({"into": into, "absorbed": absorbed});
        let key = [absorbed.as_str(), into.as_str(), key];
        Touchpoint::own("$profile.merged", &key, Some(identity.clone()), cause, properties, now)
    });
    let unmerged = resolution.unmerged.iter().map(|(from, part, identity)| {
        let properties = json!({"from": from, "part": part});
        let key = [from.as_str(), part.as_str(), key];
        Touchpoint::own("$profile.unmerged", &key, Some(identity.clone()), cause, properties, now)
    });
    merged.chain(unmerged).collect()
}

/// What each touchpoint leaves under the identity it is recorded under.
fn record(page: &[&Touchpoint]) -> Vec<Statement> {
    let mut timeline = Vec::new();
    let mut traits: BTreeMap<(Identity, String), write::TraitRow> = BTreeMap::new();
    let mut consents: BTreeMap<(Identity, String, String), write::ConsentRow> = BTreeMap::new();
    let mut counters: BTreeMap<(Identity, String, i64), write::CounterRow> = BTreeMap::new();
    for touchpoint in page {
        let Some(identity) = recorded_under(touchpoint) else { continue };
        timeline.push(write::TimelineRow {
            identity: identity.clone(),
            occurred_at: touchpoint.occurred_at,
            seq: touchpoint.seq,
            name: touchpoint.name.clone(),
        });
        count(touchpoint, identity, &mut counters);
        for (field, value) in traits_of(touchpoint) {
            let row = write::TraitRow {
                identity: identity.clone(),
                field: field.clone(),
                value: value.to_string(),
                occurred_at: touchpoint.occurred_at,
                touchpoint: touchpoint.id.clone(),
                channel: touchpoint.channel.clone(),
            };
            keep_last(&mut traits, (identity.clone(), field), row, |row| {
                (row.channel == "console", row.occurred_at, row.touchpoint.clone())
            });
        }
        for (medium, purpose, state) in consents_of(touchpoint) {
            let row = write::ConsentRow {
                identity: identity.clone(),
                medium: medium.clone(),
                purpose: purpose.clone(),
                state,
                occurred_at: touchpoint.occurred_at,
                touchpoint: touchpoint.id.clone(),
            };
            keep_last(&mut consents, (identity.clone(), medium, purpose), row, |row| {
                (row.occurred_at, row.touchpoint.clone())
            });
        }
    }
    let mut statements = write::timeline(&timeline);
    statements.extend(write::counters(&counters.into_values().collect::<Vec<_>>()));
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

fn count(
    touchpoint: &Touchpoint,
    identity: &Identity,
    counters: &mut BTreeMap<(Identity, String, i64), write::CounterRow>,
) {
    // How a profile came about says nothing about what the person did.
    if touchpoint.name.starts_with("$profile.") {
        return;
    }
    let day = touchpoint.occurred_at.0.div_euclid(DAY_MS);
    let key = (identity.clone(), touchpoint.name.clone(), day);
    let row = counters.entry(key).or_insert_with(|| write::CounterRow {
        identity: identity.clone(),
        name: touchpoint.name.clone(),
        day,
        count: 0,
        sum_minor: 0,
    });
    row.count += 1;
    row.sum_minor = row.sum_minor.saturating_add(money_of(touchpoint));
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
