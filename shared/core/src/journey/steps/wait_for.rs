//! Waits for the person to do something, but not for ever.

use super::{FieldKind, Label, Outcome, Scene, StepForm, Stepping, Wake, field, optional};
use crate::condition::occurs;
use crate::filter::Filter;
use crate::journey::run::Effect;
use crate::journey::validate::Lint;
use crate::profile::Event;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WaitFor {
    pub events: Vec<String>,
    #[serde(default, rename = "where", skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// Counted from the moment this step begins.
    pub within_ms: i64,
    /// The step to go to; `None`: the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_event: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_timeout: Option<String>,
}

impl WaitFor {
    /// Delivered late or out of order, it still happened.
    fn has_happened(&self, scene: &Scene) -> bool {
        scene.facts.events.iter().any(|event| self.is_met_by(scene, event))
    }

    fn is_met_by(&self, scene: &Scene, event: &Event) -> bool {
        event.occurred_at >= scene.step_at() && occurs(&self.events, &self.filters, event)
    }
}

fn to(step: Option<&String>) -> Outcome {
    step.map_or(Outcome::Next, |step| Outcome::Goto(step.clone()))
}

impl Stepping for WaitFor {
    const FORM: StepForm = StepForm {
        id: "wait_for",
        label: Label { zh: "等待客户行为", en: "Wait for an event" },
        fields: &[
            field("events", "事件", "Events", FieldKind::Events),
            optional("where", "事件条件", "Where", FieldKind::Filters),
            field("within_ms", "最长等待", "At most", FieldKind::Duration),
            optional("on_event", "发生后转到", "Then go to", FieldKind::Step),
            optional("on_timeout", "超时后转到", "Otherwise go to", FieldKind::Step),
        ],
    };

    fn enter(&self, scene: &Scene, _effects: &mut Vec<Effect>) -> Outcome {
        if self.has_happened(scene) {
            return to(self.on_event.as_ref());
        }
        Outcome::Wait(scene.step_at().plus_ms(self.within_ms))
    }

    fn wake(&self, scene: &Scene, wake: Wake) -> Outcome {
        match wake {
            Wake::Event(event) | Wake::Again(event) if self.is_met_by(scene, event) => {
                to(self.on_event.as_ref())
            }
            Wake::Event(_) | Wake::Again(_) => Outcome::Stay,
            Wake::Timer if self.has_happened(scene) => to(self.on_event.as_ref()),
            Wake::Timer => to(self.on_timeout.as_ref()),
        }
    }

    fn wakes_on(&self) -> &[String] {
        &self.events
    }

    fn targets(&self) -> Vec<&str> {
        [&self.on_event, &self.on_timeout].into_iter().filter_map(Option::as_deref).collect()
    }

    fn falls_through(&self) -> bool {
        self.on_event.is_none() || self.on_timeout.is_none()
    }

    fn check(&self, lint: &mut Lint) {
        lint.names("events", &self.events);
        lint.filters("where", &self.filters);
        lint.duration("within_ms", self.within_ms);
    }
}
