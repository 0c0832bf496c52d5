//! `/api/v1/teams`: who sees each other's leads.

use super::users::{is_id, parse};
use crate::answer::{Answered, failed};
use crate::{Host, Request, Response, problem};
use serde::Deserialize;
use serde_json::json;
use tributary_store::access::users::{self, Team};
use tributary_store::{Db, rows};

#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TeamPut))]
#[serde(deny_unknown_fields)]
pub(crate) struct Put {
    name: String,
}

pub(super) async fn list<H: Host>(host: &H) -> Answered<Response> {
    let items: Vec<Team> = rows(host.db(), users::teams()).await.map_err(failed)?;
    Ok(Response::json(200, &json!({"items": items, "next_cursor": null})))
}

pub(super) async fn put<H: Host>(host: &H, id: &str, request: &Request) -> Answered<Response> {
    let put: Put = parse(request)?;
    let name = put.name.trim().to_owned();
    if !is_id(id) || name.is_empty() || name.chars().count() > 200 {
        let detail = "An id of a-z, 0-9, dot, dash and underscore, and a name.";
        return Err(problem(422, "invalid_team", detail));
    }
    let team = Team { id: id.to_owned(), name };
    host.db().run(vec![users::put_team(&team)]).await.map_err(failed)?;
    Ok(Response::json(200, &team))
}

/// Its people stay, without a team.
pub(super) async fn delete<H: Host>(host: &H, id: &str) -> Answered<Response> {
    let statements = vec![users::leave_team(id), users::delete_team(id)];
    host.db().run(statements).await.map_err(failed)?;
    Ok(Response::empty(204))
}
