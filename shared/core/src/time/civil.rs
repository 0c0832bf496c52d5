//! The Gregorian calendar, without time zones.

use super::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};

/// A date and a time of day as they are written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Civil {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub ms: i64,
}

impl Civil {
    /// Milliseconds since the epoch, read as UTC; `None` where there is no such day or hour. Leap
    /// seconds and 24:00 are the next moment's beginning.
    pub fn to_ms(self) -> Option<i64> {
        let is_day = (1900..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && (1..=days_of(self.year, self.month)).contains(&self.day);
        let of_day = self.hour * HOUR_MS + self.minute * MINUTE_MS + self.second * SECOND_MS;
        let is_hour = self.minute <= 59 && self.second <= 60 && of_day <= DAY_MS;
        (is_day && is_hour)
            .then(|| days_since_epoch(self.year, self.month, self.day) * DAY_MS + of_day + self.ms)
    }
}

fn days_of(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Years are counted from March, so that the leap day is a year's last.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// `2026-01-01T00:00:00.000Z`; `None` outside the years 0 to 9999.
pub(super) fn to_rfc3339(ms: i64) -> Option<String> {
    let (days, of_day) = (ms.div_euclid(DAY_MS), ms.rem_euclid(DAY_MS));
    let days = days.checked_add(719_468)?;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year + i64::from(month <= 2);
    if !(0..=9999).contains(&year) {
        return None;
    }
    let part = |unit: i64, of: i64| of_day / unit % of;
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
        part(HOUR_MS, 24),
        part(MINUTE_MS, 60),
        part(SECOND_MS, 60),
        part(1, 1_000),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_is_written_and_read_back() {
        let mut days = 0;
        for year in 1900..=2200 {
            for month in 1..=12 {
                for day in 1..=days_of(year, month) {
                    let civil = Civil { year, month, day, hour: 23, minute: 59, second: 58, ms: 7 };
                    let ms = civil.to_ms().unwrap();
                    let text = format!("{year:04}-{month:02}-{day:02}T23:59:58.007Z");
                    assert_eq!(to_rfc3339(ms), Some(text));
                    days += 1;
                }
            }
        }
        assert_eq!(days, 301 * 365 + 73);
        assert_eq!(to_rfc3339(0).as_deref(), Some("1970-01-01T00:00:00.000Z"));
        assert_eq!(to_rfc3339(-1).as_deref(), Some("1969-12-31T23:59:59.999Z"));
        assert_eq!(to_rfc3339(951_782_400_000).as_deref(), Some("2000-02-29T00:00:00.000Z"));
        assert_eq!(to_rfc3339(i64::MAX), None);
        assert_eq!(to_rfc3339(i64::MIN), None);
    }
}
