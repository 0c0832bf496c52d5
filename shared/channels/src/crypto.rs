//! Message authentication and decryption, over raw bytes. No key is kept, nothing is logged.

use aes::Aes256;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, general_purpose::STANDARD};
use cbc::cipher::block_padding::{NoPadding, Pkcs7};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use cbc::{Decryptor, Encryptor};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// WeChat's keys are 43 characters: 258 bits of which the last two are random, and unpadded. A
/// strict decoder refuses three keys in four.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The block size WeChat pads to, although AES has 16 ("消息加解密说明": PKCS#7 with K = 32).
const WECHAT_PAD: usize = 32;

pub fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    // Invariant: HMAC takes a key of any length, so there is always a MAC.
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        }
        Err(_) => Vec::new(),
    }
}

/// For the vendors that sign so; nothing of ours does.
pub fn hmac_sha1(key: &[u8], message: &[u8]) -> Vec<u8> {
    match Hmac::<Sha1>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        }
        Err(_) => Vec::new(),
    }
}

/// For the vendors that sign so; nothing of ours does.
pub fn md5_hex(message: &[u8]) -> String {
    hex(&Md5::digest(message))
}

pub fn sha256(message: &[u8]) -> [u8; 32] {
    Sha256::digest(message).into()
}

pub fn sha256_hex(message: &[u8]) -> String {
    hex(&Sha256::digest(message))
}

pub fn sha1_hex(message: &[u8]) -> String {
    hex(&Sha1::digest(message))
}

/// Lower case.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0'));
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Equal, in time that depends on the lengths only. An empty value equals nothing: a MAC or
/// secret that is missing must never match another that is missing.
pub fn same(given: &[u8], expected: &[u8]) -> bool {
    !expected.is_empty() && bool::from(given.ct_eq(expected))
}

/// Whether a hex MAC, in either case, is the expected one (lower case).
pub fn same_hex(given: &str, expected: &str) -> bool {
    same(given.to_ascii_lowercase().as_bytes(), expected.as_bytes())
}

pub fn base64_encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Padded or not, with line breaks or without, whatever the last bits hold.
pub fn base64_decode(text: &str) -> Option<Vec<u8>> {
    let compact: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    TOLERANT.decode(compact).ok()
}

/// Decrypts what the WeChat family encrypts: AES-256-CBC with the key's first half as IV, padded
/// to 32, holding `random(16) ‖ length(4, big-endian) ‖ message ‖ app id`. Returns the message
/// and the app id. Source: "消息加解密说明".
pub fn wechat_decrypt(encoding_aes_key: &str, encrypted: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let key = base64_decode(encoding_aes_key)?;
    let iv = key.get(..16)?;
    let mut data = base64_decode(encrypted)?;
    if data.is_empty() || data.len() % 16 != 0 {
        return None;
    }
    let cipher = Decryptor::<Aes256>::new_from_slices(&key, iv).ok()?;
    let padded = cipher.decrypt_padded::<NoPadding>(&mut data).ok()?;
    let pad = usize::from(*padded.last()?);
    if pad == 0 || pad > WECHAT_PAD {
        return None;
    }
    let content = padded.get(..padded.len().checked_sub(pad)?)?;
    let length: [u8; 4] = content.get(16..20)?.try_into().ok()?;
    let end = usize::try_from(u32::from_be_bytes(length)).ok()?.checked_add(20)?;
    Some((content.get(20..end)?.to_vec(), content.get(end..)?.to_vec()))
}

/// Encrypts as the WeChat family does; see [`wechat_decrypt`]. `random` is 16 bytes that differ
/// each time.
pub fn wechat_encrypt(
    encoding_aes_key: &str,
    random: &[u8],
    message: &[u8],
    owner: &[u8],
) -> Option<String> {
    let key = base64_decode(encoding_aes_key)?;
    let iv = key.get(..16)?;
    let length = u32::try_from(message.len()).ok()?.to_be_bytes();
    let mut data = [random, length.as_slice(), message, owner].concat();
    let length = data.len();
    let pad = WECHAT_PAD - length % WECHAT_PAD;
    data.resize(length + pad, u8::try_from(pad).ok()?);
    let whole = data.len();
    let cipher = Encryptor::<Aes256>::new_from_slices(&key, iv).ok()?;
    let sealed = cipher.encrypt_padded::<NoPadding>(&mut data, whole).ok()?;
    Some(base64_encode(sealed))
}

/// AES-256-CBC with the usual padding; `None` when it is not ours.
pub fn aes_cbc_open(key: &[u8; 32], iv: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let mut data = sealed.to_vec();
    let cipher = Decryptor::<Aes256>::new_from_slices(key, iv).ok()?;
    Some(cipher.decrypt_padded::<Pkcs7>(&mut data).ok()?.to_vec())
}

/// AES-256-GCM, the tag at the end; `None` when it is not ours.
pub fn aes_gcm_open(key: &[u8], nonce: &[u8], about: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let nonce: &Nonce<_> = nonce.try_into().ok()?;
    let cipher = Aes256Gcm::new_from_slice(key).ok()?;
    cipher.decrypt(nonce, Payload { msg: sealed, aad: about }).ok()
}

/// SHA-1 over the parts sorted bytewise and joined: the WeChat family's signature.
pub fn wechat_signature(parts: &[&str]) -> String {
    let mut sorted = parts.to_vec();
    sorted.sort_unstable();
    sha1_hex(sorted.concat().as_bytes())
}

#[cfg(test)]
mod tests;
