//! Ends the run.

use super::{FieldKind, Label, Outcome, Scene, StepForm, Stepping, optional};
use crate::journey::run::Effect;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Exit {
    #[serde(default = "exit")]
    pub reason: String,
}

fn exit() -> String {
    "exit".to_owned()
}

impl Stepping for Exit {
    const FORM: StepForm = StepForm {
        id: "exit",
        label: Label { zh: "结束旅程", en: "Exit" },
        fields: &[optional("reason", "原因", "Reason", FieldKind::Text)],
    };

    fn enter(&self, _scene: &Scene, _effects: &mut Vec<Effect>) -> Outcome {
        Outcome::Exit(self.reason.clone())
    }

    fn falls_through(&self) -> bool {
        false
    }
}
