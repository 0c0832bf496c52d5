//! `/q/{code}`, `/f/{form}` and `/u/{token}`: pages of our own, where people come by themselves.

use super::{page, preference};
use crate::ingest::{keep, limit};
use crate::{Handled, Host, Request, Response};
use hmac::{Hmac, Mac};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::BTreeMap;
use tributary_channels::EndpointConfig;
use tributary_channels::{form_pairs, machine};
use tributary_core::Gather;
use tributary_core::doors::code::{Code, Scan};
use tributary_core::doors::form::{Form, Sent, is_in_time};
use tributary_core::doors::{CODE_CHANNEL, FORM_CHANNEL};
use tributary_core::ids::digest;
use tributary_core::time::{MINUTE_MS, Timestamp};
use tributary_core::touchpoint::Draft;
use tributary_store::doors::{self, Row};
use tributary_store::{DbError, rows};

/// By which a browser is known again. Of no use to anybody else.
const COOKIE: &str = "tributary_visitor";
const COOKIE_S: u32 = 365 * 24 * 3_600;
/// What an isolate knows of a code is at most so old.
const FRESH_MS: i64 = MINUTE_MS;
const MAX_BODY_BYTES: usize = 256 * 1024;
/// Of one address, in a minute: a school class at one stand may pass, a program may not.
const SUBMISSIONS_PER_MINUTE: i64 = 30;
/// Looks like a field to a program, and people do not see it.
pub(super) const TRAP: &str = "website";
pub(super) const TOKEN: &str = "_token";

pub async fn answer<H: Host>(host: &H, request: &Request) -> Handled {
    let segments = request.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (request.method.as_str(), parts.as_slice()) {
        ("GET" | "HEAD", ["q", code]) => scan(host, request, code).await,
        ("GET" | "HEAD", ["f", form]) => show(host, request, form).await.into(),
        ("GET" | "HEAD" | "POST", ["u", token]) => preference::answer(host, request, token).await,
        ("POST", ["f", form]) => submit(host, request, form).await,
        ("GET" | "HEAD" | "POST", _) => page::message(request, 404, "gone").into(),
        _ => crate::problem(405, "method_not_allowed", "").into(),
    }
}

async fn scan<H: Host>(host: &H, request: &Request, id: &str) -> Handled {
    let (code, _): (Code, String) = match find(host, "code", id).await {
        Ok(Some(found)) => found,
        Ok(None) => return page::message(request, 404, "gone").into(),
        Err(_) => return page::message(request, 503, "later").into(),
    };
    if !code.enabled {
        return page::message(request, 404, "gone").into();
    }
    let agent = request.header("user-agent").unwrap_or_default();
    let (visitor, _) = visitor(host, request);
    let machine = machine(agent);
    let scan = Scan {
        code: id,
        visitor: &visitor,
        machine,
        user_agent: agent,
        ip: request.header("cf-connecting-ip"),
    };
    let now = host.now();
    let draft = code.scanned(scan, now);
    // Whoever stands before the shelf gets to the page, noted or not.
    let noted = write(host, CODE_CHANNEL, id, vec![draft]).await.unwrap_or(0);
    let known = machine.is_none().then_some(visitor.as_str());
    let target = with_parameters(&code.target, &code.parameters(id, known));
    let mut response = Response::empty(302)
        .with_header("location", &target)
        .with_header("cache-control", "no-store")
        .with_header("referrer-policy", "no-referrer");
    if machine.is_none() {
        response = with_cookie(response, &visitor);
    }
    Handled { worked: noted > 0, ..response.into() }
}

async fn show<H: Host>(host: &H, request: &Request, id: &str) -> Response {
    let (form, version) = match open_form(host, request, id).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let Some(token) = token(host, id) else { return page::message(request, 503, "later") };
    let (visitor, _) = visitor(host, request);
    let page = page::Page {
        form: &form,
        version: &version,
        token: &token,
        answers: &BTreeMap::new(),
        faults: &BTreeMap::new(),
        notice: None,
    };
    with_cookie(page.render(request, 200), &visitor)
}

