//! `/u/{token}`: where every marketing message leads. Looking changes nothing, so that programs which
//! look into mails unsubscribe nobody; a POST does, from the page or from a mail program's button.

mod page;

use super::page as pages;
use super::visit::write;
use crate::ingest::limit;
use crate::{Handled, Host, Request, Response, facts, way_out};
use page::Page;
use std::collections::BTreeSet;
use tributary_core::Gather;
use tributary_core::consent::{ConsentState, counted};
use tributary_core::doors::preference::{
    self, By, Choice, PREFERENCE_CHANNEL, drafts, offered, said, speaker,
};
use tributary_core::message::way_out::is_marketing;
use tributary_core::profile::Facts;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::RawIdentifier;
use tributary_store::facts::Since;
use tributary_store::journeys::{self, Stored};
use tributary_store::messages::{self, Message};
use tributary_store::{DbError, Scope, rows};

const MAX_BODY_BYTES: usize = 64 * 1024;
/// By one link in a minute. Not by sender: mail programs' servers send for many people.
const WORDS_PER_MINUTE: i64 = 20;
const ENDPOINT: &str = "page";

/// Names of form fields.
pub(super) const MARKED: &str = "receive";
pub(super) const SHOWN: &str = "shown";
pub(super) const OFFERED: &str = "offered";
pub(super) const LEAVE_ALL: &str = "leave_all";

/// What a link leads to.
struct Open {
    message: Message,
    speaker: RawIdentifier,
    medium: String,
    offered: Vec<Choice>,
    facts: Facts,
}

pub async fn answer<H: Host>(host: &H, request: &Request, token: &str) -> Handled {
    let opened = match open(host, token).await {
        Ok(Some(opened)) => opened,
        Ok(None) => return pages::message(request, 404, "gone").into(),
        Err(_) => return pages::message(request, 503, "later").into(),
    };
    match request.method.as_str() {
        "GET" | "HEAD" => show(request, &opened).into(),
        _ => take(host, request, &opened).await,
    }
}

async fn open<H: Host>(host: &H, token: &str) -> Result<Option<Open>, DbError> {
    let Some(id) = way_out::read(host, token) else { return Ok(None) };
    let found: Vec<Message> =
        rows(host.db(), messages::get(id.as_str(), &Scope::Everything)).await?;
    let Some(message) = found.into_iter().next() else { return Ok(None) };
    let (medium, address) = (message.medium.clone(), message.address.clone());
    let (medium, address) = (medium.unwrap_or_default(), address.unwrap_or_default());
    let whom = speaker(&medium, &address, message.identity.as_ref());
    let Some(speaker) = whom.filter(|_| !address.is_empty() && is_marketing(&message.purpose))
    else {
        return Ok(None);
    };
    let stored: Vec<Stored> = rows(host.db(), journeys::latest()).await?;
    let definitions: Vec<serde_json::Value> =
        stored.iter().filter_map(|one| serde_json::from_str(&one.definition).ok()).collect();
    let offered = offered(&definitions, &Choice::new(&medium, &message.purpose));
    let since = message
        .profile
        .iter()
        .map(|profile| Since { profile: profile.clone(), since: Timestamp(i64::MAX / 4) });
    let loaded = facts::load(host, &since.collect::<Vec<_>>(), &[]).await?;
    let facts = loaded.into_values().next().unwrap_or_default();
    Ok(Some(Open { message, speaker, medium, offered, facts }))
}

impl Open {
    /// What the person gets today.
    fn received(&self) -> BTreeSet<String> {
        let consents = &self.facts.consents;
        let gets = |choice: &&Choice| {
            let own = (choice.medium == self.medium).then_some(self.speaker.value.as_str());
            counted(consents, &choice.medium, &choice.purpose, own)
                .is_none_or(|consent| consent.state != ConsentState::Withdrawn)
        };
        self.offered.iter().filter(gets).map(Choice::field).gather()
    }

    fn page<'a>(&'a self, marked: &'a BTreeSet<String>) -> Page<'a> {
        Page { address: &self.speaker.value, offered: &self.offered, marked, undo: None }
    }
}

