use crate::{App, Handled, Host, Request, Response};

pub struct JourneyRunner;

impl App for JourneyRunner {
    const NAME: &'static str = "journey-runner";

    async fn handle<H: Host>(_host: &H, _request: Request) -> Handled {
        Response::empty(404).into()
    }
}
