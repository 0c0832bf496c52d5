//! `/api/v1/journeys`.

use super::{NAME, book::Shelf};
use crate::answer::{Answered, Cursor, failed, limit_of};
use crate::message_send::templates_compile;
use crate::{Handled, Host, Request, Response, consumer, problem, way_out};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tributary_channels::{TEMPLATE_WAY_OUT, VENDOR_TEXT};
use tributary_core::ids::{ProfileId, RunId};
use tributary_core::journey::{Definition, Problem, RunState, Visit, WaysOut, steps};
use tributary_core::time::Timestamp;
use tributary_store::endpoints;
use tributary_store::journeys::{self, Count, Found, Stored};
use tributary_store::{one, rows};

const PUBLISH_TRIES: u32 = 5;
/// Templates included; D1 takes rows of up to 2 MB.
const MAX_DEFINITION_BYTES: usize = 512 * 1024;

pub(super) async fn handle<H: Host>(host: &H, request: Request) -> Handled {
    let segments = request.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let answer = match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["api", "v1", "journeys"]) => list(host).await,
        ("GET", ["api", "v1", "journeys", id]) => get(host, id).await,
        ("PUT", ["api", "v1", "journeys", id]) => put(host, id, &request.body).await,
        ("GET", ["api", "v1", "journeys", id, "runs"]) => runs(host, id, &request).await,
        (_, ["api", "v1", "journeys"] | ["api", "v1", "journeys", _] | [_, _, _, _, "runs"]) => {
            Err(problem(405, "method_not_allowed", ""))
        }
        _ => Err(problem(404, "not_found", "")),
    };
    let worked = request.method == "PUT" && answer.is_ok();
    Handled { worked, ..answer.unwrap_or_else(|answer| answer).into() }
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Journey))]
pub(crate) struct JourneyDocument {
    id: String,
    version: i64,
    /// `shipped` or `published`.
    source: String,
    created_at: Timestamp,
    /// Runs now inside, and in all, over every version.
    counts: Counts,
    /// How many entered each step, over every version.
    steps: BTreeMap<String, i64>,
    /// How many left for which reason.
    reasons: BTreeMap<String, i64>,
    definition: Value,
}

#[derive(Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = JourneyCounts))]
pub(crate) struct Counts {
    entered: i64,
    active: i64,
    exited: i64,
    failed: i64,
}

impl JourneyDocument {
    fn new(stored: Stored, counted: &[Count]) -> JourneyDocument {
        let mut counts = Counts::default();
        let (mut steps, mut reasons) = (BTreeMap::new(), BTreeMap::new());
        for count in counted.iter().filter(|count| count.journey == stored.id) {
            match (count.what.as_str(), count.what.split_once(':')) {
                ("entered", _) => counts.entered += count.count,
                ("exited", _) => counts.exited += count.count,
                ("failed", _) => counts.failed += count.count,
                (_, Some(("step", step))) => {
                    *steps.entry(step.to_owned()).or_default() += count.count;
                }
                (_, Some(("reason", reason))) => {
                    *reasons.entry(reason.to_owned()).or_default() += count.count;
                }
                _ => {}
            }
        }
        counts.active = counts.entered - counts.exited - counts.failed;
        JourneyDocument {
            definition: serde_json::from_str(&stored.definition).unwrap_or_default(),
            id: stored.id,
            version: stored.version,
            source: stored.source,
            created_at: stored.created_at,
            counts,
            steps,
            reasons,
        }
    }
}

/// Every journey's newest version, and the forms of the steps to edit them with.
async fn list<H: Host>(host: &H) -> Answered<Response> {
    Shelf::load(host).await.map_err(failed)?;
    let stored: Vec<Stored> = rows(host.db(), journeys::latest()).await.map_err(failed)?;
    let counts: Vec<Count> = rows(host.db(), journeys::counts(None)).await.map_err(failed)?;
    let items: Vec<JourneyDocument> =
        stored.into_iter().map(|stored| JourneyDocument::new(stored, &counts)).collect();
    let answer = json!({ "items": items, "next_cursor": null, "step_forms": steps::FORMS });
    Ok(Response::json(200, &answer))
}

async fn newest<H: Host>(host: &H, id: &str) -> Answered<Option<Stored>> {
    let stored: Vec<Stored> = rows(host.db(), journeys::latest()).await.map_err(failed)?;
    Ok(stored.into_iter().find(|stored| stored.id == id))
}

async fn document<H: Host>(host: &H, stored: Stored) -> Answered<JourneyDocument> {
    let statement = journeys::counts(Some(&stored.id));
    let counts: Vec<Count> = rows(host.db(), statement).await.map_err(failed)?;
    Ok(JourneyDocument::new(stored, &counts))
}

async fn get<H: Host>(host: &H, id: &str) -> Answered<Response> {
    Shelf::load(host).await.map_err(failed)?;
    let Some(stored) = newest(host, id).await? else {
        return Err(problem(404, "journey_not_found", "There is no journey with this id."));
    };
    Ok(Response::json(200, &document(host, stored).await?))
}

