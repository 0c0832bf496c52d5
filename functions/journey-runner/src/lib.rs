use tributary_service::journey_runner::JourneyRunner;
use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> Result<Response> {
    tributary_edge::fetch::<JourneyRunner>(request, env, ctx).await
}

#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, ctx: ScheduleContext) {
    tributary_edge::scheduled::<JourneyRunner>(event, env, ctx).await;
}
