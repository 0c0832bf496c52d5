use tributary_edge::{HttpRequest, HttpResponse};
use tributary_service::message_send::MessageSend;
use worker::{Context, Env, Result, ScheduleContext, ScheduledEvent, event};

#[event(fetch)]
async fn fetch(request: HttpRequest, env: Env, ctx: Context) -> Result<HttpResponse> {
    tributary_edge::fetch::<MessageSend>(request, env, ctx).await
}

#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, ctx: ScheduleContext) {
    tributary_edge::scheduled::<MessageSend>(event, env, ctx).await;
}
