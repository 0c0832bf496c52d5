//! Who may see and do what: one table, read by the function `access` for every request.

mod chain;
mod mask;

pub use chain::{ChainKey, Entry, GENESIS, VERSION, entry_hash, head_hash, unkeyed_hash};
pub use mask::{MaskKey, is_personal, mask, plain_name};

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    View,
    /// Also allows to view.
    Edit,
}

/// What a role may do with a kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    None,
    View,
    Edit,
    /// Sees and changes what is in the person's own or the own team's hands, nothing else.
    Own,
    /// Sees what is in these hands, where nobody changes anything.
    OwnView,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Admin,
    Marketing,
    Sales,
    Service,
    Manager,
    ReadOnly,
}

impl Role {
    pub const ALL: [Role; 6] =
        [Role::Admin, Role::Marketing, Role::Sales, Role::Service, Role::Manager, Role::ReadOnly];

    pub const fn id(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::Marketing => "marketing",
            Role::Sales => "sales",
            Role::Service => "service",
            Role::Manager => "manager",
            Role::ReadOnly => "read_only",
        }
    }

    pub fn parse(id: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.id() == id)
    }

    /// Whether telephone numbers, e-mail addresses and other identities are shown in full.
    pub const fn sees_personal_data(self) -> bool {
        match self {
            Role::Admin | Role::Sales | Role::Service | Role::Manager => true,
            Role::Marketing | Role::ReadOnly => false,
        }
    }

    pub fn right(self, object: Object) -> Right {
        let row = RIGHTS.iter().find(|(of, _)| *of == object);
        let cell = row.and_then(|(_, cells)| cells.get(self as usize));
        cell.copied().unwrap_or(Right::None)
    }
}

/// The kinds of things that rights are given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Object {
    Profiles,
    Messages,
    Leads,
    Tasks,
    Journeys,
    Channels,
    Doors,
    Touchpoints,
    DeadLetters,
    System,
    Reps,
    Users,
    ApiKeys,
    Audit,
    Setup,
}

use Right::{Edit, None as No, Own, OwnView as Mine, View};

/// Columns as in [`Role::ALL`].
const RIGHTS: &[(Object, [Right; 6])] = &[
    // Object              admin marketing sales service manager read-only
    (Object::Profiles, [Edit, View, View, Edit, Edit, View]),
    (Object::Messages, [View, View, Mine, View, View, View]),
    (Object::Leads, [Edit, View, Own, No, Edit, View]),
    (Object::Tasks, [Edit, No, Own, Edit, Edit, View]),
    (Object::Journeys, [Edit, Edit, View, View, View, View]),
    (Object::Channels, [Edit, View, No, No, View, View]),
    (Object::Doors, [Edit, Edit, View, View, View, View]),
    (Object::Touchpoints, [View, View, Mine, View, View, View]),
    (Object::DeadLetters, [Edit, No, No, No, View, No]),
    (Object::System, [Edit, View, No, No, View, View]),
    (Object::Reps, [Edit, No, View, View, Edit, View]),
    (Object::Users, [Edit, No, No, No, View, No]),
    (Object::ApiKeys, [Edit, No, No, No, No, No]),
    (Object::Audit, [View, No, No, No, View, No]),
    (Object::Setup, [Edit, View, View, View, Edit, View]),
];

impl Object {
    pub fn all() -> impl Iterator<Item = Object> {
        RIGHTS.iter().map(|(object, _)| *object)
    }

    pub const fn id(self) -> &'static str {
        match self {
            Object::Profiles => "profiles",
            Object::Messages => "messages",
            Object::Leads => "leads",
            Object::Tasks => "tasks",
            Object::Journeys => "journeys",
            Object::Channels => "channels",
            Object::Doors => "doors",
            Object::Touchpoints => "touchpoints",
            Object::DeadLetters => "dead_letters",
            Object::System => "system",
            Object::Reps => "reps",
            Object::Users => "users",
            Object::ApiKeys => "api_keys",
            Object::Audit => "audit",
            Object::Setup => "setup",
        }
    }

    /// Whether what is shown of it holds personal data, so that seeing it unmasked is noted.
    pub const fn is_personal(self) -> bool {
        matches!(
            self,
            Object::Profiles
                | Object::Messages
                | Object::Leads
                | Object::Tasks
                | Object::Touchpoints
                | Object::DeadLetters
                | Object::Reps
        )
    }

    /// Whether an answer about it goes unmasked to whoever may see it: what the company defines
    /// itself, and writes back as it was read.
    pub const fn is_definition(self) -> bool {
        matches!(
            self,
            Object::Journeys
                | Object::Channels
                | Object::Doors
                | Object::System
                | Object::ApiKeys
                | Object::Setup
        )
    }
}

