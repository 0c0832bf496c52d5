//! What a page of the log says of addresses: which are not written to any more. A page without
//! reports costs nothing, one with deliveries a query, and rows are written for what is dead alone.

use crate::Host;
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::Gather;
use tributary_core::identity::Identity;
use tributary_core::message::{
    REPORT_NAMES, Reason, Report, Suppression, Told, reports_of, soft_bounces,
};
use tributary_core::profile::recorded_under;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;
use tributary_core::vocabulary::all_names;
use tributary_store::suppressions::{self, Place};
use tributary_store::{DbError, Statement, one, rows, touchpoints};

/// Reports read of the addresses that one page is about, the newest first.
const MAX_HISTORY: i64 = 2_000;

pub(super) async fn plan<H: Host>(
    host: &H,
    page: &[&Touchpoint],
    blocked: &BTreeSet<Identity>,
) -> Result<Vec<Statement>, DbError> {
    let mut reports: BTreeMap<Place, Vec<Report>> = BTreeMap::new();
    let mut under: BTreeMap<Place, BTreeSet<Identity>> = BTreeMap::new();
    for touchpoint in page {
        for report in reports_of(touchpoint) {
            let place = place(&report);
            let identities = under.entry(place.clone()).or_default();
            identities.insert(report.identity.clone());
            identities.extend(recorded_under(touchpoint, blocked).cloned());
            reports.entry(place).or_default().push(report);
        }
    }
    if reports.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: Vec<Suppression> = reports.values().flatten().filter_map(Report::row).collect();
    found.extend(soft(host, reports, &under).await?);
    Ok(suppressions::put(&found))
}

fn place(report: &Report) -> Place {
    Place { medium: report.medium.to_owned(), address: report.identity.value().to_owned() }
}

/// What soft bounces come to, with those that were known before: only for addresses with a new one,
/// and for those that are suppressed by them and got a delivery.
async fn soft<H: Host>(
    host: &H,
    mut reports: BTreeMap<Place, Vec<Report>>,
    under: &BTreeMap<Place, BTreeSet<Identity>>,
) -> Result<Vec<Suppression>, DbError> {
    let is = |told: Told, reports: &[Report]| reports.iter().any(|report| report.told == told);
    reports.retain(|_, of| is(Told::Soft, of) || is(Told::Delivered, of));
    let places: Vec<Place> = reports.keys().cloned().collect();
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let known: Vec<Suppression> = rows(host.db(), suppressions::of(&places)).await?;
    let mut standing: BTreeMap<Place, Suppression> = known
        .into_iter()
        .filter(|row| row.reason == Reason::SoftBounces)
        .map(|row| (Place { medium: row.medium.clone(), address: row.address.clone() }, row))
        .gather();
    reports.retain(|place, of| is(Told::Soft, of) || standing.contains_key(place));
    if reports.is_empty() {
        return Ok(Vec::new());
    }
    let identities: BTreeSet<&Identity> =
        reports.keys().filter_map(|place| under.get(place)).flatten().gather();
    let identities: Vec<Identity> = identities.into_iter().cloned().collect();
    let names: Vec<String> = all_names(REPORT_NAMES.iter().copied()).into_iter().collect();
    let statement = suppressions::history(&identities, &names, MAX_HISTORY);
    let answer = one(host.db(), statement).await?;
    for logged in touchpoints::decode(&answer)? {
        for report in reports_of(&logged.touchpoint) {
            if let Some(of) = reports.get_mut(&place(&report)) {
                of.push(report);
            }
        }
    }
    let found = reports.into_iter().filter_map(|(place, of)| {
        // One that holds no more stays as a row that says nothing.
        let taken_back = standing.remove(&place).map(|row| Suppression { at: Timestamp(0), ..row });
        soft_bounces(&of).or(taken_back)
    });
    Ok(found.collect())
}
