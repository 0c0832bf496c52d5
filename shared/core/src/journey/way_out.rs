//! Whether every marketing message of a journey can be left: asked before anybody enters it.

use super::definition::Definition;
use super::steps::Step;
use super::validate::Problem;
use crate::message::way_out::is_marketing;

/// What this installation can give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaysOut {
    /// Links in mails: it knows its own address.
    pub links: bool,
    /// Text messages go by a vendor's template; whether it was declared of the default one that it
    /// says how to stop. `None`: the text is sent as it is written, and the words are added.
    pub vendor_template: Option<bool>,
}

impl Definition {
    /// A marketing message on a medium for which no way out can be given.
    pub fn without_way_out(&self, ways: &WaysOut) -> Vec<Problem> {
        let mut found = Vec::new();
        for node in &self.steps {
            let Step::SendMessage(step) = &node.step else { continue };
            if !is_marketing(&step.purpose) {
                continue;
            }
            for medium in &step.media {
                let template = step.templates.get(medium);
                let lacking = match medium.as_str() {
                    "email" if !ways.links => Some("email: PUBLIC_URL is not configured"),
                    "sms" if template.is_some_and(|it| !it.way_out) => {
                        let own = template.is_some_and(|it| !it.template_code.is_empty());
                        match (own, ways.vendor_template) {
                            (true, _) => Some("sms: templates.sms.way_out is not declared"),
                            (false, Some(false)) => {
                                Some("sms: template_way_out of the account is not declared")
                            }
                            (false, _) => None,
                        }
                    }
                    _ => None,
                };
                if let Some(detail) = lacking {
                    let at = format!("steps/{}", node.id);
                    let detail = detail.to_owned();
                    found.push(Problem { code: "way_out_missing", at, detail });
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ALL: WaysOut = WaysOut { links: true, vendor_template: None };
    const NONE: WaysOut = WaysOut { links: false, vendor_template: Some(false) };

    #[track_caller]
    fn check(
        ways: &WaysOut,
        media: &[&str],
        purpose: &str,
        sms: serde_json::Value,
        expect: &[&str],
    ) {
        let mut templates = json!({});
        for medium in media {
            templates[*medium] = json!({"text": {"zh": "好", "en": "x"}});
        }
        if media.contains(&"sms") {
            templates["sms"] = sms;
        }
        let definition: Definition = serde_json::from_value(json!({
            "id": "j", "name": {"zh": "j"}, "entry": {"events": ["x"]},
            "steps": [
                {"id": "first", "type": "exit"},
                {"id": "send", "type": "send_message", "media": media, "purpose": purpose, "templates": templates},
            ],
        }))
        .unwrap();
        let found = definition.without_way_out(ways);
        let words: Vec<&str> = found.iter().filter_map(|it| it.detail.split(' ').next()).collect();
        assert_eq!(words, expect);
        assert!(found.iter().all(|it| it.code == "way_out_missing" && it.at == "steps/send"));
    }

    #[test]
    fn what_cannot_be_left_is_not_published() {
        let text = json!({"text": {"zh": "好"}});
        let code = json!({"template_code": "SMS_1"});
        let declared = json!({"template_code": "SMS_1", "way_out": true});
        check(&ALL, &["email", "sms", "push"], "marketing", text.clone(), &[]);
        check(&NONE, &["email", "sms", "push"], "marketing", text.clone(), &["email:", "sms:"]);
        check(&NONE, &["email"], "newsletter", text.clone(), &["email:"]);
        check(&NONE, &["email", "sms"], "transactional", code.clone(), &[]);
        check(&NONE, &["email", "sms"], "service", text.clone(), &[]);
        check(&NONE, &["push", "wechat", "webhook"], "marketing", text.clone(), &[]);
        check(&ALL, &["sms"], "marketing", code, &["sms:"]);
        check(&ALL, &["sms"], "marketing", declared.clone(), &[]);
        check(&NONE, &["sms"], "marketing", declared, &[]);
        let by_account = WaysOut { links: true, vendor_template: Some(true) };
        check(&by_account, &["email", "sms"], "marketing", text, &[]);
    }
}
