//! Addresses that are not written to any more.

use super::Answer::{List, One};
use super::{CURSOR, LIMIT, Route, Total, get, write};

pub const ROUTES: &[Route] = &[
    get(
        "suppressions",
        "Addresses that are not written to any more, and why, newest first",
        List("Suppression", Total::Never),
    )
    .asks(&[("profile", "Only those of this profile."), LIMIT, CURSOR])
    .refuses(&["invalid_cursor", "profile_not_found"]),
    write(
        "POST",
        "suppressions/lift",
        "Makes an address usable again; a later report suppresses it again",
        Some("SuppressionLift"),
        One(&[200], "Suppression"),
    )
    .refuses(&["malformed_body", "suppression_not_found"]),
];
