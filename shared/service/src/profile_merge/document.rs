//! Profile documents: everything a profile is today, each value with its source.

use crate::{Host, facts};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::Gather;
use tributary_core::consent::{ConsentValue, fold_consents};
use tributary_core::identity::Identity;
use tributary_core::ids::{ProfileId, TouchpointId};
use tributary_core::profile::{
    BOUGHT, Lifecycle, OrderFact, Tally, TraitValue, fold_orders, lifecycle,
};
use tributary_core::time::Timestamp;
use tributary_core::vocabulary::is_one_of;
use tributary_store::facts::Since;
use tributary_store::profiles::{orders, read};
use tributary_store::{Db, DbError};

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Profile))]
pub struct ProfileDocument {
    pub id: ProfileId,
    /// How far the person has come with the company.
    pub lifecycle: Lifecycle,
    /// Ids that lead here: of profiles that were absorbed.
    pub aliases: Vec<ProfileId>,
    pub created_at: Option<Timestamp>,
    pub first_seen_at: Option<Timestamp>,
    pub last_seen_at: Option<Timestamp>,
    pub touchpoint_count: i64,
    pub identities: Vec<IdentityDocument>,
    /// Field → value.
    pub traits: BTreeMap<String, Value>,
    /// Field → why this value: which touchpoint said so, where, when.
    pub trait_sources: BTreeMap<String, TraitValue>,
    pub tags: Vec<TagDocument>,
    pub consents: Vec<ConsentValue>,
    pub counters: Vec<CounterDocument>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ProfileIdentity))]
pub struct IdentityDocument {
    /// The canonical key.
    pub identity: Identity,
    pub kind: &'static str,
    pub scope: String,
    pub value: String,
    pub first_seen_at: Timestamp,
    pub first_touchpoint: TouchpointId,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ProfileTag))]
pub struct TagDocument {
    pub tag: String,
    pub reason: Value,
    pub touchpoint: TouchpointId,
    pub since: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ProfileCounter))]
pub struct CounterDocument {
    pub name: String,
    /// ISO 4217; empty where no currency was named. Sums of different currencies are never added.
    pub currency: String,
    /// An order that page, shop and payment provider tell of is one.
    pub count: i64,
    /// In the currency's minor unit.
    pub sum_minor: i64,
    /// The last day (since the epoch, UTC) it happened.
    pub last_day: i64,
}

#[derive(Deserialize)]
struct Of<T> {
    profile: ProfileId,
    #[serde(flatten)]
    row: T,
}

#[derive(Deserialize)]
struct Empty {}

#[derive(Deserialize)]
struct IdRow {
    id: ProfileId,
    born_at: Timestamp,
}

#[derive(Deserialize)]
struct IdentityRow {
    identity: Identity,
    first_at: Timestamp,
    first_touchpoint: TouchpointId,
}

#[derive(Deserialize)]
struct SpanRow {
    first_seen_at: Timestamp,
    last_seen_at: Timestamp,
    touchpoints: i64,
}

