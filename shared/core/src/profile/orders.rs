//! Orders: an order is one order, whoever tells of it and however often, and a refund is counted
//! once (ADR 0025).
//!
//! Each source's statement about an order is kept by itself; what they come to is folded over the
//! statements of a profile's identities. So it depends neither on the order of arrival nor on
//! merging and unmerging.

use crate::Gather;
use crate::ids::TouchpointId;
use crate::money::{Money, money_in};
use crate::time::{DAY_MS, Timestamp};
use crate::touchpoint::Touchpoint;
use crate::vocabulary::canonical;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What happens to an order once; a refund once for each refund.
const ONCE: &[&str] = &[
    "order.cancelled",
    "order.created",
    "order.fulfilled",
    "order.paid",
    REFUNDED,
    "order.tested",
];
const REFUNDED: &str = "order.refunded";
/// The most other ids of one order that are kept.
const MAX_IDS: usize = 8;
const MAX_ID_CHARS: usize = 128;
/// Where the id of an order stands. The first is the one it is kept under.
const IDS: &[&str] = &[
    "order_id",
    "orderId",
    "order_number",
    "orderNumber",
    "order_no",
    "order_name",
    "transaction_id",
    "transactionId",
    "order_ids",
];

/// What one source says about one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderFact {
    /// `order.paid`
    pub name: String,
    pub order_id: String,
    /// Channel and endpoint.
    pub source: String,
    /// Which refund; empty for what happens to an order once.
    pub part: String,
    /// The other ids by which the order is known.
    pub also: BTreeSet<String>,
    pub money: Option<Money>,
    pub occurred_at: Timestamp,
    pub touchpoint: TouchpointId,
}

/// How often something happened, and the money in it, in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub count: i64,
    pub sum_minor: i64,
    /// Days since the epoch, UTC.
    pub last_day: i64,
}

impl Tally {
    /// What both come to.
    pub fn join(&mut self, other: &Tally) {
        self.count = self.count.saturating_add(other.count);
        self.sum_minor = self.sum_minor.saturating_add(other.sum_minor);
        self.last_day = self.last_day.max(other.last_day);
    }

    fn add(&mut self, money: Option<&Money>, occurred_at: Timestamp) {
        self.count += 1;
        let minor = money.map_or(0, |money| money.minor);
        self.sum_minor = self.sum_minor.saturating_add(minor);
        self.last_day = self.last_day.max(occurred_at.0.div_euclid(DAY_MS));
    }
}

/// What the touchpoint says about an order; `None` where it is about none or does not name it.
pub fn order_fact(touchpoint: &Touchpoint) -> Option<OrderFact> {
    let name = canonical(&touchpoint.name);
    let mut ids = order_ids(name, &touchpoint.properties);
    let order_id = ids.first()?.clone();
    ids.remove(0);
    let money = money_of(touchpoint);
    Some(OrderFact {
        name: name.to_owned(),
        part: part_of(name, &touchpoint.properties, money.as_ref()),
        also: ids.into_iter().filter(|id| *id != order_id).collect(),
        order_id,
        source: format!("{}/{}", touchpoint.channel, touchpoint.endpoint),
        money,
        occurred_at: touchpoint.occurred_at,
        touchpoint: touchpoint.id.clone(),
    })
}

/// The money a touchpoint tells of.
pub fn money_of(touchpoint: &Touchpoint) -> Option<Money> {
    let name = canonical(&touchpoint.name);
    let is_sale =
        ["order.", "payment.", "invoice.", "checkout."].iter().any(|it| name.starts_with(it));
    let mut money = money_in(&touchpoint.properties, is_sale)?;
    if name == REFUNDED {
        // Some write what was paid back as a negative amount.
        money.minor = money.minor.saturating_abs();
    }
    Some(money)
}

/// The normal ids of the order that something of this name is about, first the one it is kept
/// under; none where the name is not about an order as a whole.
pub fn order_ids(name: &str, properties: &Value) -> Vec<String> {
    if !ONCE.contains(&canonical(name)) {
        return Vec::new();
    }
    let nested = properties.get("ecommerce").unwrap_or(&Value::Null);
    let mut found = Vec::new();
    for place in [properties, nested] {
        for name in IDS {
            let values = match place.get(*name) {
                Some(Value::Array(values)) => values.as_slice(),
                Some(value) => std::slice::from_ref(value),
                None => continue,
            };
            for id in values.iter().filter_map(order_id) {
                if !found.contains(&id) && found.len() <= MAX_IDS {
                    found.push(id);
                }
            }
        }
    }
    found
}

