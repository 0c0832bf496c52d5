//! Which number a run of digits is, by the tables of every country.

use super::phone_text;
use super::phones::{PhoneNumber, Phones, WrittenPhone};
use rlibphonenumber::{
    PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType as Type, Region as Country,
};

/// The tables, with the country (ISO 3166 alpha-2) of numbers that name none and stand beside no
/// address.
#[derive(Clone, Copy, Debug)]
pub struct PhoneTables<'a>(pub &'a str);

/// A number that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub e164: String,
    kind: Type,
}

impl Found {
    /// Many call from it or are reached by it.
    pub fn is_shared(&self) -> bool {
        use Type::{PremiumRate, SharedCost, TollFree, UAN, VoiceMail};
        matches!(self.kind, TollFree | SharedCost | UAN | PremiumRate | VoiceMail)
    }

    /// It may have extensions.
    pub fn is_fixed(&self) -> bool {
        self.is_shared() || matches!(self.kind, Type::FixedLine | Type::FixedLineOrMobile)
    }
}

impl Phones for PhoneTables<'_> {
    fn read(&self, written: &WrittenPhone) -> Vec<PhoneNumber> {
        let beside = written.country.as_deref().and_then(country);
        let usual = country(self.0);
        phone_text::read(&written.text, &|run| number(run, beside, usual))
    }
}

fn country(code: &str) -> Option<Country> {
    match code.trim().to_ascii_uppercase().as_str() {
        "UK" => Some(Country::GB),
        code => code.parse().ok(),
    }
}

/// The number that digits with blanks, dashes and brackets are. `beside` is the country of the
/// address, `usual` that of the endpoint.
fn number(run: &str, beside: Option<Country>, usual: Option<Country>) -> Option<Found> {
    let from = run.find(|c: char| c.is_ascii_digit())?;
    let has_plus = run.get(..from)?.contains('+');
    let digits: String = run.chars().filter(char::is_ascii_digit).collect();
    if has_plus {
        // `+0086 138…`
        return international(digits.trim_start_matches('0'));
    }
    // `00` is what most of the world dials before a country, and what people write everywhere.
    if let Some(found) = digits.strip_prefix("00").and_then(international) {
        return Some(found);
    }
    let set_off = run.get(from..)?.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    // `1-415-867-5309`
    if let Some(found) = (set_off == "1").then(|| international(&digits)).flatten() {
        return Some(found);
    }
    let home = beside.or(usual);
    // Hong Kong, Macau and Taiwan, however the rest is grouped.
    let neighbour = ["852", "853", "886"].iter().any(|code| digits.starts_with(code));
    if let Some(found) = home.and_then(|home| national(home, &digits)) {
        return Some(found);
    }
    // Without a plus sign digits begin with a country where nothing stands between them (WhatsApp
    // and others send `8613800138000`) or where the country's own code is set off.
    let names_country = set_off.len() == digits.len() || is_calling_code(set_off) || neighbour;
    if let Some(found) = names_country.then(|| international(&digits)).flatten() {
        return Some(found);
    }
    // Who orders from abroad may give the mobile number of home.
    let abroad = beside.is_some() && usual != beside;
    let at_home = usual.filter(|_| abroad).and_then(|usual| national(usual, &digits));
    at_home.filter(|found| found.kind == Type::Mobile)
}

fn national(country: Country, digits: &str) -> Option<Found> {
    look_up(digits, Some(country)).or_else(|| {
        let code = PHONE_NUMBER_UTIL.get_country_code_for_region(country)?;
        let subscriber = digits.trim_start_matches('0');
        // A number that people put behind the code they had chosen already: `86 86 138…`.
        let once = subscriber.strip_prefix(&code.to_string()).unwrap_or(subscriber);
        [digits, subscriber, once].into_iter().find_map(|it| respelled(&format!("{code}{it}")))
    })
}

/// Digits that begin with the code of their country.
fn international(digits: &str) -> Option<Found> {
    look_up(&format!("+{digits}"), None).or_else(|| respelled(digits)).or_else(|| {
        let doubled = (1..=3).find_map(|length| {
            let (code, rest) = digits.split_at_checked(length)?;
            (is_calling_code(code) && rest.starts_with(code)).then_some(rest)
        });
        doubled.and_then(|once| look_up(&format!("+{once}"), None))
    })
}

fn is_calling_code(digits: &str) -> bool {
    let code: Option<i32> = digits.parse().ok();
    PHONE_NUMBER_UTIL.get_supported_calling_codes().any(|known| Some(known) == code)
}

/// Countries have changed how their numbers are written, and vendors and address books keep the
/// older way.
fn respelled(digits: &str) -> Option<Found> {
    let (code, rest) = digits.split_at_checked(2)?;
    let found = match (code, rest.len()) {
        // Mexico, until 2019: 1 before mobile numbers, 044 and 045 within the country.
        ("52", 11..) => ["1", "01", "044", "045"]
            .iter()
            .find_map(|old| rest.strip_prefix(old).filter(|rest| rest.len() == 10))
            .map(|rest| format!("+52{rest}")),
        // Brazil, until 2016: mobile numbers had eight digits, now there is a 9 before them.
        ("55", 10) => {
            let (area, subscriber) = rest.split_at_checked(2)?;
            let mobile = subscriber.starts_with(['6', '7', '8', '9']);
            mobile.then(|| format!("+55{area}9{subscriber}"))
        }
        // Argentina: 9 before a mobile number from abroad, 15 within the country, or neither.
        ("54", 10) if !rest.starts_with(['0', '9']) => Some(format!("+549{rest}")),
        // Benin, until 2024: eight digits, now there is 01 before them.
        ("22", 9) if rest.starts_with('9') => Some(format!("+22901{}", rest.get(1..)?)),
        // Ivory Coast, until 2021: eight digits; the second of a mobile number told its operator.
        ("22", 9) if rest.starts_with('5') => {
            let subscriber = rest.get(1..)?;
            let operator = match subscriber.as_bytes().get(1)? {
                b'1'..=b'3' => "01",
                b'4'..=b'6' => "05",
                b'7'..=b'9' => "07",
                _ => return None,
            };
            Some(format!("+225{operator}{subscriber}"))
        }
        _ => None,
    };
    found.and_then(|text| exact(&text, None))
}

/// As the tables have it, in the one spelling that stands for all.
fn look_up(text: &str, country: Option<Country>) -> Option<Found> {
    let found = exact(text, country)?;
    // Two spellings that the tables take both.
    let newer = match found.e164.get(..3) {
        Some("+54" | "+55") => found.e164.strip_prefix('+').and_then(respelled),
        _ => None,
    };
    Some(newer.unwrap_or(found))
}

fn exact(text: &str, country: Option<Country>) -> Option<Found> {
    let number = PHONE_NUMBER_UTIL.parse(text, country).ok()?;
    let subscriber = number.national_number.to_string();
    let placeholder = subscriber.chars().all(|c| subscriber.starts_with(c));
    let exists = number.is_valid() && !placeholder;
    exists.then(|| Found {
        e164: PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned(),
        kind: number.get_type(),
    })
}
