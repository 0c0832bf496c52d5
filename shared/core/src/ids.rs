//! Prefixed identifiers. Most are derived from what they name, so that doing a thing twice
//! yields the same id and a UNIQUE key is all the de-duplication there is.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// Fresh randomness, handed in by the host. The core never makes its own.
pub type Seed = [u8; 16];

/// Crockford base 32, lower case: short, unambiguous when read aloud, safe in a URL.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 26 digits of 5 bits.
const LENGTH: usize = 26;

/// 130 bits of SHA-256 over the parts. Each part is preceded by its length, so that
/// `["ab", "c"]` and `["a", "bc"]` differ.
pub fn digest(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let hash = hasher.finalize();
    let mut out = String::with_capacity(LENGTH);
    let mut buffer = 0u32;
    let mut bits = 0u32;
    for byte in hash.iter() {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            let index = ((buffer >> bits) & 31) as usize;
            out.push(ALPHABET.get(index).copied().unwrap_or(b'0') as char);
            if out.len() == LENGTH {
                return out;
            }
        }
        buffer &= (1 << bits) - 1;
    }
    out
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// The id that these parts, and only these parts, give.
            pub fn derive(parts: &[&str]) -> Self {
                let bytes: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
                Self(format!("{}{}", $prefix, digest(&bytes)))
            }

            /// An id nobody can guess from the parts alone.
            pub fn mint(seed: &Seed, parts: &[&str]) -> Self {
                let mut bytes: Vec<&[u8]> = vec![seed.as_slice()];
                bytes.extend(parts.iter().map(|part| part.as_bytes()));
                Self(format!("{}{}", $prefix, digest(&bytes)))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// One row of the log, derived from channel, endpoint and the provider's delivery id.
    TouchpointId "tpt_";
    /// A profile. Minted once, never changed; after a merge it stays an alias.
    ProfileId "prf_";
    /// One walk of one profile through one journey.
    RunId "run_";
    /// One row of the outbox, derived from run, step and visit.
    MessageId "msg_";
    LeadId "led_";
    OpportunityId "opp_";
    AssignmentId "asg_";
    TaskId "tsk_";
    /// A touchpoint that a consumer could not process.
    DeadLetterId "dlq_";
}
