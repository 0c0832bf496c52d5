//! The envelope of Amazon SNS and its signature. Source: "Verifying the signatures of Amazon SNS
//! messages"; sns-validator 0.3.5.

use super::MAX_BODY_BYTES;
use crate::channel::{EndpointConfig, InboundRequest, Reject, Reply, Verified};
use crate::public_key::{Algorithm, Keys, Proof};
use crate::{crypto, json, signed, values};
use tributary_core::time::Timestamp;

/// In this order, those that are there.
const SIGNED: &[&str] =
    &["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "TopicArn", "Type"];
const SIGNED_OF_SUBSCRIPTION: &[&str] =
    &["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

pub fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let topics = signed::secrets(config, "topic_arn")?;
    let body = json::parse_object(&request.body, MAX_BODY_BYTES)?;
    // Line breaks and blanks at the ends are signed too.
    let field = |name: &str| body.get(name).and_then(|it| it.as_str());
    let needed = |name: &str| field(name).ok_or(Reject::UNAUTHENTICATED);
    let topic = needed("TopicArn")?;
    signed::genuine(topics.iter().any(|it| crypto::same(topic.as_bytes(), it.as_bytes())))?;
    let certificate = needed("SigningCertURL")?;
    signed::genuine(is_amazons(certificate) && certificate.ends_with(".pem"))?;
    let algorithm = match needed("SignatureVersion")? {
        "1" => Algorithm::RsaSha1,
        "2" => Algorithm::RsaSha256,
        _ => return Err(Reject::UNAUTHENTICATED),
    };
    let kind = needed("Type")?;
    let names = if kind == "Notification" { SIGNED } else { SIGNED_OF_SUBSCRIPTION };
    let line = |name: &&str| Some(format!("{name}\n{}\n", field(name)?));
    let message: String = names.iter().filter_map(line).collect();
    let signature = crypto::base64_decode(needed("Signature")?).ok_or(Reject::UNAUTHENTICATED)?;
    let proof = Proof {
        algorithm,
        keys: Keys::CertificateAt(certificate.to_owned()),
        message: message.into_bytes(),
        signature,
    };
    let mut verified = Verified { owed: Some(proof), ..Verified::default() };
    match kind {
        "Notification" => {}
        // Somebody entered our address; the topic is ours, so we agree.
        "SubscriptionConfirmation" => {
            let url = values::text(body.get("SubscribeURL")).filter(|url| is_amazons(url));
            verified.visit = Some(url.ok_or(Reject::UNAUTHENTICATED)?);
            verified.handshake = Some(Reply::empty(200));
        }
        _ => verified.handshake = Some(Reply::empty(200)),
    }
    Ok(verified)
}

/// `https://sns.<region>.amazonaws.com/…` or `.com.cn`: no other address is ever called.
fn is_amazons(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://sns.") else { return false };
    let host = rest.split('/').next().unwrap_or_default();
    let region =
        host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"));
    region.is_some_and(|region| {
        region.len() >= 3 && region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_amazon_is_called() {
        for good in [
            "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem",
            "https://sns.cn-north-1.amazonaws.com.cn/x.pem",
        ] {
            assert!(is_amazons(good), "{good}");
        }
        for bad in [
            "http://sns.us-east-1.amazonaws.com/x.pem",
            "https://sns.us-east-1.amazonaws.com.evil.com/x.pem",
            "https://sns.us-east-1.amazonaws.com@evil.com/x.pem",
            "https://sns.us-east-1.amazonaws.com:8443/x.pem",
            "https://sns.evil.com/amazonaws.com/x.pem",
            "https://sns.a/b.amazonaws.com/x.pem",
            "https://s3.us-east-1.amazonaws.com/x.pem",
            "https://sns..amazonaws.com/x.pem",
            "https://sns.us_east.amazonaws.com/x.pem",
        ] {
            assert!(!is_amazons(bad), "{bad}");
        }
    }
}
