//! What WeChat's and WeCom's APIs have in common: `errcode`, and access tokens.
//!
//! Source: "全局返回码" of both.

use crate::enrich::{Answered, NotNow, Token};
use crate::outbound::ProviderAnswer;
use crate::{json, retry};
use serde_json::{Map, Value};
use tributary_core::time::{SECOND_MS, Timestamp};

const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// A token is left alone this long before its end: WeChat takes the older one for five minutes.
const TOKEN_MARGIN_MS: i64 = 300 * SECOND_MS;

/// The token is wrong, or has run out before its time.
const TOKEN_CODES: &[i64] = &[40_001, 40_014, 42_001];

/// Busy, over a limit, or closed to this account: the same question may do later, or once somebody
/// has mended the secret, the list of allowed addresses or the permissions.
const NOT_NOW_CODES: &[i64] = &[
    -1, 40_013, 40_125, 40_164, 45_009, 45_011, 45_033, 48_001, 48_002, 50_002, 60_011, 60_020,
    61_024, 89_503,
];

/// The answer where it is a success.
///
/// # Errors
/// What the failure means for the question.
pub fn success(answer: &ProviderAnswer, now: Timestamp) -> Result<Map<String, Value>, Answered> {
    let not_now = |reason: String| {
        Answered::NotNow(NotNow { reason, after_ms: retry::retry_after_ms(answer, now) })
    };
    if answer.status != 200 {
        return Err(not_now(format!("http_{}", answer.status)));
    }
    let Ok(body) = json::parse_object(&answer.body, MAX_ANSWER_BYTES) else {
        return Err(not_now("unreadable_answer".to_owned()));
    };
    match body.get("errcode").and_then(Value::as_i64).unwrap_or(0) {
        0 => Ok(body),
        code if TOKEN_CODES.contains(&code) => Err(Answered::TokenRefused),
        code if NOT_NOW_CODES.contains(&code) => Err(not_now(format!("errcode_{code}"))),
        code => Err(Answered::Refused { reason: format!("errcode_{code}") }),
    }
}

/// `{"access_token", "expires_in"}`.
pub fn token(answer: &ProviderAnswer, now: Timestamp) -> Token {
    let no = |reason: &str| Token::No(NotNow { reason: reason.to_owned(), after_ms: None });
    match success(answer, now) {
        Ok(body) => {
            let token = body.get("access_token").and_then(Value::as_str).unwrap_or_default();
            let seconds = body.get("expires_in").and_then(Value::as_i64).unwrap_or_default();
            let good_for_ms = seconds.saturating_mul(SECOND_MS).saturating_sub(TOKEN_MARGIN_MS);
            match token.is_empty() {
                true => no("no_access_token"),
                false => Token::Good { token: token.to_owned(), good_for_ms: good_for_ms.max(0) },
            }
        }
        Err(Answered::NotNow(not_now)) => Token::No(not_now),
        Err(Answered::Refused { reason }) => no(&reason),
        // The secret is wrong.
        Err(_) => no("errcode_40001"),
    }
}
