use tributary_edge::{HttpRequest, HttpResponse};
use worker::{Context, Env, Result, event};

#[event(fetch)]
async fn fetch(request: HttpRequest, env: Env, _ctx: Context) -> Result<HttpResponse> {
    tributary_edge::gateway::fetch(request, env).await
}
