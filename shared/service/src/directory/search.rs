//! `GET /search?q=`: whatever somebody has at hand — a number, an address, a name, an id.

use super::country;
use crate::answer::{Answered, failed, parameter};
use crate::profile_merge::document::{self, ProfileDocument};
use crate::{Host, Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tributary_core::identity::{Kind, PhoneTables, normalize};
use tributary_core::ids::{LeadId, MessageId, ProfileId, TouchpointId};
use tributary_core::profile::{name_matches, wanted};
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
    detail: Option<String>,
    /// Why it is here: `phone`, `email`, `identity`, `name`, `id`.
    matched: &'static str,
}

pub(super) async fn search<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let query = parameter(request, "q").unwrap_or_default();
    let query = query.trim();
    let mut items = Vec::new();
    if !query.is_empty() {
        items.extend(of_ours(query));
        items.extend(people(host, query).await?);
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
    Some(Found { kind, title: id.clone(), id, detail: None, matched: "id" })
}

/// Profiles, those that an exact identity leads to first.
async fn people<H: Host>(host: &H, query: &str) -> Answered<Vec<Found>> {
    #[derive(Deserialize)]
    struct Row {
        profile: ProfileId,
    }
    let mut ways = vec![("id", read::canonical(query))];
    ways.extend(identities(query, &country(host)).into_iter().map(|(kind, key)| {
        let matched = match kind {
            Kind::Phone => "phone",
            Kind::Email => "email",
            _ => "identity",
        };
        (matched, read::by_identity(&key))
    }));
    let names: Vec<_> = wanted(query).into_iter().collect();
    ways.extend(names::find(&names, 100).map(|statement| ("name", statement)));
    let values = match query.chars().count() >= MIN_PREFIX_CHARS {
        true => read::by_value_prefix(query, MOST as i64),
        false => read::by_whole_value(query, MOST as i64),
    };
    ways.push(("identity", values));
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
        let name = name_of(document);
        let stands = matched != "name" || names_of(document).any(|it| name_matches(it, query));
        stands.then(|| Found {
            kind: "profile",
            title: name.unwrap_or_else(|| id.0.clone()),
            id: id.0,
            detail: detail_of(document),
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
    tries
        .into_iter()
        .filter_map(|(kind, scope)| {
            let identity =
                normalize(&RawIdentifier::new(kind, scope, value), &PhoneTables(country)).ok()?;
            Some((kind, identity.key().to_owned()))
        })
        .collect()
}

fn names_of(document: &ProfileDocument) -> impl Iterator<Item = &str> {
    let fields = tributary_core::profile::NAME_FIELDS.iter();
    fields.filter_map(|field| document.traits.get(*field).and_then(Value::as_str))
}

/// What somebody is called: the name, or what it is made of.
fn name_of(document: &ProfileDocument) -> Option<String> {
    let text = |field: &str| {
        let text = document.traits.get(field).and_then(Value::as_str)?.trim();
        Some(text.to_owned()).filter(|text| !text.is_empty())
    };
    text("name")
        .or_else(|| match (text("first_name"), text("last_name")) {
            (Some(first), Some(last)) => Some(format!("{first} {last}")),
            (first, last) => first.or(last),
        })
        .or_else(|| text("nickname"))
        .or_else(|| text("company"))
}

fn detail_of(document: &ProfileDocument) -> Option<String> {
    let keys: Vec<&str> =
        document.identities.iter().take(3).map(|one| one.identity.key()).collect();
    (!keys.is_empty()).then(|| keys.join(" · "))
}
