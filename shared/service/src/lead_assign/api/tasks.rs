//! `/tasks`: to-dos of leads and journeys.

use super::{body, fenced, listed, page};
use crate::answer::{Answered, Cursor, failed, limit_of, parameter};
use crate::{Host, Request, Response, problem, scope_of};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tributary_core::touchpoint::Touchpoint;
use tributary_store::tasks::{self, Task, Wanted};
use tributary_store::{Scope, touchpoints};

pub(super) async fn list<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let wanted = Wanted {
        owner: parameter(request, "owner"),
        state: parameter(request, "state"),
        kind: parameter(request, "kind"),
        profile: parameter(request, "profile"),
        scope: scope_of(request),
    };
    let (mut after, limit) = (Cursor::of(request)?, limit_of(request));
    if parameter(request, "cursor").is_none() && !wanted.is_ended() {
        // The most urgent first: the list begins at the beginning of time.
        after.at = i64::MIN / 4;
    }
    let statement = tasks::list(&wanted, (after.at, &after.id), limit);
    let (found, total) = page(host, statement, tasks::count(&wanted)).await?;
    let found = tasks::decode(&found).map_err(failed)?;
    let next = Cursor::after(&found, limit, |task| (task.place(), task.id.clone()));
    Ok(listed(json!(found), total, next))
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TaskState))]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Open,
    Done,
    Canceled,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Done => "done",
            State::Canceled => "canceled",
        }
    }

    /// What happened to the task, as the log calls it.
    const fn fact(self) -> &'static str {
        match self {
            State::Open => "$task.reopened",
            State::Done => "$task.done",
            State::Canceled => "$task.canceled",
        }
    }
}

#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TaskPatch))]
#[serde(deny_unknown_fields)]
pub(crate) struct Patch {
    state: State,
}

pub(super) async fn patch<H: Host>(host: &H, id: &str, request: &Request) -> Answered<Response> {
    let patch: Patch = body(request)?;
    let scope = scope_of(request);
    let task = fenced(host, async || {
        let now = host.now();
        let mut task = find(host, id, &scope).await?;
        if task.state == patch.state.as_str() {
            return Ok((Vec::new(), task));
        }
        task.state = patch.state.as_str().to_owned();
        let facts = json!({
            "task": task.id, "kind": task.kind, "title": task.title, "owner": task.owner,
            "lead": task.lead, "source": task.source,
        });
        let key = [task.id.as_str(), &now.0.to_string()];
        let name = patch.state.fact();
        let own = Touchpoint::own(name, &key, task.identity.clone(), None, facts, now);
        let mut effects = touchpoints::append(&[own]);
        effects.push(tasks::set_state(&task.id, &task.state));
        Ok((effects, task))
    })
    .await?;
    Ok(Response::json(200, &task))
}

async fn find<H: Host>(host: &H, id: &str, scope: &Scope) -> Answered<Task> {
    let found = tributary_store::one(host.db(), tasks::get(id, scope)).await.map_err(failed)?;
    let found = tasks::decode(&found).map_err(failed)?;
    found.into_iter().next().ok_or_else(not_found)
}

fn not_found() -> Response {
    problem(404, "task_not_found", "There is no task with this id.")
}
