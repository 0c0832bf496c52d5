//! The edge runtime as a [`Host`].

use crate::{append, bindings, clock, db::EdgeDb, memory, notes, outbound, poke, public_key};
use tributary_channels::public_key::Proof;
use tributary_channels::{ProviderAnswer, ProviderRequest};
use tributary_core::ids::Seed;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;
use tributary_service::access::NewEntry;
use tributary_service::{FetchError, Host, Response};
use tributary_store::DbError;
use wasm_bindgen::prelude::*;
use worker::Env;
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Object, Promise, Reflect};
use worker::worker_sys::types::D1Database;

#[wasm_bindgen]
extern "C" {
    /// A KV namespace. Only text goes in and out: `worker::kv` turns maps into `{}`.
    #[derive(Clone)]
    type Namespace;
    #[wasm_bindgen(method, catch)]
    fn get(this: &Namespace, key: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn put(this: &Namespace, key: &str, value: &str, options: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn delete(this: &Namespace, key: &str) -> Result<Promise, JsValue>;
}

/// KV refuses a shorter life.
const MIN_CACHE_TTL_S: u64 = 60;

/// One invocation's view of the platform.
#[derive(Clone)]
pub struct EdgeHost {
    env: Env,
    db: EdgeDb,
    cache: Option<Namespace>,
}

impl EdgeHost {
    pub async fn new(env: Env, database: D1Database) -> EdgeHost {
        let db = EdgeDb::new(database);
        if bindings::is_development(&env) {
            clock::load(&db).await;
        }
        let cache = bindings::cache(&env).map(JsCast::unchecked_into);
        EdgeHost { env, db, cache }
    }

    pub fn env(&self) -> &Env {
        &self.env
    }
}

impl Host for EdgeHost {
    type Db = EdgeDb;

    fn db(&self) -> &EdgeDb {
        &self.db
    }

    fn now(&self) -> Timestamp {
        clock::now()
    }

    fn seed(&self) -> Seed {
        let mut seed = Seed::default();
        if getrandom::fill(&mut seed).is_err() {
            // Invariant: the runtime's generator does not fail. Were it to, an id must still differ
            // from the last one.
            let now = clock::wall_ms().to_be_bytes();
            seed.iter_mut().zip(now).for_each(|(byte, part)| *byte = part);
        }
        seed
    }

    fn var(&self, name: &str) -> Option<String> {
        bindings::text(&self.env, name)
    }

    async fn append(&self, rows: Vec<Touchpoint>) -> Result<u64, DbError> {
        append::append(&self.db, rows).await
    }

    async fn cache_get(&self, key: &str) -> Option<String> {
        let promise = self.cache.as_ref()?.get(key).ok()?;
        JsFuture::from(promise).await.ok()?.as_string()
    }

    async fn cache_put(&self, key: &str, value: &str, ttl_s: u64) {
        let Some(cache) = &self.cache else { return };
        let options = Object::new();
        let ttl = JsValue::from_f64(ttl_s.max(MIN_CACHE_TTL_S) as f64);
        let _ = Reflect::set(&options, &JsValue::from_str("expirationTtl"), &ttl);
        // A cache that forgets is slow, not wrong: failures are not worth a failed request.
        if let Ok(promise) = cache.put(key, value, &options) {
            let _ = JsFuture::from(promise).await;
        }
    }

    async fn cache_delete(&self, key: &str) {
        let Some(cache) = &self.cache else { return };
        if let Ok(promise) = cache.delete(key) {
            let _ = JsFuture::from(promise).await;
        }
    }

    fn memory_get(&self, key: &str) -> Option<String> {
        memory::get(key)
    }

    fn memory_put(&self, key: &str, value: &str) {
        memory::put(key, value);
    }

    fn memory_forget(&self, prefix: &str) {
        memory::forget(prefix);
    }

    async fn ask(
        &self,
        function: &'static str,
        action: &str,
        body: Vec<u8>,
    ) -> Result<Response, String> {
        let body = String::from_utf8(body).map_err(|error| error.to_string())?;
        let path = format!("/internal/{action}");
        let answer = poke::call_text(&self.env, function, "POST", &path, Some(&body)).await;
        answer.map(|(status, text)| Response::text(status, &text))
    }

    async fn is_signed(&self, proof: &Proof, keys: &[Vec<u8>]) -> bool {
        public_key::is_signed(proof, keys).await
    }

    async fn call_out(&self, request: ProviderRequest) -> Result<ProviderAnswer, FetchError> {
        outbound::fetch(request).await
    }

    async fn note(&self, entry: NewEntry) -> Result<Option<i64>, DbError> {
        notes::note(self, entry).await
    }
}
