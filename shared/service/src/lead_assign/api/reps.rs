//! `/reps`: salespeople, what they cover and whether they are on shift.

use super::{Answered, body, failed, fenced};
use crate::{Host, Request, Response, problem};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use tributary_core::lead::{RepId, is_known_region};
use tributary_core::message::is_mail_address;
use tributary_core::outgoing;
use tributary_store::reps::{self, StoredRep};

const MAX_ID_CHARS: usize = 64;
const MAX_NAME_CHARS: usize = 100;
/// Entries of a list of regions, product lines or languages.
const MAX_LIST: usize = 100;
/// Nobody follows up more leads than this at once.
const MAX_CAPACITY: u32 = 10_000;
/// A usual load for somebody who calls people.
const DEFAULT_CAPACITY: u32 = 30;
const MAX_ADDRESS_CHARS: usize = 500;

#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RepPut))]
#[serde(deny_unknown_fields)]
pub(crate) struct Put {
    name: String,
    #[serde(default)]
    regions: Vec<String>,
    #[serde(default)]
    product_lines: Vec<String>,
    #[serde(default = "default_capacity")]
    capacity: u32,
    #[serde(default = "on")]
    on_shift: bool,
    #[serde(default)]
    notify: BTreeMap<String, String>,
    #[serde(default)]
    languages: Vec<String>,
}

fn default_capacity() -> u32 {
    DEFAULT_CAPACITY
}

fn on() -> bool {
    true
}

pub(super) async fn put<H: Host>(host: &H, id: &str, request: &Request) -> Answered<Response> {
    let put: Put = body(request)?;
    check(id, &put, host.is_development()).map_err(|detail| problem(422, "invalid_rep", detail))?;
    let rep = StoredRep {
        id: RepId(id.to_owned()),
        name: put.name.trim().to_owned(),
        regions: tidy(put.regions),
        product_lines: tidy(put.product_lines),
        capacity: put.capacity,
        on_shift: put.on_shift,
        notify: put.notify,
        languages: tidy(put.languages),
        open: 0,
        last_assigned_at: None,
        updated_at: host.now(),
    };
    check_regions(host, &rep).await?;
    fenced(host, async || Ok((vec![reps::put(&rep)], ()))).await?;
    get(host, id).await
}

/// A region that no lead is ever found to lie in is a mistake; one that the rep has already stays.
async fn check_regions<H: Host>(host: &H, rep: &StoredRep) -> Answered<()> {
    let mut unknown = rep.regions.iter().filter(|region| !is_known_region(region)).peekable();
    if unknown.peek().is_none() {
        return Ok(());
    }
    let found = tributary_store::one(host.db(), reps::get(&rep.id.0)).await.map_err(failed)?;
    let before = reps::decode(&found).map_err(failed)?.pop();
    let is_new = |region: &&String| !before.iter().any(|rep| rep.regions.contains(*region));
    match unknown.find(is_new) {
        None => Ok(()),
        Some(region) => Err(problem(
            422,
            "unknown_region",
            &format!("{region} is no region, or several: choose one of GET /api/v1/regions."),
        )),
    }
}

fn tidy(list: Vec<String>) -> Vec<String> {
    list.into_iter().map(|one| one.trim().to_owned()).collect()
}

fn check(id: &str, put: &Put, is_development: bool) -> Result<(), &'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
    if id.is_empty() || id.chars().count() > MAX_ID_CHARS || !id.chars().all(plain) {
        return Err("An id is 1 to 64 letters, digits, dashes, underscores, dots or at signs.");
    }
    if put.name.trim().is_empty() || put.name.chars().count() > MAX_NAME_CHARS {
        return Err("A name is 1 to 100 characters.");
    }
    if put.capacity > MAX_CAPACITY {
        return Err("A capacity is 0 to 10,000 open leads.");
    }
    for list in [&put.regions, &put.product_lines, &put.languages] {
        let is_name =
            |one: &String| !one.trim().is_empty() && one.chars().count() <= MAX_NAME_CHARS;
        if list.len() > MAX_LIST || !list.iter().all(is_name) {
            return Err("A list holds at most 100 names of 1 to 100 characters.");
        }
    }
    for (medium, address) in &put.notify {
        if address.chars().count() > MAX_ADDRESS_CHARS || address.chars().any(char::is_whitespace) {
            return Err("An address is at most 500 characters without blanks.");
        }
        match medium.as_str() {
            "email" if is_mail_address(address) => {}
            "email" => return Err("notify.email is not one plain e-mail address."),
            "webhook" if outgoing::check(address, is_development).is_ok() => {}
            "webhook" => {
                return Err("notify.webhook is not an https address in the public network.");
            }
            _ => return Err("notify holds email or webhook."),
        }
    }
    Ok(())
}

pub(super) async fn get<H: Host>(host: &H, id: &str) -> Answered<Response> {
    let found = tributary_store::one(host.db(), reps::get(id)).await.map_err(failed)?;
    let found = reps::decode(&found).map_err(failed)?;
    match found.first() {
        Some(rep) => Ok(Response::json(200, rep)),
        None => Err(problem(404, "rep_not_found", "There is no rep with this id.")),
    }
}

pub(super) async fn list<H: Host>(host: &H) -> Answered<Response> {
    let found = tributary_store::one(host.db(), reps::all()).await.map_err(failed)?;
    let found = reps::decode(&found).map_err(failed)?;
    Ok(Response::json(200, &json!({"items": found, "total": found.len(), "next_cursor": null})))
}
