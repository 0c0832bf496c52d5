use tributary_edge::{HttpRequest, HttpResponse};
use tributary_service::enrich::Enrich;
use worker::{Context, Env, Result, event};

#[event(fetch)]
async fn fetch(request: HttpRequest, env: Env, ctx: Context) -> Result<HttpResponse> {
    tributary_edge::fetch::<Enrich>(request, env, ctx).await
}
