use tributary_edge::{HttpRequest, HttpResponse};
use tributary_service::access::Access;
use worker::{Context, Env, Result, event};

#[event(fetch)]
async fn fetch(request: HttpRequest, env: Env, ctx: Context) -> Result<HttpResponse> {
    tributary_edge::fetch::<Access>(request, env, ctx).await
}
