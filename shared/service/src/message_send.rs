use crate::{App, Handled, Host, Request, Response};

pub struct MessageSend;

impl App for MessageSend {
    const NAME: &'static str = "message-send";

    async fn handle<H: Host>(_host: &H, _request: Request) -> Handled {
        Response::empty(404).into()
    }
}
