//! How far a person has come with the company.

use crate::identity::{Class, Identity};
use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Lifecycle {
    /// A browser or device, nobody by name.
    Visitor,
    /// Somebody who can be told from everybody else.
    Known,
    /// Sales has the person in hand.
    Lead,
    /// Has bought.
    Customer,
}

/// What somebody who buys leaves behind: on the site or in the app, in the shop, at the till.
pub const BOUGHT: &str = "order.paid";

/// The furthest stage reached counts: who has bought stays a customer while sales calls again.
pub fn lifecycle<'a>(
    identities: impl IntoIterator<Item = &'a Identity>,
    orders: i64,
    has_open_lead: bool,
) -> Lifecycle {
    if orders > 0 {
        return Lifecycle::Customer;
    }
    if has_open_lead {
        return Lifecycle::Lead;
    }
    let is_person = |identity: &Identity| identity.kind().class() == Class::Person;
    if identities.into_iter().any(is_person) { Lifecycle::Known } else { Lifecycle::Visitor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_furthest_stage_counts() {
        let parse = |key| Identity::parse(key).expect("a key");
        let (browser, phone) = (parse("anonymous_id@site:a"), parse("phone:+8613800138000"));
        assert_eq!(lifecycle([&browser], 0, false), Lifecycle::Visitor);
        assert_eq!(lifecycle([&browser, &phone], 0, false), Lifecycle::Known);
        assert_eq!(lifecycle([&phone], 0, true), Lifecycle::Lead);
        assert_eq!(lifecycle([&phone], 1, true), Lifecycle::Customer);
    }
}
