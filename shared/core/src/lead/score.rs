//! Scoring: rules as data, points as a fold over what matched.
//!
//! Stored are matches, never points: so the score does not depend on the order of arrival, two
//! profiles that merge have the score of all their matches, and a changed rule holds for the past.

use crate::filter::Filter;
use crate::ids::TouchpointId;
use crate::interest::Interest;
use crate::time::Timestamp;
use crate::touchpoint::Touchpoint;
use crate::vocabulary;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The rules and the score from which on a profile is ready for sales.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scoring {
    /// Points.
    pub threshold: i64,
    pub rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    pub label: Label,
    /// The touchpoints it looks at.
    pub events: Vec<String>,
    /// All must match `{name, channel, properties, context}`.
    #[serde(default, rename = "where")]
    pub all: Vec<Filter>,
    /// At least one must match, where there are any.
    #[serde(default)]
    pub any: Vec<Filter>,
    pub points: i64,
    /// So many matches earn the points once.
    #[serde(default = "one")]
    pub every: u32,
    /// The points are earned at most so many times.
    #[serde(default = "one")]
    pub cap: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Label {
    pub zh: String,
    pub en: String,
}

fn one() -> u32 {
    1
}

/// A rule matched a touchpoint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    pub rule: String,
    pub occurred_at: Timestamp,
    pub touchpoint: TouchpointId,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Score {
    /// Points.
    pub total: i64,
    /// The rules that matched at least once, in the order of the rules.
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ScorePart))]
pub struct Part {
    pub rule: String,
    pub label: Label,
    pub points: i64,
    /// Matches so far; a rule with `every: 3` shows 2 here and 0 points on the way.
    pub count: u32,
    pub every: u32,
    /// The earliest matches, as many as can earn points.
    pub evidence: Vec<TouchpointId>,
}

impl Scoring {
    /// The rules that come with the suite.
    pub fn shipped() -> &'static Scoring {
        static SHIPPED: LazyLock<Scoring> = LazyLock::new(|| {
            // Invariant: the file is part of the program and a test reads it.
            serde_json::from_str(include_str!("../../data/scoring.json")).unwrap_or_default()
        });
        &SHIPPED
    }

    /// What of the log may match a rule.
    pub fn interest(&self) -> Interest {
        let mut interest = Interest::default();
        for rule in &self.rules {
            let names = rule.events.iter().map(String::as_str);
            interest.add_where(vocabulary::all_names(names), &rule.any);
        }
        interest
    }

    /// The entries a touchpoint gives.
    pub fn entries(&self, touchpoint: &Touchpoint) -> Vec<Entry> {
        let by_name =
            self.rules.iter().filter(|rule| vocabulary::is_one_of(&rule.events, &touchpoint.name));
        let mut by_name = by_name.peekable();
        if by_name.peek().is_none() {
            return Vec::new();
        }
        let document = json!({
            "name": touchpoint.name,
            "channel": touchpoint.channel,
            "properties": touchpoint.properties,
            "context": touchpoint.context,
        });
        by_name
            .filter(|rule| rule.matches(&document))
            .map(|rule| Entry {
                rule: rule.id.clone(),
                occurred_at: touchpoint.occurred_at,
                touchpoint: touchpoint.id.clone(),
            })
            .collect()
    }

    pub fn is_ready(&self, score: &Score) -> bool {
        !self.rules.is_empty() && score.total >= self.threshold
    }
}

impl Rule {
    fn matches(&self, document: &Value) -> bool {
        self.all.iter().all(|filter| filter.matches(document))
            && (self.any.is_empty() || self.any.iter().any(|filter| filter.matches(document)))
    }

    /// How many matches can earn points at all.
    fn useful(&self) -> u32 {
        self.every.max(1).saturating_mul(self.cap)
    }
}

/// What the entries earn. The same entry twice counts once; entries of rules that are gone count
/// for nothing.
pub fn score<'a>(entries: impl IntoIterator<Item = &'a Entry>, scoring: &Scoring) -> Score {
    let mut by_rule: BTreeMap<&str, BTreeSet<(Timestamp, &TouchpointId)>> = BTreeMap::new();
    for entry in entries {
        by_rule.entry(&entry.rule).or_default().insert((entry.occurred_at, &entry.touchpoint));
    }
    let mut parts = Vec::new();
    for rule in &scoring.rules {
        let Some(matches) = by_rule.get(rule.id.as_str()) else { continue };
        let count = u32::try_from(matches.len()).unwrap_or(u32::MAX);
        let times = (count / rule.every.max(1)).min(rule.cap);
        let shown = rule.useful() as usize;
        parts.push(Part {
            rule: rule.id.clone(),
            label: rule.label.clone(),
            points: rule.points.saturating_mul(i64::from(times)),
            count,
            every: rule.every,
            evidence: matches.iter().take(shown).map(|(_, id)| (*id).clone()).collect(),
        });
    }
    let total = parts.iter().fold(0i64, |sum, part| sum.saturating_add(part.points));
    Score { total, parts }
}
