//! Messages: what they say, whether they may be sent now, where to, and when to try again.
//!
//! Renders nothing and sends nothing: that is `message-send`.

mod address;
mod addresses;
mod content;
mod data;
mod gate;
mod reach;
mod reports;
mod retry;
mod suppression;
pub mod way_out;

pub use address::is_mail_address;
pub use addresses::{AddressBook, is_address_field};
pub use content::{
    Content, Coupon, Data, Language, Review, Reviews, Template, Text, ViewedProducts, language,
};
pub use data::{VIEWED_WINDOW_MAX_MS, cart_items, cart_products, coupon, viewed_products};
pub use gate::{Candidate, Gate, Standing, Verdict, decide};
pub use reach::{MEDIA, Reached, Recipient, reach};
pub use retry::{MAX_TRIES, retry_at};
pub use suppression::{
    ADDRESS_LIFTED, REPORT_NAMES, Reason, Report, Suppression, Told, in_force, medium_of,
    reports_of, soft_bounces,
};

#[cfg(test)]
mod tests;
