//! `/api/v1/setup`: the five steps a company begins with, and which of them are done.

use crate::answer::{Answered, failed};
use crate::{Host, Request, Response, problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tributary_store::{Db, endpoints, setup, touchpoints};

/// What the company has said so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SetupPut))]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<Goal>,
    /// Channels that customers are met on.
    #[serde(skip_serializing_if = "Option::is_none")]
    touchpoints: Option<Vec<String>>,
    /// The team that tries it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pilot_team: Option<String>,
    /// The figures are looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    watching: Option<bool>,
}

/// What is to become better, and how one will see it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SetupGoal))]
#[serde(deny_unknown_fields)]
pub(crate) struct Goal {
    scenario: String,
    #[serde(default)]
    metric: String,
    #[serde(default)]
    note: String,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Setup))]
pub(crate) struct Document {
    goal: Option<Goal>,
    touchpoints: Vec<String>,
    pilot_team: Option<String>,
    watching: bool,
    /// In order.
    steps: Vec<Step>,
    first_touchpoint_at: Option<i64>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SetupStep))]
pub(crate) struct Step {
    /// `goal`, `touchpoints`, `channel`, `pilot`, `watch`.
    id: &'static str,
    done: bool,
}

/// Longer texts are documents.
const MAX_BYTES: usize = 16 * 1024;

pub(super) async fn get<H: Host>(host: &H) -> Answered<Response> {
    let (said, connected, first) = read(host).await?;
    let some = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
    let step = |id, done| Step { id, done };
    let steps = vec![
        step("goal", said.goal.as_ref().is_some_and(|goal| !goal.scenario.is_empty())),
        step("touchpoints", said.touchpoints.as_ref().is_some_and(|list| !list.is_empty())),
        // Connected is what has delivered.
        step("channel", connected && first.is_some()),
        step("pilot", some(&said.pilot_team)),
        step("watch", said.watching == Some(true)),
    ];
    let document = Document {
        goal: said.goal,
        touchpoints: said.touchpoints.unwrap_or_default(),
        pilot_team: said.pilot_team,
        watching: said.watching.unwrap_or_default(),
        steps,
        first_touchpoint_at: first,
    };
    Ok(Response::json(200, &document))
}

async fn read<H: Host>(host: &H) -> Answered<(Said, bool, Option<i64>)> {
    let batch = vec![setup::get(), endpoints::list(None), touchpoints::first_foreign()];
    let answers = host.db().run(batch).await.map_err(failed)?;
    let rows = |index: usize| -> Answered<Vec<Value>> {
        answers.get(index).cloned().unwrap_or_default().decode().map_err(failed)
    };
    let text = rows(0)?.first().and_then(|row| Some(row.get("document")?.as_str()?.to_owned()));
    let said = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let first = rows(2)?.first().and_then(|row| row.get("received_at")?.as_i64());
    Ok((said, !rows(1)?.is_empty(), first))
}

/// What is not given stays as it is.
pub(super) async fn put<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    if request.body.len() > MAX_BYTES {
        return Err(problem(413, "body_too_large", ""));
    }
    let change: Said = serde_json::from_slice(&request.body)
        .map_err(|error| problem(422, "invalid_body", &error.to_string()))?;
    let (said, ..) = read(host).await?;
    let said = Said {
        goal: change.goal.or(said.goal),
        touchpoints: change.touchpoints.or(said.touchpoints),
        pilot_team: change.pilot_team.or(said.pilot_team),
        watching: change.watching.or(said.watching),
    };
    // Invariant: it serialises.
    let document = serde_json::to_string(&said).unwrap_or_default();
    host.db().run(vec![setup::put(&document)]).await.map_err(failed)?;
    get(host).await
}
