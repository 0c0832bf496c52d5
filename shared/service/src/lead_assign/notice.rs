//! Notices to staff: what a salesperson or a manager is told when a lead needs them.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use tributary_core::ids::{LeadId, MessageId};
use tributary_core::message::{Content, Data, Template, Text};
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;
use tributary_store::messages::NewMessage;
use tributary_store::reps::StoredRep;

/// Who takes it up when nobody is eligible, unless the variable `ALERT_EMAIL` names somebody.
pub(super) const MANAGERS: &str = "sales-managers";
/// The medium that is always there: the mailbox of this installation.
const LOCAL: &str = "notice";

/// An address per medium, in order of preference.
pub(super) type Recipient = BTreeMap<String, String>;

pub(super) fn of_rep(rep: &StoredRep) -> Recipient {
    match rep.notify.is_empty() {
        true => [(LOCAL.to_owned(), rep.id.0.clone())].into(),
        false => rep.notify.clone(),
    }
}

pub(super) fn of_managers(alert_email: Option<String>) -> Recipient {
    match alert_email {
        Some(email) => [("email".to_owned(), email)].into(),
        None => [(LOCAL.to_owned(), MANAGERS.to_owned())].into(),
    }
}

/// Where a lead is seen. Without a configured address the path alone: the console makes it a link.
pub(super) fn link(public_url: Option<&str>, lead: &LeadId) -> String {
    format!("{}/leads/{lead}", public_url.unwrap_or_default().trim_end_matches('/'))
}

/// A notice before it is addressed. Texts are templates over `fixed.…`.
pub(super) struct Notice {
    pub step: &'static str,
    pub subject: Text,
    pub text: Text,
    pub fixed: Value,
}

/// Who got a lead. What customers typed travels as data, never as template.
pub(super) fn assigned(fixed: Value) -> Notice {
    Notice {
        step: "lead_assigned",
        subject: Text::new(
            "新线索：{{ fixed.name }}（{{ fixed.score }} 分）",
            "New lead: {{ fixed.name }} ({{ fixed.score }} points)",
        ),
        text: Text::new(
            "{{ fixed.name }} 已达到销售就绪，请在 24 小时内跟进。地域：{{ fixed.region }}；\
             产品线：{{ fixed.product_line }}。查看线索：{{ fixed.link }}",
            "{{ fixed.name }} is ready for sales: please follow up within 24 hours. \
             Region: {{ fixed.region }}; product line: {{ fixed.product_line }}. \
             See the lead: {{ fixed.link }}",
        ),
        fixed,
    }
}

/// Leads that nobody can take.
pub(super) fn queued(fixed: Value) -> Notice {
    Notice {
        step: "leads_queued",
        subject: Text::new(
            "{{ fixed.count }} 条线索无人可分配",
            "{{ fixed.count }} lead(s) without anybody to take them",
        ),
        text: Text::new(
            "没有符合条件的销售（卡在：{{ fixed.stage_zh }}）。最早一条：{{ fixed.name }}，\
             查看线索：{{ fixed.link }} 。有人上岗或腾出名额后将自动分配。",
            "Nobody is eligible (stuck at: {{ fixed.stage_en }}). The first: {{ fixed.name }}, \
             see it: {{ fixed.link }} . They are assigned as soon as a salesperson comes on \
             shift or has room.",
        ),
        fixed,
    }
}

impl Notice {
    /// `key` makes it unique: the same notice twice is one message.
    pub fn to(
        self,
        recipient: &Recipient,
        key: &[&str],
        cause: Option<&Touchpoint>,
        now: Timestamp,
    ) -> NewMessage {
        let mut parts = vec!["lead-assign", self.step];
        parts.extend_from_slice(key);
        let template = Template { subject: self.subject, text: self.text, ..Template::default() };
        let media: Vec<&String> = recipient.keys().collect();
        let content = Content {
            templates: media.iter().map(|medium| ((*medium).clone(), template.clone())).collect(),
            data: Data { fixed: self.fixed, ..Data::default() },
        };
        NewMessage {
            id: MessageId::derive(&parts),
            journey: "lead-assign".to_owned(),
            run: None,
            step: self.step.to_owned(),
            entry_key: String::new(),
            identity: None,
            recipient: Some(json!(recipient).to_string()),
            media: json!(media).to_string(),
            purpose: "staff".to_owned(),
            content: json!(content).to_string(),
            gate: "{}".to_owned(),
            cause: cause.map(|cause| cause.id.clone()),
            depth: cause.map_or(0, |cause| cause.depth.saturating_add(1)),
            due_at: now,
            created_at: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_leads_to_the_lead() {
        let lead = LeadId::derive(&["x"]);
        for (configured, before) in [
            (Some("https://crm.example"), "https://crm.example"),
            (Some("https://crm.example/"), "https://crm.example"),
            (Some("http://127.0.0.1:8787"), "http://127.0.0.1:8787"),
            (Some(""), ""),
            (None, ""),
        ] {
            assert_eq!(link(configured, &lead), format!("{before}/leads/{lead}"));
        }
        let fixed = json!({"name": "a", "score": 60, "region": "-", "product_line": "-",
            "lead": lead, "link": link(None, &lead), "stage_zh": "", "stage_en": "", "count": 1});
        for notice in [assigned(fixed.clone()), queued(fixed)] {
            for text in [&notice.text.zh, &notice.text.en] {
                assert!(text.contains("fixed.link") && !text.contains("fixed.lead "), "{text}");
            }
        }
    }
}
