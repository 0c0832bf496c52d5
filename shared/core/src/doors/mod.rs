//! Our own doors: codes that people scan, and forms that they fill in.

pub mod code;
pub mod form;
pub mod preference;

use crate::identity::Kind;
use crate::touchpoint::RawIdentifier;

/// The channel of scans.
pub const CODE_CHANNEL: &str = "qr";
/// The channel of forms.
pub const FORM_CHANNEL: &str = "form";

/// An address that may be configured: a page on the web, nothing a browser would run.
pub fn is_web_address(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("https://").or_else(|| {
        // On one's own machine there is no certificate.
        let rest = address.strip_prefix("http://")?;
        (rest.starts_with("127.0.0.1") || rest.starts_with("localhost")).then_some(rest)
    }) else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    !host.is_empty()
        && !host.starts_with(['.', ':'])
        && host.chars().all(plain)
        && address.len() <= 2_000
        && !address.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\')
}

/// The visitor of a browser, as the cookie says; within the site that loads the tracker, where one
/// is named, so that the scan and the visit are one person.
fn visitor(site: Option<&str>, channel: &str, visitor: &str) -> RawIdentifier {
    RawIdentifier::new(Kind::AnonymousId, site.unwrap_or(channel), visitor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_web_are_addresses() {
        for good in [
            "https://shop.example/a?b=c#d",
            "https://shop.example",
            "https://shop.example:8443/",
            "http://127.0.0.1:8787/x",
            "http://localhost/",
        ] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "",
            "javascript:alert(1)",
            "http://shop.example",
            "//shop.example",
            "https://",
            "https:///path",
            "https://shop.example@evil.example/",
            "https://shop.example\\@evil.example/",
            "https://shop.example/\nset-cookie: a=b",
            "https://shop example/",
            "data:text/html,x",
            " https://shop.example",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }
}
