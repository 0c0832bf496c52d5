use tributary_edge::{HttpRequest, HttpResponse};
use tributary_service::doors::Doors;
use worker::{Context, Env, Result, event};

#[event(fetch)]
async fn fetch(request: HttpRequest, env: Env, ctx: Context) -> Result<HttpResponse> {
    tributary_edge::fetch::<Doors>(request, env, ctx).await
}
