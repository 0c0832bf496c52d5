//! Channels: bytes in, touchpoints out; a message in, a provider request out. No I/O: `verify`,
//! `parse` and `compose` are functions of their arguments.
//!
//! Adding one is a file here, a line in the list below and recorded requests in
//! `tests/fixtures/channels/<channel>/`.

mod channel;
pub mod collector;
mod crypto;
pub mod enrich;
mod fields;
mod form;
mod identifiers;
mod json;
mod machines;
mod mail_events;
pub mod mapping;
mod outbound;
mod people;
pub mod public_key;
mod retry;
mod shop;
mod signed;
mod sms_receipts;
mod tencent_api;
mod values;
mod wechat;
mod xml;

pub use channel::*;
pub use crypto::same;
pub use form::form_pairs;
pub use machines::reason as machine;
pub use outbound::*;
pub use webhook::version as mapping_version;

use enrich::{Enrich, Question};
use tributary_core::touchpoint::Touchpoint;

/// Each line is one channel: the file `<name>.rs` with a `pub(crate) const CHANNEL: Channel`.
macro_rules! channels {
    ($($name:ident)*) => {
        $(mod $name;)*
        /// Every channel, sorted by name.
        pub const CHANNELS: &[&Channel] = &[$(&$name::CHANNEL,)*];

        /// What each channel is. Copies: a reference into a channel would bring its code along.
        pub const MANIFESTS: &[Manifest] = &[$($name::CHANNEL.manifest,)*];

        const RECEIVING: &[Receiver] = &[$(Receiver {
            id: $name::CHANNEL.manifest.id,
            inbound: $name::CHANNEL.inbound,
            asks: match $name::CHANNEL.enrich {
                Some(enrich) => Some((enrich.names, enrich.question)),
                None => None,
            },
        },)*];

        const ENRICHING: &[Enricher] = &[$(Enricher {
            id: $name::CHANNEL.manifest.id,
            enrich: $name::CHANNEL.enrich,
        },)*];

        const SENDING: &[Sender] = &[$(Sender {
            id: $name::CHANNEL.manifest.id,
            sends: $name::CHANNEL.manifest.sends,
            outbound: $name::CHANNEL.outbound,
        },)*];
    };
}

channels! {
    aliyun_sms
    aliyun_sms_receipts
    cloudevents
    dingtalk
    dingtalk_robot
    doudian
    douyin
    feishu
    google_ads
    intercom
    jiandaoyun
    line
    mailbox
    mailgun
    meta
    postmark
    resend
    sendgrid
    ses
    shopify
    slack
    standard_webhooks
    stripe
    telegram
    tencent_sms_receipts
    tiktok
    twilio
    web
    webhook
    wechat_official
    wechat_pay
    wecom
    weibo
    woocommerce
    youzan
    zendesk
}

/// The sending half of a channel. A function that only sends names this and not [`CHANNELS`], so
/// that it does not carry every parser.
#[derive(Clone, Copy)]
pub struct Sender {
    pub id: &'static str,
    /// See [`Manifest::sends`].
    pub sends: &'static [&'static str],
    outbound: Option<Outbound>,
}

impl Sender {
    pub fn outbound(&self) -> Option<Outbound> {
        self.outbound
    }
}

/// The receiving half of a channel. A function that only receives names this and not [`CHANNELS`], so
/// that it does not carry every label and every sender.
#[derive(Clone, Copy)]
pub struct Receiver {
    pub id: &'static str,
    pub inbound: Option<Inbound>,
    /// [`Enrich::names`] and [`Enrich::question`]: whether there is something to ask, without how.
    asks: Option<(&'static [&'static str], Asks)>,
}

type Asks = fn(&EndpointConfig, &Touchpoint) -> Option<Question>;

impl Receiver {
    /// This touchpoint leaves something open that the vendor can be asked for.
    pub fn asks(&self, config: &EndpointConfig, touchpoint: &Touchpoint) -> bool {
        self.asks.is_some_and(|(names, question)| {
            enrich::may(names, touchpoint) && question(config, touchpoint).is_some()
        })
    }
}

/// The asking half of a channel. Only the function that asks names this.
#[derive(Clone, Copy)]
pub struct Enricher {
    pub id: &'static str,
    enrich: Option<Enrich>,
}

impl Enricher {
    pub fn enrich(&self) -> Option<Enrich> {
        self.enrich
    }
}

/// The channel of that id, to receive by.
pub fn receiver(id: &str) -> Option<&'static Receiver> {
    RECEIVING.iter().find(|receiver| receiver.id == id)
}

/// The manifest of the channel of that id.
pub fn manifest(id: &str) -> Option<&'static Manifest> {
    MANIFESTS.iter().find(|manifest| manifest.id == id)
}

/// The channels that can send, sorted by name.
pub fn senders() -> impl Iterator<Item = &'static Sender> {
    SENDING.iter().filter(|sender| sender.outbound.is_some())
}

/// The channels that ask their vendor, sorted by name.
pub fn enrichers() -> impl Iterator<Item = &'static Enricher> {
    ENRICHING.iter().filter(|enricher| enricher.enrich.is_some())
}

/// The channel of that id (`wechat-official`).
pub fn find(id: &str) -> Option<&'static Channel> {
    CHANNELS.iter().copied().find(|channel| channel.manifest.id == id)
}
