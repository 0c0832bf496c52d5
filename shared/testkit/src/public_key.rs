//! Signatures by public key without the edge runtime: the same question, answered by the
//! RustCrypto crates.

use p256::ecdsa::signature::Verifier;
use rsa::pkcs1v15;
use rsa::pkcs8::DecodePublicKey;
use sha1::Sha1;
use sha2::Sha256;
use tributary_channels::public_key::{Algorithm, Proof, p256_signature};

pub fn is_signed(proof: &Proof, keys: &[Vec<u8>]) -> bool {
    keys.iter().any(|key| signed_by(proof, key).unwrap_or(false))
}

fn signed_by(proof: &Proof, key: &[u8]) -> Option<bool> {
    let message = &proof.message;
    Some(match proof.algorithm {
        Algorithm::EcdsaP256Sha256 => {
            let key = p256::ecdsa::VerifyingKey::from_public_key_der(key).ok()?;
            let pair = p256_signature(&proof.signature)?;
            let signature = p256::ecdsa::Signature::from_slice(&pair).ok()?;
            key.verify(message, &signature).is_ok()
        }
        Algorithm::RsaSha1 | Algorithm::RsaSha256 => {
            let key = rsa::PublicKey::from_public_key_der(key).ok()?;
            let signature = pkcs1v15::Signature::try_from(proof.signature.as_slice()).ok()?;
            if proof.algorithm == Algorithm::RsaSha1 {
                pkcs1v15::VerifyingKey::<Sha1>::new(key).verify(message, &signature).is_ok()
            } else {
                pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(message, &signature).is_ok()
            }
        }
    })
}
