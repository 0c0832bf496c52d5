//! Scoring: rules as data, points as a fold over what matched.
//!
//! Stored are matches, never points: so the score does not depend on the order of arrival, two
//! profiles that merge have the score of all their matches, and a changed rule holds for the past.

use crate::Gather;
use crate::event_view::EventView;
use crate::filter::Filter;
use crate::ids::TouchpointId;
use crate::interest::Interest;
use crate::time::{DAY_MS, Timestamp};
use crate::touchpoint::Touchpoint;
use crate::vocabulary;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The rules and the score from which on a profile is ready for sales.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scoring {
    /// Points.
    pub threshold: i64,
    /// Whose lead was rejected or closed is not offered again before, unless they ask.
    #[serde(default)]
    pub pause_days: u32,
    pub rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    pub label: Label,
    /// The touchpoints it looks at.
    pub events: Vec<String>,
    /// All must pass.
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
    /// Makes ready for sales at once, whatever the score, for so many days after it happened: who
    /// asks is called, and an old list that is imported calls nobody.
    #[serde(default)]
    pub at_once_days: Option<u32>,
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
    /// It made a lead at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_once: bool,
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
        let view = EventView::from(touchpoint);
        self.rules
            .iter()
            .filter(|rule| vocabulary::is_one_of(&rule.events, &touchpoint.name))
            .filter(|rule| rule.matches(&view))
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

    /// The score with which somebody becomes a lead now; `None`: not yet. After a lead that was
    /// finished only what happened since counts.
    pub fn readiness(
        &self,
        entries: &BTreeSet<Entry>,
        finished_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Score> {
        let is_new = |entry: &&Entry| finished_at.is_none_or(|at| entry.occurred_at > at);
        let mut score = score(entries.iter().filter(is_new), self);
        let asked: BTreeSet<&str> = entries
            .iter()
            .filter(is_new)
            .filter(|entry| self.asks(entry, now))
            .map(|entry| entry.rule.as_str())
            .gather();
        for part in &mut score.parts {
            part.at_once = asked.contains(part.rule.as_str());
        }
        let pause_ms = i64::from(self.pause_days) * DAY_MS;
        let may_score = finished_at.is_none_or(|at| now.since_ms(at) >= pause_ms);
        (!asked.is_empty() || (may_score && self.is_ready(&score))).then_some(score)
    }

    fn asks(&self, entry: &Entry, now: Timestamp) -> bool {
        let rule = self.rules.iter().find(|rule| rule.id == entry.rule);
        let days = rule.and_then(|rule| rule.at_once_days);
        days.is_some_and(|days| now.since_ms(entry.occurred_at) <= i64::from(days) * DAY_MS)
    }
}

impl Rule {
    fn matches(&self, event: &EventView) -> bool {
        self.all.iter().all(|filter| filter.passes(event))
            && (self.any.is_empty() || self.any.iter().any(|filter| filter.passes(event)))
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
            at_once: false,
        });
    }
    let total = parts.iter().fold(0i64, |sum, part| sum.saturating_add(part.points));
    Score { total, parts }
}
