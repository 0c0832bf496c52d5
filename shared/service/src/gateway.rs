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
    of("profiles", "profile-merge", Object::Profiles),
    of("quarantine", "admin", Object::DeadLetters),
    of("reps", "lead-assign", Object::Reps),
    of("roles", "access", Object::Users),
    of("search", "directory", Object::Profiles),
    open("session", "access"),
    of("setup", "admin", Object::Setup),
    open("sign-in", "access"),
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
    if path.starts_with("/dev/") {
        return Some(Needs::Right(Object::System, Action::Edit));
    }
    let action = if matches!(method, "GET" | "HEAD") { Action::View } else { Action::Edit };
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
        assert_eq!(needs("POST", "/api/v1/session"), Some(Needs::Nothing));
        // A path spelled differently is no path.
        for path in ["/api/v1/%70rofiles", "/api/v1//users", "/internal/tick", "/api/v2/users"] {
            assert_eq!(needs("GET", path), None, "{path}");
        }
    }
}
