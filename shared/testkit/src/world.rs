//! The whole suite in one process on a virtual clock: the same functions, the same database
//! statements, the same doors.

use crate::provider::Providers;
use crate::random::Random;
use crate::run::block_on;
use crate::sim_db::SimDb;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use tributary_channels::public_key::Proof;
use tributary_channels::{ProviderAnswer, ProviderRequest};
use tributary_core::ids::Seed;
use tributary_core::time::Timestamp;
use tributary_service::access::{Access, Asked};
use tributary_service::admin::Admin;
use tributary_service::directory::Directory;
use tributary_service::doors::Doors;
use tributary_service::enrich::Enrich;
use tributary_service::ingest::Ingest;
use tributary_service::journey_runner::JourneyRunner;
use tributary_service::lead_assign::LeadAssign;
use tributary_service::message_send::MessageSend;
use tributary_service::profile_merge::ProfileMerge;
use tributary_service::{
    App, Drained, FetchError, Handled, Host, PRINCIPAL_HEADER, Request, Response, gateway, respond,
};
use tributary_store::DbError;

pub const ADMIN_TOKEN: &str = "admin-token-of-the-simulated-world";
pub const READONLY_TOKEN: &str = "read-only-token-of-the-simulated-world";

/// When a world begins: 2026-01-01T00:00:00Z.
pub const START: Timestamp = Timestamp(1_767_225_600_000);

/// How many isolates' memories are kept.
const REMEMBERED: usize = 3;

/// Shared by every function of the world, as the platform is.
pub struct Inner {
    pub db: SimDb,
    pub clock: Cell<Timestamp>,
    pub random: RefCell<Random>,
    pub vars: RefCell<BTreeMap<String, String>>,
    pub providers: Providers,
    cache: RefCell<BTreeMap<String, String>>,
    /// What isolates remembered, oldest first: any of them may be the one that answers next.
    memories: RefCell<BTreeMap<String, Vec<String>>>,
}

#[derive(Clone)]
pub struct World(pub Rc<Inner>);

/// The functions that have work of their own, in the order in which work flows.
pub const WORKERS: [&str; 5] =
    ["enrich", "profile-merge", "journey-runner", "lead-assign", "message-send"];

impl World {
    pub fn new(seed: u64) -> World {
        World::on(SimDb::new(seed), seed)
    }

    /// A world whose database is there already.
    pub fn on(db: SimDb, seed: u64) -> World {
        let vars = [
            ("TRIBUTARY_ENV", "development"),
            ("DEFAULT_COUNTRY", "CN"),
            ("ADMIN_TOKEN", ADMIN_TOKEN),
            ("READONLY_TOKEN", READONLY_TOKEN),
            ("PUBLIC_URL", "https://crm.example"),
            ("INTERNAL_KEY", "internal-key-of-the-simulated-world"),
            // 32 bytes, in base64.
            ("ENDPOINT_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        ];
        let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned()));
        World(Rc::new(Inner {
            db,
            clock: Cell::new(START),
            random: RefCell::new(Random::new(seed ^ 0x5EED)),
            vars: RefCell::new(BTreeMap::from(vars)),
            providers: Providers::default(),
            cache: RefCell::default(),
            memories: RefCell::default(),
        }))
    }

    pub fn now(&self) -> Timestamp {
        self.0.clock.get()
    }

    /// A request at the gateway. What it makes work for is done before this returns.
    pub fn request(&self, request: Request) -> Response {
        let response = block_on(self.clone().dispatch(request));
        self.settle();
        response
    }

    /// Has an authenticated request of this body kept in quarantine: its endpoint has no mapping.
    pub fn quarantined(&self, body: &str) -> Response {
        let endpoint = serde_json::json!({"secrets": {"secret": "s"}, "settings": {"authentication": "bearer"}});
        self.send("PUT", "/api/v1/endpoints/webhook/till", &endpoint);
        self.request(Request {
            method: "POST".to_owned(),
            path: "/in/webhook/till".to_owned(),
            headers: vec![("authorization".to_owned(), "Bearer s".to_owned())],
            body: body.as_bytes().to_vec(),
            ..Request::default()
        })
    }

