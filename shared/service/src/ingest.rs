use crate::{App, Handled, Host, Request, Response};

pub struct Ingest;

impl App for Ingest {
    const NAME: &'static str = "ingest";

    async fn handle<H: Host>(_host: &H, _request: Request) -> Handled {
        Response::empty(404).into()
    }
}
