//! What a vendor's webhook leaves out and its API tells: asked for later, by `enrich`. Everything
//! here is a value: what to ask, the request to make, what the answer means.

use crate::channel::EndpointConfig;
use crate::outbound::{ProviderAnswer, ProviderRequest};
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::{Draft, Touchpoint};

/// The asking part of a channel.
#[derive(Clone, Copy)]
pub struct Enrich {
    /// The touchpoints that may raise a question; empty: any of the channel's.
    pub names: &'static [&'static str],
    /// See [`Enrich::asks`].
    pub question: fn(&EndpointConfig, &Touchpoint) -> Option<Question>,
    /// Where the access token comes from; `None`: the call carries a secret of the endpoint's.
    pub token: Option<TokenSource>,
    /// So many questions fit one call.
    pub at_once: usize,
    /// The call about these subjects, with the access token where there is one.
    pub compose: fn(&EndpointConfig, &str, &[String]) -> Option<ProviderRequest>,
    /// What the vendor answered about these subjects, in their order.
    pub read: fn(&EndpointConfig, &[String], &ProviderAnswer, Timestamp) -> Answered,
}

impl Enrich {
    /// What this touchpoint leaves open and this endpoint can ask for.
    pub fn asks(&self, config: &EndpointConfig, touchpoint: &Touchpoint) -> Option<Question> {
        if may(self.names, touchpoint) { (self.question)(config, touchpoint) } else { None }
    }
}

/// Whether a touchpoint of that name may raise a question.
pub(crate) fn may(names: &[&str], touchpoint: &Touchpoint) -> bool {
    names.is_empty() || names.contains(&touchpoint.name.as_str())
}

/// One thing to ask a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// An openid, a login code, a lead's id. Asked once an endpoint, however often it comes up.
    pub subject: String,
    /// From the touchpoint's arrival on; after that the vendor has no answer any more.
    pub good_for_ms: Option<i64>,
}

impl Question {
    pub fn about(subject: &str) -> Question {
        Question { subject: subject.to_owned(), good_for_ms: None }
    }
}

/// How to get an access token.
#[derive(Clone, Copy)]
pub struct TokenSource {
    pub compose: fn(&EndpointConfig, Want) -> Option<ProviderRequest>,
    pub read: fn(&ProviderAnswer, Timestamp) -> Token,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Whichever is valid.
    Any,
    /// The last one was refused before its time.
    Another,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Good { token: String, good_for_ms: i64 },
    No(NotNow),
}

/// The vendor answers nobody at this endpoint for now, or somebody has to mend its configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotNow {
    /// Stable, for people to look up: `errcode_40164`.
    pub reason: String,
    pub after_ms: Option<i64>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Answered {
    /// One for each subject; `None`: the vendor knows nothing more of this one. What a draft does
    /// not say, who it is about and its id, comes from the question.
    Told(Vec<Option<Draft>>),
    /// The access token does not hold any more.
    TokenRefused,
    NotNow(NotNow),
    /// Not this subject; of several, one of them.
    Refused {
        reason: String,
    },
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use serde_json::{Value, json};
    use tributary_core::identity::Identity;
    use tributary_core::ids::TouchpointId;

    pub const NOW: Timestamp = Timestamp(1_772_352_000_000);

    pub fn touchpoint(name: &str, identities: &[&str]) -> Touchpoint {
        Touchpoint {
            seq: 1,
            id: TouchpointId::derive(&["1"]),
            channel: String::new(),
            endpoint: "main".to_owned(),
            name: name.to_owned(),
            occurred_at: NOW,
            received_at: NOW,
            identifiers: identities.iter().filter_map(|key| Identity::parse(key)).collect(),
            properties: json!({}),
            context: json!({}),
            cause: None,
            depth: 0,
        }
    }

    pub fn config(secret: (&str, &str), settings: &[(&str, &str)]) -> EndpointConfig {
        let own = |text: &str| text.to_owned();
        EndpointConfig {
            id: own("main"),
            secrets: [(own(secret.0), vec![own(secret.1)])].into(),
            settings: settings.iter().map(|(name, value)| (own(name), own(value))).collect(),
            ..EndpointConfig::default()
        }
    }

    pub fn answer(status: u16, body: &Value) -> ProviderAnswer {
        let body = body.to_string().into_bytes();
        ProviderAnswer { status, headers: Vec::new(), body }
    }

    /// No answer, whatever it holds, brings anything down, and what is not understood is asked again.
    pub fn survives_anything(enrich: &Enrich, config: &EndpointConfig, subjects: &[String]) {
        let bodies =
            ["", "{", "[]", "null", "{}", "<html>", "{\"errcode\":\"x\"}", "{\"error\":1}"];
        for status in [0, 200, 302, 404, 429, 500, 503] {
            for body in bodies {
                let answer =
                    ProviderAnswer { status, headers: Vec::new(), body: body.as_bytes().to_vec() };
                let answered = (enrich.read)(config, subjects, &answer, NOW);
                if status != 200 {
                    assert!(!matches!(answered, Answered::Told(_)), "{status} {body}");
                }
            }
        }
    }
}