    /// The gateway: routes by prefix, asks whether the request is admitted. Leaves the work that follows undone.
    pub async fn dispatch(self, request: Request) -> Response {
        let door = request.path.split('/').nth(1).unwrap_or_default();
        let handled = match door {
            "q" | "f" | "u" => Doors::handle(&self, request).await,
            "in" | "v1" | "batch" => Ingest::handle(&self, request).await,
            "api" if request.path.starts_with("/api/s/") => Ingest::handle(&self, request).await,
            "api" => self.api(request).await,
            _ => Response::empty(404).into(),
        };
        handled.response
    }

    async fn api(&self, request: Request) -> Handled {
        let asked = Asked::of(&request).into_request();
        let admitted = Access::internal(self, "admit", &asked).await.unwrap_or_default();
        if admitted.status != 200 {
            return admitted.private().into();
        }
        let principal = String::from_utf8_lossy(&admitted.body).into_owned();
        let mut request = request;
        request.headers.push((PRINCIPAL_HEADER.to_owned(), principal));
        match gateway::owner_of(&request.path) {
            Some("access") => respond::<Access, _>(self, request).await,
            Some("admin") => respond::<Admin, _>(self, request).await,
            Some("doors") => respond::<Doors, _>(self, request).await,
            Some("enrich") => respond::<Enrich, _>(self, request).await,
            Some("directory") => respond::<Directory, _>(self, request).await,
            Some("profile-merge") => respond::<ProfileMerge, _>(self, request).await,
            Some("journey-runner") => respond::<JourneyRunner, _>(self, request).await,
            Some("lead-assign") => respond::<LeadAssign, _>(self, request).await,
            Some("message-send") => respond::<MessageSend, _>(self, request).await,
            _ => tributary_service::problem(404, "not_found", "").private().into(),
        }
    }

    /// One function's work until it has no more, as a tick does it: a future that can be
    /// interleaved or dropped.
    pub async fn drain(self, function: &'static str) -> Result<Drained, DbError> {
        let mut total = Drained::default();
        loop {
            let drained = match function {
                "profile-merge" => ProfileMerge::drain(&self).await,
                "journey-runner" => JourneyRunner::drain(&self).await,
                "lead-assign" => LeadAssign::drain(&self).await,
                "enrich" => Enrich::drain(&self).await,
                "ingest" => Ingest::drain(&self).await,
                _ => MessageSend::drain(&self).await,
            }?;
            total.done += drained.done;
            total.more = drained.more;
            // More to do but nothing done: somebody else is at it.
            if !drained.more || drained.done == 0 {
                return Ok(total);
            }
        }
    }

    /// Drains everything until nothing is left to do at this moment.
    pub fn settle(&self) {
        for _ in 0..1_000 {
            let mut done = 0;
            for function in WORKERS {
                let drained = block_on(self.clone().drain(function));
                done += drained.unwrap_or_else(|error| panic!("{function}: {error}")).done;
            }
            if done == 0 {
                return;
            }
        }
        panic!("the suite does not come to rest");
    }

    /// Moves the clock on, stopping at every moment at which something becomes due.
    pub fn advance(&self, by_ms: i64) {
        let target = self.now().plus_ms(by_ms);
        self.settle();
        while let Some(due) = self.next_due().filter(|due| *due <= target) {
            self.0.clock.set(due.max(self.now()));
            self.settle();
            if self.next_due().is_some_and(|next| next <= due) {
                // It is due and stays due: only time can help.
                self.0.clock.set(self.now().plus_ms(1_000).min(target));
                if self.now() == target {
                    break;
                }
            }
        }
        self.0.clock.set(target);
        self.settle();
    }

