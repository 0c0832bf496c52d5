//! A mailbox that keeps what is sent: for development, for tests and for a dry run. It calls
//! nobody; the outbox row is the message.

use crate::channel::{Channel, EndpointConfig, Label, Manifest, Outbound, Reject};
use crate::outbound::{Composed, OutboundMessage, ProviderAnswer, SendOutcome};
use tributary_core::time::Timestamp;

pub(crate) const CHANNEL: Channel = Channel {
    manifest: Manifest {
        id: "mailbox",
        label: Label { zh: "本地信箱", en: "Mailbox" },
        summary: Label {
            zh: "只保存、不外发：用于开发、测试和演练。",
            en: "Keeps messages instead of sending them: for development, tests and dry runs.",
        },
        secrets: &[],
        settings: &[],
        sends: &["email", "notice", "push", "sms", "webhook", "wechat"],
        receives: false,
        unsigned: false,
        tests: false,
        signature: "–",
        format: "",
        steps: &[],
        unverified: "",
        source: "Tributary: ARCHITECTURE",
    },
    inbound: None,
    outbound: Some(Outbound { compose, outcome, idempotent: true, vendor_text: false }),
    enrich: None,
};

fn compose(
    _config: &EndpointConfig,
    _message: &OutboundMessage,
    _now: Timestamp,
    _nonce: &[u8; 16],
) -> Result<Composed, Reject> {
    Ok(Composed::Kept)
}

/// Never asked, for nothing is called; whatever it is shown counts as kept.
fn outcome(_answer: &ProviderAnswer, _now: Timestamp) -> SendOutcome {
    SendOutcome::Sent { provider_ref: "mailbox".to_owned() }
}
