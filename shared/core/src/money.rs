//! Money: exact decimals in the smallest unit of their currency. No floating point.

use serde_json::{Map, Value};

/// An amount in the currency's minor unit. An empty currency: the sender did not name one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Money {
    pub minor: i64,
    /// ISO 4217, upper case.
    pub currency: String,
}

/// ISO 4217, "List one": the digits after the decimal point. Two where the currency is unknown.
pub fn minor_digits(currency: &str) -> usize {
    match currency.trim().to_ascii_uppercase().as_str() {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

/// An amount as programs and people write it (`"199.90"`, `"1.234,50"`, `"¥1,234"`) in the
/// currency's minor unit, exact; half a unit is rounded away from zero. `None` where it is not an
/// amount or does not fit.
pub fn minor_units(amount: &str, currency: &str) -> Option<i64> {
    let places = minor_digits(currency);
    Decimal::written(amount, places)?.scaled(places)
}

/// As [`minor_units`], of a text or a number of JSON; the number by its decimal text.
pub fn minor_of(amount: &Value, currency: &str) -> Option<i64> {
    match amount {
        Value::String(text) => minor_units(text, currency),
        Value::Number(number) => {
            Decimal::of_json(&number.to_string())?.scaled(minor_digits(currency))
        }
        _ => None,
    }
}

/// The code of a currency as it is compared: `cny` and ` CNY ` are one. Empty for what is none.
pub fn currency_code(text: &str) -> String {
    let code = text.trim().to_ascii_uppercase();
    match code.as_str() {
        "RMB" | "CNH" | "人民币" => "CNY".to_owned(),
        _ if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) => code,
        _ => String::new(),
    }
}

/// Total amounts in the major unit, the most telling name first.
const TOTALS: &[&str] = &["total", "revenue", "total_price", "grand_total", "total_amount"];
/// Names that mean money only beside a currency, or of what is bought: a meter has a `value` too.
const VALUES: &[&str] = &["value", "amount"];
const CURRENCIES: &[&str] = &["currency", "currency_code", "currencyCode"];

/// The money that a touchpoint's properties tell of: `total_minor` in the minor unit, else the
/// first total in the major unit, else `value` or `amount`. `is_sale`: what happened is about
/// money, so that a `value` without a currency is an amount too.
pub fn money_in(properties: &Value, is_sale: bool) -> Option<Money> {
    let properties = properties.as_object()?;
    let nested = properties.get("ecommerce").and_then(Value::as_object);
    let own = money_among(properties, is_sale);
    own.or_else(|| money_among(nested?, is_sale))
}

fn money_among(properties: &Map<String, Value>, is_sale: bool) -> Option<Money> {
    let currency = currency_among(properties);
    if let Some(minor) = properties.get("total_minor").and_then(whole) {
        return Some(Money { minor, currency });
    }
    let values: &[&str] = if is_sale || !currency.is_empty() { VALUES } else { &[] };
    TOTALS
        .iter()
        .chain(values)
        .find_map(|name| amount_with_currency(properties.get(*name)?, &currency))
}

fn currency_among(properties: &Map<String, Value>) -> String {
    let mut codes = CURRENCIES.iter().filter_map(|name| properties.get(*name)?.as_str());
    codes.find_map(|text| Some(currency_code(text)).filter(|it| !it.is_empty())).unwrap_or_default()
}

/// Whether amounts are told and all of them are zero: an order at no charge.
pub fn is_nothing(properties: &Value) -> bool {
    let nested = properties.get("ecommerce").unwrap_or(&Value::Null);
    let names = || std::iter::once(&"total_minor").chain(TOTALS).chain(VALUES);
    let amounts = [properties, nested]
        .into_iter()
        .flat_map(|place| names().filter_map(|name| amount_with_currency(place.get(*name)?, "")));
    let mut is_told = false;
    let is_zero = |money: Money| {
        is_told = true;
        money.minor == 0
    };
    amounts.into_iter().all(is_zero) && is_told
}

/// An amount, or an object of an amount and its currency.
fn amount_with_currency(value: &Value, currency: &str) -> Option<Money> {
    let Value::Object(object) = value else {
        let minor = minor_of(value, currency)?;
        return Some(Money { minor, currency: currency.to_owned() });
    };
    let own = currency_among(object);
    let currency = if own.is_empty() { currency.to_owned() } else { own };
    let amount = ["amount", "value"].iter().find_map(|name| object.get(*name))?;
    Some(Money { minor: minor_of(amount, &currency)?, currency })
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => Decimal::of_json(&number.to_string())?.scaled(0),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Digits before and after the point.
struct Decimal {
    negative: bool,
    whole: String,
    fraction: String,
}

impl Decimal {
    fn scaled(&self, places: usize) -> Option<i64> {
        let digit = |byte: u8| i64::from(byte.wrapping_sub(b'0'));
        let mut total = self
            .whole
            .bytes()
            .try_fold(0i64, |sum, byte| sum.checked_mul(10)?.checked_add(digit(byte)))?;
        let mut rest = self.fraction.bytes().map(digit);
        for _ in 0..places {
            total = total.checked_mul(10)?.checked_add(rest.next().unwrap_or(0))?;
        }
        if rest.next().is_some_and(|digit| digit >= 5) {
            total = total.checked_add(1)?;
        }
        Some(if self.negative { -total } else { total })
    }

    /// The text of a number of JSON: `-12.5`, `1e21`.
    fn of_json(text: &str) -> Option<Decimal> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().ok()?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if exponent.unsigned_abs() > 40 || !is_digits(whole) {
            return None;
        }
        let point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?;
        let digits = format!("{whole}{fraction}");
        let point = match usize::try_from(point) {
            Ok(point) => point,
            Err(_) => {
                let zeros = "0".repeat(point.unsigned_abs() as usize);
                return Some(Decimal {
                    negative,
                    whole: "0".to_owned(),
                    fraction: format!("{zeros}{digits}"),
                });
            }
        };
        let digits = format!("{digits:0<point$}");
        let (whole, fraction) = digits.split_at_checked(point)?;
        Some(Decimal { negative, whole: whole.to_owned(), fraction: fraction.to_owned() })
    }

    /// With signs of currencies, separators of thousands, and either point or comma before the
    /// decimals.
    fn written(text: &str, places: usize) -> Option<Decimal> {
        let mut text: String = text.chars().map(plain).collect();
        let mut negative = false;
        if let Some(inner) = text.trim().strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
            negative = true;
            text = inner.to_owned();
        }
        let is_edge = |c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',');
        let start = text.find(|c| !is_edge(c))?;
        let body = text.get(start..)?.trim_end_matches(is_edge);
        let (before, after) = (text.get(..start)?, text.get(start + body.len()..)?);
        for edge in [before, after] {
            negative |= edge_of(edge)?;
        }
        let (whole, fraction) = parts(body.trim_end_matches(['.', ',']), places)?;
        Some(Decimal { negative, whole, fraction })
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Full-width characters as their plain ones; every blank and apostrophe as a blank.
fn plain(c: char) -> char {
    match c {
        '０'..='９' | '．' | '，' | '－' | '＋' | '（' | '）' | '＄' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
        }
        '\u{2212}' => '-',
        '\'' | '\u{2019}' | '_' => ' ',
        _ if c.is_whitespace() => ' ',
        _ => c,
    }
}

