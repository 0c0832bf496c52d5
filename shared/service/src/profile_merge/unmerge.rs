//! Taking apart what was merged wrongly: an edge is cut, the profile splits along it, and the cut
//! is remembered. A cut is a touchpoint like any other, so the log alone rebuilds it.

use super::ProfileMerge;
use super::api::{canonical, edge_rows, write};
use super::document;
use super::plan::foresee;
use crate::answer::{Answered, failed};
use crate::consumer::PlanError;
use crate::{Handled, Host, Principal, Request, Response, consumer, db_problem, problem};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::Gather;
use tributary_core::identity::{EdgeKey, Identity};
use tributary_core::ids::{ProfileId, TouchpointId};
use tributary_core::profile::{EDGE_CUT, EDGE_RESTORED};
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{CONSOLE_CHANNEL, Touchpoint};
use tributary_store::profiles::region;
use tributary_store::{one, touchpoints};

#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Unmerge))]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// Cut this edge.
    edge: Option<EdgeBody>,
    /// Cut every edge of this identity.
    identity: Option<String>,
    /// Take the cut back instead.
    #[serde(default)]
    restore: bool,
    #[serde(default)]
    reason: String,
    /// Writes nothing: answers what would become of the profiles.
    #[serde(default)]
    preview: bool,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = EdgePair))]
#[serde(deny_unknown_fields)]
pub(crate) struct EdgeBody {
    a: String,
    b: String,
}

/// `POST /profiles/{id}/unmerge`: answers the profiles that the identities now belong to.
pub(super) async fn handle<H: Host>(host: &H, id: &str, request: &Request) -> Handled {
    match run(host, id, request).await {
        Ok((response, worked)) => Handled { worked, ..response.into() },
        Err(response) => response.into(),
    }
}

async fn run<H: Host>(host: &H, id: &str, request: &Request) -> Answered<(Response, bool)> {
    let body: Body = serde_json::from_slice(&request.body).map_err(|_| {
        problem(
            400,
            "malformed_body",
            "Send {\"edge\": {\"a\", \"b\"}} or {\"identity\"}, with optional restore and reason.",
        )
    })?;
    // Who was admitted to look must not change anything, whatever else the body says.
    if !body.preview && Principal::of(request).is_none_or(|who| who.only_views) {
        return Err(problem(403, "forbidden", "Only a preview was asked for."));
    }
    let profile = canonical(host, id).await?;
    let (edges, last_word) = chosen(host, &profile, &body).await?;
    // The later word counts, so one said within the same millisecond must still be the later.
    let now = host.now().max(last_word.plus_ms(1));
    let name = if body.restore { EDGE_RESTORED } else { EDGE_CUT };
    let seed = host.seed();
    let said: Vec<Touchpoint> = edges
        .iter()
        .map(|edge| Touchpoint {
            seq: 0,
            id: TouchpointId::mint(&seed, &[edge.a.key(), edge.b.key()]),
            channel: CONSOLE_CHANNEL.to_owned(),
            endpoint: String::new(),
            name: name.to_owned(),
            occurred_at: now,
            received_at: now,
            identifiers: vec![edge.a.clone()],
            properties: json!({"a": edge.a, "b": edge.b, "reason": body.reason}),
            context: json!({}),
            cause: None,
            depth: 0,
        })
        .collect();
    if body.preview {
        return Ok((foreseen(host, &profile, &said).await?, false));
    }
    write(host, touchpoints::append(&said)).await?;
    // At once, so that the answer tells what became of it; the cron would do it too.
    consumer::drain(host, &ProfileMerge).await.map_err(failed)?;
    Ok((outcome(host, &profile, &edges, name, now).await?, true))
}

/// The profiles that the identities would belong to: this one's and those that would join it.
async fn foreseen<H: Host>(
    host: &H,
    profile: &ProfileId,
    said: &[Touchpoint],
) -> Answered<Response> {
    let foreseen = foresee(host, said).await.map_err(|error| match error {
        PlanError::Db(error) => failed(error),
        PlanError::Rule { .. } => problem(422, "region_too_large", "Too much hangs together here."),
    })?;
    let ends: BTreeSet<&Option<ProfileId>> =
        foreseen.values().filter(|(before, _)| before == profile).map(|(_, after)| after).gather();
    let mut groups: BTreeMap<&Option<ProfileId>, Vec<&Identity>> = BTreeMap::new();
    for (identity, (before, after)) in &foreseen {
        if before == profile || ends.contains(after) {
            groups.entry(after).or_default().push(identity);
        }
    }
    let groups: Vec<Value> = groups
        .into_iter()
        .map(|(profile, identities)| json!({"profile": profile, "identities": identities}))
        .collect();
    Ok(Response::json(200, &json!({ "preview": groups })))
}

async fn chosen<H: Host>(
    host: &H,
    profile: &ProfileId,
    body: &Body,
) -> Answered<(Vec<EdgeKey>, Timestamp)> {
    let rows = edge_rows(host, profile).await?;
    let last_word = rows.iter().filter_map(|row| row.cut_at).max().unwrap_or_default();
    let known: BTreeSet<EdgeKey> = rows
        .into_iter()
        .filter_map(|row| EdgeKey::new(&Identity::parse(&row.a)?, &Identity::parse(&row.b)?))
        .gather();
    let parse = |text: &str| {
        Identity::parse(text).ok_or_else(|| {
            problem(400, "invalid_identity", "Use the identity keys that GET identities shows.")
        })
    };
    let edges: Vec<EdgeKey> = match (&body.edge, &body.identity) {
        (Some(edge), None) => {
            let key = EdgeKey::new(&parse(&edge.a)?, &parse(&edge.b)?);
            known.into_iter().filter(|one| Some(one) == key.as_ref()).collect()
        }
        (None, Some(identity)) => {
            let identity = parse(identity)?;
            known.into_iter().filter(|one| one.a == identity || one.b == identity).collect()
        }
        _ => return Err(problem(400, "malformed_body", "Give either edge or identity.")),
    };
    if edges.is_empty() {
        return Err(problem(404, "edge_not_found", "This profile has no such edge."));
    }
    Ok((edges, Timestamp(last_word)))
}

async fn outcome<H: Host>(
    host: &H,
    profile: &ProfileId,
    edges: &[EdgeKey],
    name: &str,
    now: Timestamp,
) -> Answered<Response> {
    let ends: Vec<&Identity> = edges.iter().flat_map(|edge| [&edge.a, &edge.b]).collect();
    let answer = one(host.db(), region::identities(&ends)).await.map_err(failed)?;
    let found = region::decode_identities(&answer).map_err(|error| db_problem(&error))?;
    let mut profiles: BTreeSet<ProfileId> = found.into_iter().map(|row| row.profile).gather();
    profiles.insert(canonical(host, profile.as_str()).await?);
    let profiles: Vec<ProfileId> = profiles.into_iter().collect();
    let documents = document::load(host, &profiles).await.map_err(failed)?;
    Ok(Response::json(200, &json!({"did": name, "at": now, "edges": edges, "profiles": documents})))
}
