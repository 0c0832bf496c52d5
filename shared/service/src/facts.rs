//! Loads [`Facts`] for a page of profiles: four queries, however many profiles.

use crate::Host;
use std::collections::BTreeMap;
use tributary_core::Gather;
use tributary_core::ids::ProfileId;
use tributary_core::message::is_address_field;
use tributary_core::profile::{Facts, fold_traits};
use tributary_store::facts::{self, Since};
use tributary_store::{Db, DbError};

/// The facts of each wanted profile, with its events of these names since the given moment.
/// A profile that is not there gets empty facts.
pub async fn load<H: Host>(
    host: &H,
    wanted: &[Since],
    names: &[String],
) -> Result<BTreeMap<ProfileId, Facts>, DbError> {
    let mut earliest: BTreeMap<ProfileId, Since> = BTreeMap::new();
    for one in wanted {
        let entry = earliest.entry(one.profile.clone()).or_insert_with(|| one.clone());
        entry.since = entry.since.min(one.since);
    }
    let profiles: Vec<ProfileId> = earliest.keys().cloned().collect();
    if profiles.is_empty() {
        return Ok(BTreeMap::new());
    }
    let wanted: Vec<Since> = earliest.into_values().collect();
    let answers = host
        .db()
        .run(vec![
            facts::identities(&profiles),
            facts::traits(&profiles),
            facts::consents(&profiles),
            facts::events(&wanted, names),
        ])
        .await?;
    let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();

    let mut loaded: BTreeMap<ProfileId, Facts> =
        profiles.into_iter().map(|profile| (profile, Facts::default())).gather();
    for (profile, identity) in facts::decode_identities(&answer(0))? {
        loaded.entry(profile).or_default().identities.push(identity);
    }
    let mut traits: BTreeMap<ProfileId, Vec<_>> = BTreeMap::new();
    for (profile, field, value) in facts::decode_traits(&answer(1))? {
        traits.entry(profile).or_default().push((field, value));
    }
    for (profile, values) in traits {
        let facts = loaded.entry(profile).or_default();
        let given = values
            .iter()
            .filter(|(field, value)| is_address_field(field) && !value.value.is_null());
        facts.given = given.cloned().collect();
        facts.given.sort_by(|(_, one), (_, other)| other.weight().cmp(&one.weight()));
        facts.traits = fold_traits(values);
    }
    for (profile, value) in facts::decode_consents(&answer(2))? {
        loaded.entry(profile).or_default().consents.push(value);
    }
    for event in facts::decode_events(&answer(3))? {
        loaded.entry(event.profile.clone()).or_default().events.push(event);
    }
    Ok(loaded)
}