/// Publishes a version. Who is inside stays in the version they entered; the same definition again
/// is no new version.
async fn put<H: Host>(host: &H, id: &str, body: &[u8]) -> Answered<Response> {
    if body.len() > MAX_DEFINITION_BYTES {
        return Err(problem(413, "definition_too_large", "At most 512 KiB."));
    }
    let definition: Definition = serde_json::from_slice(body)
        .map_err(|error| problem(422, "definition_invalid", &error.to_string()))?;
    if definition.id != id {
        return Err(problem(422, "id_mismatch", "The id in the path and in the body differ."));
    }
    let mut problems = problems_of(&definition);
    problems.extend(definition.without_way_out(&ways_out(host).await?));
    if !problems.is_empty() {
        return Err(refused(&problems));
    }
    Shelf::load(host).await.map_err(failed)?;
    let text = serde_json::to_string(&definition).unwrap_or_default();
    for _ in 0..PUBLISH_TRIES {
        let read = consumer::fence(host, NAME).await.map_err(failed)?;
        let standing = newest(host, id).await?;
        if let Some(standing) = &standing
            && serde_json::from_str::<Definition>(&standing.definition).ok().as_ref()
                == Some(&definition)
        {
            return Ok(Response::json(200, &document(host, standing.clone()).await?));
        }
        let stored = Stored {
            id: id.to_owned(),
            version: standing.as_ref().map_or(1, |stored| stored.version + 1),
            definition: text.clone(),
            source: "published".to_owned(),
            created_at: host.now(),
        };
        let statements = vec![journeys::publish(&stored)];
        match consumer::commit(host, &read, read.cursor, statements).await {
            Ok(()) => {
                let status = if standing.is_none() { 201 } else { 200 };
                return Ok(Response::json(status, &document(host, stored).await?));
            }
            // The runner moved on in the meantime; that changes nothing here.
            Err(error) if error.is_fenced() => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Err(problem(503, "busy", "Journeys are being advanced. Please try again."))
}

/// What this installation can give marketing messages as a way out.
async fn ways_out<H: Host>(host: &H) -> Answered<WaysOut> {
    #[derive(Deserialize)]
    struct Account {
        settings: String,
    }
    let statement = endpoints::list(Some(VENDOR_TEXT));
    let accounts: Vec<Account> = rows(host.db(), statement).await.map_err(failed)?;
    // The first account sends, see message-send.
    let declares = |account: &Account| {
        let settings: Value = serde_json::from_str(&account.settings).unwrap_or_default();
        settings.get(TEMPLATE_WAY_OUT).and_then(Value::as_str) == Some("yes")
    };
    Ok(WaysOut {
        links: way_out::public_url(host).is_some(),
        vendor_template: accounts.first().map(declares),
    })
}

fn problems_of(definition: &Definition) -> Vec<Problem> {
    let mut problems = definition.problems();
    for node in &definition.steps {
        let steps::Step::SendMessage(step) = &node.step else { continue };
        if let Err(detail) = templates_compile(&step.templates) {
            let at = format!("steps/{}", node.id);
            problems.push(Problem { code: "template_invalid", at, detail });
        }
    }
    problems
}

/// A problem document with every finding: `errors: [{code, at, detail}]`.
fn refused(problems: &[Problem]) -> Response {
    let mut answer = problem(422, "definition_invalid", "The definition has problems.");
    if let Ok(Value::Object(mut document)) = serde_json::from_slice::<Value>(&answer.body) {
        document.insert("errors".to_owned(), json!(problems));
        answer.body = Value::Object(document).to_string().into_bytes();
    }
    answer
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Run))]
pub(crate) struct RunDocument {
    id: RunId,
    journey: String,
    version: i64,
    profile: Option<ProfileId>,
    identity: String,
    key: String,
    state: RunState,
    /// Where it waits, or ended.
    step: String,
    due_at: Option<Timestamp>,
    /// Why it ended.
    reason: String,
    entered_at: Timestamp,
    ended_at: Option<Timestamp>,
    /// The touchpoint that started it.
    touchpoint: String,
    history: Vec<Visit>,
}

impl From<Found> for RunDocument {
    fn from(found: Found) -> RunDocument {
        let run = found.run;
        RunDocument {
            id: run.id,
            journey: run.journey,
            version: run.version,
            profile: found.profile,
            identity: run.identity.key().to_owned(),
            key: run.entry_key,
            state: run.state,
            step: run.step,
            due_at: run.due_at,
            reason: run.reason,
            entered_at: run.entered_at,
            ended_at: run.ended_at,
            touchpoint: run.body.entered.touchpoint.0,
            history: run.body.history,
        }
    }
}

async fn runs<H: Host>(host: &H, id: &str, request: &Request) -> Answered<Response> {
    let limit = limit_of(request);
    let cursor = Cursor::of(request)?;
    let before = (cursor.at, cursor.id.as_str());
    let profile = request.query_param("profile");
    let statement = journeys::list(id, before, limit, profile.as_deref());
    let answer = one(host.db(), statement).await.map_err(failed)?;
    let found = journeys::decode(&answer).map_err(failed)?;
    let next = Cursor::after(&found, limit, |last| (last.run.entered_at.0, last.run.id.clone()));
    let items: Vec<RunDocument> = found.into_iter().map(RunDocument::from).collect();
    Ok(Response::json(200, &json!({ "items": items, "next_cursor": next })))
}
