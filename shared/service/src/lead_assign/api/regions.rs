//! `/regions`: what a salesperson may cover, level by level.

use crate::answer::{Answered, parameter};
use crate::{Request, Response, problem};
use serde_json::json;
use tributary_core::place::{Place, regions_within};

pub(super) fn list(request: &Request) -> Answered<Response> {
    let within = match parameter(request, "within") {
        None => None,
        Some(name) => Some(Place::named(&name).ok_or_else(|| {
            problem(404, "region_not_found", "There is no region of this name, or several.")
        })?),
    };
    let items = regions_within(within.as_ref());
    Ok(Response::json(200, &json!({"items": items, "total": items.len(), "next_cursor": null})))
}
