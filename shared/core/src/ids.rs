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

/// How many digits of a touchpoint's id tell the time of its delivery, where that has one.
const TIME_LENGTH: usize = 9;
/// 2015 to 2100: other numbers of thirteen digits are hardly ever in between, telephone numbers
/// with a country code never are.
const PLAUSIBLE_MS: std::ops::Range<u64> = 1_420_070_400_000..4_102_444_800_000;

/// The time in milliseconds that many senders write into their delivery ids
/// (`ajs-next-1767225600000-…`).
fn time_in(delivery_id: &str) -> Option<u64> {
    delivery_id
        .split(|c: char| !c.is_ascii_digit())
        .filter(|run| run.len() == 13)
        .filter_map(|run| run.parse().ok())
        .find(|ms| PLAUSIBLE_MS.contains(ms))
}

fn time_digits(ms: u64) -> String {
    let digit = |place: usize| (ms >> (5 * place)) as usize & 31;
    let digits = (0..TIME_LENGTH).rev().map(digit);
    digits.map(|index| ALPHABET.get(index).copied().unwrap_or(b'0') as char).collect()
}

impl TouchpointId {
    /// The same delivery gives the same id. Where the sender's own id tells a time, ours begins
    /// with it: rows that arrive together then lie together in the index, and a full page of the
    /// log touches few of the database's pages instead of one for each row.
    pub fn of_delivery(channel: &str, endpoint: &str, delivery_id: &str) -> TouchpointId {
        let id = TouchpointId::derive(&[channel, endpoint, delivery_id]);
        let Some(ms) = time_in(delivery_id) else { return id };
        let rest = id.0.get(TouchpointId::PREFIX.len() + TIME_LENGTH..).unwrap_or_default();
        TouchpointId(format!("{}{}{rest}", TouchpointId::PREFIX, time_digits(ms)))
    }
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
    /// A request that did not fit.
    QuarantineId "qua_";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(delivery: &str) -> TouchpointId {
        TouchpointId::of_delivery("web", "shop", delivery)
    }

    #[test]
    fn the_same_delivery_is_the_same_touchpoint() {
        for delivery in
            ["ajs-next-1767225600000-a", "msg_2KWP", "", "8613800138000", "1767225600000"]
        {
            assert_eq!(of(delivery), of(delivery));
            assert_eq!(of(delivery).0.len(), TouchpointId::PREFIX.len() + LENGTH, "{delivery}");
            assert_ne!(of(delivery), TouchpointId::of_delivery("web", "other", delivery));
            assert_ne!(of(delivery), TouchpointId::of_delivery("shopify", "shop", delivery));
        }
        assert_ne!(of("ajs-next-1767225600000-a"), of("ajs-next-1767225600000-b"));
    }

    #[test]
    fn ids_follow_the_time_that_the_sender_wrote_into_his() {
        let times = [1_420_070_400_000u64, 1_767_225_600_000, 1_767_225_600_001, 1_767_225_601_000];
        let ids: Vec<TouchpointId> = times.iter().map(|ms| of(&format!("x-{ms}-y"))).collect();
        assert!(ids.is_sorted(), "{ids:?}");
    }

    #[test]
    fn a_telephone_number_is_no_time() {
        for delivery in ["8613800138000", "sale-13800138000", "17672256000001", "0000000000000"] {
            assert_eq!(time_in(delivery), None, "{delivery}");
        }
        assert_eq!(time_in("a8613800138000b1767225600000"), Some(1_767_225_600_000));
    }
}
