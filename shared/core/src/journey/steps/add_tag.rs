//! Puts a tag on the person, with the reason.

use super::{FieldKind, Label, Outcome, Scene, StepForm, Stepping, field, optional};
use crate::journey::run::Effect;
use crate::journey::validate::Lint;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddTag {
    pub tag: String,
    /// Shown beside the tag; empty: the journey's id.
    #[serde(default)]
    pub reason: String,
}

impl Stepping for AddTag {
    const FORM: StepForm = StepForm {
        id: "add_tag",
        label: Label { zh: "添加标签", en: "Add a tag" },
        fields: &[
            field("tag", "标签", "Tag", FieldKind::Text),
            optional("reason", "原因", "Reason", FieldKind::Text),
        ],
    };

    fn enter(&self, scene: &Scene, effects: &mut Vec<Effect>) -> Outcome {
        let reason = match self.reason.as_str() {
            "" => format!("journey:{}", scene.run.journey),
            reason => reason.to_owned(),
        };
        effects.push(Effect::AddTag {
            step: scene.run.step.clone(),
            visit: scene.run.body.visits,
            tag: self.tag.clone(),
            reason,
        });
        Outcome::Next
    }

    fn check(&self, lint: &mut Lint) {
        lint.text("tag", &self.tag);
    }
}
