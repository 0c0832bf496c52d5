use tributary_service::ingest::Ingest;
use worker::{Context, Env, Request, Response, Result, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> Result<Response> {
    tributary_edge::fetch::<Ingest>(request, env, ctx).await
}
