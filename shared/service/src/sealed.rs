//! What only the recipient of a message may read, while the message waits in the outbox.
//!
//! The outbox, what it was rendered to and every copy of the database hold a seal in its place;
//! message-send breaks it in the very request to the provider.

use crate::Host;
use crate::endpoints::Vault;

const MARK: &str = "sealed~";
/// The place that a sealed value is bound to, beside its message.
const CHANNEL: &str = "outbox";
const NAME: &str = "secret";

/// A seal over a text, for this message alone; `None` without a key.
pub(crate) fn seal<H: Host>(host: &H, message: &str, text: &str) -> Option<String> {
    let sealed = vault(host)?.seal(CHANNEL, message, NAME, text, &host.seed()).ok()?;
    Some(format!("{MARK}{}~", sealed))
}

/// The text with every seal of this message broken.
pub(crate) fn open<H: Host>(host: &H, message: &str, text: &str) -> String {
    if !text.contains(MARK) {
        return text.to_owned();
    }
    let Some(vault) = vault(host) else { return text.to_owned() };
    let mut parts = text.split(MARK);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let opened = part.split_once('~').and_then(|(sealed, rest)| {
            Some((vault.open(CHANNEL, message, NAME, sealed).ok()?, rest))
        });
        match opened {
            Some((opened, rest)) => out.extend([opened.as_str(), rest]),
            None => out.extend([MARK, part]),
        }
    }
    out
}

fn vault<H: Host>(host: &H) -> Option<Vault> {
    host.var("INTERNAL_KEY").map(|key| Vault::derived(&key, "outbox"))
}
