//! No bytes make a channel panic, in front of its signature or behind it, and no altered proof opens
//! one. `cargo xtask fuzz` runs the same for longer.

use super::try_with;
use crate::fixtures::{Fixture, Outcome, accepted, inbound, run};
use serde_json::Value;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tributary_channels::{CHANNELS, Channel, Verified};

/// So many of each channel, unless the variable says otherwise.
fn amount(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Each channel that receives with its recorded requests, on as many threads as there are cores.
fn for_each_channel(work: impl Fn(&'static Channel, &[Fixture]) + Sync) {
    let waiting = Mutex::new(CHANNELS.iter().copied().filter(|channel| channel.inbound.is_some()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().expect("no thread panicked").next();
                    let Some(channel) = next else { return };
                    let mut own = accepted();
                    own.retain(|it| it.channel.manifest.id == channel.manifest.id);
                    work(channel, &own);
                }
            });
        }
    });
}

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

/// What it gives and how long it takes: what seems slow is tried again, since the machine may only
/// have been busy with something else.
#[allow(clippy::disallowed_methods, reason = "reported, never asserted")]
fn timed<T>(work: impl Fn() -> T) -> (T, Duration) {
    let once = || {
        let began = Instant::now();
        (work(), began.elapsed())
    };
    let (result, took) = once();
    let again = if took > Duration::from_millis(1) { 5 } else { 0 };
    (result, (0..again).map(|_| once().1).fold(took, Duration::min))
}

#[test]
fn no_mutation_panics() {
    let rounds = amount("FUZZ_BODIES", 20_000);
    for_each_channel(|channel, own| {
        let mut random = Random(7);
        let inbound = inbound(channel);
        let mut slowest = Duration::ZERO;
        let verified: Vec<Verified> = own
            .iter()
            .map(|it| (inbound.verify)(&it.config, &it.request, it.now).expect("recorded"))
            .collect();
        for round in 0..rounds {
            let at = round % own.len();
            let (fixture, verified) = (&own[at], &verified[at]);
            let mut request = fixture.request.clone();
            // Behind the signature, as if the vendor itself had sent it.
            let plaintext = verified.plaintext.as_ref().map(|text| mutate(text, &mut random));
            request.body = mutate(&request.body, &mut random);
            let verified = Verified { plaintext, ..Verified::default() };
            let parse = || (inbound.parse)(&fixture.config, &request, &verified, fixture.now);
            let (parsed, took) = timed(parse);
            slowest = slowest.max(took);
            if let Ok(parsed) = parsed {
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
            let (_, took) = timed(|| run(channel, &fixture.config, &request, fixture.now));
            slowest = slowest.max(took);
        }
        println!("{:>22} {rounds} bodies, slowest {slowest:.1?}", channel.manifest.id);
    });
}

/// Another text of the same alphabet and about the same length, that does not mean the same.
fn forge(proof: &str, random: &mut Random) -> String {
    let turn = |byte: u8, by: usize| match byte {
        // Hexadecimal digits are the same in both cases, so only letters turn into letters.
        b'0'..=b'9' => b'0' + (byte - b'0' + 1 + (by % 9) as u8) % 10,
        b'a'..=b'f' => b'a' + (byte - b'a' + 1 + (by % 5) as u8) % 6,
        b'A'..=b'F' => b'A' + (byte - b'A' + 1 + (by % 5) as u8) % 6,
        b'g'..=b'z' => b'g' + (byte - b'g' + 1 + (by % 19) as u8) % 20,
        b'G'..=b'Z' => b'G' + (byte - b'G' + 1 + (by % 19) as u8) % 20,
        b'+' => b'/',
        b'/' => b'+',
        other => other,
    };
    let mut bytes = proof.as_bytes().to_vec();
    // The last digits of base64 may mean nothing, and what stands before is a name or a time.
    let end = bytes.len().saturating_sub(6).max(1);
    match random.below(4) {
        0 => bytes.truncate(random.below(end).max(1)),
        1 => bytes.iter_mut().for_each(|byte| *byte = turn(*byte, random.below(1_000))),
        _ => {
            for _ in 0..=random.below(3) {
                let at = random.below(end);
                bytes[at] = turn(bytes[at], random.below(1_000));
            }
        }
    }
    // Two turns of one digit may bring it back.
    if bytes == proof.as_bytes() {
        bytes[0] = turn(bytes[0], 0);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn no_altered_proof_opens() {
    let rounds = amount("FUZZ_SIGNATURES", 500);
    for_each_channel(|channel, own| {
        if channel.manifest.unsigned {
            return;
        }
        let (mut random, mut tried) = (Random(11), 0);
        for round in 0..rounds {
            let fixture = &own[round % own.len()];
            let (part, name) = &fixture.auth[round / own.len() % fixture.auth.len()];
            let outcome = try_with(fixture, |request| {
                let mut forged = |text: &str| {
                    let words = text.split(' ').map(|word| match word.split_once([',', '=']) {
                        Some((kind, proof)) if kind.len() < 8 && !proof.is_empty() => {
                            format!("{}{}", &word[..=kind.len()], forge(proof, &mut random))
                        }
                        _ if matches!(word, "Basic" | "Bearer") => word.to_owned(),
                        _ => forge(word, &mut random),
                    });
                    words.collect::<Vec<_>>().join(" ")
                };
                match part.as_str() {
                    "header" => {
                        let found = request.headers.iter_mut().find(|(key, _)| key == name);
                        let (_, value) = found.expect("the proof is there");
                        *value = forged(value);
                    }
                    "query" => {
                        request.query =
                            super::edit_query(&request.query, name, |it| Some(forged(it)));
                    }
                    _ => request.body = super::replace(&request.body, name, &forged(name)),
                }
            });
            tried += 1;
            let refused = matches!(outcome, Outcome::Rejected(_));
            assert!(refused, "{}: a forged {part}:{name} was taken", fixture.name());
        }
        println!("{:>22} {tried} forged proofs, 0 taken", channel.manifest.id);
    });
}
