//! `/internal/admit`: may this request be answered, and for whom? What the gateway asks before it
//! passes anything on. Whoever changes something or sees personal data is noted before it happens.

use super::audit::{self, Note};
use super::chain::Keys;
use super::privacy::{count_lookup, looked_for, personal_fields};
use super::secret::{self, SESSION};
use crate::answer::{Answered, failed};
use crate::gateway::{Needs, may_preview, needs, needs_to_preview, previews, scoped_by};
use crate::{Host, Principal, Request, Response, problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tributary_core::access::{Action, Grants, Object, Right, Role};
use tributary_core::time::Timestamp;
use tributary_store::access::keys::{self, ApiKey};
use tributary_store::access::sessions::{self, Session};
use tributary_store::access::users;
use tributary_store::{Db, one, rows};

/// A request as the gateway describes it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: String,
    pub authorization: Option<String>,
    pub cookie: Option<String>,
    pub csrf: Option<String>,
    /// Where the page that asks comes from.
    pub origin: Option<String>,
    pub host: Option<String>,
    /// The body says that it only asks what would happen.
    #[serde(default)]
    pub previews: bool,
}

/// Somebody who is known, before it is clear what they may do.
struct Known {
    actor: String,
    actor_kind: &'static str,
    grants: Grants,
    team: Option<String>,
    rep: Option<String>,
}

/// Sessions and keys note that they are used, but not every second.
const NOTE_USE_EVERY_MS: i64 = 60_000;

pub(super) async fn admit<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let asked: Asked = serde_json::from_slice(&request.body)
        .map_err(|_| problem(400, "malformed_body", "Expected a request's description."))?;
    let principal = decide(host, &asked).await?;
    Ok(Response::json(200, &principal))
}

async fn decide<H: Host>(host: &H, asked: &Asked) -> Answered<Principal> {
    let previews = asked.previews && may_preview(&asked.method, &asked.path);
    let needs = match previews {
        true => needs_to_preview(&asked.path),
        false => needs(&asked.method, &asked.path),
    };
    let needs = needs.ok_or_else(|| problem(404, "not_found", ""))?;
    if !comes_from_here(asked) {
        return Err(problem(403, "foreign_origin", "This page may not change anything here."));
    }
    let Needs::Right(object, action) = needs else {
        // The function sees to it itself; nothing personal is shown there.
        return Ok(Principal { actor_kind: "nobody".into(), clear: true, ..Principal::default() });
    };
    let known = identify(host, asked).await?;
    if !known.grants.allows(object, action) {
        return Err(problem(403, "forbidden", "Your role does not allow this."));
    }
    let scope = scoped_by(&asked.path).unwrap_or(object);
    let owners = match known.grants.right(scope) {
        Right::Own | Right::OwnView => Some(hands(host, &known).await?),
        _ => None,
    };
    let sees = known.grants.sees_personal_data();
    let clear = sees || object.is_definition();
    let mut principal = Principal {
        actor: known.actor,
        actor_kind: known.actor_kind.to_owned(),
        owners,
        clear,
        personal_fields: if clear { Vec::new() } else { personal_fields(host).await? },
        only_views: action == Action::View,
        may: match object {
            Object::ApiKeys | Object::Users => known.grants.to_header(),
            _ => String::new(),
        },
        audited: None,
    };
    let lookup = looked_for(&asked.method, &asked.path, &asked.query).filter(|_| !sees);
    if let Some(text) = &lookup {
        count_lookup(host, &principal.actor, text).await?;
    }
    if let Some(note) = note(&Keys::of(host), asked, object, action, sees, lookup.is_some()) {
        principal.audited = audit::append(host, &principal, &note).await?;
    }
    Ok(principal)
}

/// What this request leaves in the audit log, if anything.
fn note(
    keys: &Keys,
    asked: &Asked,
    object: Object,
    action: Action,
    sees_personal_data: bool,
    is_lookup: bool,
) -> Option<Note> {
    let path = asked.path.strip_prefix("/api/v1/")?.to_owned();
    let reads = matches!(asked.method.as_str(), "GET" | "HEAD");
    match () {
        () if action == Action::Edit => Some(Note::change(path, &asked.method)),
        () if !reads => Some(Note::preview(path)),
        () if is_lookup => Some(Note::lookup(keys, path, &asked.query)),
        () if sees_personal_data && object.is_personal() => {
            Some(Note::view(keys, path, &asked.query))
        }
        () => None,
    }
}

/// A browser says which page a change comes from. A page of another site has no business here,
/// whatever cookies travel with it.
fn comes_from_here(asked: &Asked) -> bool {
    if matches!(asked.method.as_str(), "GET" | "HEAD") {
        return true;
    }
    match (asked.origin.as_deref(), asked.host.as_deref()) {
        (None, _) => true,
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, from)| from == host)
        }
        (Some(_), None) => false,
    }
}