/// An order's id as page, shop and payment provider spell it: `1001`, `"#1001"`, `1001.0`, `No.
/// 1001`, `gid://shopify/Order/1001` are one.
pub fn order_id(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let text: String = text.chars().map(narrow).filter(|c| !c.is_whitespace()).collect();
    let text = text.to_lowercase();
    let text = match text.strip_prefix("gid://") {
        Some(rest) => {
            rest.rsplit('/').next().unwrap_or_default().split('?').next().unwrap_or_default()
        }
        None => text.as_str(),
    };
    let is_label = |rest: &&str| rest.starts_with(['#', 'n']);
    let rest = text.strip_prefix("order").filter(is_label).unwrap_or(text);
    let numbered = rest.strip_prefix("no").map(|it| it.trim_start_matches(['.', ':', '#']));
    let rest = numbered.filter(|it| it.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(rest);
    let rest = rest.trim_start_matches('#');
    let rest =
        rest.strip_suffix(".0").filter(|it| it.bytes().all(|b| b.is_ascii_digit())).unwrap_or(rest);
    let id: String = rest.chars().take(MAX_ID_CHARS).collect();
    (!id.is_empty()).then_some(id)
}

/// A full-width character as its plain one.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// A refund by its id, else by what it amounts to: a page that is loaded twice repeats it. Where
/// the source says what has been paid back so far, by that sum.
fn part_of(name: &str, properties: &Value, money: Option<&Money>) -> String {
    if name != REFUNDED {
        return String::new();
    }
    let minor = money.map_or(0, |money| money.minor);
    if properties.get("is_total").and_then(Value::as_bool) == Some(true) {
        return format!("{SO_FAR}{minor}");
    }
    match properties.get("refund_id").and_then(order_id) {
        Some(id) => format!("id:{id}"),
        None => format!("amount:{minor}"),
    }
}

const SO_FAR: &str = "so_far:";

impl OrderFact {
    /// Which of two statements of one source about the same thing stands: the later. The store
    /// decides alike.
    pub fn rank(&self) -> (Timestamp, &TouchpointId) {
        (self.occurred_at, &self.touchpoint)
    }

    /// Whose word on the amount counts: the shop's over the payment provider's over another
    /// system's over the page's. Of the same the later.
    fn weight(&self) -> (bool, u8, Timestamp, &TouchpointId) {
        let channel = self.source.split('/').next().unwrap_or_default();
        let authority = match channel {
            "doudian" | "douyin" | "shopify" | "woocommerce" | "youzan" => 3,
            "stripe" | "wechat-pay" => 2,
            "web" => 0,
            _ => 1,
        };
        (self.money.is_some(), authority, self.occurred_at, &self.touchpoint)
    }

    fn ids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.order_id.as_str()).chain(self.also.iter().map(String::as_str))
    }
}

/// What the statements come to, by name and currency.
pub fn fold_orders(facts: &[OrderFact]) -> BTreeMap<(String, String), Tally> {
    let mut orders: BTreeMap<(&str, usize), Vec<&OrderFact>> = BTreeMap::new();
    let groups = groups(facts.iter().map(|fact| fact.ids().collect()));
    for (fact, group) in facts.iter().zip(groups) {
        orders.entry((&fact.name, group)).or_default().push(fact);
    }
    let mut tallies: BTreeMap<(String, String), Tally> = BTreeMap::new();
    let mut add = |fact: &OrderFact, money: Option<&Money>| {
        let currency = money.map(|money| money.currency.clone()).unwrap_or_default();
        let key = (fact.name.clone(), currency);
        tallies.entry(key).or_default().add(money, fact.occurred_at);
    };
    for ((name, _), told) in orders {
        if name == REFUNDED {
            for (fact, money) in refunds(&told) {
                add(fact, money.as_ref());
            }
        } else if let Some(best) = told.into_iter().max_by_key(|fact| fact.weight()) {
            add(best, best.money.as_ref());
        }
    }
    tallies
}

