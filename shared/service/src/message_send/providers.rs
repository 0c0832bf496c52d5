//! Which configured account carries a medium.

use crate::{Host, endpoints};
use tributary_channels::{EndpointConfig, Outbound, Sender, senders};
use tributary_store::DbError;

const MAILBOX: &str = "mailbox";
/// A notice to staff within the console: the outbox itself is where it is read.
const NOTICE: &str = "notice";

/// The accounts that can send, in the order they are preferred.
pub struct Providers {
    accounts: Vec<(&'static Sender, EndpointConfig)>,
    is_development: bool,
}

/// Who carries a message.
#[derive(Clone)]
pub enum Carrier {
    Account {
        outbound: Outbound,
        config: EndpointConfig,
    },
    /// Kept in the outbox, nobody is called: a notice, or a development installation without an
    /// account.
    Mailbox,
}

impl Providers {
    pub async fn load<H: Host>(host: &H) -> Result<Providers, DbError> {
        let mut accounts: Vec<(&'static Sender, EndpointConfig)> = endpoints::load_senders(host)
            .await?
            .into_iter()
            .filter_map(|config| Some((sender(&config.channel)?, config)))
            .collect();
        // A mailbox beside a real account is a leftover, not a preference.
        accounts.sort_by(|(_, one), (_, other)| {
            let rank = |config: &EndpointConfig| {
                (config.channel == MAILBOX, config.id.clone(), config.channel.clone())
            };
            rank(one).cmp(&rank(other))
        });
        Ok(Providers { accounts, is_development: host.is_development() })
    }

    pub fn for_medium(&self, medium: &str) -> Option<Carrier> {
        let found = self.accounts.iter().find(|(channel, _)| channel.sends.contains(&medium));
        match found {
            Some((channel, config)) => {
                Some(Carrier::Account { outbound: channel.outbound()?, config: config.clone() })
            }
            None if self.is_development || medium == NOTICE => Some(Carrier::Mailbox),
            None => None,
        }
    }

    /// Whether this provider (`channel/endpoint`) takes the same message twice without harm.
    pub fn is_idempotent(provider: &str) -> bool {
        let channel = provider.split('/').next().unwrap_or(provider);
        if channel == MAILBOX {
            return true;
        }
        sender(channel).and_then(Sender::outbound).is_some_and(|outbound| outbound.idempotent)
    }
}

fn sender(channel: &str) -> Option<&'static Sender> {
    senders().find(|sender| sender.id == channel)
}

impl Carrier {
    /// `channel/endpoint`, as it is stored with the message.
    pub fn name(&self) -> String {
        match self {
            Carrier::Account { config, .. } => format!("{}/{}", config.channel, config.id),
            Carrier::Mailbox => MAILBOX.to_owned(),
        }
    }
}