async fn identify<H: Host>(host: &H, asked: &Asked) -> Answered<Known> {
    if let Some(header) = &asked.authorization {
        return by_token(host, header).await;
    }
    let session = asked.cookie.as_deref().and_then(|header| SESSION.within(host, header));
    let Some(session) = session else { return Err(unauthenticated()) };
    let unsafe_method = !matches!(asked.method.as_str(), "GET" | "HEAD");
    let csrf = asked.csrf.as_deref().unwrap_or_default();
    let found = find_session(host, &session).await?;
    if unsafe_method && !secret::same(csrf, &secret::csrf(&session)) {
        return Err(problem(403, "csrf_token_missing", "Send the token that GET session shows."));
    }
    Ok(Known {
        grants: Grants::Role(Role::parse(&found.user.role).ok_or_else(unauthenticated)?),
        actor: found.user.id,
        actor_kind: "user",
        team: found.user.team,
        rep: found.user.rep,
    })
}

/// The session a cookie's value opens.
pub(super) async fn find_session<H: Host>(host: &H, session: &str) -> Answered<Session> {
    let now = host.now();
    let hash = secret::hash(session);
    let found: Vec<Session> =
        rows(host.db(), sessions::session(&hash, now)).await.map_err(failed)?;
    let found = found.into_iter().next().ok_or_else(unauthenticated)?;
    if is_stale(found.user.last_seen_at, now) {
        one(host.db(), sessions::seen(&hash, now)).await.map_err(failed)?;
    }
    Ok(found)
}

async fn by_token<H: Host>(host: &H, header: &str) -> Answered<Known> {
    let (scheme, token) = header.trim().split_once(' ').ok_or_else(unauthenticated)?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(unauthenticated());
    }
    let is = |name: &str| secret::same(token, &host.var(name).unwrap_or_default());
    // Both are always compared, so that the time tells nothing.
    let token_of = |actor: &str, role| Known {
        actor: actor.to_owned(),
        actor_kind: "token",
        grants: Grants::Role(role),
        team: None,
        rep: None,
    };
    match (is("ADMIN_TOKEN"), is("READONLY_TOKEN")) {
        (true, _) => Ok(token_of("admin-token", Role::Admin)),
        (false, true) => Ok(token_of("read-only-token", Role::ReadOnly)),
        (false, false) => by_key(host, token).await,
    }
}

async fn by_key<H: Host>(host: &H, token: &str) -> Answered<Known> {
    if !token.starts_with(super::keys::PREFIX) {
        return Err(unauthenticated());
    }
    let found: Vec<ApiKey> =
        rows(host.db(), keys::by_hash(&secret::hash(token))).await.map_err(failed)?;
    let key = found.into_iter().next().ok_or_else(unauthenticated)?;
    let now = host.now();
    if is_stale(key.last_used_at, now) {
        one(host.db(), keys::used(&key.id, now)).await.map_err(failed)?;
    }
    let scopes = serde_json::from_str(&key.scopes).unwrap_or_default();
    let grants = Grants::Scopes(scopes);
    Ok(Known { actor: key.id, actor_kind: "api_key", grants, team: None, rep: None })
}

fn is_stale(noted: Option<Timestamp>, now: Timestamp) -> bool {
    noted.is_none_or(|noted| now.since_ms(noted) >= NOTE_USE_EVERY_MS)
}

/// The reps whose things somebody sees who sees only the own: themselves and their team.
async fn hands<H: Host>(host: &H, known: &Known) -> Answered<Vec<String>> {
    #[derive(Deserialize)]
    struct Row {
        rep: String,
    }
    let mut reps: Vec<String> = known.rep.iter().cloned().collect();
    if let Some(team) = &known.team {
        let answers = host.db().run(vec![users::team_reps(team)]).await.map_err(failed)?;
        let found: Vec<Row> =
            answers.into_iter().next().unwrap_or_default().decode().map_err(failed)?;
        reps.extend(found.into_iter().map(|row| row.rep));
    }
    reps.sort();
    reps.dedup();
    Ok(reps)
}

pub(super) fn unauthenticated() -> Response {
    problem(401, "unauthenticated", "Sign in, or send Authorization: Bearer with a valid token.")
        .with_header("www-authenticate", "Bearer")
}

impl Asked {
    /// As the gateway reads a request.
    pub fn of(request: &Request) -> Asked {
        let header = |name: &str| request.header(name).map(str::to_owned);
        Asked {
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            authorization: header("authorization"),
            cookie: header("cookie"),
            csrf: header("x-tributary-csrf"),
            origin: header("origin"),
            host: header("host"),
            previews: may_preview(&request.method, &request.path) && previews(&request.body),
        }
    }

    /// The request by which it is asked.
    pub fn into_request(self) -> Request {
        Request {
            method: "POST".to_owned(),
            path: "/internal/admit".to_owned(),
            body: json!(self).to_string().into_bytes(),
            ..Request::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_comes_from_our_own_pages_or_from_no_page() {
        let asked = |method: &str, origin: Option<&str>| Asked {
            method: method.to_owned(),
            origin: origin.map(str::to_owned),
            host: Some("crm.example:8787".to_owned()),
            ..Asked::default()
        };
        assert!(comes_from_here(&asked("POST", None)));
        assert!(comes_from_here(&asked("POST", Some("https://crm.example:8787"))));
        assert!(comes_from_here(&asked("GET", Some("https://evil.example"))));
        for origin in
            ["https://evil.example", "null", "https://crm.example", "https://crm.example:8787.evil"]
        {
            assert!(!comes_from_here(&asked("DELETE", Some(origin))), "{origin}");
        }
    }
}