async fn submit<H: Host>(host: &H, request: &Request, id: &str) -> Handled {
    if request.body.len() > MAX_BODY_BYTES {
        return page::message(request, 413, "too_large").into();
    }
    let (form, version) = match open_form(host, request, id).await {
        Ok(found) => found,
        Err(response) => return response.into(),
    };
    let Some(answers) = form_pairs(&request.body) else {
        return page::message(request, 400, "unreadable").into();
    };
    let answers: BTreeMap<String, String> =
        answers.into_iter().map(|(name, value)| (name, value.replace('\0', ""))).gather();
    let thanks = || page::thanks(request, &form);
    // A program is thanked like everybody, so that it learns nothing.
    if answers.get(TRAP).is_some_and(|text| !text.is_empty()) {
        return thanks().into();
    }
    let ip = request.header("cf-connecting-ip").unwrap_or_default();
    if limit::admit(host, &format!("{FORM_CHANNEL}/{ip}"), SUBMISSIONS_PER_MINUTE).is_err() {
        return page::message(request, 429, "later").into();
    }
    let given = answers.get(TOKEN).map(String::as_str).unwrap_or_default();
    // The visitor is told by what will read the answer.
    let written = form.written_phones(&answers);
    let config = config(FORM_CHANNEL, id);
    let Ok(phones) = keep::read_phones(host, &config, written).await else {
        return page::message(request, 503, "later").into();
    };
    let faults = form.faults(&answers, &phones);
    let in_time = is_made_here(host, id, given);
    let notice = match (in_time, faults.is_empty()) {
        (false, _) => Some("again"),
        (true, false) => Some("check"),
        (true, true) => None,
    };
    if notice.is_some() {
        // The old token stays good while it is in time: a correction is not a second submission.
        let fresh = if in_time { Some(given.to_owned()) } else { token(host, id) };
        let Some(token) = fresh else { return page::message(request, 503, "later").into() };
        let page = page::Page {
            form: &form,
            version: &version,
            token: &token,
            answers: &answers,
            faults: &faults,
            notice,
        };
        return page.render(request, 422).into();
    }
    let (visitor, _) = visitor(host, request);
    let sent = Sent {
        form: id,
        version: &version,
        token: given,
        visitor: &visitor,
        language: page::language(request),
        context: context(request),
    };
    match write(host, FORM_CHANNEL, id, form.submitted(&answers, &sent)).await {
        Ok(new) => Handled { worked: new > 0, ..thanks().into() },
        Err(_) => page::message(request, 503, "later").into(),
    }
}

/// Where the visitor came from: the page's own query, which an embedding page may set.
fn context(request: &Request) -> Value {
    let mut campaign = serde_json::Map::new();
    for (parameter, name) in [
        ("utm_source", "source"),
        ("utm_medium", "medium"),
        ("utm_campaign", "name"),
        ("utm_term", "term"),
    ] {
        campaign
            .extend(request.query_param(parameter).map(|value| (name.to_owned(), value.into())));
    }
    let mut context = json!({
        "campaign": campaign,
        "userAgent": request.header("user-agent"),
        "page": {"referrer": request.header("referer")},
    });
    if let (Some(ip), Value::Object(context)) = (request.header("cf-connecting-ip"), &mut context) {
        context.insert("ip".to_owned(), ip.into());
    }
    context
}

async fn open_form<H: Host>(
    host: &H,
    request: &Request,
    id: &str,
) -> Result<(Form, String), Response> {
    match find::<Form, H>(host, "form", id).await {
        Ok(Some((form, version))) if form.enabled => Ok((form, version)),
        Ok(_) => Err(page::message(request, 404, "gone")),
        Err(_) => Err(page::message(request, 503, "later")),
    }
}

