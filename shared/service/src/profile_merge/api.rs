//! `/api/v1/profiles`.

use super::{blocked, document, suppressions, unmerge};
use crate::answer::{Answered, failed, limit_of};
use crate::{Handled, Host, Request, Response, problem, scope_of};
use serde::Serialize;
use serde_json::{Value, json};
use tributary_core::ids::ProfileId;
use tributary_core::profile::BOUGHT;
use tributary_core::touchpoint::SUITE_CHANNEL;
use tributary_core::vocabulary::all_names;
use tributary_store::profiles::read::{self, Part};
use tributary_store::touchpoints::{self, Logged};
use tributary_store::{Db, one, rows};

pub(super) async fn handle<H: Host>(host: &H, request: Request) -> Handled {
    let segments = request.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let answer = match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["api", "v1", "profiles", id]) => get(host, id).await,
        ("GET", ["api", "v1", "profiles", id, "timeline"]) => timeline(host, id, &request).await,
        ("GET", ["api", "v1", "profiles", id, "identities"]) => edges(host, id).await,
        ("POST", ["api", "v1", "profiles", id, "unmerge"]) => {
            return unmerge::handle(host, id, &request).await;
        }
        ("GET", ["api", "v1", "blocked-identities"]) => blocked::list(host).await,
        ("PUT", ["api", "v1", "blocked-identities"]) => return blocked::put(host, &request).await,
        (_, ["api", "v1", "blocked-identities"]) => Err(problem(405, "method_not_allowed", "")),
        ("GET", ["api", "v1", "suppressions"]) => suppressions::list(host, &request).await,
        ("POST", ["api", "v1", "suppressions", "lift"]) => {
            return suppressions::lift(host, &request).await;
        }
        (_, ["api", "v1", "suppressions", ..]) => Err(problem(405, "method_not_allowed", "")),
        (_, ["api", "v1", "profiles", ..]) => Err(problem(404, "not_found", "")),
        _ => Err(problem(404, "not_found", "")),
    };
    answer.unwrap_or_else(|answer| answer).into()
}

pub(crate) async fn ids<H: Host>(
    host: &H,
    statement: tributary_store::Statement,
) -> Answered<Vec<ProfileId>> {
    #[derive(serde::Deserialize)]
    struct Row {
        profile: ProfileId,
    }
    let found: Vec<Row> = rows(host.db(), statement).await.map_err(failed)?;
    Ok(found.into_iter().map(|row| row.profile).collect())
}

/// The profile an id means today, absorbed ids included.
pub(super) async fn canonical<H: Host>(host: &H, id: &str) -> Answered<ProfileId> {
    let found = ids(host, read::canonical(id)).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| problem(404, "profile_not_found", "No profile has or had this id."))
}

async fn get<H: Host>(host: &H, id: &str) -> Answered<Response> {
    let profile = canonical(host, id).await?;
    let found = document::load(host, &[profile]).await.map_err(failed)?;
    let document = found.first().ok_or_else(|| problem(404, "profile_not_found", ""))?;
    Ok(Response::json(200, document))
}

async fn timeline<H: Host>(host: &H, id: &str, request: &Request) -> Answered<Response> {
    let profile = canonical(host, id).await?;
    let limit = limit_of(request);
    let before = match request.query_param("cursor") {
        None => (i64::MAX / 4, i64::MAX / 4),
        Some(cursor) => cursor
            .split_once('.')
            .and_then(|(at, seq)| Some((at.parse().ok()?, seq.parse().ok()?)))
            .ok_or_else(|| problem(400, "invalid_cursor", ""))?,
    };
    let (part, scope) = (part_of(request)?, scope_of(request));
    let statement = read::timeline(profile.as_str(), before, limit, &part, &scope);
    let answer = one(host.db(), statement).await.map_err(failed)?;
    let found = touchpoints::decode(&answer).map_err(failed)?;
    let next = found
        .last()
        .filter(|_| found.len() as i64 == limit)
        .map(|last| format!("{}.{}", last.touchpoint.occurred_at.0, last.touchpoint.seq));
    let items: Vec<TouchpointDocument> = found.into_iter().map(TouchpointDocument::from).collect();
    Ok(Response::json(200, &json!({"profile": profile, "items": items, "next_cursor": next})))
}

