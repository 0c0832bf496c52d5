//! Waits for a time.

use super::{FieldKind, Label, Outcome, Scene, StepForm, Stepping, Wake, field, optional};
use crate::journey::run::Effect;
use crate::journey::validate::Lint;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Delay {
    pub for_ms: i64,
    #[serde(default)]
    pub from: From,
    /// A later entry event about the same thing (a cart change) starts the wait anew.
    #[serde(default)]
    pub resets: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DelayFrom))]
#[serde(rename_all = "snake_case")]
pub enum From {
    /// From the moment this step begins.
    #[default]
    Step,
    /// From the event that started the run, or last restarted it.
    Anchor,
}

impl Stepping for Delay {
    const FORM: StepForm = StepForm {
        id: "delay",
        label: Label { zh: "等待一段时间", en: "Delay" },
        fields: &[
            field("for_ms", "时长", "How long", FieldKind::Duration),
            optional("from", "从何时算起", "Counted from", FieldKind::Choice(&["step", "anchor"])),
            optional(
                "resets",
                "再次触发时重新计时",
                "Restart on a new entry event",
                FieldKind::Flag,
            ),
        ],
    };

    fn enter(&self, scene: &Scene, _effects: &mut Vec<Effect>) -> Outcome {
        let from = match self.from {
            From::Step => scene.step_at(),
            From::Anchor => scene.run.body.anchor_at,
        };
        Outcome::Wait(from.plus_ms(self.for_ms))
    }

    fn wake(&self, _scene: &Scene, wake: Wake) -> Outcome {
        match wake {
            Wake::Timer => Outcome::Next,
            Wake::Again(event) if self.resets => {
                let anchor_at: Timestamp = event.occurred_at;
                Outcome::Restart { anchor_at, until: anchor_at.plus_ms(self.for_ms) }
            }
            Wake::Again(_) | Wake::Event(_) => Outcome::Stay,
        }
    }

    fn waits(&self) -> bool {
        // From the anchor it is over at once the second time round.
        self.from == From::Step
    }

    fn check(&self, lint: &mut Lint) {
        lint.duration("for_ms", self.for_ms);
    }
}
