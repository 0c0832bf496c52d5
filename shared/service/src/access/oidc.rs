//! Signing in at the company's own OpenID Connect provider: authorization code with PKCE.
//!
//! The ID token comes straight from the provider's token endpoint over TLS, so its signature need
//! not be checked (OpenID Connect Core 1.0, 3.1.3.7, 6); issuer, audience, expiry and nonce are.

use super::links::origin;
use super::secret::{self, ATTEMPT, is_own_path};
use super::session;
use crate::{Host, Request, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use tributary_channels::ProviderRequest;
use tributary_core::outgoing;
use tributary_store::access::sessions::{self, Attempt};
use tributary_store::access::users::{self, User};
use tributary_store::{Db, rows};

const ATTEMPT_MS: i64 = 10 * 60_000;

struct Provider {
    issuer: String,
    client_id: String,
    client_secret: String,
    endpoints: Endpoints,
}

#[derive(Deserialize)]
struct Endpoints {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

/// Who somebody is, beside the ID token.
#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    email: Option<String>,
    email_verified: Option<bool>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    nonce: Option<String>,
    email: Option<String>,
    #[serde(default)]
    email_verified: Option<bool>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What goes wrong here is shown by the sign-in page, which reads `error` and has the words.
pub(super) async fn handle<H: Host>(host: &H, request: &Request, step: &str) -> Response {
    let outcome = match (request.method.as_str(), step) {
        ("GET", "start") => start(host, request).await,
        ("GET", "callback") => callback(host, request).await,
        _ => return crate::problem(404, "not_found", ""),
    };
    outcome.unwrap_or_else(|error| redirect(&format!("/sign-in?error={error}")))
}

fn redirect(to: &str) -> Response {
    Response::empty(302).with_header("location", to).with_header("cache-control", "no-store")
}

async fn start<H: Host>(host: &H, request: &Request) -> Result<Response, &'static str> {
    let provider = discover(host).await?;
    let return_to = request.query_param("return_to").filter(|path| is_own_path(path));
    let fresh = || secret::fresh(host);
    let attempt = Attempt {
        state: fresh(),
        browser: fresh(),
        nonce: fresh(),
        verifier: fresh(),
        return_to: return_to.unwrap_or_else(|| "/".to_owned()),
        expires_at: host.now().plus_ms(ATTEMPT_MS),
    };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", &provider.client_id)
        .append_pair("redirect_uri", &callback_url(host, request)?)
        .append_pair("scope", "openid email profile")
        .append_pair("state", &attempt.state)
        .append_pair("nonce", &attempt.nonce)
        .append_pair("code_challenge", &secret::challenge(&attempt.verifier))
        .append_pair("code_challenge_method", "S256")
        .finish();
    // Only hashes are kept of what the browser and the provider bring back.
    let kept = Attempt {
        state: secret::hash(&attempt.state),
        browser: secret::hash(&attempt.browser),
        ..attempt.clone()
    };
    host.db().run(sessions::put_attempt(&kept, host.now())).await.map_err(|_| "unavailable")?;
    let endpoint = provider.endpoints.authorization_endpoint;
    let joint = if endpoint.contains('?') { '&' } else { '?' };
    let cookie = ATTEMPT.set(host, &attempt.browser, ATTEMPT_MS / 1_000);
    Ok(redirect(&format!("{endpoint}{joint}{query}")).with_header("set-cookie", &cookie))
}

async fn callback<H: Host>(host: &H, request: &Request) -> Result<Response, &'static str> {
    let parameter = |name: &str| request.query_param(name).ok_or("refused_by_provider");
    let (state, code) = (parameter("state")?, parameter("code")?);
    let statement = sessions::take_attempt(&secret::hash(&state));
    let taken: Vec<Attempt> = rows(host.db(), statement).await.map_err(|_| "unavailable")?;
    let attempt = taken.into_iter().next().filter(|attempt| attempt.expires_at > host.now());
    let attempt = attempt.ok_or("attempt_expired")?;
    // The one who comes back is the one who left: a link with somebody else's code signs nobody in.
    let browser = ATTEMPT.of(host, request).unwrap_or_default();
    if !secret::same(&secret::hash(&browser), &attempt.browser) {
        return Err("attempt_expired");
    }
    let provider = discover(host).await?;
    let tokens = redeem(host, request, &provider, &code, &attempt.verifier).await?;
    let mut claims = claims(&tokens.id_token)?;
    check(&claims, &provider, &attempt.nonce, host.now().0 / 1_000)?;
    // Where an access token is issued, a provider may leave the address to the UserInfo endpoint
    // (OpenID Connect Core 1.0, 5.4).
    if claims.email.is_none() {
        look_up(host, &provider, &tokens, &mut claims).await?;
    }
    let email = verified(&claims)?;
    let found: Vec<User> =
        rows(host.db(), users::by_email(&email)).await.map_err(|_| "unavailable")?;
    let user = found.into_iter().find(|user| user.state == "active").ok_or("nobody_known")?;
    let (cookie, _) = session::open(host, &user, "oidc").await.map_err(|_| "unavailable")?;
    Ok(redirect(&attempt.return_to)
        .with_header("set-cookie", &cookie)
        .with_header("set-cookie", &ATTEMPT.set(host, "", 0)))
}