/// Several channels and names may be asked for at once: each parameter may stand more than once.
fn part_of(request: &Request) -> Answered<Part> {
    let channels = request.query_params("channel");
    let names = request.query_params("name");
    let names = match (names.is_empty(), request.query_param("kind").as_deref()) {
        (false, _) => Some(all_names(names.iter().map(String::as_str))),
        (true, Some("order")) => Some(all_names([BOUGHT])),
        (true, Some(_)) => return Err(problem(400, "invalid_kind", "`order`, or nothing.")),
        (true, None) => None,
    };
    let without = match request.query_param("own").as_deref() {
        None | Some("true") => None,
        Some("false") => Some(SUITE_CHANNEL),
        Some(_) => return Err(problem(400, "invalid_own", "`true` or `false`.")),
    };
    let channels = (!channels.is_empty()).then(|| channels.into_iter().collect());
    Ok(Part { channels, names, without })
}

/// A touchpoint as the API shows it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TouchpointOfProfile))]
pub(crate) struct TouchpointDocument {
    #[serde(flatten)]
    touchpoint: tributary_core::touchpoint::Touchpoint,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<ProfileId>,
}

impl From<Logged> for TouchpointDocument {
    fn from(logged: Logged) -> TouchpointDocument {
        TouchpointDocument { touchpoint: logged.touchpoint, profile: logged.profile }
    }
}

#[derive(serde::Deserialize)]
pub(super) struct EdgeRow {
    pub a: String,
    pub b: String,
    occurred_at: Option<i64>,
    touchpoint: Option<String>,
    pub verdict: String,
    cut: i64,
    pub cut_at: Option<i64>,
    cut_touchpoint: Option<String>,
    channel: Option<String>,
    endpoint: Option<String>,
    name: Option<String>,
}

pub(super) async fn edge_rows<H: Host>(host: &H, profile: &ProfileId) -> Answered<Vec<EdgeRow>> {
    rows(host.db(), read::edges(profile.as_str())).await.map_err(failed)
}

/// The identities of a profile and the edges at them, each with its evidence: why these are one
/// person, and why others are not.
async fn edges<H: Host>(host: &H, id: &str) -> Answered<Response> {
    let profile = canonical(host, id).await?;
    let edges: Vec<Value> = edge_rows(host, &profile)
        .await?
        .into_iter()
        .map(|edge| {
            json!({
                "a": edge.a,
                "b": edge.b,
                "verdict": edge.verdict,
                "evidence": edge.touchpoint.as_ref().map(|touchpoint| json!({
                    "touchpoint": touchpoint,
                    "rule": "seen_together",
                    "channel": edge.channel,
                    "endpoint": edge.endpoint,
                    "name": edge.name,
                    "occurred_at": edge.occurred_at,
                })),
                "cut": (edge.cut != 0).then(|| json!({
                    "touchpoint": edge.cut_touchpoint,
                    "at": edge.cut_at,
                })),
            })
        })
        .collect();
    let found = document::load(host, std::slice::from_ref(&profile)).await.map_err(failed)?;
    let identities = found.into_iter().next().map(|document| document.identities);
    Ok(Response::json(200, &json!({"profile": profile, "identities": identities, "edges": edges})))
}

/// Runs a statement batch and throws the answers away.
pub(super) async fn write<H: Host>(
    host: &H,
    statements: Vec<tributary_store::Statement>,
) -> Answered<()> {
    host.db().run(statements).await.map(|_| ()).map_err(failed)
}
