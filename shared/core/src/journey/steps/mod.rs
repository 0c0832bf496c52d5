//! The steps of a journey: a closed enum, one file and one line each. `cargo xtask new step <name>`
//! writes both.

use super::run::{Effect, Run};
use super::validate::Lint;
use crate::condition::Condition;
use crate::profile::{Event, Facts};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a step is asked over.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    pub run: &'a Run,
    pub facts: &'a Facts,
    pub now: Timestamp,
}

impl Scene<'_> {
    /// When, in the time of the events, the step began.
    pub fn step_at(&self) -> Timestamp {
        self.run.body.step_at
    }

    pub fn holds(&self, condition: &Condition) -> bool {
        let entered = &self.run.body.entered;
        condition.holds(&crate::condition::Grounds {
            facts: self.facts,
            entry: Some((entered.view(), entered.occurred_at)),
            now: self.now,
        })
    }
}

/// Why a waiting step is asked.
#[derive(Clone, Copy, Debug)]
pub enum Wake<'a> {
    Timer,
    Event(&'a Event),
    /// An entry event about the same thing, later than the one before.
    Again(&'a Event),
}

/// What a step says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Goes on waiting as before.
    Stay,
    Wait(Timestamp),
    /// Waits anew, and later delays count from this moment.
    Restart {
        anchor_at: Timestamp,
        until: Timestamp,
    },
    Next,
    Goto(String),
    Exit(String),
}

/// What a step is: how it runs, what it refers to, and the form it is edited in.
pub trait Stepping {
    const FORM: StepForm;

    fn enter(&self, scene: &Scene, effects: &mut Vec<Effect>) -> Outcome;

    /// Only asked where `enter` waits.
    fn wake(&self, _scene: &Scene, _wake: Wake) -> Outcome {
        Outcome::Stay
    }

    /// The touchpoints it waits for.
    fn wakes_on(&self) -> &[String] {
        &[]
    }

    fn conditions(&self) -> Vec<&Condition> {
        Vec::new()
    }

    /// The steps it may go to, apart from the next one.
    fn targets(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Whether it may go on to the next step.
    fn falls_through(&self) -> bool {
        true
    }

    /// Whether time always passes in it: a loop needs one such step.
    fn waits(&self) -> bool {
        false
    }

    fn check(&self, _lint: &mut Lint) {}
}

/// What the console's editor is made from.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepForm {
    pub id: &'static str,
    pub label: Label,
    pub fields: &'static [Field],
}

#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Label {
    pub zh: &'static str,
    pub en: &'static str,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = StepField))]
pub struct Field {
    pub name: &'static str,
    pub label: Label,
    pub kind: FieldKind,
    pub required: bool,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = StepFieldKind))]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Duration,
    /// Names of touchpoints.
    Events,
    Filters,
    Condition,
    Text,
    /// A text in both languages.
    Localized,
    Flag,
    Choice(&'static [&'static str]),
    /// Media in order of preference.
    Media,
    Templates,
    MessageData,
    /// Another step of the journey.
    Step,
}

pub(super) const fn field(
    name: &'static str,
    zh: &'static str,
    en: &'static str,
    kind: FieldKind,
) -> Field {
    Field { name, label: Label { zh, en }, kind, required: true }
}

pub(super) const fn optional(
    name: &'static str,
    zh: &'static str,
    en: &'static str,
    kind: FieldKind,
) -> Field {
    Field { name, label: Label { zh, en }, kind, required: false }
}

macro_rules! steps {
    ($($module:ident $name:ident)*) => {
        $(mod $module; pub use $module::$name;)*

        /// Every kind of step. A missing arm is a compile error, never a default at run time.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(tag = "type", rename_all = "snake_case")]
        pub enum Step { $($name(Box<$name>),)* }

        /// The form of each kind of step, sorted by name.
        pub const FORMS: &[StepForm] = &[$($name::FORM,)*];

        impl Step {
            pub fn form(&self) -> StepForm {
                match self { $(Step::$name(_) => $name::FORM,)* }
            }

            fn stepping(&self) -> &dyn DynStepping {
                match self { $(Step::$name(step) => step.as_ref(),)* }
            }
        }
    };
}

// Sorted; `cargo xtask new step <name>` adds a line.
steps! {
    add_tag AddTag
    branch Branch
    create_task CreateTask
    delay Delay
    exit Exit
    send_message SendMessage
    wait_for WaitFor
}

#[cfg(feature = "openapi")]
pub use delay::From as DelayFrom;

/// [`Stepping`] without its constant, so that one call site serves every kind.
trait DynStepping {
    fn enter(&self, scene: &Scene, effects: &mut Vec<Effect>) -> Outcome;
    fn wake(&self, scene: &Scene, wake: Wake) -> Outcome;
    fn wakes_on(&self) -> &[String];
    fn conditions(&self) -> Vec<&Condition>;
    fn targets(&self) -> Vec<&str>;
    fn falls_through(&self) -> bool;
    fn waits(&self) -> bool;
    fn check(&self, lint: &mut Lint);
}

impl<S: Stepping> DynStepping for S {
    fn enter(&self, scene: &Scene, effects: &mut Vec<Effect>) -> Outcome {
        Stepping::enter(self, scene, effects)
    }
    fn wake(&self, scene: &Scene, wake: Wake) -> Outcome {
        Stepping::wake(self, scene, wake)
    }
    fn wakes_on(&self) -> &[String] {
        Stepping::wakes_on(self)
    }
    fn conditions(&self) -> Vec<&Condition> {
        Stepping::conditions(self)
    }
    fn targets(&self) -> Vec<&str> {
        Stepping::targets(self)
    }
    fn falls_through(&self) -> bool {
        Stepping::falls_through(self)
    }
    fn waits(&self) -> bool {
        Stepping::waits(self)
    }
    fn check(&self, lint: &mut Lint) {
        Stepping::check(self, lint);
    }
}

impl Step {
    pub fn enter(&self, scene: &Scene, effects: &mut Vec<Effect>) -> Outcome {
        self.stepping().enter(scene, effects)
    }

    pub fn wake(&self, scene: &Scene, wake: Wake) -> Outcome {
        self.stepping().wake(scene, wake)
    }

    pub fn wakes_on(&self) -> &[String] {
        self.stepping().wakes_on()
    }

    pub fn conditions(&self) -> Vec<&Condition> {
        self.stepping().conditions()
    }

    pub fn targets(&self) -> Vec<&str> {
        self.stepping().targets()
    }

    pub fn falls_through(&self) -> bool {
        self.stepping().falls_through()
    }

    pub fn waits(&self) -> bool {
        self.stepping().waits()
    }

    pub fn check(&self, lint: &mut Lint) {
        self.stepping().check(lint);
    }
}