fn callback_url<H: Host>(host: &H, request: &Request) -> Result<String, &'static str> {
    let origin = origin(host, request).ok_or("not_configured")?;
    Ok(format!("{origin}/auth/oidc/callback"))
}

async fn discover<H: Host>(host: &H) -> Result<Provider, &'static str> {
    let var = |name: &str| host.var(name).ok_or("not_configured");
    let issuer = var("OIDC_ISSUER")?;
    let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let body = ask(host, ProviderRequest { method: "GET", url, ..ProviderRequest::default() });
    let endpoints: Endpoints =
        serde_json::from_slice(&body.await?).map_err(|_| "provider_failed")?;
    let callable = |url: &str| outgoing::check(url, host.is_development()).is_ok();
    if endpoints.issuer != issuer
        || !callable(&endpoints.token_endpoint)
        || !callable(&endpoints.authorization_endpoint)
        || !endpoints.userinfo_endpoint.as_deref().is_none_or(callable)
    {
        return Err("provider_failed");
    }
    Ok(Provider {
        issuer,
        client_id: var("OIDC_CLIENT_ID")?,
        client_secret: host.var("OIDC_CLIENT_SECRET").unwrap_or_default(),
        endpoints,
    })
}

async fn ask<H: Host>(host: &H, request: ProviderRequest) -> Result<Vec<u8>, &'static str> {
    let answer = host.fetch(request).await.map_err(|_| "provider_failed")?;
    if answer.status == 200 { Ok(answer.body) } else { Err("provider_failed") }
}

async fn redeem<H: Host>(
    host: &H,
    request: &Request,
    provider: &Provider,
    code: &str,
    verifier: &str,
) -> Result<Tokens, &'static str> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", &callback_url(host, request)?)
        .append_pair("code_verifier", verifier);
    let mut headers =
        vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
    if provider.client_secret.is_empty() {
        form.append_pair("client_id", &provider.client_id);
    } else {
        // RFC 6749, 2.3.1: both are form-encoded first.
        let encode =
            |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
        let pair = format!("{}:{}", encode(&provider.client_id), encode(&provider.client_secret));
        headers.push(("authorization".to_owned(), format!("Basic {}", STANDARD.encode(pair))));
    }
    let call = ProviderRequest {
        method: "POST",
        url: provider.endpoints.token_endpoint.clone(),
        headers,
        body: form.finish().into_bytes(),
    };
    serde_json::from_slice(&ask(host, call).await?).map_err(|_| "provider_failed")
}

fn claims(id_token: &str) -> Result<Claims, &'static str> {
    let claims = id_token.split('.').nth(1).unwrap_or_default();
    let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| "provider_failed")?;
    serde_json::from_slice(&claims).map_err(|_| "provider_failed")
}

async fn look_up<H: Host>(
    host: &H,
    provider: &Provider,
    tokens: &Tokens,
    claims: &mut Claims,
) -> Result<(), &'static str> {
    let (Some(url), Some(token)) = (&provider.endpoints.userinfo_endpoint, &tokens.access_token)
    else {
        return Ok(());
    };
    let headers = vec![("authorization".to_owned(), format!("Bearer {token}"))];
    let call =
        ProviderRequest { method: "GET", url: url.clone(), headers, ..ProviderRequest::default() };
    let found: UserInfo =
        serde_json::from_slice(&ask(host, call).await?).map_err(|_| "provider_failed")?;
    // Somebody else's answer says nothing about this one (5.3.2).
    if found.sub != claims.sub {
        return Err("provider_failed");
    }
    claims.email = found.email;
    claims.email_verified = found.email_verified;
    Ok(())
}

fn check(
    claims: &Claims,
    provider: &Provider,
    nonce: &str,
    now_s: i64,
) -> Result<(), &'static str> {
    let audience = match &claims.aud {
        Audience::One(one) => one == &provider.client_id,
        Audience::Many(many) => many.contains(&provider.client_id),
    };
    if claims.iss != provider.issuer || !audience || claims.exp <= now_s {
        return Err("provider_failed");
    }
    if !secret::same(claims.nonce.as_deref().unwrap_or_default(), nonce) {
        return Err("attempt_expired");
    }
    Ok(())
}

fn verified(claims: &Claims) -> Result<String, &'static str> {
    match (&claims.email, claims.email_verified) {
        // Where the provider says nothing about it, it stands for its own people's addresses.
        (Some(email), Some(true) | None) => Ok(email.trim().to_lowercase()),
        _ => Err("email_not_verified"),
    }
}