/// What is remembered is used while it is fresh, and after that while the database does not answer.
async fn find<T: DeserializeOwned, H: Host>(
    host: &H,
    kind: &str,
    id: &str,
) -> Result<Option<(T, String)>, DbError> {
    let key = format!("door:{kind}/{id}");
    let known: Option<(i64, Row)> =
        host.memory_get(&key).and_then(|text| serde_json::from_str(&text).ok());
    let now = host.now();
    let fresh =
        known.as_ref().is_some_and(|(at, _)| (0..FRESH_MS).contains(&now.since_ms(Timestamp(*at))));
    let row = match known {
        Some((_, row)) if fresh => Some(row),
        known => match rows::<Row>(host.db(), doors::get(kind, id)).await {
            Ok(found) => {
                let row = found.into_iter().next();
                if let Some(row) = &row {
                    host.memory_put(&key, &json!([now, row]).to_string());
                }
                row
            }
            Err(error) => Some(known.map(|(_, row)| row).ok_or(error)?),
        },
    };
    let read = row.and_then(|row| Some((serde_json::from_str(&row.document).ok()?, row.version)));
    Ok(read)
}

pub(super) async fn write<H: Host>(
    host: &H,
    channel: &str,
    id: &str,
    drafts: Vec<Draft>,
) -> Result<u64, Response> {
    let found = keep::rows(host, &config(channel, id), drafts, host.now()).await?;
    keep::append(host, found).await
}

fn config(channel: &str, id: &str) -> EndpointConfig {
    EndpointConfig { channel: channel.to_owned(), id: id.to_owned(), ..EndpointConfig::default() }
}

/// The browser's id, and whether it is new.
fn visitor<H: Host>(host: &H, request: &Request) -> (String, bool) {
    let cookies = request.header("cookie").unwrap_or_default();
    let known = cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value)
        .filter(|id| id.len() == 26 && id.chars().all(|c| c.is_ascii_alphanumeric()));
    match known {
        Some(id) => (id.to_owned(), false),
        None => (digest(&[b"visitor", host.seed().as_slice()]), true),
    }
}

fn with_cookie(response: Response, visitor: &str) -> Response {
    let cookie = format!("{COOKIE}={visitor}; Max-Age={COOKIE_S}; Path=/; HttpOnly; SameSite=Lax");
    response.with_header("set-cookie", &cookie)
}

/// When the page was made, and proof that we made it: each page has one of its own.
fn token<H: Host>(host: &H, form: &str) -> Option<String> {
    let (at, nonce) = (host.now().0, digest(&[b"form", host.seed().as_slice()]));
    let mark = mark(host, form, &at.to_string(), &nonce)?;
    Some(format!("{at}.{nonce}.{mark}"))
}

fn is_made_here<H: Host>(host: &H, form: &str, token: &str) -> bool {
    let parts: Vec<&str> = token.split('.').collect();
    let [at, nonce, given] = parts.as_slice() else { return false };
    let Some(expected) = mark(host, form, at, nonce) else { return false };
    let genuine = tributary_channels::same(given.as_bytes(), expected.as_bytes());
    genuine && at.parse().is_ok_and(|at| is_in_time(Timestamp(at), host.now()))
}

/// Bound to the form: a page of one proves nothing to another.
fn mark<H: Host>(host: &H, form: &str, at: &str, nonce: &str) -> Option<String> {
    let key = host.var("INTERNAL_KEY")?;
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(format!("form/{form}/{at}/{nonce}").as_bytes());
    // Letters and digits only: it travels in a page and in a form.
    Some(digest(&[mac.finalize().into_bytes().as_slice()]))
}

/// Before the fragment, after what the address asks already.
fn with_parameters(target: &str, parameters: &[(&'static str, String)]) -> String {
    let (address, fragment) = match target.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (target, String::new()),
    };
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let joint = match address.split_once('?') {
        _ if query.is_empty() => "",
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{address}{joint}{query}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_go_before_the_fragment() {
        let check = |target: &str, expect: &str| {
            assert_eq!(with_parameters(target, &[("a", "双 1".to_owned())]), expect);
        };
        check("https://x.cn/p", "https://x.cn/p?a=%E5%8F%8C+1");
        check("https://x.cn/p?b=1#top", "https://x.cn/p?b=1&a=%E5%8F%8C+1#top");
        check("https://x.cn/p?", "https://x.cn/p?a=%E5%8F%8C+1");
        assert_eq!(with_parameters("https://x.cn/#a", &[]), "https://x.cn/#a");
    }
}
