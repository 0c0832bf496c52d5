//! `GET /search?q=`: whatever somebody has at hand — a number, an address, a name, an id.

use super::country;
use crate::answer::{Answered, failed, parameter};
use crate::profile_merge::document::{self, ProfileDocument};
use crate::{Host, Principal, Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tributary_core::access::{is_personal, names_somebody};
use tributary_core::identity::{Identity, Kind, PhoneTables, normalize_all};
use tributary_core::ids::{LeadId, MessageId, ProfileId, TouchpointId};
use tributary_core::profile::{called, names_match, wanted};
use tributary_core::touchpoint::RawIdentifier;
use tributary_store::Db;
use tributary_store::profiles::{names, read};

const MOST: usize = 20;
/// Shorter beginnings of an identity lead to half of everybody.
const MIN_PREFIX_CHARS: usize = 3;

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Found {
    /// `profile`, `lead`, `message`, `touchpoint`.
    kind: &'static str,
    id: String,
    title: String,
    /// What tells people of one name apart.
    identities: Vec<FoundIdentity>,
    /// Why it is here: `phone`, `email`, `identity`, `name`, `id`.
    matched: &'static str,
}

/// One of those that somebody is known by.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct FoundIdentity {
    /// The canonical key.
    identity: Identity,
    kind: &'static str,
    value: String,
}

/// How many of them are shown.
const SHOWN_IDENTITIES: usize = 10;

pub(super) async fn search<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let query = parameter(request, "q").unwrap_or_default();
    let query = query.trim();
    let mut items = Vec::new();
    if !query.is_empty() {
        items.extend(of_ours(query));
        let clear = Principal::of(request).is_some_and(|who| who.clear);
        items.extend(people(host, query, clear).await?);
    }
    items.truncate(MOST);
    Ok(Response::json(200, &json!({ "items": items, "next_cursor": null })))
}

/// An id of ours that is no profile's: the page it leads to says whether there is such a thing.
fn of_ours(query: &str) -> Option<Found> {
    let prefixes = [
        ("lead", LeadId::PREFIX),
        ("message", MessageId::PREFIX),
        ("touchpoint", TouchpointId::PREFIX),
    ];
    let (kind, _) = prefixes.into_iter().find(|(_, prefix)| query.starts_with(prefix))?;
    let id = query.to_owned();
    Some(Found { kind, title: id.clone(), id, identities: Vec::new(), matched: "id" })
}

/// Profiles, those that an exact identity leads to first. Who does not see identities finds nobody
/// by the beginning of one: it would betray the rest, digit by digit.
async fn people<H: Host>(host: &H, query: &str, clear: bool) -> Answered<Vec<Found>> {
    #[derive(Deserialize)]
    struct Row {
        profile: ProfileId,
    }
    let mut ways = vec![("id", read::canonical(query))];
    let exact =
        if clear || names_somebody(query) { identities(query, &country(host)) } else { Vec::new() };
    ways.extend(exact.into_iter().map(|(kind, key)| {
        let matched = match kind {
            Kind::Phone => "phone",
            Kind::Email => "email",
            _ => "identity",
        };
        (matched, read::by_identity(&key))
    }));
    let names: Vec<_> = wanted(query).into_iter().collect();
    ways.extend(names::find(&names, 100).map(|statement| ("name", statement)));
    if clear {
        let values = match query.chars().count() >= MIN_PREFIX_CHARS {
            true => read::by_value_prefix(query, MOST as i64),
            false => read::by_whole_value(query, MOST as i64),
        };
        ways.push(("identity", values));
    }
    let (reasons, batch): (Vec<&'static str>, Vec<_>) = ways.into_iter().unzip();
    let answers = host.db().run(batch).await.map_err(failed)?;
    let mut found: Vec<(ProfileId, &'static str)> = Vec::new();
    for (reason, answer) in reasons.into_iter().zip(&answers) {
        for row in answer.decode::<Row>().map_err(failed)? {
            if !found.iter().any(|(known, _)| *known == row.profile) {
                found.push((row.profile, reason));
            }
        }
    }
    // A name may be out of date in the index, so there are more candidates than places.
    found.truncate(5 * MOST);
    let ids: Vec<ProfileId> = found.iter().map(|(id, _)| id.clone()).collect();
    let documents = document::load(host, &ids).await.map_err(failed)?;
    let items = found.into_iter().zip(&documents).filter_map(|((id, matched), document)| {
        let name = name_of(document, clear);
        let stands = matched != "name" || names_match(names_of(document), query);
        stands.then(|| Found {
            kind: "profile",
            title: name.unwrap_or_else(|| id.0.clone()),
            id: id.0,
            identities: identities_of(document),
            matched,
        })
    });
    Ok(items.collect())
}

/// The identities a query may be: as written in full, as a telephone number, as an address.
fn identities(query: &str, country: &str) -> Vec<(Kind, String)> {
    let (head, value) = query.split_once(':').unwrap_or(("", query));
    let (kind, scope) = head.split_once('@').unwrap_or((head, ""));
    let tries: Vec<(Kind, &str)> = match Kind::parse(kind) {
        Some(kind) => vec![(kind, scope)],
        None => vec![(Kind::Phone, ""), (Kind::Email, "")],
    };
    let tries: Vec<RawIdentifier> =
        tries.into_iter().map(|(kind, scope)| RawIdentifier::new(kind, scope, value)).collect();
    let found = normalize_all(&tries, &PhoneTables(country)).identities;
    found.into_iter().map(|one| (one.kind(), one.key().to_owned())).collect()
}

fn names_of(document: &ProfileDocument) -> impl Iterator<Item = &str> {
    let fields = tributary_core::profile::NAME_FIELDS.iter();
    fields.filter_map(|field| document.traits.get(*field).and_then(Value::as_str))
}

/// What somebody is called, of the names that are shown to who asks.
fn name_of(document: &ProfileDocument, clear: bool) -> Option<String> {
    called(|field| {
        if !clear && is_personal(field) {
            return None;
        }
        let text = document.traits.get(field).and_then(Value::as_str)?.trim();
        Some(text.to_owned()).filter(|text| !text.is_empty())
    })
}

fn identities_of(document: &ProfileDocument) -> Vec<FoundIdentity> {
    let shown = document.identities.iter().take(SHOWN_IDENTITIES).map(|one| FoundIdentity {
        identity: one.identity.clone(),
        kind: one.kind,
        value: one.value.clone(),
    });
    shown.collect()
}
