use crate::{App, Handled, Host, Request, Response};

pub struct LeadAssign;

impl App for LeadAssign {
    const NAME: &'static str = "lead-assign";

    async fn handle<H: Host>(_host: &H, _request: Request) -> Handled {
        Response::empty(404).into()
    }
}
