//! No bytes make a channel panic, in front of its signature or behind it.

use crate::fixtures::{accepted, inbound, run};
use serde_json::Value;
use tributary_channels::{CHANNELS, Verified};

const MUTATIONS_PER_CHANNEL: usize = 4_000;

/// SplitMix64: fixed seed, the same mutations on every machine.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// Cuts, repeats, swaps and overwrites, with what parsers trip over.
pub fn mutate(body: &[u8], random: &mut Random) -> Vec<u8> {
    const TOKENS: &[&[u8]] = &[
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b"\\",
        b"\\u0000",
        b"\\ud800",
        b":",
        b",",
        b"null",
        b"-0",
        b"1e308",
        b"99999999999999999999999",
        b"<",
        b">",
        b"</",
        b"<![CDATA[",
        b"]]>",
        b"&",
        b";",
        b"&#0;",
        b"<!DOCTYPE x>",
        b"<?",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\n",
        "你".as_bytes(),
        b"9223372036854775807",
        b"-9223372036854775808",
        b"0001-01-01T00:00:00Z",
    ];
    let mut out = body.to_vec();
    for _ in 0..=random.below(6) {
        let at = random.below(out.len() + 1);
        let end = (at + random.below(24)).min(out.len());
        match random.below(5) {
            0 => drop(out.drain(at..end)),
            1 => out
                .splice(at..at, TOKENS[random.below(TOKENS.len())].iter().copied())
                .for_each(drop),
            2 => {
                let piece = out[at..end].to_vec();
                let to = random.below(out.len() + 1);
                out.splice(to..to, piece).for_each(drop);
            }
            3 => out.truncate(at),
            _ if at < out.len() => out[at] ^= 1 << random.below(8),
            _ => out.push(random.next() as u8),
        }
    }
    out
}

/// SQLite's JSON functions stop at U+0000.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(object) => {
            object.iter().any(|(key, value)| key.contains('\0') || has_nul(value))
        }
        _ => false,
    }
}

#[test]
fn no_mutation_panics() {
    let fixtures = accepted();
    for channel in CHANNELS.iter().filter(|channel| channel.inbound.is_some()) {
        let own: Vec<_> =
            fixtures.iter().filter(|it| it.channel.manifest.id == channel.manifest.id).collect();
        let mut random = Random(7);
        let inbound = inbound(channel);
        for round in 0..MUTATIONS_PER_CHANNEL {
            let fixture = own[round % own.len()];
            let verified =
                (inbound.verify)(&fixture.config, &fixture.request, fixture.now).unwrap();
            let mut request = fixture.request.clone();
            // Behind the signature, as if the vendor itself had sent it.
            let plaintext = verified.plaintext.map(|text| mutate(&text, &mut random));
            request.body = mutate(&request.body, &mut random);
            let verified = Verified { plaintext, ..Verified::default() };
            if let Ok(parsed) = (inbound.parse)(&fixture.config, &request, &verified, fixture.now) {
                assert!(parsed.reply.status < 300);
                for draft in parsed.drafts {
                    assert!(!has_nul(&serde_json::to_value(&draft).unwrap()), "{draft:?}");
                }
            }
            // And in front of it, the query and headers mutated too.
            request.query =
                String::from_utf8_lossy(&mutate(request.query.as_bytes(), &mut random)).into();
            for (_, value) in &mut request.headers {
                if random.below(4) == 0 {
                    *value = String::from_utf8_lossy(&mutate(value.as_bytes(), &mut random)).into();
                }
            }
            run(channel, &fixture.config, &request, fixture.now);
        }
    }
}
