//! Goes one way or the other.

use super::{FieldKind, Label, Outcome, Scene, StepForm, Stepping, field, optional};
use crate::condition::Condition;
use crate::journey::run::Effect;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Branch {
    #[serde(rename = "if")]
    pub condition: Condition,
    /// The step to go to; `None`: the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<String>,
    #[serde(default, rename = "else", skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
}

impl Stepping for Branch {
    const FORM: StepForm = StepForm {
        id: "branch",
        label: Label { zh: "条件分支", en: "Branch" },
        fields: &[
            field("if", "如果", "If", FieldKind::Condition),
            optional("then", "那么转到", "Then go to", FieldKind::Step),
            optional("else", "否则转到", "Otherwise go to", FieldKind::Step),
        ],
    };

    fn enter(&self, scene: &Scene, _effects: &mut Vec<Effect>) -> Outcome {
        let way = if scene.holds(&self.condition) { &self.then } else { &self.otherwise };
        way.as_ref().map_or(Outcome::Next, |step| Outcome::Goto(step.clone()))
    }

    fn conditions(&self) -> Vec<&Condition> {
        vec![&self.condition]
    }

    fn targets(&self) -> Vec<&str> {
        [&self.then, &self.otherwise].into_iter().filter_map(Option::as_deref).collect()
    }

    fn falls_through(&self) -> bool {
        self.then.is_none() || self.otherwise.is_none()
    }
}
