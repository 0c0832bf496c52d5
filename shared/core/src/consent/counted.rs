//! Which of a person's statements counts: a function of their set, never of the order in which
//! they came.

use super::words::{self, ALL};
use super::{ConsentSource, ConsentState, ConsentValue};

/// The statement that decides whether a person may be written to in this medium for this purpose,
/// at this address of theirs; `None`: nothing was said.
///
/// A withdrawal counts, whoever reports it, until the person takes it back: by an own act or an
/// answer that is newer, on the same medium. Where no withdrawal stands the newest own grant
/// counts, and after it the newest grant that others report.
pub fn counted<'a>(
    consents: &'a [ConsentValue],
    medium: &str,
    purpose: &str,
    address: Option<&str>,
) -> Option<&'a ConsentValue> {
    let purpose = words::purpose(purpose).unwrap_or_else(|| purpose.to_owned());
    let about = |one: &&ConsentValue| {
        (one.medium == medium || one.medium == ALL)
            && (one.purpose == purpose || one.purpose == ALL)
    };
    let said: Vec<&ConsentValue> = consents.iter().filter(about).collect();
    let withdrawn = |one: &&&ConsentValue| one.state == ConsentState::Withdrawn;
    let grants: Vec<&ConsentValue> = said
        .iter()
        .filter(|one| !withdrawn(one) && !is_of_another_address(one, medium, address))
        .copied()
        .collect();
    let newest = |found: &mut dyn Iterator<Item = &&'a ConsentValue>| {
        found.max_by_key(|one| (one.occurred_at, &one.touchpoint)).copied()
    };
    let is_lifted = |one: &ConsentValue| grants.iter().any(|grant| lifts(grant, one));
    let standing = newest(&mut said.iter().filter(withdrawn).filter(|one| !is_lifted(one)));
    if standing.is_some() {
        return standing;
    }
    let own = |grant: &&&ConsentValue| match grant.source {
        ConsentSource::Person => true,
        ConsentSource::Answer => said.iter().filter(withdrawn).any(|one| lifts(grant, one)),
        ConsentSource::Copy => false,
    };
    newest(&mut grants.iter().filter(own))
        .or_else(|| newest(&mut grants.iter().filter(|grant| grant.source == ConsentSource::Copy)))
}

/// Whether a grant takes a withdrawal back. A grant for all media lifts a withdrawal from all media
/// and none from a single one: a person who answered STOP to a text comes back by text.
fn lifts(grant: &ConsentValue, withdrawal: &ConsentValue) -> bool {
    grant.state == ConsentState::Granted
        && grant.source != ConsentSource::Copy
        && grant.occurred_at > withdrawal.occurred_at
        && (grant.medium == withdrawal.medium || withdrawal.medium == ALL)
}

/// A START sent from one number says nothing about another number of the same person.
fn is_of_another_address(grant: &ConsentValue, medium: &str, address: Option<&str>) -> bool {
    let kind = words::address_kind(medium);
    address.is_some_and(|address| {
        kind == Some(grant.identity.kind()) && grant.identity.value() != address
    })
}

/// What holds of a person: for each medium and purpose anything was said about, the statement that
/// counts.
pub fn fold_consents(values: &[ConsentValue]) -> Vec<ConsentValue> {
    let mut folded: Vec<ConsentValue> = Vec::new();
    for value in values {
        let counted = counted(values, &value.medium, &value.purpose, None);
        if let Some(counted) = counted.filter(|counted| !folded.contains(counted)) {
            folded.push(counted.clone());
        }
    }
    folded.sort_by(|a, b| {
        let key = |one: &ConsentValue| (one.medium.clone(), one.purpose.clone());
        key(a).cmp(&key(b)).then_with(|| a.touchpoint.cmp(&b.touchpoint))
    });
    folded
}

#[cfg(test)]
mod tests;
