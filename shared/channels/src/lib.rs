//! Channels: bytes in, touchpoints out; a message in, a provider request out. No I/O: `verify`,
//! `parse` and `compose` are functions of their arguments.
//!
//! Adding one is a file here, a line in the list below and recorded requests in
//! `tests/fixtures/channels/<channel>/`.

mod channel;
pub mod collector;
mod crypto;
mod identifiers;
mod json;
mod outbound;
mod retry;
mod values;
mod xml;

pub use channel::*;
pub use outbound::*;

/// Each line is one channel: the file `<name>.rs` with a `pub(crate) const CHANNEL: Channel`.
macro_rules! channels {
    ($($name:ident)*) => {
        $(mod $name;)*
        /// Every channel, sorted by name.
        pub const CHANNELS: &[&Channel] = &[$(&$name::CHANNEL,)*];
    };
}

channels! {
    aliyun_sms
    mailbox
    resend
    shopify
    standard_webhooks
    web
    wechat_official
}

/// The channel of that id (`wechat-official`).
pub fn find(id: &str) -> Option<&'static Channel> {
    CHANNELS.iter().copied().find(|channel| channel.manifest.id == id)
}