    fn next_due(&self) -> Option<Timestamp> {
        let dues = [
            block_on(Enrich::next_due(self)),
            block_on(ProfileMerge::next_due(self)),
            block_on(JourneyRunner::next_due(self)),
            block_on(LeadAssign::next_due(self)),
            block_on(MessageSend::next_due(self)),
        ];
        dues.into_iter().filter_map(|due| due.unwrap_or_else(|error| panic!("{error}"))).min()
    }

    /// `GET` as the administrator; the body as JSON.
    pub fn get(&self, path_and_query: &str) -> Value {
        let response = self.request(api("GET", path_and_query, &Value::Null));
        assert_eq!(response.status, 200, "{path_and_query}: {}", text(&response));
        serde_json::from_slice(&response.body).expect("the API answers JSON")
    }

    /// A write as the administrator; status and body.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let response = self.request(api(method, path, body));
        let body = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        (response.status, body)
    }
}

/// A request of the administrator to the API.
pub fn api(method: &str, path_and_query: &str, body: &Value) -> Request {
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: vec![
            ("authorization".to_owned(), format!("Bearer {ADMIN_TOKEN}")),
            ("content-type".to_owned(), "application/json".to_owned()),
        ],
        body: if body.is_null() { Vec::new() } else { body.to_string().into_bytes() },
    }
}

fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

impl Host for World {
    type Db = SimDb;

    fn db(&self) -> &SimDb {
        &self.0.db
    }

    fn now(&self) -> Timestamp {
        self.0.clock.get()
    }

    fn seed(&self) -> Seed {
        let mut random = self.0.random.borrow_mut();
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&random.draw().to_be_bytes());
        seed[8..].copy_from_slice(&random.draw().to_be_bytes());
        seed
    }

    fn var(&self, name: &str) -> Option<String> {
        self.0.vars.borrow().get(name).cloned()
    }

    async fn cache_get(&self, key: &str) -> Option<String> {
        self.0.cache.borrow().get(key).cloned()
    }

    async fn cache_put(&self, key: &str, value: &str, _ttl_s: u64) {
        self.0.cache.borrow_mut().insert(key.to_owned(), value.to_owned());
    }

    async fn cache_delete(&self, key: &str) {
        self.0.cache.borrow_mut().remove(key);
    }

    /// An isolate that slept a while, one that is up to date, or a new one.
    fn memory_get(&self, key: &str) -> Option<String> {
        let memories = self.0.memories.borrow();
        let remembered = memories.get(key)?;
        let age = self.0.random.borrow_mut().below(REMEMBERED as u64 + 1) as usize;
        remembered.len().checked_sub(1 + age).and_then(|index| remembered.get(index).cloned())
    }

    fn memory_put(&self, key: &str, value: &str) {
        let mut memories = self.0.memories.borrow_mut();
        let remembered = memories.entry(key.to_owned()).or_default();
        remembered.push(value.to_owned());
        if remembered.len() > REMEMBERED {
            remembered.remove(0);
        }
    }

    fn memory_forget(&self, prefix: &str) {
        self.0.memories.borrow_mut().retain(|key, _| !key.starts_with(prefix));
    }

    async fn ask(
        &self,
        function: &'static str,
        action: &str,
        body: Vec<u8>,
    ) -> Result<Response, String> {
        let request = Request {
            method: "POST".to_owned(),
            path: format!("/internal/{action}"),
            body,
            ..Request::default()
        };
        let answer = match function {
            "directory" => Directory::internal(self, action, &request).await,
            "ingest" => Box::pin(Ingest::internal(self, action, &request)).await,
            _ => None,
        };
        answer.ok_or_else(|| format!("{function} has no {action}"))
    }

    async fn is_signed(&self, proof: &Proof, keys: &[Vec<u8>]) -> bool {
        crate::public_key::is_signed(proof, keys)
    }

    async fn call_out(&self, request: ProviderRequest) -> Result<ProviderAnswer, FetchError> {
        self.0.providers.answer(request, &mut self.0.random.borrow_mut())
    }
}
