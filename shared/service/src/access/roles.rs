//! `/api/v1/roles`: the table of rights as people read it.

use crate::Response;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use tributary_core::access::{Object, Right, Role};

/// A role and what it may do.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RoleRights))]
pub(crate) struct Document {
    role: Role,
    /// Telephone numbers, addresses and ids are shown in full.
    personal_data: bool,
    /// Kind of thing → `none`, `view`, `edit`, or `own`: what is in the person's or the team's
    /// hands.
    rights: BTreeMap<&'static str, &'static str>,
}

pub(super) fn list() -> Response {
    let items: Vec<Document> = Role::ALL.into_iter().map(document).collect();
    Response::json(200, &json!({"items": items, "next_cursor": null}))
}

fn document(role: Role) -> Document {
    let right = |object: Object| match role.right(object) {
        Right::None => "none",
        Right::View => "view",
        Right::Edit => "edit",
        Right::Own | Right::OwnView => "own",
    };
    Document {
        role,
        personal_data: role.sees_personal_data(),
        rights: Object::all().map(|object| (object.id(), right(object))).collect(),
    }
}