fn show(request: &Request, opened: &Open) -> Response {
    let received = opened.received();
    opened.page(&received).render(request, 200, None)
}

async fn take<H: Host>(host: &H, request: &Request, opened: &Open) -> Handled {
    if request.body.len() > MAX_BODY_BYTES {
        return pages::message(request, 413, "too_large").into();
    }
    if admit(host, opened).is_err() {
        return pages::message(request, 429, "later").into();
    }
    if is_one_click(&request.body) {
        let own = Choice::new(&opened.medium, &opened.message.purpose);
        let words = [(own, ConsentState::Withdrawn)];
        return match hear(host, request, opened, &words, By::OneClick).await {
            Ok(new) => Handled { worked: new > 0, ..pages::message(request, 200, "left").into() },
            Err(_) => pages::message(request, 503, "later").into(),
        };
    }
    let form = Form::read(&request.body);
    // A request that is no page of ours says nothing.
    if form.offered.is_empty() {
        return pages::message(request, 400, "again").into();
    }
    let offered: Vec<Choice> =
        opened.offered.iter().filter(|it| form.offered.contains(&it.field())).cloned().collect();
    let words = said(&offered, &form.marked, &form.shown);
    let heard = hear(host, request, opened, &words, By::Page).await;
    let Ok(new) = heard else { return pages::message(request, 503, "later").into() };
    let page = Page { undo: Some(&form.shown), ..opened.page(&form.marked) };
    Handled { worked: new > 0, ..page.render(request, 200, Some("saved")).into() }
}

fn admit<H: Host>(host: &H, opened: &Open) -> Result<(), i64> {
    limit::admit(host, &format!("{PREFERENCE_CHANNEL}/{}", opened.message.id), WORDS_PER_MINUTE)
}

async fn hear<H: Host>(
    host: &H,
    request: &Request,
    opened: &Open,
    words: &[(preference::Choice, ConsentState)],
    by: By,
) -> Result<u64, Response> {
    let language = pages::language(request);
    let nonce = host.seed();
    let drafts = drafts(words, &opened.speaker, &opened.message.id, by, language, &nonce);
    write(host, PREFERENCE_CHANNEL, ENDPOINT, drafts).await
}

/// RFC 8058: `List-Unsubscribe=One-Click` as a form of either kind.
fn is_one_click(body: &[u8]) -> bool {
    let mut pairs = form_urlencoded::parse(body);
    let encoded = pairs.any(|(name, value)| {
        name.eq_ignore_ascii_case("List-Unsubscribe")
            && value.trim().eq_ignore_ascii_case("One-Click")
    });
    encoded || {
        let text = String::from_utf8_lossy(body).to_ascii_lowercase();
        let part = text.split_once("name=\"list-unsubscribe\"");
        part.and_then(|(_, rest)| rest.split_once("\r\n\r\n").or_else(|| rest.split_once("\n\n")))
            .is_some_and(|(_, value)| value.trim_start().starts_with("one-click"))
    }
}

#[derive(Default)]
struct Form {
    offered: BTreeSet<String>,
    shown: BTreeSet<String>,
    marked: BTreeSet<String>,
}

impl Form {
    fn read(body: &[u8]) -> Form {
        let mut form = Form::default();
        let mut leaves_all = false;
        for (name, value) in form_urlencoded::parse(body) {
            let value = value.into_owned();
            match name.as_ref() {
                OFFERED => form.offered.insert(value),
                SHOWN => form.shown.insert(value),
                MARKED => form.marked.insert(value),
                LEAVE_ALL => {
                    leaves_all = true;
                    false
                }
                _ => false,
            };
        }
        if leaves_all {
            form.marked.clear();
        }
        form
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_one_click_are_understood() {
        let multipart = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
        for body in [
            "List-Unsubscribe=One-Click",
            "list-unsubscribe=one-click",
            "a=1&List-Unsubscribe=One-Click",
            multipart,
        ] {
            assert!(is_one_click(body.as_bytes()), "{body}");
        }
        for body in
            ["", "List-Unsubscribe=", "receive=email/marketing", "x=List-Unsubscribe=One-Click"]
        {
            assert!(!is_one_click(body.as_bytes()), "{body}");
        }
    }
}
