//! Secrets that are made here, and what is kept of them.

use crate::{Host, Request};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// 256 bits nobody can guess, as text for a URL, a header or a cookie.
pub(super) fn fresh<H: Host>(host: &H) -> String {
    URL_SAFE_NO_PAD.encode([host.seed(), host.seed()].concat())
}

/// What is kept of a secret with 256 bits of its own: enough to know it again.
pub(super) fn hash(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 in base64url: PKCE's challenge.
pub(super) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// What a page of ours sends along with a change, and a page of somebody else's cannot know.
pub(super) fn csrf(session: &str) -> String {
    hash(&format!("csrf:{session}")).chars().take(32).collect()
}

/// Compares hashes, so that neither content nor length shows in the time it takes.
pub(super) fn same(given: &str, expected: &str) -> bool {
    let hash = |text: &str| Sha256::digest(text.as_bytes());
    !expected.is_empty() && bool::from(hash(given).as_slice().ct_eq(hash(expected).as_slice()))
}

/// A cookie of ours. Over https its name keeps other hosts and plain http from setting it; a
/// development installation has no certificate.
pub(super) struct Cookie {
    name: &'static str,
    path: &'static str,
    same_site: &'static str,
}

pub(super) const SESSION: Cookie =
    Cookie { name: "tributary_session", path: "/", same_site: "Strict" };
/// Comes back from another site, the provider's.
pub(super) const ATTEMPT: Cookie =
    Cookie { name: "tributary_attempt", path: "/", same_site: "Lax" };

impl Cookie {
    fn name<H: Host>(&self, host: &H) -> String {
        let prefix = if host.is_development() { "" } else { "__Host-" };
        format!("{prefix}{}", self.name)
    }

    pub fn set<H: Host>(&self, host: &H, value: &str, max_age_s: i64) -> String {
        let secure = if host.is_development() { "" } else { "; Secure" };
        let (name, path, same_site) = (self.name(host), self.path, self.same_site);
        format!(
            "{name}={value}; Path={path}; HttpOnly; SameSite={same_site}; \
             Max-Age={max_age_s}{secure}"
        )
    }

    pub fn of<H: Host>(&self, host: &H, request: &Request) -> Option<String> {
        self.within(host, request.header("cookie")?)
    }

    /// In the value of a `Cookie` header.
    pub fn within<H: Host>(&self, host: &H, header: &str) -> Option<String> {
        let name = self.name(host);
        header.split(';').find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name && !value.is_empty()).then(|| value.to_owned())
        })
    }
}

/// Whether this leads to a page of our own: a path, and no way to write another host.
pub(super) fn is_own_path(path: &str) -> bool {
    let mut chars = path.chars();
    chars.next() == Some('/')
        && !matches!(chars.next(), Some('/' | '\\'))
        && !path.contains(|c: char| c.is_control() || c == '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_our_own_are_returned_to() {
        for path in ["/", "/profiles/prf_1?tab=graph", "/a//b"] {
            assert!(is_own_path(path), "{path}");
        }
        for path in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "evil",
            "/a\n",
            "/a\\b",
        ] {
            assert!(!is_own_path(path), "{path:?}");
        }
    }

    #[test]
    fn nothing_equals_an_absent_secret() {
        assert!(same("a", "a"));
        for (given, expected) in [("", ""), ("a", ""), ("a", "b"), ("a", "aa")] {
            assert!(!same(given, expected), "{given:?} {expected:?}");
        }
    }
}
