use tributary_edge::{HttpRequest, HttpResponse};
use tributary_service::ingest::Ingest;
use worker::{Context, Env, Result, ScheduleContext, ScheduledEvent, event};

#[event(fetch)]
async fn fetch(request: HttpRequest, env: Env, ctx: Context) -> Result<HttpResponse> {
    tributary_edge::fetch::<Ingest>(request, env, ctx).await
}

#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, ctx: ScheduleContext) {
    tributary_edge::scheduled::<Ingest>(event, env, ctx).await;
}
