use tributary_service::message_send::MessageSend;
use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> Result<Response> {
    tributary_edge::fetch::<MessageSend>(request, env, ctx).await
}

#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, ctx: ScheduleContext) {
    tributary_edge::scheduled::<MessageSend>(event, env, ctx).await;
}
