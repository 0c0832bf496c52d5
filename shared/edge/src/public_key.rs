//! Signatures by public key, checked by the runtime's own cryptography.

use tributary_channels::public_key::{Algorithm, Proof, p256_signature};
use wasm_bindgen::prelude::*;
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Array, Object, Promise, Reflect, Uint8Array};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey, catch)]
    fn import_key(
        format: &str,
        key: &Uint8Array,
        algorithm: &Object,
        extractable: bool,
        usages: &Array,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = verify, catch)]
    fn verify(
        algorithm: &Object,
        key: &JsValue,
        signature: &Uint8Array,
        message: &Uint8Array,
    ) -> Result<Promise, JsValue>;
}

/// What cannot be read as a key or signature has signed nothing.
pub async fn is_signed(proof: &Proof, keys: &[Vec<u8>]) -> bool {
    for key in keys {
        if signed_by(proof, key).await.unwrap_or(false) {
            return true;
        }
    }
    false
}

async fn signed_by(proof: &Proof, key: &[u8]) -> Result<bool, JsValue> {
    let (name, hash) = match proof.algorithm {
        Algorithm::EcdsaP256Sha256 => ("ECDSA", "SHA-256"),
        Algorithm::RsaSha1 => ("RSASSA-PKCS1-v1_5", "SHA-1"),
        Algorithm::RsaSha256 => ("RSASSA-PKCS1-v1_5", "SHA-256"),
    };
    let algorithm = Object::new();
    for (field, value) in [("name", name), ("hash", hash), ("namedCurve", "P-256")] {
        Reflect::set(&algorithm, &JsValue::from_str(field), &JsValue::from_str(value))?;
    }
    let signature = match proof.algorithm {
        Algorithm::EcdsaP256Sha256 => match p256_signature(&proof.signature) {
            Some(pair) => Uint8Array::from(pair.as_slice()),
            None => return Ok(false),
        },
        _ => Uint8Array::from(proof.signature.as_slice()),
    };
    let usages = Array::of1(&JsValue::from_str("verify"));
    let key = import_key("spki", &Uint8Array::from(key), &algorithm, false, &usages)?;
    let key: JsValue = JsFuture::from(key).await?;
    let message = Uint8Array::from(proof.message.as_slice());
    let good: JsValue = JsFuture::from(verify(&algorithm, &key, &signature, &message)?).await?;
    Ok(good.as_bool() == Some(true))
}
