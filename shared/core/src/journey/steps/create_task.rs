//! Creates a to-do for a person on the team.

use super::{FieldKind, Label, Outcome, Scene, StepForm, Stepping, field, optional};
use crate::journey::run::{Effect, Tasking};
use crate::journey::validate::Lint;
use crate::message::Text;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTask {
    /// `phone_care` …
    pub kind: String,
    pub title: Text,
    #[serde(default)]
    pub due_in_ms: i64,
}

impl Stepping for CreateTask {
    const FORM: StepForm = StepForm {
        id: "create_task",
        label: Label { zh: "创建任务", en: "Create a task" },
        fields: &[
            field("kind", "类型", "Kind", FieldKind::Text),
            field("title", "标题", "Title", FieldKind::Localized),
            optional("due_in_ms", "完成期限", "Due within", FieldKind::Duration),
        ],
    };

    fn enter(&self, scene: &Scene, effects: &mut Vec<Effect>) -> Outcome {
        effects.push(Effect::CreateTask(Box::new(Tasking {
            step: scene.run.step.clone(),
            visit: scene.run.body.visits,
            kind: self.kind.clone(),
            title: self.title.clone(),
            due_at: scene.now.plus_ms(self.due_in_ms),
        })));
        Outcome::Next
    }

    fn check(&self, lint: &mut Lint) {
        lint.text("kind", &self.kind);
        lint.localized("title", &self.title);
        if self.due_in_ms != 0 {
            lint.duration("due_in_ms", self.due_in_ms);
        }
    }
}
