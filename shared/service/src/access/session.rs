//! `/api/v1/session` and `GET /api/v1/sign-in`: being signed in, and how one gets there.

use super::SESSION_MS;
use super::admit::{find_session, unauthenticated};
use super::audit::{self, Note};
use super::secret::{self, SESSION};
use crate::answer::{Answered, failed};
use crate::{Host, Principal, Request, Response, problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tributary_core::access::{Grants, Role};
use tributary_core::time::Timestamp;
use tributary_store::access::sessions::{self, Link};
use tributary_store::access::users::{self, User};
use tributary_store::{Db, rows};

/// What a signed-in page knows about itself.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Session))]
pub(crate) struct Opened {
    user: User,
    /// `profiles:view`, `leads:edit` …
    permissions: Vec<String>,
    /// Personal data is shown in full.
    personal_data: bool,
    /// To be sent as `x-tributary-csrf` with every change.
    csrf: String,
    development: bool,
    /// The suite's clock: what times are compared with.
    now: Timestamp,
    /// The company's time zone, as IANA names it: days begin at its midnight, whoever looks.
    time_zone: String,
}

/// How people may sign in here.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct SignIn {
    /// `link`: by a one-time link; `oidc`: at the company's own provider.
    methods: Vec<&'static str>,
    development: bool,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SessionPost))]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenBody {
    /// From the link.
    token: String,
}

pub(super) fn methods<H: Host>(host: &H) -> Answered<Response> {
    let mut methods = vec!["link"];
    if host.var("OIDC_ISSUER").is_some() && host.var("OIDC_CLIENT_ID").is_some() {
        methods.push("oidc");
    }
    Ok(Response::json(200, &SignIn { methods, development: host.is_development() }))
}

pub(super) async fn get<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let session = SESSION.of(host, request).ok_or_else(unauthenticated)?;
    let found = find_session(host, &session).await?;
    Ok(Response::json(200, &document(host, found.user, &session)?))
}

fn document<H: Host>(host: &H, user: User, session: &str) -> Answered<Opened> {
    let role = Role::parse(&user.role).ok_or_else(unauthenticated)?;
    Ok(Opened {
        user,
        permissions: Grants::Role(role).permissions(),
        personal_data: role.sees_personal_data(),
        csrf: secret::csrf(session),
        development: host.is_development(),
        now: host.now(),
        time_zone: host.var("TIME_ZONE").unwrap_or_else(|| "Asia/Shanghai".to_owned()),
    })
}

/// Uses up a link's token. A session's secret is always made here, never taken from outside.
pub(super) async fn create<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let body: TokenBody = serde_json::from_slice(&request.body)
        .map_err(|_| problem(400, "malformed_body", "Expected {\"token\": …}."))?;
    let hash = secret::hash(&body.token);
    let taken: Vec<Link> =
        rows(host.db(), sessions::take_link(&hash, host.now())).await.map_err(failed)?;
    let link = taken.first().filter(|link| link.expires_at > host.now());
    let refused = || problem(401, "link_used_or_expired", "Ask for a new link.");
    let found: Vec<User> = match link {
        Some(link) => rows(host.db(), users::get(&link.user)).await.map_err(failed)?,
        None => Vec::new(),
    };
    let user = found.into_iter().find(|user| user.state == "active").ok_or_else(refused)?;
    let (cookie, session) = open(host, &user, "link").await?;
    let opened = document(host, user, &session)?;
    Ok(Response::json(201, &opened).with_header("set-cookie", &cookie))
}

/// A new session of this user: the cookie to set, and its secret.
pub(super) async fn open<H: Host>(host: &H, user: &User, way: &str) -> Answered<(String, String)> {
    let now = host.now();
    let session = secret::fresh(host);
    let statements =
        sessions::put_session(&secret::hash(&session), &user.id, now, now.plus_ms(SESSION_MS));
    let note = Note::of("signed_in", "session", json!({"way": way}));
    audit::append(host, &principal(user), &note).await?;
    host.db().run(statements).await.map_err(failed)?;
    Ok((SESSION.set(host, &session, SESSION_MS / 1_000), session))
}

fn principal(user: &User) -> Principal {
    Principal { actor: user.id.clone(), actor_kind: "user".to_owned(), ..Principal::default() }
}

pub(super) async fn end<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let session = SESSION.of(host, request).ok_or_else(unauthenticated)?;
    let found = find_session(host, &session).await?;
    let csrf = request.header("x-tributary-csrf").unwrap_or_default();
    if !secret::same(csrf, &secret::csrf(&session)) {
        return Err(problem(403, "csrf_token_missing", "Send the token that GET session shows."));
    }
    let note = Note::of("signed_out", "session", json!({}));
    audit::append(host, &principal(&found.user), &note).await?;
    host.db().run(vec![sessions::end(&secret::hash(&session))]).await.map_err(failed)?;
    Ok(Response::empty(204).with_header("set-cookie", &SESSION.set(host, "", 0)))
}
