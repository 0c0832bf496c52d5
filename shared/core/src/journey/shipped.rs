//! The journeys that come with the suite: in force until somebody publishes another version.

/// `(id, definition)`. A test reads each and finds no problem in it.
pub const SHIPPED: &[(&str, &str)] = &[
    ("cart-recovery", include_str!("../../data/journeys/cart-recovery.json")),
    ("welcome", include_str!("../../data/journeys/welcome.json")),
];
