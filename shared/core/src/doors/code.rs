//! A code on a package, at a stand, on somebody's card: `/q/{code}` notes the scan and goes on to the
//! configured address.

use super::{CODE_CHANNEL, is_web_address, visitor};
use crate::ids::digest;
use crate::time::{SECOND_MS, Timestamp};
use crate::touchpoint::Draft;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The same visitor within so long has scanned once: cameras and browsers load a page twice.
const ONCE_MS: i64 = 10 * SECOND_MS;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CodePut))]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Where it leads: `https://`.
    pub target: String,
    /// What it is for, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Of which campaign; goes along as `utm_campaign`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// The salesperson whose code it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rep: Option<String>,
    /// The endpoint of `web` whose tracker runs at the target: the visit goes on as the same person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    #[serde(default = "yes")]
    pub enabled: bool,
}

fn yes() -> bool {
    true
}

/// A scan, as the request says.
#[derive(Clone, Copy, Debug)]
pub struct Scan<'a> {
    pub code: &'a str,
    pub visitor: &'a str,
    /// Why it was no person.
    pub machine: Option<&'static str>,
    pub user_agent: &'a str,
    pub ip: Option<&'a str>,
}

impl Code {
    /// # Errors
    /// The field that is not acceptable.
    pub fn check(&self) -> Result<(), &'static str> {
        let long = |text: &Option<String>| text.as_ref().is_some_and(|text| text.len() > 200);
        match self {
            code if !is_web_address(&code.target) => Err("target"),
            code if code.label.len() > 500 => Err("label"),
            code if long(&code.campaign) => Err("campaign"),
            code if long(&code.rep) => Err("rep"),
            code if long(&code.site) => Err("site"),
            _ => Ok(()),
        }
    }

    /// What is added to the target's query; what it says already stands.
    pub fn parameters(&self, code: &str, visitor: Option<&str>) -> Vec<(&'static str, String)> {
        let said = self.target.split_once('?').map_or("", |(_, query)| query);
        let said = said.split('#').next().unwrap_or_default();
        let has = |name: &str| {
            said.split('&').any(|pair| pair.split('=').next().is_some_and(|key| key == name))
        };
        let mut parameters = vec![
            ("utm_source", "qr".to_owned()),
            ("utm_medium", "offline".to_owned()),
            ("utm_content", code.to_owned()),
        ];
        parameters.extend(self.campaign.clone().map(|campaign| ("utm_campaign", campaign)));
        // The tracker takes this as its own anonymous id.
        let visitor = visitor.filter(|_| self.site.is_some());
        parameters.extend(visitor.map(|visitor| ("ajs_aid", visitor.to_owned())));
        parameters.retain(|(name, _)| !has(name));
        parameters
    }

    pub fn scanned(&self, scan: Scan<'_>, now: Timestamp) -> Draft {
        let who = if scan.machine.is_some() { scan.user_agent } else { scan.visitor };
        let window = (now.0 / ONCE_MS).to_string();
        let parts = [scan.code, who, scan.ip.unwrap_or_default(), window.as_str()];
        let mut properties = Map::new();
        properties.insert("scene".to_owned(), scan.code.into());
        for (name, value) in [("campaign", &self.campaign), ("rep", &self.rep)] {
            properties.extend(value.clone().map(|value| (name.to_owned(), value.into())));
        }
        properties.extend(scan.machine.map(|reason| ("machine".to_owned(), reason.into())));
        let mut context = json!({
            "campaign": {"source": "qr", "medium": "offline", "name": self.campaign},
            "userAgent": scan.user_agent,
        });
        if let (Some(ip), Value::Object(context)) = (scan.ip, &mut context) {
            context.insert("ip".to_owned(), ip.into());
        }
        let person = scan.machine.is_none();
        let identifier = visitor(self.site.as_deref(), CODE_CHANNEL, scan.visitor);
        Draft {
            delivery_id: digest(&parts.map(str::as_bytes)),
            name: if person { "code.scanned" } else { "code.scanned_by_machine" }.to_owned(),
            occurred_at: None,
            identifiers: person.then_some(identifier).into_iter().collect(),
            properties: Value::Object(properties),
            context,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(document: Value) -> Code {
        serde_json::from_value(document).expect("a code")
    }

    #[test]
    fn the_target_keeps_what_it_says() {
        let code =
            code(json!({"target": "https://x.cn/a?utm_source=box#top", "campaign": "双十一"}));
        let names: Vec<&str> =
            code.parameters("box-1", Some("v1")).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["utm_medium", "utm_content", "utm_campaign"]);
    }

    #[test]
    fn the_visitor_goes_along_only_where_a_site_is_named() {
        let with = code(json!({"target": "https://x.cn/", "site": "shop"}));
        let parameters = with.parameters("c", Some("v1"));
        assert!(parameters.contains(&("ajs_aid", "v1".to_owned())));
        assert!(!with.parameters("c", None).iter().any(|(name, _)| *name == "ajs_aid"));
    }

    #[test]
    fn one_person_scans_once_in_ten_seconds_and_a_program_is_nobody() {
        let code = code(json!({"target": "https://x.cn/", "rep": "zhang", "site": "shop"}));
        let scan =
            Scan { code: "card", visitor: "v1", machine: None, user_agent: "Phone", ip: None };
        let at = |scan: Scan<'_>, ms: i64| code.scanned(scan, Timestamp(ms));
        assert_eq!(at(scan, 20_000).delivery_id, at(scan, 29_999).delivery_id);
        assert_ne!(at(scan, 20_000).delivery_id, at(scan, 30_000).delivery_id);
        assert_ne!(at(scan, 0).delivery_id, at(Scan { visitor: "v2", ..scan }, 0).delivery_id);
        let person = at(scan, 0);
        assert_eq!(
            (person.name.as_str(), person.identifiers[0].scope.as_str()),
            ("code.scanned", "shop")
        );
        assert_eq!(person.properties, json!({"scene": "card", "rep": "zhang"}));
        let program = at(Scan { machine: Some("link_preview"), ..scan }, 0);
        assert_eq!(program.name, "code.scanned_by_machine");
        assert!(program.identifiers.is_empty());
    }

    #[test]
    fn what_is_acceptable() {
        assert_eq!(code(json!({"target": "https://x.cn/"})).check(), Ok(()));
        assert_eq!(code(json!({"target": "javascript:1"})).check(), Err("target"));
        let long = "x".repeat(201);
        assert_eq!(code(json!({"target": "https://x.cn/", "rep": long})).check(), Err("rep"));
    }
}
