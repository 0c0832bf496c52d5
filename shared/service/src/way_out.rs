//! The link by which a person leaves, or chooses what to receive: `/u/{token}` below the
//! installation's own address. The token names a message and proves that it is ours; whom the message
//! went to is in its row, so that the link tells nothing to those who merely see it.

use crate::Host;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use tributary_core::ids::{MessageId, digest};

/// Below the installation's address.
const PATH: &str = "u";
/// Signs links. Without one, the functions' own key does.
const KEY: &str = "LINK_KEY";
/// After a change of the key, links in mails that were sent before still hold by this one.
const KEY_BEFORE: &str = "LINK_KEY_BEFORE";
/// Where a development installation is reached unless it is told.
const OWN_MACHINE: &str = "http://127.0.0.1:8787";

/// Where people reach this installation, without a slash at the end. What a request says of it is
/// not asked: anybody may write that.
pub fn public_url<H: Host>(host: &H) -> Option<String> {
    let told = host.var("PUBLIC_URL").filter(|url| tributary_core::doors::is_web_address(url));
    let own = || host.is_development().then(|| OWN_MACHINE.to_owned());
    Some(told.or_else(own)?.trim_end_matches('/').to_owned())
}

/// What makes links, read once for many messages.
pub struct Links {
    base: String,
    key: String,
}

impl Links {
    /// `None`: the installation's address or key is not configured.
    pub fn new<H: Host>(host: &H) -> Option<Links> {
        let key = keys(host).into_iter().next()?;
        Some(Links { base: format!("{}/{PATH}/", public_url(host)?), key })
    }

    pub fn of(&self, message: &MessageId) -> Option<String> {
        let bare = message.as_str().strip_prefix(MessageId::PREFIX)?;
        Some(format!("{}{bare}-{}", self.base, mark(&self.key, bare)?))
    }
}

/// The message that a token names; `None`: it is not one of ours.
pub fn read<H: Host>(host: &H, token: &str) -> Option<MessageId> {
    let (bare, given) = token.split_once('-')?;
    let genuine = |key: &String| {
        mark(key, bare).is_some_and(|it| tributary_channels::same(it.as_bytes(), given.as_bytes()))
    };
    let id = || MessageId(format!("{}{bare}", MessageId::PREFIX));
    keys(host).iter().any(genuine).then(id)
}

/// The newest first.
fn keys<H: Host>(host: &H) -> Vec<String> {
    let current = host.var(KEY);
    // Links from before there was a key of their own.
    let names = [KEY_BEFORE, "INTERNAL_KEY"];
    current.into_iter().chain(names.iter().filter_map(|name| host.var(name))).collect()
}

/// Letters and digits only: it travels in addresses.
fn mark(key: &str, bare: &str) -> Option<String> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(format!("way-out/{bare}").as_bytes());
    Some(digest(&[mac.finalize().into_bytes().as_slice()]))
}
