//! `/api/v1/personal-fields`, and looking people up without the right to see them.

use super::chain::Keys;
use super::users::parse;
use crate::answer::{Answered, failed};
use crate::{Host, Request, Response, problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use tributary_core::access::{names_somebody, plain_name};
use tributary_store::access::privacy::{self, Field};
use tributary_store::{Db, rows};

/// Different people that one user may look for within an hour: enough for a day's work at a desk,
/// too few to try numbers out.
const LOOKUPS_AN_HOUR: i64 = 60;
const HOUR_MS: i64 = 3_600_000;
const MAX_FIELDS: usize = 100;
const MAX_NAME_CHARS: usize = 64;
/// What answers are made of. Masking it would leave nothing to be read.
const STRUCTURE: &[&str] = &[
    "channel",
    "code",
    "endpoint",
    "id",
    "items",
    "kind",
    "name",
    "profile",
    "state",
    "status",
    "tag",
    "title",
    "touchpoint",
    "value",
];

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonalFields {
    /// Names of fields that are masked beside those that always are, however they are written:
    /// `Blood type` is `blood_type` and `bloodType`.
    fields: Vec<String>,
}

pub(super) async fn get<H: Host>(host: &H) -> Answered<Response> {
    let fields = own(host).await?.into_iter().map(|field| field.name).collect();
    Ok(Response::json(200, &PersonalFields { fields }))
}

/// Replaces the list.
pub(super) async fn put<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let put: PersonalFields = parse(request)?;
    let invalid = |detail: &str| Err(problem(422, "invalid_personal_fields", detail));
    if put.fields.len() > MAX_FIELDS {
        return invalid("At most 100 fields.");
    }
    let (mut fields, mut seen) = (Vec::new(), BTreeSet::new());
    for name in put.fields {
        let (name, field) = (name.trim().to_owned(), plain_name(&name));
        if field.is_empty() || name.chars().count() > MAX_NAME_CHARS {
            return invalid("A name has 1 to 64 characters, letters or digits among them.");
        }
        if STRUCTURE.contains(&field.as_str()) {
            return invalid(&format!("{name:?} is what answers are made of."));
        }
        if seen.insert(field.clone()) {
            fields.push(Field { field, name });
        }
    }
    host.db().run(privacy::replace_fields(&fields)).await.map_err(failed)?;
    get(host).await
}

async fn own<H: Host>(host: &H) -> Answered<Vec<Field>> {
    rows(host.db(), privacy::fields()).await.map_err(failed)
}

/// The plain names of the fields that an administrator has marked.
pub(super) async fn personal_fields<H: Host>(host: &H) -> Answered<Vec<String>> {
    Ok(own(host).await?.into_iter().map(|field| field.field).collect())
}

/// The number, address or id of one person that a request looks for.
pub(super) fn looked_for(method: &str, path: &str, query: &str) -> Option<String> {
    let parameter = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(name, value)| name == wanted && !value.trim().is_empty());
        found.map(|(_, value)| value.trim().to_owned())
    };
    match (method, path.trim_end_matches('/')) {
        ("GET" | "HEAD", "/api/v1/search") => parameter("q").filter(|query| names_somebody(query)),
        ("GET" | "HEAD", "/api/v1/profiles" | "/api/v1/messages") => parameter("identity"),
        _ => None,
    }
}

/// Counts it, where there is room for one more. Decided in the statement that writes it, so that
/// many requests at once do not pass.
pub(super) async fn count_lookup<H: Host>(host: &H, actor: &str, text: &str) -> Answered<()> {
    let now = host.now();
    let digest = Keys::of(host).digest(text);
    let since = now.plus_ms(-HOUR_MS);
    let batch = privacy::look_up(actor, &digest, LOOKUPS_AN_HOUR, since, now);
    let answers = host.db().run(batch).await.map_err(failed)?;
    #[derive(Deserialize)]
    struct Counted {}
    let counted = answers.into_iter().next().unwrap_or_default();
    if counted.decode::<Counted>().map_err(failed)?.is_empty() {
        let detail = "Your role does not show numbers and addresses, so it may look for 60 people \
                      an hour. Search by name, or ask for the right.";
        return Err(problem(429, "too_many_lookups", detail));
    }
    Ok(())
}