/// The refunds of one order. Sources tell of the same refunds under ids of their own, so they are
/// not added up: the one that knows of most is believed.
fn refunds<'a>(told: &[&'a OrderFact]) -> Vec<(&'a OrderFact, Option<Money>)> {
    let mut by_source: BTreeMap<&str, BTreeMap<&str, &OrderFact>> = BTreeMap::new();
    for fact in told {
        let parts = by_source.entry(&fact.source).or_default();
        let stands = parts.get(fact.part.as_str()).is_some_and(|it| it.rank() >= fact.rank());
        if !stands {
            parts.insert(&fact.part, fact);
        }
    }
    let known = by_source.into_values().flat_map(|parts| {
        let (so_far, single): (Vec<_>, Vec<_>) =
            parts.into_values().partition(|fact| fact.part.starts_with(SO_FAR));
        let single = single.into_iter().map(|fact| (fact, fact.money.clone())).collect::<Vec<_>>();
        [differences(so_far), single]
    });
    let sum = |refunds: &[(&OrderFact, Option<Money>)]| {
        let minor = refunds.iter().filter_map(|(_, money)| Some(money.as_ref()?.minor));
        minor.fold(0i64, i64::saturating_add)
    };
    let weight = |refunds: &[(&OrderFact, Option<Money>)]| {
        let best = refunds.iter().map(|(fact, _)| fact.weight().1).max();
        let last = refunds.iter().map(|(fact, _)| fact.touchpoint.clone()).max();
        (sum(refunds), best, refunds.len(), last)
    };
    known.max_by_key(|refunds| weight(refunds)).unwrap_or_default()
}

/// Sums so far as the refunds that led from one to the next.
fn differences(mut so_far: Vec<&OrderFact>) -> Vec<(&OrderFact, Option<Money>)> {
    let minor = |fact: &OrderFact| fact.money.as_ref().map_or(0, |money| money.minor);
    so_far.sort_by_key(|fact| (minor(fact), fact.occurred_at));
    let mut before = 0;
    let mut found = Vec::new();
    for fact in so_far {
        let paid_back = minor(fact).saturating_sub(before);
        before = minor(fact);
        if paid_back > 0 {
            let money = fact.money.clone().map(|money| Money { minor: paid_back, ..money });
            found.push((fact, money));
        }
    }
    found
}

/// How many of these happened, an order that is told of several times counting once. Each is the
/// name and the properties of a touchpoint.
pub fn count_distinct<'a>(events: impl IntoIterator<Item = (&'a str, &'a Value)>) -> usize {
    let mut others = 0;
    let mut named: Vec<(&str, Vec<String>)> = Vec::new();
    for (name, properties) in events {
        let mut ids = order_ids(name, properties);
        if ids.is_empty() {
            others += 1;
            continue;
        }
        let money = money_in(properties, true);
        let part = part_of(canonical(name), properties, money.as_ref());
        if !part.is_empty() {
            ids.iter_mut().for_each(|id| *id = format!("{id} {part}"));
        }
        named.push((canonical(name), ids));
    }
    let ids = named.iter().map(|(_, ids)| ids.iter().map(String::as_str).collect());
    let groups = groups(ids);
    let distinct: BTreeSet<(&str, usize)> =
        named.iter().zip(groups).map(|((name, _), group)| (*name, group)).gather();
    others + distinct.len()
}

/// Which of these belong together because they share an id, directly or over others: for each the
/// number of its group.
fn groups<'a>(all: impl Iterator<Item = Vec<&'a str>>) -> Vec<usize> {
    let mut parents: Vec<usize> = Vec::new();
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    fn root(parents: &[usize], mut one: usize) -> usize {
        while let Some(parent) = parents.get(one).filter(|parent| **parent != one) {
            one = *parent;
        }
        one
    }
    for (index, ids) in all.enumerate() {
        parents.push(index);
        for id in ids {
            let other = *first.entry(id).or_insert(index);
            let (one, other) = (root(&parents, index), root(&parents, other));
            // The smaller one leads, so that every way up ends.
            if let Some(parent) = parents.get_mut(one.max(other)) {
                *parent = one.min(other);
            }
        }
    }
    (0..parents.len()).map(|one| root(&parents, one)).collect()
}

#[cfg(test)]
mod tests;
