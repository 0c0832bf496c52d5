//! Messages: what they say, whether they may be sent now, where to, and when to try again.
//!
//! Renders nothing and sends nothing: that is `message-send`.

mod content;
mod data;
mod gate;
mod reach;
mod retry;

pub use content::{
    Content, Coupon, Data, Language, Review, Reviews, Template, Text, ViewedProducts, language,
};
pub use data::{VIEWED_WINDOW_MAX_MS, cart_items, cart_products, coupon, viewed_products};
pub use gate::{Candidate, Gate, Standing, Verdict, decide};
pub use reach::{MEDIA, Reached, Recipient, reach};
pub use retry::{MAX_TRIES, retry_at};

#[cfg(test)]
mod tests;