/// The documents of some profiles, in the order asked for.
pub(crate) async fn load<H: Host>(
    host: &H,
    profiles: &[ProfileId],
) -> Result<Vec<ProfileDocument>, DbError> {
    if profiles.is_empty() {
        return Ok(Vec::new());
    }
    let since: Vec<Since> = profiles
        .iter()
        .map(|profile| Since { profile: profile.clone(), since: Timestamp(i64::MAX / 4) })
        .collect();
    let mut facts = facts::load(host, &since, &[]).await?;
    let key = serde_json::to_string(profiles).unwrap_or_else(|_| "[]".to_owned());
    let answers = host.db().run(read::documents(&key)).await?;
    let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();

    let mut documents: BTreeMap<ProfileId, ProfileDocument> =
        profiles.iter().map(|id| (id.clone(), blank(id))).gather();
    for of in answer(0).decode::<Of<IdRow>>()? {
        let Some(document) = documents.get_mut(&of.profile) else { continue };
        if of.row.id == of.profile {
            document.created_at = Some(of.row.born_at);
        } else {
            document.aliases.push(of.row.id);
        }
    }
    for of in answer(1).decode::<Of<IdentityRow>>()? {
        let Some(document) = documents.get_mut(&of.profile) else { continue };
        document.identities.push(IdentityDocument {
            kind: of.row.identity.kind().id(),
            scope: of.row.identity.scope(),
            value: of.row.identity.value().to_owned(),
            first_seen_at: of.row.first_at,
            first_touchpoint: of.row.first_touchpoint,
            identity: of.row.identity,
        });
    }
    let counters = answer(2).decode::<Of<CounterDocument>>()?;
    let counters = counters.into_iter().map(|of| (of.profile, of.row)).collect();
    for (profile, counters) in counted(counters, orders::decode(&answer(5))?) {
        if let Some(document) = documents.get_mut(&profile) {
            document.counters = counters;
        }
    }
    for of in answer(3).decode::<Of<SpanRow>>()? {
        let Some(document) = documents.get_mut(&of.profile) else { continue };
        document.first_seen_at = Some(of.row.first_seen_at);
        document.last_seen_at = Some(of.row.last_seen_at);
        document.touchpoint_count = of.row.touchpoints;
    }
    let in_hand: BTreeSet<ProfileId> =
        answer(4).decode::<Of<Empty>>()?.into_iter().map(|of| of.profile).gather();
    Ok(profiles
        .iter()
        .filter_map(|id| {
            let mut document = documents.remove(id)?;
            let is_order = |name: &str| is_one_of(&[BOUGHT], name);
            let bought = document.counters.iter().filter(|counter| is_order(&counter.name));
            document.lifecycle = lifecycle(
                document.identities.iter().map(|one| &one.identity),
                bought.map(|counter| counter.count).sum(),
                in_hand.contains(id),
            );
            let facts = facts.remove(id).unwrap_or_default();
            document.tags = facts
                .tags()
                .map(|(tag, value)| TagDocument {
                    tag: tag.to_owned(),
                    reason: value.value.clone(),
                    touchpoint: value.touchpoint.clone(),
                    since: value.occurred_at,
                })
                .collect();
            document.consents = fold_consents(&facts.consents);
            for (field, value) in facts.traits {
                if !field.starts_with(tributary_core::profile::TAG_PREFIX) {
                    document.traits.insert(field.clone(), value.value.clone());
                    document.trait_sources.insert(field, value);
                }
            }
            Some(document)
        })
        .collect())
}

/// The counters of each profile, by name and currency: what was merely counted, and what is said
/// about orders.
fn counted(
    counters: Vec<(ProfileId, CounterDocument)>,
    facts: Vec<(ProfileId, OrderFact)>,
) -> BTreeMap<ProfileId, Vec<CounterDocument>> {
    let mut found: BTreeMap<ProfileId, BTreeMap<(String, String), Tally>> = BTreeMap::new();
    for (profile, row) in counters {
        let tally = Tally { count: row.count, sum_minor: row.sum_minor, last_day: row.last_day };
        found.entry(profile).or_default().entry((row.name, row.currency)).or_default().join(&tally);
    }
    let mut orders: BTreeMap<ProfileId, Vec<OrderFact>> = BTreeMap::new();
    for (profile, fact) in facts {
        orders.entry(profile).or_default().push(fact);
    }
    for (profile, facts) in orders {
        let all = found.entry(profile).or_default();
        for (key, tally) in fold_orders(&facts) {
            all.entry(key).or_default().join(&tally);
        }
    }
    let document = |((name, currency), tally): ((String, String), Tally)| CounterDocument {
        name,
        currency,
        count: tally.count,
        sum_minor: tally.sum_minor,
        last_day: tally.last_day,
    };
    let documents = |tallies: BTreeMap<_, _>| tallies.into_iter().map(document).collect();
    found.into_iter().map(|(profile, tallies)| (profile, documents(tallies))).gather()
}

fn blank(id: &ProfileId) -> ProfileDocument {
    ProfileDocument {
        id: id.clone(),
        lifecycle: Lifecycle::Visitor,
        aliases: Vec::new(),
        created_at: None,
        first_seen_at: None,
        last_seen_at: None,
        touchpoint_count: 0,
        identities: Vec::new(),
        traits: BTreeMap::new(),
        trait_sources: BTreeMap::new(),
        tags: Vec::new(),
        consents: Vec::new(),
        counters: Vec::new(),
    }
}
