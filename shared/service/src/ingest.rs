//! ingest: the front door. A request is authenticated over its raw bytes, parsed into touchpoints
//! and answered in the channel's exact words, success only once the rows are durable.

use crate::endpoints::{self, Fresh};
use crate::{App, Drained, Handled, Host, Request, Response, db_problem, enrich, problem};
use tributary_channels::{Inbound, InboundRequest, Receiver, Reject, Reply, Verified, collector};
use tributary_store::{Db, DbError, quarantine as store, spent_proofs};

mod counts;
pub(crate) mod keep;
pub(crate) mod limit;
pub(crate) mod preview;
mod proof;
pub(crate) mod quarantine;
pub(crate) mod sample;

pub struct Ingest;

impl App for Ingest {
    const NAME: &'static str = "ingest";
    const NEXT: &'static [&'static str] = &["profile-merge"];
    const WAKES: &'static [&'static str] = &[enrich::NAME];
    const ASKS: &'static [&'static str] = &["directory"];
    const OWN_WORK: bool = false;
    const ANSWERS_API: bool = false;

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

    async fn respond<H: Host>(host: &H, request: Request) -> Handled {
        Ingest::handle(host, request).await
    }

    /// A poke tells that configuration changed: what this isolate remembers of it is dropped, and
    /// how much of its limits is used is not. What has been in quarantine too long goes.
    async fn drain<H: Host>(host: &H) -> Result<Drained, DbError> {
        endpoints::forget_all(host);
        counts::expect(host);
        let now = host.now();
        host.db().run(vec![store::expire(now), spent_proofs::expire(now)]).await?;
        Ok(Drained::default())
    }

    async fn internal<H: Host>(host: &H, action: &str, request: &Request) -> Option<Response> {
        match (request.method.as_str(), action) {
            ("POST", sample::ACTION) => Some(sample::answer(host, &request.body).await),
            ("POST", preview::ACTION) => Some(preview::answer(host, &request.body).await),
            ("POST", quarantine::SHOW) => Some(quarantine::show(host, &request.body).await),
            ("POST", quarantine::REPLAY) => Some(quarantine::replay(host, &request.body).await),
            _ => None,
        }
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
    through(host, channel, endpoint, &request).await
}

/// Through the endpoint's door, and counted.
async fn through<H: Host>(
    host: &H,
    channel: &'static Receiver,
    endpoint: Fresh,
    request: &InboundRequest,
) -> Result<Handled, Response> {
    let place = (endpoint.config.channel.clone(), endpoint.config.id.clone());
    let (code, count, answered) = match admitted(host, channel, endpoint, request).await {
        Ok(Admitted::Taken { handled, received }) => ("received", received, Ok(handled)),
        Ok(Admitted::Kept(response)) => ("quarantined", 1, Ok(response.into())),
        Err(refused) => (refused.code, 1, Err(refused.response)),
    };
    // Nothing new was written for a duplicate, and nothing is for the sake of its number.
    let is_new = matches!(&answered, Ok(Handled { worked: true, .. }));
    let at_once = is_new || code != "received";
    counts::note(host, &place, code, count, at_once).await;
    answered
}

/// What became of a request at an endpoint that exists.
enum Admitted {
    /// Its touchpoints, so many with duplicates, are durable.
    Taken { handled: Handled, received: u64 },
    /// It is in quarantine.
    Kept(Response),
}

/// The answer, and the code under which it is counted.
struct Refused {
    response: Response,
    code: &'static str,
}

impl From<Reject> for Refused {
    fn from(reject: Reject) -> Refused {
        Refused { response: refuse(reject), code: reject.code }
    }
}

/// A fault of ours or of the network's.
impl From<Response> for Refused {
    fn from(response: Response) -> Refused {
        Refused { response, code: "unavailable" }
    }
}

