//! The names under which senders give identifiers, where they are free to choose.

use crate::values::{first_text, text};
use serde_json::{Map, Value};
use tributary_core::identity::Kind;
use tributary_core::touchpoint::RawIdentifier;

/// Field names, as senders write them, and what they hold.
const NAMES: &[(&str, Kind)] = &[
    ("member_id", Kind::MemberId),
    ("member_no", Kind::MemberId),
    ("card_no", Kind::MemberId),
    ("user_id", Kind::UserId),
    ("unionid", Kind::WechatUnionid),
    ("phone", Kind::Phone),
    ("mobile", Kind::Phone),
    ("email", Kind::Email),
    ("openid", Kind::WechatOpenid),
    ("external_userid", Kind::WecomExternalUserid),
    ("device_sn", Kind::DeviceId),
    ("anonymous_id", Kind::AnonymousId),
];

/// What scoped identifiers are unique within.
#[derive(Clone, Copy)]
pub struct Scopes<'a> {
    /// The WeChat app an `openid` belongs to.
    pub app: &'a str,
    /// The WeCom company an `external_userid` belongs to.
    pub corp: &'a str,
    /// Everything else: the endpoint.
    pub endpoint: &'a str,
}

impl Scopes<'_> {
    fn of(&self, kind: Kind) -> &str {
        match kind {
            Kind::WechatOpenid => self.app,
            Kind::WecomExternalUserid => self.corp,
            _ => self.endpoint,
        }
    }

    /// The identifier that a value of that name is; `name` is one of the names above or the id
    /// of a kind. `None` when it is neither.
    pub fn named(&self, name: &str, value: &str) -> Option<RawIdentifier> {
        let kind = match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, kind)) => *kind,
            None => Kind::parse(name)?,
        };
        let scope = if kind.scoped() { self.of(kind) } else { "" };
        Some(RawIdentifier::new(kind, scope, value))
    }

    /// Every identifier among the object's own fields, numbers with the country of its address.
    /// Only what stands under one of the names above is the person's: an address to copy, a
    /// recipient or a delivery address is another person's until the sender says otherwise.
    pub fn within(&self, object: &Map<String, Value>) -> Vec<RawIdentifier> {
        let country = country(object);
        let named = |(name, _): &(&str, Kind)| {
            let found = self.named(name, &written(object.get(*name))?)?;
            Some(found.in_country(country.as_deref()))
        };
        NAMES.iter().filter_map(named).collect()
    }
}

/// A value as its sender wrote it. Spreadsheets and some languages make `13812345678.0` of a number.
pub fn written(value: Option<&Value>) -> Option<String> {
    let whole = |value: &Value| value.as_f64().filter(|it| it.fract() == 0.0 && it.abs() < 1e15);
    text(value).or_else(|| whole(value?).map(|number| format!("{number:.0}")))
}

/// The two letters of the country that an object names, by itself or in its address.
fn country(object: &Map<String, Value>) -> Option<String> {
    const FIELDS: &[&str] = &["country_code", "countryCode", "country"];
    let address = object.get("address").and_then(Value::as_object);
    first_text(object, FIELDS).or_else(|| first_text(address?, FIELDS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(object: Value) -> Vec<(Kind, String, Option<String>)> {
        let scopes = Scopes { app: "app", corp: "corp", endpoint: "site" };
        let object = object.as_object().expect("an object").clone();
        let found = scopes.within(&object).into_iter();
        found.map(|one| (one.kind, one.value, one.country)).collect()
    }

    #[test]
    fn a_number_is_of_the_country_beside_it() {
        let us = Some("US".to_owned());
        for beside in [
            json!({"country": "US"}),
            json!({"country_code": "us"}),
            json!({"countryCode": "US"}),
            json!({"address": {"country": "US", "city": "Reno"}}),
            json!({"address": {"country_code": "US"}}),
        ] {
            let mut object = beside.clone();
            object["phone"] = "(415) 858-2912".into();
            let expect = (Kind::Phone, "(415) 858-2912".to_owned(), us.clone());
            assert_eq!(found(object), [expect], "{beside}");
        }
        for none in [json!({}), json!({"country": "United States"}), json!({"address": "US"})] {
            let mut object = none.clone();
            object["phone"] = "1".into();
            assert_eq!(found(object)[0].2, None, "{none}");
        }
    }

    #[test]
    fn only_the_persons_own_fields_are_read() {
        let object = json!({
            "phone": 13_812_345_678.0_f64, "email": "a@x.com", "cc": "b@x.com",
            "recipient": {"phone": "13912345678"}, "shipping_address": {"phone": "13912345678"},
            "recipient_phone": "13912345678", "gift_email": "b@x.com", "sales_email": "c@x.com",
            "bcc": ["d@x.com"], "contact": {"email": "e@x.com"}
        });
        let values: Vec<String> = found(object).into_iter().map(|one| one.1).collect();
        assert_eq!(values, ["13812345678", "a@x.com"]);
    }

    #[test]
    fn numbers_are_written_as_they_are() {
        for (value, expect) in [
            (json!(13_812_345_678_u64), Some("13812345678")),
            (json!(1.381_234_567_8E10), Some("13812345678")),
            (json!(" 138 "), Some("138")),
            (json!(0.5), None),
            (json!(1e300), None),
            (json!(null), None),
            (json!(true), None),
        ] {
            assert_eq!(written(Some(&value)).as_deref(), expect, "{value}");
        }
    }
}