/// Whether what stands before or after the digits makes it negative; `None` where it is more than
/// a sign, a currency's sign or its code.
fn edge_of(edge: &str) -> Option<bool> {
    const SIGNS: &str = "$¥￥€£₩￦₫₽₹฿₺₴₱₪元圆圓円원块";
    let mut letters = 0;
    let mut signs = 0;
    for c in edge.chars() {
        match c {
            ' ' => {}
            '-' | '+' => signs += 1,
            _ if SIGNS.contains(c) => {}
            'A'..='Z' | 'a'..='z' => letters += 1,
            _ => return None,
        }
    }
    (letters <= 4 && signs <= 1).then(|| edge.contains('-'))
}

/// The digits before and after the point, whichever sign is the point.
fn parts(body: &str, places: usize) -> Option<(String, String)> {
    let (dots, commas) = (body.matches('.').count(), body.matches(',').count());
    let has_blanks = body.contains(' ');
    let point = match (dots, commas) {
        (0, 0) => None,
        (1.., 1..) => {
            let last = body.rfind(['.', ','])?;
            let point = if body.get(last..)?.starts_with('.') { '.' } else { ',' };
            // The other one separates thousands; the point itself stands once.
            (body.matches(point).count() == 1).then_some(())?;
            Some(point)
        }
        (1, 0) if !has_blanks => (!separates_thousands(body, '.') || places > 0).then_some('.'),
        (0, 1) if !has_blanks => (!separates_thousands(body, ',')).then_some(','),
        (1, 0) => Some('.'),
        (0, 1) => Some(','),
        // One sign several times.
        _ => None,
    };
    let (whole, fraction) = match point {
        Some(point) => body.rsplit_once(point)?,
        None => (body, ""),
    };
    let fraction = fraction.to_owned();
    if !fraction.is_empty() && !is_digits(&fraction) {
        return None;
    }
    Some((without_groups(whole)?, fraction))
}

/// One to three digits, not beginning with zero, the sign, three digits.
fn separates_thousands(body: &str, sign: char) -> bool {
    body.split_once(sign).is_some_and(|(head, tail)| {
        (1..=3).contains(&head.len()) && !head.starts_with('0') && tail.len() == 3
    })
}

/// The digits without what separates thousands, which must stand where it does (India's lakhs
/// too).
fn without_groups(whole: &str) -> Option<String> {
    let groups: Vec<&str> = whole.split(['.', ',', ' ']).collect();
    let separators: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    if !groups.iter().all(|group| is_digits(group))
        || separators.iter().any(|one| Some(one) != separators.first())
    {
        return None;
    }
    if let [first, middle @ .., last] = groups.as_slice() {
        let of = |length: usize| middle.iter().all(|group| group.len() == length);
        let is_grouped =
            last.len() == 3 && ((first.len() <= 3 && of(3)) || (first.len() <= 2 && of(2)));
        if !is_grouped {
            return None;
        }
    }
    Some(groups.concat())
}

#[cfg(test)]
mod tests;