async fn admitted<H: Host>(
    host: &H,
    channel: &'static Receiver,
    endpoint: Fresh,
    request: &InboundRequest,
) -> Result<Admitted, Refused> {
    let inbound = channel.inbound.as_ref().ok_or_else(unknown_endpoint)?;
    if let Err(retry_after_s) = limit::of_endpoint(host, &endpoint.config) {
        let response = problem(429, "rate_limited", "");
        let response = response.with_header("retry-after", &retry_after_s.to_string());
        return Err(Refused { response, code: "rate_limited" });
    }
    if request.body.len() > inbound.max_body_bytes {
        return Err(Reject::TOO_LARGE.into());
    }
    let (endpoint, verified) = authenticate(host, inbound, endpoint, request).await?;
    proof::settle(host, &verified).await?;
    proof::spend(host, &endpoint.config, &verified, &request.body).await?;
    if let Some(reply) = verified.handshake {
        return Ok(Admitted::Taken { handled: answer(reply).into(), received: 0 });
    }
    let received_at = host.now();
    let parsed = match (inbound.parse)(&endpoint.config, request, &verified, received_at) {
        Ok(parsed) => parsed,
        Err(reject) if quarantine::is_for(&endpoint.config, reject) => {
            return match quarantine::keep(host, &endpoint.config, request, &verified, reject.code)
                .await?
            {
                // Whose proof is spent must not send it again.
                Some(kept) if verified.once.is_some() => {
                    Ok(Admitted::Kept(Response { status: 200, ..kept }))
                }
                Some(kept) => Ok(Admitted::Kept(kept)),
                None => Err(reject.into()),
            };
        }
        Err(reject) => return Err(reject.into()),
    };
    // What fits is taken, and the whole is kept for the sake of the rest.
    if let Some((_, code)) = parsed.dropped.first()
        && quarantine::is_for(&endpoint.config, Reject::new(422, code))
    {
        quarantine::keep(host, &endpoint.config, request, &verified, code).await?;
    }
    let received = parsed.drafts.len() as u64;
    let rows = keep::rows(host, &endpoint.config, parsed.drafts, received_at).await?;
    let asks = rows.iter().any(|row| channel.asks(&endpoint.config, row));
    let changes = keep::append(host, rows).await?;
    let pokes = if asks && changes > 0 { Ingest::WAKES } else { &[] };
    let handled = Handled { response: answer(parsed.reply), worked: changes > 0, pokes };
    Ok(Admitted::Taken { handled, received })
}

async fn find_collector<H: Host>(
    host: &H,
    request: &InboundRequest,
) -> Result<(&'static Receiver, Fresh), Response> {
    let unauthenticated = || refuse(Reject::UNAUTHENTICATED);
    let write_key = collector::write_key_of(request).ok_or_else(unauthenticated)?;
    let found = endpoints::by_write_key(host, &write_key).await;
    let endpoint = found.map_err(|error| unavailable(&error))?.ok_or_else(unauthenticated)?;
    let channel =
        tributary_channels::receiver(&endpoint.config.channel).ok_or_else(unknown_endpoint)?;
    Ok((channel, endpoint))
}

/// `/in/{channel}/{endpoint}` and what follows, which stays in the request's path.
async fn find_endpoint<H: Host>(
    host: &H,
    request: &mut InboundRequest,
) -> Result<(&'static Receiver, Fresh), Response> {
    let rest = request.path.strip_prefix("/in/").ok_or_else(unknown_endpoint)?;
    let mut parts = rest.splitn(3, '/');
    let channel =
        parts.next().and_then(tributary_channels::receiver).ok_or_else(unknown_endpoint)?;
    let id = crate::percent_decode(parts.next().unwrap_or_default());
    let rest = parts.next().map(|rest| format!("/{rest}")).unwrap_or_default();
    let found = endpoints::config(host, channel.id, &id).await;
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
) -> Result<(Fresh, Verified), Refused> {
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
            Ok(_) => Err(Reject::UNAUTHENTICATED.into()),
            Err(refusal) => Err(refusal.into()),
        },
        None => Err(refusal.into()),
    }
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
        DbError::Statement(_) | DbError::Shape(_) | DbError::TooMany(_) => db_problem(error),
    }
}
