use tributary_service::admin::Admin;
use worker::{Context, Env, Request, Response, Result, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> Result<Response> {
    tributary_edge::fetch::<Admin>(request, env, ctx).await
}
