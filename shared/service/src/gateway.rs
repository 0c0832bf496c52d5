//! Which function answers what, and what kind of thing a path is about: the table by which rights
//! are checked.

use tributary_core::access::{Action, Object};

/// A part of `/api/v1`.
pub struct Prefix {
    pub name: &'static str,
    /// The function that answers it.
    pub owner: &'static str,
    /// What rights are asked for; `None`: open to everybody, the function asks for what it needs.
    pub object: Option<Object>,
}

const fn of(name: &'static str, owner: &'static str, object: Object) -> Prefix {
    Prefix { name, owner, object: Some(object) }
}

const fn open(name: &'static str, owner: &'static str) -> Prefix {
    Prefix { name, owner, object: None }
}

pub const PREFIXES: &[Prefix] = &[
    of("api-keys", "access", Object::ApiKeys),
    of("audit", "access", Object::Audit),
    of("blocked-identities", "profile-merge", Object::Profiles),
    of("channels", "admin", Object::Channels),
    of("codes", "doors", Object::Doors),
    of("dead-letters", "admin", Object::DeadLetters),
    of("endpoints", "admin", Object::Channels),
    of("enrichments", "enrich", Object::Channels),
    of("forms", "doors", Object::Doors),
    of("health", "admin", Object::System),
    of("inventory", "admin", Object::Channels),
    of("journeys", "journey-runner", Object::Journeys),
    of("leads", "lead-assign", Object::Leads),
    of("mappings", "admin", Object::Channels),
    of("messages", "message-send", Object::Messages),
    of("opportunities", "lead-assign", Object::Leads),
    of("personal-fields", "access", Object::System),
    of("profiles", "profile-merge", Object::Profiles),
    of("quarantine", "admin", Object::DeadLetters),
    of("regions", "lead-assign", Object::Reps),
    of("reps", "lead-assign", Object::Reps),
    of("roles", "access", Object::Users),
    of("search", "directory", Object::Profiles),
    open("session", "access"),
    of("setup", "admin", Object::Setup),
    open("sign-in", "access"),
    of("suppressions", "profile-merge", Object::Profiles),
    of("tasks", "lead-assign", Object::Tasks),
    of("teams", "access", Object::Users),
    of("touchpoints", "admin", Object::Touchpoints),
    of("users", "access", Object::Users),
    of("vocabulary", "admin", Object::Touchpoints),
];

/// Who finds profiles by what people type: knowing how numbers are written takes tables that no
/// function carries for nothing.
const FINDER: &str = "directory";

fn prefix_of(path: &str) -> Option<&'static Prefix> {
    let rest = path.strip_prefix("/api/v1/")?;
    let name = rest.split('/').next().unwrap_or(rest);
    PREFIXES.iter().find(|prefix| prefix.name == name)
}

/// The function that owns a path below `/api/v1/`; `None`: there is no such thing.
pub fn owner_of(path: &str) -> Option<&'static str> {
    let prefix = prefix_of(path)?;
    Some(if path.trim_end_matches('/') == "/api/v1/profiles" { FINDER } else { prefix.owner })
}

/// What a request needs a right to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    Right(Object, Action),
}

/// The one place that says which right a request needs; `None`: there is no such thing.
pub fn needs(method: &str, path: &str) -> Option<Needs> {
    needs_to(action_of(method, path), path)
}

/// Which right it needs to ask what would happen, where [`may_preview`] says that one may ask.
pub fn needs_to_preview(path: &str) -> Option<Needs> {
    needs_to(Action::View, path)
}

/// A preview is a view, by whatever method it is asked for.
fn action_of(method: &str, path: &str) -> Action {
    let previews = method == "POST" && path.trim_end_matches('/') == "/api/v1/mappings/preview";
    if previews || matches!(method, "GET" | "HEAD") { Action::View } else { Action::Edit }
}

/// Whether a request's body says if it changes anything or only asks what would happen.
pub fn may_preview(method: &str, path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    method == "POST" && matches!(parts.as_slice(), ["api", "v1", "profiles", _, "unmerge"])
}

