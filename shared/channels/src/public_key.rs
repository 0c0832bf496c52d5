//! Signatures by public key. The platform checks them: its cryptography is native, ours would
//! weigh as much as three channels.

use crate::crypto;

/// What the platform has to check before a request is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub algorithm: Algorithm,
    pub keys: Keys,
    pub message: Vec<u8>,
    /// As the vendor sends it, decoded: DER for ECDSA.
    pub signature: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    EcdsaP256Sha256,
    RsaSha1,
    RsaSha256,
}

/// Whose signature it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Subject public keys (DER); any of them.
    Given(Vec<Vec<u8>>),
    /// The key of the certificate (PEM) at this address of the vendor's.
    CertificateAt(String),
}

impl Keys {
    /// From what people paste: base64 or PEM, of a public key or of a certificate. What is
    /// neither is left out, and no key accepts nothing.
    pub fn given(pasted: &[&str]) -> Keys {
        Keys::Given(pasted.iter().filter_map(|text| subject_public_key(text)).collect())
    }
}

/// The subject public key (DER) in a pasted key or certificate.
pub fn subject_public_key(pasted: &str) -> Option<Vec<u8>> {
    // What stands between the two lines of dashes, also where a form left them on one line.
    let text = pasted.split("-----").nth(2).unwrap_or(pasted);
    let der = crypto::base64_decode(text)?;
    of_certificate(&der).or_else(|| is_public_key(&der).then_some(der))
}

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const INTEGER: u8 = 0x02;
/// `[0] EXPLICIT Version` of a certificate; version 1 has none.
const VERSION: u8 = 0xa0;

/// One element of DER: its tag, its content, the whole of it, and what follows. Source: X.690 §8.1.
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    whole: &'a [u8],
    rest: &'a [u8],
}

fn read(der: &[u8]) -> Option<Element<'_>> {
    let (&tag, after) = der.split_first()?;
    let (&first, after) = after.split_first()?;
    let (length, after) = match first {
        0..=0x7f => (usize::from(first), after),
        0x81..=0x83 => {
            let (bytes, after) = after.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), after)
        }
        _ => return None,
    };
    let (content, rest) = after.split_at_checked(length)?;
    let whole = der.get(..der.len() - rest.len())?;
    Some(Element { tag, content, whole, rest })
}

fn expect<'a>(der: &'a [u8], tag: u8) -> Option<Element<'a>> {
    read(der).filter(|element| element.tag == tag)
}

/// `SEQUENCE { AlgorithmIdentifier, BIT STRING }`.
fn is_public_key(der: &[u8]) -> bool {
    let key = expect(der, SEQUENCE).filter(|outer| outer.rest.is_empty());
    let inner = key.and_then(|outer| expect(outer.content, SEQUENCE));
    inner.and_then(|algorithm| expect(algorithm.rest, BIT_STRING)).is_some()
}

/// RFC 5280, §4.1: serial number, signature algorithm, issuer, validity and subject come before it.
fn of_certificate(der: &[u8]) -> Option<Vec<u8>> {
    let certificate = expect(der, SEQUENCE)?;
    let body = expect(certificate.content, SEQUENCE)?.content;
    let body = match read(body)? {
        version if version.tag == VERSION => version.rest,
        _ => body,
    };
    let mut rest = expect(body, INTEGER)?.rest;
    for _ in ["signature", "issuer", "validity", "subject"] {
        rest = expect(rest, SEQUENCE)?.rest;
    }
    let key = expect(rest, SEQUENCE)?.whole;
    is_public_key(key).then(|| key.to_vec())
}

/// An ECDSA signature on P-256 as its two numbers of 32 bytes each, which is what the platform
/// takes, from `SEQUENCE { INTEGER, INTEGER }`.
pub fn p256_signature(der: &[u8]) -> Option<[u8; 64]> {
    let outer = expect(der, SEQUENCE).filter(|outer| outer.rest.is_empty())?;
    let r = expect(outer.content, INTEGER)?;
    let s = expect(r.rest, INTEGER).filter(|s| s.rest.is_empty())?;
    let mut pair = [0; 64];
    let (left, right) = pair.split_at_mut(32);
    for (number, half) in [(r.content, left), (s.content, right)] {
        let digits = match number.split_first()? {
            (0, digits) if !digits.is_empty() => digits,
            _ => number,
        };
        half.get_mut(32usize.checked_sub(digits.len())?..)?.copy_from_slice(digits);
    }
    Some(pair)
}

#[cfg(test)]
mod tests;
