//! `/api/v1/users`: the company's staff.

use crate::answer::{Answered, failed, limit_of, parameter};
use crate::{Host, Principal, Request, Response, problem};
use serde::Deserialize;
use serde_json::json;
use tributary_core::access::{Grants, Role};
use tributary_core::message::is_mail_address;
use tributary_store::access::sessions;
use tributary_store::access::users::{self, User};
use tributary_store::{Db, rows};

const MAX_CHARS: usize = 200;

pub(super) async fn list<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let limit = limit_of(request);
    let after = parameter(request, "cursor").unwrap_or_default();
    let items: Vec<User> = rows(host.db(), users::list(&after, limit)).await.map_err(failed)?;
    let next = items.last().filter(|_| items.len() as i64 == limit).map(|last| last.id.clone());
    Ok(Response::json(200, &json!({"items": items, "next_cursor": next})))
}

#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UserPut))]
#[serde(deny_unknown_fields)]
pub(crate) struct Put {
    name: String,
    /// Sign-in links go there.
    email: String,
    role: Role,
    team: Option<String>,
    /// The rep this person is.
    rep: Option<String>,
    /// `zh` or `en`.
    language: Option<String>,
    #[serde(default)]
    state: State,
}

#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UserState))]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    #[default]
    Active,
    Disabled,
}

pub(super) async fn put<H: Host>(host: &H, id: &str, request: &Request) -> Answered<Response> {
    let put: Put = parse(request)?;
    check(id, &put)?;
    let found: Vec<User> = rows(host.db(), users::get(id)).await.map_err(failed)?;
    let before = found.into_iter().next();
    let who = Principal::of(request).unwrap_or_default().grants();
    let role_before = before.as_ref().and_then(|user| Role::parse(&user.role));
    // Whoever changes the address of somebody signs in as them.
    if !std::iter::once(put.role).chain(role_before).all(|role| who.covers(&Grants::Role(role))) {
        return Err(would_grow());
    }
    let now = host.now();
    let active = put.state == State::Active;
    if before.as_ref().is_some_and(|user| user.role == "admin" && user.state == "active")
        && !(active && put.role == Role::Admin)
    {
        another_admin(host, id).await?;
    }
    let some = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let user = User {
        id: id.to_owned(),
        name: put.name.trim().to_owned(),
        email: put.email.trim().to_lowercase(),
        role: put.role.id().to_owned(),
        team: some(put.team),
        rep: some(put.rep),
        language: some(put.language),
        state: if active { "active" } else { "disabled" }.to_owned(),
        created_at: before.as_ref().map_or(now, |user| user.created_at),
        updated_at: now,
        last_seen_at: before.as_ref().and_then(|user| user.last_seen_at),
    };
    let mut statements = vec![users::put(&user)];
    // Somebody whose rights change signs in anew with the new ones.
    let changed = before.as_ref().is_some_and(|before| before.role != user.role);
    if !active || changed {
        statements.push(sessions::end_of_user(id));
    }
    host.db().run(statements).await.map_err(failed)?;
    Ok(Response::json(if before.is_some() { 200 } else { 201 }, &user))
}

fn check(id: &str, put: &Put) -> Answered<()> {
    let invalid = |detail: &str| Err(problem(422, "invalid_user", detail));
    if !is_id(id) {
        return invalid("An id is 1 to 64 of a-z, 0-9, dot, dash and underscore.");
    }
    if !is_mail_address(put.email.trim_matches(' ')) {
        return invalid("email: not one plain address.");
    }
    if put.name.trim().is_empty() || put.name.chars().count() > MAX_CHARS {
        return invalid("name: 1 to 200 characters.");
    }
    if put.language.as_deref().is_some_and(|language| !matches!(language, "" | "zh" | "en")) {
        return invalid("language: zh or en.");
    }
    Ok(())
}

/// Nobody gives a right they do not have, and nobody takes over somebody who has one.
pub(super) fn would_grow() -> Response {
    problem(403, "rights_would_grow", "This would give or reach rights that you do not have.")
}

/// Without an administrator nobody could let anybody in again.
async fn another_admin<H: Host>(host: &H, id: &str) -> Answered<()> {
    #[derive(Deserialize)]
    struct Total {
        total: i64,
    }
    let found: Vec<Total> = rows(host.db(), users::other_admins(id)).await.map_err(failed)?;
    if found.first().is_some_and(|row| row.total > 0) {
        return Ok(());
    }
    Err(problem(409, "last_admin", "Make somebody else an administrator first."))
}

/// Ends every session of a user.
pub(super) async fn sign_out<H: Host>(host: &H, id: &str, request: &Request) -> Answered<Response> {
    let found: Vec<User> = rows(host.db(), users::get(id)).await.map_err(failed)?;
    let user = found
        .first()
        .ok_or_else(|| problem(404, "user_not_found", "There is no user with this id."))?;
    let who = Principal::of(request).unwrap_or_default().grants();
    if !Role::parse(&user.role).is_some_and(|role| who.covers(&Grants::Role(role))) {
        return Err(would_grow());
    }
    host.db().run(vec![sessions::end_of_user(id)]).await.map_err(failed)?;
    Ok(Response::empty(204))
}

pub(super) fn is_id(id: &str) -> bool {
    let allowed =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    (1..=64).contains(&id.len())
        && id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id.chars().all(allowed)
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(request: &Request) -> Answered<T> {
    if request.body.len() > 64 * 1024 {
        return Err(problem(413, "body_too_large", ""));
    }
    let value: serde_json::Value = serde_json::from_slice(&request.body)
        .map_err(|_| problem(400, "malformed_body", "The body is not JSON."))?;
    serde_json::from_value(value).map_err(|error| problem(422, "invalid_body", &error.to_string()))
}
