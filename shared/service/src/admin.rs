use crate::{App, Handled, Host, Request, Response};

pub struct Admin;

impl App for Admin {
    const NAME: &'static str = "admin";

    async fn handle<H: Host>(_host: &H, _request: Request) -> Handled {
        Response::empty(404).into()
    }
}
