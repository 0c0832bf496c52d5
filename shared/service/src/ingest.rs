//! ingest: the front door. A request is authenticated over its raw bytes, parsed into touchpoints
//! and answered in the channel's exact words, success only once the rows are durable.

use crate::directory::phones;
use crate::endpoints::{self, Fresh};
use crate::{App, Drained, Handled, Host, Request, Response, db_problem, problem};
use std::collections::BTreeSet;
use tributary_channels::{
    Channel, Inbound, InboundRequest, Parsed, Reject, Reply, Verified, collector,
};
use tributary_core::identity::written_phones;
use tributary_core::touchpoint::Touchpoint;
use tributary_store::DbError;

mod proof;

pub struct Ingest;

impl App for Ingest {
    const NAME: &'static str = "ingest";
    const NEXT: &'static [&'static str] = &["profile-merge"];
    const ASKS: &'static [&'static str] = &["directory"];
    const OWN_WORK: bool = false;

    async fn handle<H: Host>(host: &H, request: Request) -> Handled {
        let collects = collector::route(&request.path).is_some();
        let inbound = InboundRequest {
            ip: request.header("cf-connecting-ip").map(str::to_owned),
            method: request.method,
            path: request.path,
            query: request.query,
            headers: request.headers,
            body: request.body,
        };
        let cors = if collects { collector::cors_headers(&inbound) } else { Vec::new() };
        let mut handled = match receive(host, inbound, collects).await {
            Ok(handled) => handled,
            Err(response) => response.into(),
        };
        for (name, value) in cors {
            handled.response = handled.response.with_header(name, &value);
        }
        handled
    }

    /// A poke tells that configuration changed: what this isolate remembers of it is dropped.
    async fn drain<H: Host>(host: &H) -> Result<Drained, DbError> {
        host.memory_clear();
        Ok(Drained::default())
    }
}

async fn receive<H: Host>(
    host: &H,
    mut request: InboundRequest,
    collects: bool,
) -> Result<Handled, Response> {
    if let Some(reply) = collects.then(|| collector::preflight(&request)).flatten() {
        return Ok(answer(reply).into());
    }
    let (channel, endpoint) = if collects {
        find_collector(host, &request).await?
    } else {
        find_endpoint(host, &mut request).await?
    };
    let inbound = channel.inbound.as_ref().ok_or_else(unknown_endpoint)?;
    if request.body.len() > inbound.max_body_bytes {
        return Err(refuse(Reject::TOO_LARGE));
    }
    let (endpoint, verified) = authenticate(host, inbound, endpoint, &request).await?;
    proof::settle(host, &verified).await?;
    if let Some(reply) = verified.handshake {
        return Ok(answer(reply).into());
    }
    let received_at = host.now();
    let parsed =
        (inbound.parse)(&endpoint.config, &request, &verified, received_at).map_err(refuse)?;
    keep(host, &endpoint, parsed, received_at).await
}

async fn find_collector<H: Host>(
    host: &H,
    request: &InboundRequest,
) -> Result<(&'static Channel, Fresh), Response> {
    let unauthenticated = || refuse(Reject::UNAUTHENTICATED);
    let write_key = collector::write_key_of(request).ok_or_else(unauthenticated)?;
    let found = endpoints::by_write_key(host, &write_key).await;
    let endpoint = found.map_err(|error| unavailable(&error))?.ok_or_else(unauthenticated)?;
    let channel =
        tributary_channels::find(&endpoint.config.channel).ok_or_else(unknown_endpoint)?;
    Ok((channel, endpoint))
}

