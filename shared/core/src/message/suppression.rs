//! Which addresses are not written to any more, from what providers report of them.
//!
//! A report is about the address it names, never about the person: other addresses of the person
//! stay good. Every decision here depends on the times in the reports alone, so that reports may
//! arrive in any order.

use super::reports;
use crate::identity::{Identity, Kind};
use crate::ids::TouchpointId;
use crate::time::{DAY_MS, Timestamp};
use crate::touchpoint::{CONSOLE_CHANNEL, Touchpoint};
use crate::vocabulary::canonical;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A person made an address usable again: `{"medium", "address"}`, by the console alone.
pub const ADDRESS_LIFTED: &str = "$address.restored";

/// The names of touchpoints that may report on an address; [`reports_of`] has the last word.
pub const REPORT_NAMES: &[&str] = &[
    ADDRESS_LIFTED,
    "message.bounced",
    "message.complained",
    "message.deferred",
    "message.delivered",
    "message.failed",
];

/// So many days with soft bounces, within [`SOFT_WINDOW_MS`] and without a delivery between,
/// suppress an address.
pub const SOFT_DAYS: usize = 3;
pub const SOFT_WINDOW_MS: i64 = 14 * DAY_MS;

const MAX_DETAIL_CHARS: usize = 300;

/// Why an address is not written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SuppressionReason))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The mailbox does not exist.
    HardBounce,
    /// The receiving side refuses us for this address.
    Blocked,
    /// Its owner called a message spam.
    Complaint,
    /// The number is not in use, or cannot take text messages.
    DeadNumber,
    /// See [`SOFT_DAYS`].
    SoftBounces,
    /// Not a suppression: reports up to this one count for nothing.
    Lifted,
}

/// What one report says about an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Dead(Reason),
    /// Not now.
    Soft,
    Delivered,
    Lifted,
}

/// A report on one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub medium: &'static str,
    /// The address, as an identity.
    pub identity: Identity,
    pub told: Told,
    pub detail: String,
    pub at: Timestamp,
    pub touchpoint: TouchpointId,
}

/// A row of `suppressions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    pub medium: String,
    pub address: String,
    pub reason: Reason,
    pub detail: String,
    pub at: Timestamp,
    pub touchpoint: TouchpointId,
}

impl Report {
    /// The row it makes; `None`: it makes none by itself.
    pub fn row(&self) -> Option<Suppression> {
        let reason = match self.told {
            Told::Dead(reason) => reason,
            Told::Lifted => Reason::Lifted,
            Told::Soft | Told::Delivered => return None,
        };
        Some(self.row_of(reason, self.at))
    }

    fn row_of(&self, reason: Reason, at: Timestamp) -> Suppression {
        Suppression {
            medium: self.medium.to_owned(),
            address: self.identity.value().to_owned(),
            reason,
            detail: self.detail.clone(),
            at,
            touchpoint: self.touchpoint.clone(),
        }
    }
}

/// The medium whose addresses are of that kind.
pub fn medium_of(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Email => Some("email"),
        Kind::Phone => Some("sms"),
        _ => None,
    }
}

/// What this touchpoint reports, for each address it names.
pub fn reports_of(touchpoint: &Touchpoint) -> Vec<Report> {
    let Some(told) = told(touchpoint) else { return Vec::new() };
    let Some(medium) = medium(touchpoint) else { return Vec::new() };
    let detail: String = reports::detail(&touchpoint.properties);
    let addresses = touchpoint.identifiers.iter();
    addresses
        .filter(|identity| medium_of(identity.kind()) == Some(medium))
        .map(|identity| Report {
            medium,
            identity: identity.clone(),
            told,
            detail: detail.chars().take(MAX_DETAIL_CHARS).collect(),
            at: touchpoint.occurred_at,
            touchpoint: touchpoint.id.clone(),
        })
        .collect()
}

fn told(touchpoint: &Touchpoint) -> Option<Told> {
    let said = &touchpoint.properties;
    match canonical(&touchpoint.name) {
        "message.bounced" => reports::bounced(said),
        "message.complained" => Some(Told::Dead(Reason::Complaint)),
        "message.deferred" => Some(Told::Soft),
        "message.delivered" => Some(Told::Delivered),
        "message.failed" => reports::failed(said),
        ADDRESS_LIFTED if touchpoint.channel == CONSOLE_CHANNEL => Some(Told::Lifted),
        _ => None,
    }
}

/// As the report says, else by the one kind of address it names.
fn medium(touchpoint: &Touchpoint) -> Option<&'static str> {
    let said = touchpoint.properties.get("medium").and_then(Value::as_str);
    match said.map(|said| said.trim().to_ascii_lowercase()).as_deref() {
        Some("email" | "mail") => Some("email"),
        Some("sms") => Some("sms"),
        Some(_) => None,
        None => {
            let mut media = touchpoint.identifiers.iter().filter_map(|it| medium_of(it.kind()));
            let first = media.next()?;
            media.all(|other| other == first).then_some(first)
        }
    }
}

/// What soft bounces and deliveries of one address come to: the row to write. Everything known of
/// the address, in any order; a report twice counts once.
pub fn soft_bounces(reports: &[Report]) -> Option<Suppression> {
    let mut sorted: Vec<&Report> = reports.iter().collect();
    sorted.sort_by_key(|report| (report.at, &report.touchpoint));
    let mut days: Vec<Timestamp> = Vec::new();
    let mut standing = None;
    for report in sorted {
        match report.told {
            // It works again, or is to be tried again.
            Told::Delivered | Told::Lifted => {
                days.clear();
                standing = None;
            }
            Told::Soft => {
                days.retain(|day| report.at.since_ms(*day) <= SOFT_WINDOW_MS);
                let day = |at: Timestamp| at.0.div_euclid(DAY_MS);
                if days.iter().all(|known| day(*known) != day(report.at)) {
                    days.push(report.at);
                }
                if days.len() >= SOFT_DAYS {
                    standing = Some(report);
                }
            }
            Told::Dead(_) => {}
        }
    }
    standing.map(|report| report.row_of(Reason::SoftBounces, report.at))
}

/// The rows that hold: of each address the latest reason that is not lifted.
pub fn in_force(
    rows: impl IntoIterator<Item = Suppression>,
) -> BTreeMap<(String, String), Suppression> {
    let mut lifted: BTreeMap<(String, String), Timestamp> = BTreeMap::new();
    let mut reasons = Vec::new();
    for row in rows {
        if row.reason == Reason::Lifted {
            let at = lifted.entry((row.medium, row.address)).or_insert(row.at);
            *at = row.at.max(*at);
        } else if row.at > Timestamp(0) {
            reasons.push(row);
        }
    }
    let mut standing: BTreeMap<(String, String), Suppression> = BTreeMap::new();
    for row in reasons {
        let key = (row.medium.clone(), row.address.clone());
        let is_lifted = lifted.get(&key).is_some_and(|at| row.at <= *at);
        let is_older =
            standing.get(&key).is_some_and(|other| (other.at, other.reason) > (row.at, row.reason));
        if !is_lifted && !is_older {
            standing.insert(key, row);
        }
    }
    standing
}

#[cfg(test)]
mod tests;
