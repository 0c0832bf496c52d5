//! Access tokens: one an endpoint, kept sealed until shortly before its end, fetched by whoever holds
//! the account. Other systems of the company that use the vendor's interface for stable tokens get
//! the same one.

use crate::Host;
use crate::endpoints::Vault;
use tributary_channels::EndpointConfig;
use tributary_channels::enrich::{NotNow, Token, TokenSource, Want};
use tributary_core::time::Timestamp;
use tributary_store::enrich::Account;

const NAME: &str = "access_token";

/// The token that is kept, or a new one, which is then kept in `account`. Empty where the channel
/// needs none.
pub(super) async fn get<H: Host>(
    host: &H,
    config: &EndpointConfig,
    source: Option<&TokenSource>,
    account: &mut Account,
    want: Want,
) -> Result<String, NotNow> {
    let Some(source) = source else { return Ok(String::new()) };
    let vault = Vault::from_base64(host.var("ENDPOINT_KEY").as_deref())
        .map_err(|_| not_now("endpoint_key_missing"))?;
    let (channel, id) = (config.channel.as_str(), config.id.as_str());
    if want == Want::Any && host.now() < account.token_until {
        let sealed = account.token.as_deref().unwrap_or_default();
        if let Ok(token) = vault.open(channel, id, NAME, sealed) {
            return Ok(token);
        }
    }
    account.token = None;
    account.token_until = Timestamp(0);
    let request = (source.compose)(config, want).ok_or_else(|| not_now("not_configured"))?;
    account.standing.call(host.now());
    let answer = host.fetch(request).await.map_err(|_| not_now("no_answer"))?;
    let now = host.now();
    match (source.read)(&answer, now) {
        Token::Good { token, good_for_ms } => {
            account.token = vault.seal(channel, id, NAME, &token, &host.seed()).ok();
            account.token_until = now.plus_ms(good_for_ms);
            Ok(token)
        }
        Token::No(not_now) => Err(not_now),
    }
}

fn not_now(reason: &str) -> NotNow {
    NotNow { reason: reason.to_owned(), after_ms: None }
}
