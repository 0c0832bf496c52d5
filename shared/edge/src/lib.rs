//! The only crate that imports `worker`: translates between the edge runtime and `service`.
use worker::*;
pub async fn fetch<A: tributary_service::App>(_request: Request, _env: Env, _ctx: Context) -> Result<Response> { Response::ok("hi") }
pub async fn scheduled<A: tributary_service::App>(_event: ScheduledEvent, _env: Env, _ctx: ScheduleContext) { }
pub mod gateway { use worker::*;
pub async fn fetch(request: Request, env: Env) -> Result<Response> { env.service("INGEST")?.fetch_request(request).await }
}