/// The scope that shows personal data in full.
pub const PERSONAL_DATA: &str = "personal_data:view";

/// What somebody may do: a role's rights, or the scopes an API key was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grants {
    Role(Role),
    /// `profiles:view`, `leads:edit`, `personal_data:view` …
    Scopes(Vec<String>),
}

impl Grants {
    pub fn right(&self, object: Object) -> Right {
        match self {
            Grants::Role(role) => role.right(object),
            Grants::Scopes(scopes) => {
                let has = |action: &str| {
                    let parts = |scope: &String| {
                        scope.split_once(':').is_some_and(|it| it == (object.id(), action))
                    };
                    scopes.iter().any(parts)
                };
                match (has("edit"), has("view")) {
                    (true, _) => Right::Edit,
                    (false, true) => Right::View,
                    (false, false) => Right::None,
                }
            }
        }
    }

    pub fn allows(&self, object: Object, action: Action) -> bool {
        match self.right(object) {
            Right::None => false,
            Right::View | Right::OwnView => action == Action::View,
            Right::Edit | Right::Own => true,
        }
    }

    pub fn sees_personal_data(&self) -> bool {
        match self {
            Grants::Role(role) => role.sees_personal_data(),
            Grants::Scopes(scopes) => scopes.iter().any(|scope| scope == PERSONAL_DATA),
        }
    }

    /// Whether this right is among them.
    pub fn gives(&self, object: Object, right: Right) -> bool {
        match (self.right(object), right) {
            (_, Right::None) | (Right::Edit, _) => true,
            (Right::View, right) => matches!(right, Right::View | Right::OwnView),
            (Right::Own, right) => matches!(right, Right::Own | Right::OwnView),
            (Right::OwnView, right) => right == Right::OwnView,
            (Right::None, _) => false,
        }
    }

    /// Whether these hold everything that others would be given: nobody gives a right they do not
    /// have.
    pub fn covers(&self, others: &Grants) -> bool {
        (self.sees_personal_data() || !others.sees_personal_data())
            && Object::all().all(|object| self.gives(object, others.right(object)))
    }

    /// As the gateway passes them on.
    pub fn to_header(&self) -> String {
        match self {
            Grants::Role(role) => format!("role {}", role.id()),
            Grants::Scopes(scopes) => format!("scopes {}", scopes.join(" ")),
        }
    }

    pub fn of_header(text: &str) -> Option<Grants> {
        let (kind, rest) = text.split_once(' ')?;
        match kind {
            "role" => Role::parse(rest).map(Grants::Role),
            "scopes" => {
                let scopes = rest.split(' ').filter(|scope| !scope.is_empty());
                Some(Grants::Scopes(scopes.map(str::to_owned).collect()))
            }
            _ => None,
        }
    }

    /// Every permission as `object:action`, for the console to show and hide by.
    pub fn permissions(&self) -> Vec<String> {
        let mut found = Vec::new();
        for object in Object::all() {
            for (action, id) in [(Action::View, "view"), (Action::Edit, "edit")] {
                if self.allows(object, action) {
                    found.push(format!("{}:{id}", object.id()));
                }
            }
        }
        found
    }
}

/// Fewer digits are a part of a number.
const MIN_DIGITS: usize = 8;

/// Whether a search text is the number, the address or the id of one person, not a name: who may
/// not see such data may not find people by it either, or only so often.
pub fn names_somebody(query: &str) -> bool {
    let digits = query.chars().filter(|c| c.is_numeric()).count();
    let letters = query.chars().filter(|c| c.is_alphabetic()).count();
    let kind = query.split([':', '@']).next().unwrap_or_default();
    let is_key = query.contains(':') && crate::identity::Kind::parse(kind.trim()).is_some();
    is_key || query.contains(['@', '\u{FF20}']) || (digits >= MIN_DIGITS && letters == 0)
}

/// Whether this is a scope that an API key may be given.
pub fn is_scope(scope: &str) -> bool {
    let known = |object: Object| {
        scope
            .split_once(':')
            .is_some_and(|(name, action)| name == object.id() && matches!(action, "view" | "edit"))
    };
    scope == PERSONAL_DATA || Object::all().any(known)
}

#[cfg(test)]
mod tests;