/// Whether this body only asks.
pub fn previews(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Asks {
        #[serde(default)]
        preview: bool,
    }
    serde_json::from_slice::<Asks>(body).is_ok_and(|asks| asks.preview)
}

/// Whose rows the answer may hold is decided by the right to this kind of thing, where it is not
/// the kind that the path is about: a profile's history is its touchpoints.
pub fn scoped_by(path: &str) -> Option<Object> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["api", "v1", "profiles", _, "timeline"] => Some(Object::Touchpoints),
        _ => None,
    }
}

fn needs_to(action: Action, path: &str) -> Option<Needs> {
    if path.starts_with("/dev/") {
        return Some(Needs::Right(Object::System, Action::Edit));
    }
    let prefix = prefix_of(path)?;
    // Who went through a journey is about people, not about the journey.
    if prefix.object == Some(Object::Journeys) && path.trim_end_matches('/').ends_with("/runs") {
        return Some(Needs::Right(Object::Profiles, action));
    }
    Some(prefix.object.map_or(Needs::Nothing, |object| Needs::Right(object, action)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_has_one_owner() {
        assert_eq!(owner_of("/api/v1/profiles/prf_1/timeline"), Some("profile-merge"));
        assert_eq!(owner_of("/api/v1/profiles"), Some("directory"));
        assert_eq!(owner_of("/api/v1/nothing"), None);
        assert_eq!(owner_of("/api/v1/"), None);
        assert_eq!(owner_of("/internal/tick"), None);
        assert!(PREFIXES.is_sorted_by_key(|prefix| prefix.name));
    }

    #[test]
    fn reading_needs_less_than_writing() {
        let right = |object, action| Some(Needs::Right(object, action));
        let leads = "/api/v1/leads/led_1";
        assert_eq!(needs("GET", leads), right(Object::Leads, Action::View));
        for method in ["PATCH", "PUT", "POST", "DELETE", "ANYTHING"] {
            assert_eq!(needs(method, leads), right(Object::Leads, Action::Edit), "{method}");
        }
        assert_eq!(needs("POST", "/dev/advance"), right(Object::System, Action::Edit));
        assert_eq!(needs_to_preview("/dev/advance"), right(Object::System, Action::Edit));
        assert_eq!(needs("POST", "/api/v1/session"), Some(Needs::Nothing));
        // A preview is a view, where the body or the path says that it is one.
        let (preview, unmerge) = ("/api/v1/mappings/preview", "/api/v1/profiles/prf_1/unmerge");
        assert_eq!(needs("POST", preview), right(Object::Channels, Action::View));
        assert_eq!(needs("PUT", preview), right(Object::Channels, Action::Edit));
        assert_eq!(needs("POST", unmerge), right(Object::Profiles, Action::Edit));
        assert_eq!(needs_to_preview(unmerge), right(Object::Profiles, Action::View));
        assert!(may_preview("POST", unmerge) && !may_preview("PUT", unmerge));
        for path in
            ["/api/v1/profiles/a/b/unmerge", "/api/v1/leads/a/unmerge", "/api/v1/profiles/unmerge"]
        {
            assert!(!may_preview("POST", path), "{path}");
        }
        for body in [
            "{}",
            "{\"preview\": false}",
            "{\"preview\": \"true\"}",
            "[]",
            "",
            "{\"preview\": 1}",
            "{\"preview\": true, \"preview\": false}",
        ] {
            assert!(!previews(body.as_bytes()), "{body}");
        }
        assert!(previews(b"{\"edge\": {}, \"preview\": true}"));
        assert_eq!(scoped_by("/api/v1/profiles/prf_1/timeline"), Some(Object::Touchpoints));
        assert_eq!(scoped_by("/api/v1/profiles/prf_1"), None);
        // A path spelled differently is no path.
        for path in ["/api/v1/%70rofiles", "/api/v1//users", "/internal/tick", "/api/v2/users"] {
            assert_eq!(needs("GET", path), None, "{path}");
        }
    }
}
