//! Twilio's signature: over the address as it was entered there, and the sorted form fields.

use super::{MAX_BODY_BYTES, fields_of};
use crate::channel::{EndpointConfig, InboundRequest, Reject, Verified};
use crate::{crypto, signed};
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::time::Timestamp;

pub fn verify(
    config: &EndpointConfig,
    request: &InboundRequest,
    _now: Timestamp,
) -> Result<Verified, Reject> {
    signed::posted(request, MAX_BODY_BYTES)?;
    let tokens = signed::secrets(config, "auth_token")?;
    let url = config.setting("public_url").ok_or(Reject::MISCONFIGURED)?;
    let given = signed::header(request, "x-twilio-signature")?;
    let given = crypto::base64_decode(given).ok_or(Reject::UNAUTHENTICATED)?;
    let (base, _) = url.split_once('?').unwrap_or((url, ""));
    let mut address = format!("{base}{}", request.path);
    if !request.query.is_empty() {
        address = format!("{address}?{}", request.query);
    }
    let covered = match request.query_param("bodySHA256") {
        // The body is not in the signed text, but its hash is in the address.
        Some(hash) => {
            let is_body = crypto::same_hex(&hash, &crypto::sha256_hex(&request.body));
            signed::genuine(is_body)?;
            String::new()
        }
        None => sorted_fields(request)?,
    };
    let newer = request.header("x-twilio-webhooks-signature-settings");
    let by_sha256 = newer.is_some_and(|it| it.contains("HMAC_SHA256"));
    let keys = if by_sha256 { signed::secrets(config, "shared_key")? } else { tokens };
    let good = addresses(&address).any(|address| {
        let text = format!("{address}{covered}");
        keys.iter().any(|key| {
            let mac = if by_sha256 { crypto::hmac_sha256 } else { crypto::hmac_sha1 };
            crypto::same(&given, &mac(key.as_bytes(), text.as_bytes()))
        })
    });
    signed::genuine(good)
}

/// Names sorted, each with its distinct values sorted, nothing in between.
fn sorted_fields(request: &InboundRequest) -> Result<String, Reject> {
    if fields_of(request).is_err() || request.body.trim_ascii_start().starts_with(b"{") {
        return Err(Reject::UNAUTHENTICATED);
    }
    let mut fields: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(&request.body) {
        fields.entry(name.into_owned()).or_default().insert(value.into_owned());
    }
    let pair = |(name, values): (&String, &BTreeSet<String>)| -> String {
        values.iter().map(|value| format!("{name}{value}")).collect()
    };
    Ok(fields.iter().map(pair).collect())
}

/// As entered, with the default port and without it: Twilio's own servers differ.
fn addresses(address: &str) -> impl Iterator<Item = String> {
    let (scheme, rest) = address.split_once("://").unwrap_or(("https", address));
    let cut = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(cut);
    let port = if scheme == "http" { ":80" } else { ":443" };
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (format!("{user}@"), host),
        None => (String::new(), authority),
    };
    let bare = host.split(':').next().unwrap_or(host);
    let with = if host.contains(':') { host.to_owned() } else { format!("{host}{port}") };
    [
        address.to_owned(),
        format!("{scheme}://{user}{bare}{path}"),
        format!("{scheme}://{user}{with}{path}"),
    ]
    .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, query: &str, header: &str, secret: &str, sha256: bool, body: &str) -> bool {
        let name = if sha256 { "shared_key" } else { "auth_token" };
        let mut secrets: BTreeMap<_, _> =
            [("auth_token".to_owned(), vec!["unused".to_owned()])].into();
        secrets.insert(name.to_owned(), vec![secret.to_owned()]);
        let config = EndpointConfig {
            secrets,
            settings: [("public_url".to_owned(), url.to_owned())].into(),
            ..EndpointConfig::default()
        };
        let mut headers = vec![("x-twilio-signature".to_owned(), header.to_owned())];
        if sha256 {
            let settings = "key=K1,algorithm=HMAC_SHA256".to_owned();
            headers.push(("x-twilio-webhooks-signature-settings".to_owned(), settings));
        }
        let request = InboundRequest {
            method: "POST".to_owned(),
            query: query.to_owned(),
            headers,
            body: body.as_bytes().to_vec(),
            ..InboundRequest::default()
        };
        verify(&config, &request, Timestamp(0)).is_ok()
    }

    /// Twilio's documented example, and what twilio 6.2.0 and 9.13.0 sign.
    #[test]
    fn published_vectors() {
        let url = "https://mycompany.com/myapp.php";
        let body = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";
        let query = "foo=1&bar=2";
        assert!(check(url, query, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "12345", false, body));
        assert!(check(
            "https://mycompany.com:443/myapp.php",
            query,
            "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
            "12345",
            false,
            body
        ));
        let sha256 = "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=";
        assert!(check(url, query, sha256, "12345", true, body));
        assert!(!check(url, query, sha256, "12345", false, body));
        let hash = "bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
        let json = "{\"property\": \"value\", \"boolean\": true}";
        assert!(check(url, hash, "y77kIzt2vzLz71DgmJGsen2scGs=", "12345", false, json));
        assert!(!check(url, hash, "y77kIzt2vzLz71DgmJGsen2scGs=", "12345", false, "{}"));
        let own = "https://crm.example.com/in/twilio/t1";
        let text = "MessageSid=SM1&From=%2B8613800138000&To=%2B8610000&Body=%E4%BD%A0%E5%A5%BD+%E4%B8%96%E7%95%8C&NumMedia=0";
        assert!(check(own, "", "mclDBCJ6YIxUrjRZqu9C0ms1KYY=", "12345", false, text));
        assert!(check(own, "", "OUmMwffFYx3kma+5GT6iM757tB8=", "12345", false, "A=b&A=a&A=b&B=x"));
    }
}
