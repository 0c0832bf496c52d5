//! The gateway's decisions: who asks, whether they may, and which function owns the answer.
//! Roles are checked here and nowhere else.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Admin,
    ReadOnly,
}

impl Role {
    pub const fn id(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::ReadOnly => "read_only",
        }
    }
}

/// The role of an `Authorization` header's bearer token. Tokens are compared as hashes in
/// constant time; an absent token is nobody's.
pub fn authenticate(
    header: Option<&str>,
    admin_token: Option<&str>,
    readonly_token: Option<&str>,
) -> Option<Role> {
    let (scheme, token) = header?.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let given = Sha256::digest(token.trim().as_bytes());
    let is = |expected: Option<&str>| {
        expected.filter(|expected| !expected.is_empty()).is_some_and(|expected| {
            bool::from(given.as_slice().ct_eq(Sha256::digest(expected.as_bytes()).as_slice()))
        })
    };
    // Both are always compared, so that the time tells nothing.
    let (admin, readonly) = (is(admin_token), is(readonly_token));
    match (admin, readonly) {
        (true, _) => Some(Role::Admin),
        (false, true) => Some(Role::ReadOnly),
        (false, false) => None,
    }
}

/// Whether a role may do this. Read-only reads; what a GET answers never holds a secret.
pub fn authorize(role: Role, method: &str, _path: &str) -> bool {
    match role {
        Role::Admin => true,
        Role::ReadOnly => matches!(method, "GET" | "HEAD"),
    }
}

/// Which function answers a part of `/api/v1`.
pub const OWNERS: &[(&str, &str)] = &[
    ("channels", "admin"),
    ("dead-letters", "admin"),
    ("endpoints", "admin"),
    ("health", "admin"),
    ("journeys", "journey-runner"),
    ("leads", "lead-assign"),
    ("messages", "message-send"),
    ("opportunities", "lead-assign"),
    ("profiles", "profile-merge"),
    ("reps", "lead-assign"),
    ("tasks", "lead-assign"),
    ("touchpoints", "admin"),
];

/// The function that owns a path below `/api/v1/`; `None`: there is no such thing.
pub fn owner_of(path: &str) -> Option<&'static str> {
    let rest = path.strip_prefix("/api/v1/")?;
    let prefix = rest.split('/').next().unwrap_or(rest);
    OWNERS.iter().find(|(name, _)| *name == prefix).map(|(_, owner)| *owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_give_roles_and_absent_tokens_give_nobody() {
        let check = |header, admin, readonly| authenticate(header, admin, readonly);
        assert_eq!(check(Some("Bearer a"), Some("a"), Some("r")), Some(Role::Admin));
        assert_eq!(check(Some("bearer r"), Some("a"), Some("r")), Some(Role::ReadOnly));
        assert_eq!(check(Some("Bearer x"), Some("a"), Some("r")), None);
        assert_eq!(check(Some("Basic a"), Some("a"), None), None);
        assert_eq!(check(Some("Bearer "), Some(""), None), None);
        assert_eq!(check(Some("Bearer a"), None, None), None);
        assert_eq!(check(None, Some("a"), None), None);
    }

    #[test]
    fn read_only_may_not_write() {
        for (method, allowed) in [("GET", true), ("PUT", false), ("POST", false), ("DELETE", false)]
        {
            assert_eq!(authorize(Role::ReadOnly, method, "/api/v1/leads"), allowed, "{method}");
            assert!(authorize(Role::Admin, method, "/api/v1/leads"), "{method}");
        }
    }

    #[test]
    fn every_prefix_has_one_owner() {
        assert_eq!(owner_of("/api/v1/profiles/prf_1/timeline"), Some("profile-merge"));
        assert_eq!(owner_of("/api/v1/profiles"), Some("profile-merge"));
        assert_eq!(owner_of("/api/v1/nothing"), None);
        assert_eq!(owner_of("/api/v1/"), None);
        assert_eq!(owner_of("/internal/tick"), None);
        assert!(OWNERS.is_sorted());
    }
}
