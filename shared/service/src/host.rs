//! What a function needs from the platform it runs on, and the shape every function has.

use crate::access::NewEntry;
use crate::http::{Request, Response};
use std::future::Future;
use tributary_channels::public_key::Proof;
use tributary_channels::{ProviderAnswer, ProviderRequest};
use tributary_core::ids::Seed;
use tributary_core::outgoing;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;
use tributary_store::{Db, DbError, touchpoints};

/// The platform: the edge runtime, or a simulated world in tests. Time and randomness come from
/// here and are passed on as values.
pub trait Host: Sized {
    type Db: Db;

    fn db(&self) -> &Self::Db;
    fn now(&self) -> Timestamp;
    /// Fresh randomness, different at each call.
    fn seed(&self) -> Seed;
    /// A variable or secret of this function's configuration. Empty counts as absent.
    fn var(&self, name: &str) -> Option<String>;

    /// Makes these rows of the log durable; how many were new. A platform may write those of
    /// several requests together and count them together.
    fn append(&self, rows: Vec<Touchpoint>) -> impl Future<Output = Result<u64, DbError>> {
        async move {
            let answers = self.db().run(touchpoints::append(&rows)).await?;
            Ok(answers.iter().map(|answer| answer.changes).sum())
        }
    }

    /// The configuration cache (KV): may be stale, may forget, never holds what must be true.
    fn cache_get(&self, key: &str) -> impl Future<Output = Option<String>>;
    fn cache_put(&self, key: &str, value: &str, ttl_s: u64) -> impl Future<Output = ()>;
    fn cache_delete(&self, key: &str) -> impl Future<Output = ()>;

    /// This isolate's own memory: faster than the cache, and as forgetful.
    fn memory_get(&self, _key: &str) -> Option<String> {
        None
    }
    fn memory_put(&self, _key: &str, _value: &str) {}
    /// Forgets what is remembered under keys that begin so.
    fn memory_forget(&self, _prefix: &str) {}

    /// Asks another function of the suite, one of [`App::ASKS`]: `POST /internal/{action}`.
    ///
    /// # Errors
    /// In words, when it gave no answer at all.
    fn ask(
        &self,
        function: &'static str,
        action: &str,
        body: Vec<u8>,
    ) -> impl Future<Output = Result<Response, String>>;

    /// Whether one of these keys (subject public key, DER) made the signature.
    fn is_signed(&self, proof: &Proof, keys: &[Vec<u8>]) -> impl Future<Output = bool>;

    /// Calls a provider, where its address is one that may be called. Redirects are not followed;
    /// the answer is read up to 64 KiB; no answer within 15 s is a failure of unknown outcome.
    fn fetch(
        &self,
        request: ProviderRequest,
    ) -> impl Future<Output = Result<ProviderAnswer, FetchError>> {
        async move {
            outgoing::check(&request.url, self.is_development())
                .map_err(|refused| FetchError::Refused(refused.code()))?;
            self.call_out(request).await
        }
    }

    /// The platform's part of [`Host::fetch`]: no address is looked at here.
    fn call_out(
        &self,
        request: ProviderRequest,
    ) -> impl Future<Output = Result<ProviderAnswer, FetchError>>;

    /// Writes entries of the audit log; the number of each, none for a view that is noted already.
    /// A platform may write those of several requests together.
    fn note(&self, entry: NewEntry) -> impl Future<Output = Result<Option<i64>, DbError>> {
        async move {
            let numbers = crate::access::write_entries(self, &[entry]).await?;
            Ok(numbers.into_iter().next().flatten())
        }
    }

    /// A development installation: `/dev/*` answers, providers on the own machine may be called.
    fn is_development(&self) -> bool {
        self.var("TRIBUTARY_ENV").as_deref() == Some("development")
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// Nobody was called: the address may not be, for the reason this code gives.
    Refused(&'static str),
    /// The request certainly did not reach the provider.
    NotSent(String),
    /// It may have: the answer was lost.
    Unknown(String),
}

/// The answer to a request, and whether other functions now have work.
#[derive(Debug)]
pub struct Handled {
    pub response: Response,
    /// The log or a table of this function grew: poke [`App::NEXT`], and drain this function.
    pub worked: bool,
    /// Functions that have work besides, some of [`App::WAKES`].
    pub pokes: &'static [&'static str],
}

impl From<Response> for Handled {
    fn from(response: Response) -> Handled {
        Handled { response, worked: false, pokes: &[] }
    }
}

/// How far a drain got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// Touchpoints, runs or messages dealt with; 0 when there was nothing to do.
    pub done: u64,
    /// There is more: the budget of this invocation ran out.
    pub more: bool,
}

/// One function of the suite. `edge` turns a type that implements this into a Worker.
pub trait App {
    /// As in `functions/<NAME>`.
    const NAME: &'static str;
    /// The functions to poke when this one has done something.
    const NEXT: &'static [&'static str] = &[];
    /// Functions without a clock of their own: this one's minute is theirs too, since an account on
    /// the free plan has five.
    const WAKES: &'static [&'static str] = &[];
    /// The functions it asks and waits for.
    const ASKS: &'static [&'static str] = &[];
    /// A request it answered may leave work for this function itself.
    const OWN_WORK: bool = true;
    /// It answers a part of `/api/v1`. What masks answers is not carried for nothing.
    const ANSWERS_API: bool = true;

    /// Answers a request (its part of `/api/v1`, webhooks).
    fn handle<H: Host>(host: &H, request: Request) -> impl Future<Output = Handled>;

    /// As [`App::handle`], made fit for the eyes of whoever asks: see [`crate::respond`]. A function
    /// without a part of `/api/v1` answers as it is, and need not carry what masks.
    fn respond<H: Host>(host: &H, request: Request) -> impl Future<Output = Handled>
    where
        Self: Sized,
    {
        crate::respond::<Self, H>(host, request)
    }

    /// Answers another function; `None`: it has no such thing to say.
    fn internal<H: Host>(
        _host: &H,
        _action: &str,
        _request: &Request,
    ) -> impl Future<Output = Option<Response>> {
        async { None }
    }

    /// Does what is waiting, page by page, until nothing is left or the budget is used up.
    /// Safe to run twice at once.
    fn drain<H: Host>(_host: &H) -> impl Future<Output = Result<Drained, DbError>> {
        async { Ok(Drained::default()) }
    }

    /// The next moment at which a drain would find something to do by the passing of time alone.
    fn next_due<H: Host>(_host: &H) -> impl Future<Output = Result<Option<Timestamp>, DbError>> {
        async { Ok(None) }
    }

    /// The last drain of this function ended in a panic, with this message. Called before the
    /// next one begins: the place to take a smaller bite.
    fn after_panic<H: Host>(_host: &H, _message: &str) -> impl Future<Output = ()> {
        async {}
    }
}