/// `/in/{channel}/{endpoint}` and what follows, which stays in the request's path.
async fn find_endpoint<H: Host>(
    host: &H,
    request: &mut InboundRequest,
) -> Result<(&'static Channel, Fresh), Response> {
    let rest = request.path.strip_prefix("/in/").ok_or_else(unknown_endpoint)?;
    let mut parts = rest.splitn(3, '/');
    let channel = parts.next().and_then(tributary_channels::find).ok_or_else(unknown_endpoint)?;
    let id = crate::percent_decode(parts.next().unwrap_or_default());
    let rest = parts.next().map(|rest| format!("/{rest}")).unwrap_or_default();
    let found = endpoints::config(host, channel.manifest.id, &id).await;
    let endpoint = found.map_err(|error| unavailable(&error))?.ok_or_else(unknown_endpoint)?;
    request.path = rest;
    Ok((channel, endpoint))
}

/// A refusal on a cached configuration may only mean that it changed: look once more.
async fn authenticate<H: Host>(
    host: &H,
    inbound: &Inbound,
    endpoint: Fresh,
    request: &InboundRequest,
) -> Result<(Fresh, Verified), Response> {
    let now = host.now();
    let refusal = match (inbound.verify)(&endpoint.config, request, now) {
        Ok(verified) => match proof::holds(host, &verified).await? {
            true => return Ok((endpoint, verified)),
            false => Reject::UNAUTHENTICATED,
        },
        Err(refusal) => refusal,
    };
    let reloaded = endpoints::reload(host, &endpoint).await.map_err(|error| unavailable(&error))?;
    match reloaded.filter(|reloaded| reloaded.config != endpoint.config) {
        Some(fresh) => match (inbound.verify)(&fresh.config, request, now) {
            Ok(verified) if proof::holds(host, &verified).await? => Ok((fresh, verified)),
            Ok(_) => Err(refuse(Reject::UNAUTHENTICATED)),
            Err(refusal) => Err(refuse(refusal)),
        },
        None => Err(refuse(refusal)),
    }
}

/// Makes the touchpoints durable, then says so.
async fn keep<H: Host>(
    host: &H,
    endpoint: &Fresh,
    parsed: Parsed,
    received_at: tributary_core::time::Timestamp,
) -> Result<Handled, Response> {
    let country = endpoint
        .config
        .setting("default_country")
        .map(str::to_owned)
        .or_else(|| host.var("DEFAULT_COUNTRY"))
        .unwrap_or_else(|| "CN".to_owned());
    let (channel, id) = (&endpoint.config.channel, &endpoint.config.id);
    let written: BTreeSet<String> = parsed
        .drafts
        .iter()
        .flat_map(|draft| written_phones(&draft.identifiers))
        .map(str::to_owned)
        .collect();
    let phones = phones::ask(host, &country, written.into_iter().collect())
        .await
        .map_err(|_| problem(503, "function_unavailable", ""))?;
    let rows: Vec<Touchpoint> = parsed
        .drafts
        .into_iter()
        .map(|draft| Touchpoint::accept(channel, id, draft, &phones, received_at))
        .collect();
    let mut changes = 0;
    if !rows.is_empty() {
        changes = host.append(rows).await.map_err(|error| unavailable(&error))?;
    }
    Ok(Handled { response: answer(parsed.reply), worked: changes > 0 })
}

fn answer(reply: Reply) -> Response {
    let mut response = Response { status: reply.status, headers: Vec::new(), body: reply.body };
    if !reply.content_type.is_empty() {
        response = response.with_header("content-type", reply.content_type);
    }
    for (name, value) in &reply.headers {
        response = response.with_header(name, value);
    }
    response
}

fn refuse(reject: Reject) -> Response {
    problem(reject.status, reject.code, "")
}

fn unknown_endpoint() -> Response {
    problem(404, "unknown_endpoint", "")
}

/// Nothing was kept, so the channel must try again, whatever went wrong on our side.
fn unavailable(error: &DbError) -> Response {
    match error {
        DbError::Unavailable(_) | DbError::Constraint(_) => {
            problem(503, "database_unavailable", "")
        }
        DbError::Statement(_) | DbError::Shape(_) => db_problem(error),
    }
}
