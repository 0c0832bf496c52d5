//! Puts a message into the outbox. Whether and how it goes is the gate's to say, at the moment of
//! sending.

use super::{FieldKind, Label, Outcome, Scene, StepForm, Stepping, field, optional};
use crate::condition::Condition;
use crate::journey::run::{Effect, Sending};
use crate::journey::validate::Lint;
use crate::message::{Data, MEDIA, Template};
use crate::time::DAY_MS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    /// In order of preference: the first that reaches the person is used.
    pub media: Vec<String>,
    #[serde(default = "marketing")]
    pub purpose: String,
    /// By medium.
    pub templates: BTreeMap<String, Template>,
    /// Holds at the moment of sending: no message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unless: Option<Condition>,
    #[serde(default)]
    pub data: Data,
    /// A message that could not leave for so long is not sent any more.
    #[serde(default = "one_day")]
    pub expires_ms: i64,
}

fn marketing() -> String {
    "marketing".to_owned()
}

fn one_day() -> i64 {
    DAY_MS
}

impl Stepping for SendMessage {
    const FORM: StepForm = StepForm {
        id: "send_message",
        label: Label { zh: "发送消息", en: "Send a message" },
        fields: &[
            field("media", "渠道（按优先顺序）", "Media, in order of preference", FieldKind::Media),
            optional(
                "purpose",
                "用途",
                "Purpose",
                FieldKind::Choice(&["marketing", "transactional"]),
            ),
            field("templates", "内容", "Content", FieldKind::Templates),
            optional("unless", "不发送条件", "Do not send if", FieldKind::Condition),
            optional("data", "数据（优惠券、推荐、评价）", "Data", FieldKind::MessageData),
            optional("expires_ms", "过期不再发送", "Not sent later than", FieldKind::Duration),
        ],
    };

    fn enter(&self, scene: &Scene, effects: &mut Vec<Effect>) -> Outcome {
        effects.push(Effect::Send(Box::new(Sending {
            step: scene.run.step.clone(),
            visit: scene.run.body.visits,
            media: self.media.clone(),
            purpose: self.purpose.clone(),
            templates: self.templates.clone(),
            data: self.data.clone(),
            unless: self.unless.clone(),
            expires_at: scene.step_at().plus_ms(self.expires_ms),
        })));
        Outcome::Next
    }

    fn conditions(&self) -> Vec<&Condition> {
        self.unless.iter().collect()
    }

    fn check(&self, lint: &mut Lint) {
        if self.media.is_empty() {
            lint.report("empty_media", "media");
        }
        for medium in &self.media {
            if !MEDIA.iter().any(|(known, _)| known == medium) {
                lint.report("unknown_medium", medium);
            }
            match self.templates.get(medium) {
                None => lint.report("template_missing", medium),
                Some(template) if is_empty(template) => lint.report("template_empty", medium),
                Some(_) => {}
            }
        }
        lint.text("purpose", &self.purpose);
        lint.duration("expires_ms", self.expires_ms);
        if let Some(coupon) = &self.data.coupon {
            lint.duration("data.coupon.valid_ms", coupon.valid_ms);
        }
        if let Some(viewed) = &self.data.viewed_products {
            lint.names("data.viewed_products.events", &viewed.events);
            lint.duration("data.viewed_products.within_ms", viewed.within_ms);
        }
    }
}

fn is_empty(template: &Template) -> bool {
    template.text.is_empty() && template.html.is_empty() && template.template_code.is_empty()
}
