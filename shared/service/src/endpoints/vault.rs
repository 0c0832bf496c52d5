//! Secrets at rest: AES-256-GCM, bound to the endpoint and the name they belong to, so that a
//! sealed value moved to another row does not open.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use tributary_core::ids::Seed;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultError {
    /// The variable `ENDPOINT_KEY` is absent or is not 32 bytes of base64.
    NoKey,
    /// The value was not sealed with this key for this place.
    Damaged,
}

pub struct Vault {
    key: [u8; 32],
}

const NONCE_BYTES: usize = 12;

impl Vault {
    /// From the variable `ENDPOINT_KEY`: 32 bytes in base64.
    pub fn from_base64(key: Option<&str>) -> Result<Vault, VaultError> {
        let decoded = STANDARD.decode(key.unwrap_or_default().trim());
        let key = decoded.ok().and_then(|bytes| bytes.try_into().ok()).ok_or(VaultError::NoKey)?;
        Ok(Vault { key })
    }

    /// From a secret of the installation; the label keeps it apart from what else the secret is for.
    pub fn derived(secret: &str, label: &str) -> Vault {
        let mut key = [0; 32];
        if let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(secret.as_bytes()) {
            mac.update(b"vault:");
            mac.update(label.as_bytes());
            key.copy_from_slice(&mac.finalize().into_bytes());
        }
        Vault { key }
    }

    pub fn seal(
        &self,
        channel: &str,
        id: &str,
        name: &str,
        value: &str,
        seed: &Seed,
    ) -> Result<String, VaultError> {
        let nonce: [u8; NONCE_BYTES] = seed
            .get(..NONCE_BYTES)
            .and_then(|part| part.try_into().ok())
            .ok_or(VaultError::NoKey)?;
        let place = place(channel, id, name);
        let payload = Payload { msg: value.as_bytes(), aad: place.as_bytes() };
        let sealed =
            self.cipher().encrypt(&Nonce::from(nonce), payload).map_err(|_| VaultError::Damaged)?;
        Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    pub fn open(
        &self,
        channel: &str,
        id: &str,
        name: &str,
        sealed: &str,
    ) -> Result<String, VaultError> {
        let bytes = STANDARD.decode(sealed).map_err(|_| VaultError::Damaged)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES).ok_or(VaultError::Damaged)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| VaultError::Damaged)?;
        let place = place(channel, id, name);
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        let clear =
            self.cipher().decrypt(&Nonce::from(nonce), payload).map_err(|_| VaultError::Damaged)?;
        String::from_utf8(clear).map_err(|_| VaultError::Damaged)
    }

    /// By what a routed secret is found: equal secrets give equal marks, and a mark tells nothing.
    pub fn mark(&self, secret: &str) -> String {
        let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&self.key) else {
            return String::new();
        };
        mac.update(b"lookup:");
        mac.update(secret.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&Key::<Aes256Gcm>::from(self.key))
    }
}

/// No part may hold the separator, see `admin`'s rules for ids.
fn place(channel: &str, id: &str, name: &str) -> String {
    format!("{channel}/{id}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::from_base64(Some(&STANDARD.encode([7; 32]))).unwrap()
    }

    #[test]
    fn a_sealed_secret_opens_only_in_its_place() {
        let sealed = vault().seal("shopify", "s1", "webhook_secret", "hush", &[1; 16]).unwrap();
        let open = |channel, id, name| vault().open(channel, id, name, &sealed);
        assert_eq!(open("shopify", "s1", "webhook_secret"), Ok("hush".to_owned()));
        assert_eq!(open("shopify", "s2", "webhook_secret"), Err(VaultError::Damaged));
        assert_eq!(open("web", "s1", "webhook_secret"), Err(VaultError::Damaged));
        assert!(!sealed.contains("hush"));
        let other = Vault::from_base64(Some(&STANDARD.encode([8; 32]))).unwrap();
        assert_eq!(
            other.open("shopify", "s1", "webhook_secret", &sealed),
            Err(VaultError::Damaged)
        );
    }

    #[test]
    fn a_damaged_or_short_value_is_an_error_and_not_a_panic() {
        let sealed = vault().seal("a", "b", "c", "secret", &[1; 16]).unwrap();
        for end in 0..sealed.len() {
            let cut = sealed.get(..end).unwrap();
            assert_eq!(vault().open("a", "b", "c", cut), Err(VaultError::Damaged), "{end}");
        }
        assert_eq!(Vault::from_base64(None).err(), Some(VaultError::NoKey));
        assert_eq!(Vault::from_base64(Some("c2hvcnQ=")).err(), Some(VaultError::NoKey));
    }
}
