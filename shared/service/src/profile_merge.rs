use crate::{App, Handled, Host, Request, Response};

pub struct ProfileMerge;

impl App for ProfileMerge {
    const NAME: &'static str = "profile-merge";

    async fn handle<H: Host>(_host: &H, _request: Request) -> Handled {
        Response::empty(404).into()
    }
}
