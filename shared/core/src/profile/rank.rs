//! How much a statement about a person counts against others about the same field. It depends on
//! the touchpoint alone, so the order of arrival does not matter.

use crate::time::Timestamp;
use crate::touchpoint::{CONSOLE_CHANNEL, Touchpoint};
use crate::vocabulary::{canonical, term};
use serde::{Deserialize, Serialize};

/// The weaker first. Within a rank the later statement counts, of [`Rank::Once`] the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TraitRank))]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// Holds only while nothing else is said (`$set_once`).
    Once,
    /// What a vendor shows: the nickname of a chat account.
    Guess,
    /// What came with an order, a cart or a shop's customer.
    Shop,
    /// What the person or the company's own system stated: a form, a lead ad, `identify`.
    Form,
    /// What a user of the console typed.
    Human,
}

/// What a vendor tells along with an event of these nouns was not stated by the person.
const GUESSES: &[&str] =
    &["account", "call", "chat", "code", "identity", "location", "menu", "message", "ticket"];
const SHOPS: &[&str] =
    &["cart", "checkout", "customer", "invoice", "order", "payment", "subscription"];

impl Rank {
    pub fn of(touchpoint: &Touchpoint) -> Rank {
        if touchpoint.channel == CONSOLE_CHANNEL {
            return Rank::Human;
        }
        match canonical(&touchpoint.name).split_once('.') {
            Some((noun, _)) if SHOPS.contains(&noun) => Rank::Shop,
            Some((noun, _)) if GUESSES.contains(&noun) => Rank::Guess,
            // An event that only the vendor knows is named after its channel.
            Some((noun, _)) if noun == touchpoint.channel && term(&touchpoint.name).is_none() => {
                Rank::Guess
            }
            _ => Rank::Form,
        }
    }

    /// As the store keeps it.
    pub const fn number(self) -> i64 {
        self as i64
    }

    pub const fn from_number(number: i64) -> Rank {
        match number {
            ..=0 => Rank::Once,
            1 => Rank::Guess,
            2 => Rank::Shop,
            3 => Rank::Form,
            _ => Rank::Human,
        }
    }

    /// What is compared among statements of one rank.
    pub const fn moment(self, at: Timestamp) -> i64 {
        match self {
            Rank::Once => at.0.saturating_neg(),
            _ => at.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_says_it_decides() {
        let rank = |channel: &str, name: &str| {
            let mut one =
                Touchpoint::own(name, &[], None, None, serde_json::json!({}), Timestamp(1));
            one.channel = channel.to_owned();
            Rank::of(&one)
        };
        for (channel, name, expect) in [
            ("console", "$profile.edited", Rank::Human),
            ("web", "$identify", Rank::Form),
            ("web", "Signed Up", Rank::Form),
            ("form", "form.submitted", Rank::Form),
            ("google-ads", "form.submitted", Rank::Form),
            ("webhook", "badge.scanned", Rank::Form),
            ("webhook", "Kettle Descaled", Rank::Form),
            ("shopify", "customer.created", Rank::Shop),
            ("woocommerce", "order.paid", Rank::Shop),
            ("web", "Order Completed", Rank::Shop),
            ("telegram", "message.received", Rank::Guess),
            ("wechat-official", "account.followed", Rank::Guess),
            ("wecom", "identity.learned", Rank::Guess),
            ("wecom", "wecom.contact_changed", Rank::Guess),
        ] {
            assert_eq!(rank(channel, name), expect, "{channel} {name}");
        }
    }

    #[test]
    fn a_number_is_the_rank_again() {
        let all = [Rank::Once, Rank::Guess, Rank::Shop, Rank::Form, Rank::Human];
        assert!(all.is_sorted());
        assert_eq!(all.map(|rank| Rank::from_number(rank.number())), all);
    }
}
