//! What a channel's `verify` could not do itself: signatures by public key, the call that ends a
//! handshake, and proofs that hold once.

use super::{Refused, unavailable as without_database};
use crate::{Host, Response, problem};
use tributary_channels::public_key::{Keys, subject_public_key};
use tributary_channels::{EndpointConfig, ProviderAnswer, ProviderRequest, Reject, Verified};
use tributary_core::ids::digest;
use tributary_store::{rows, spent_proofs};

/// A vendor's certificate lies at an address that changes with it.
const CERTIFICATE_TTL_S: u64 = 24 * 3_600;

/// Whether the signature holds; true where none is owed.
///
/// # Errors
/// 503 where the vendor's certificate cannot be had: the vendor tries again.
pub async fn holds<H: Host>(host: &H, verified: &Verified) -> Result<bool, Response> {
    let Some(proof) = &verified.owed else { return Ok(true) };
    let keys = match &proof.keys {
        Keys::Given(keys) => keys.clone(),
        Keys::CertificateAt(url) => vec![certificate(host, url).await?],
    };
    Ok(host.is_signed(proof, &keys).await)
}

async fn certificate<H: Host>(host: &H, url: &str) -> Result<Vec<u8>, Response> {
    let cached = format!("certificate:{url}");
    if let Some(key) = host.cache_get(&cached).await.as_deref().and_then(subject_public_key) {
        return Ok(key);
    }
    let answer = get(host, url).await?;
    let text = String::from_utf8_lossy(&answer.body);
    let key = subject_public_key(&text).ok_or_else(unavailable)?;
    host.cache_put(&cached, &text, CERTIFICATE_TTL_S).await;
    Ok(key)
}

/// Makes the call that a handshake ends with.
///
/// # Errors
/// 503 where it was not answered with success: the vendor asks again.
pub async fn settle<H: Host>(host: &H, verified: &Verified) -> Result<(), Response> {
    match &verified.visit {
        Some(url) => get(host, url).await.map(drop),
        None => Ok(()),
    }
}

/// Binds a proof that does not cover the body to the first body it came with. The same body again
/// is another try.
///
/// # Errors
/// `proof_spent` where it came with another; 503 where that cannot be known.
pub async fn spend<H: Host>(
    host: &H,
    config: &EndpointConfig,
    verified: &Verified,
    body: &[u8],
) -> Result<(), Refused> {
    let Some(token) = &verified.once else { return Ok(()) };
    let content = digest(&[body]);
    let statement = spent_proofs::spend(&config.channel, &config.id, token, &content, host.now());
    let first: Vec<spent_proofs::Spent> =
        rows(host.db(), statement).await.map_err(|error| without_database(&error))?;
    match first.first().is_some_and(|first| first.content == content) {
        true => Ok(()),
        false => Err(Reject::new(406, "proof_spent").into()),
    }
}

async fn get<H: Host>(host: &H, url: &str) -> Result<ProviderAnswer, Response> {
    let request = ProviderRequest { method: "GET", url: url.to_owned(), ..Default::default() };
    let answer = host.fetch(request).await.map_err(|_| unavailable())?;
    if (200..300).contains(&answer.status) { Ok(answer) } else { Err(unavailable()) }
}

fn unavailable() -> Response {
    problem(503, "vendor_unavailable", "")
}
