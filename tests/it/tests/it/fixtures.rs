//! Recorded requests: `tests/fixtures/channels/<channel>/<name>.http`, and beside each the
//! `.json` it must lead to. `UPDATE_EXPECT=1 cargo test` rewrites the latter; read the diff.
//!
//! A file begins with directives, one a line:
//! - `@expect accepted | unknown | duplicate | reject | handshake`
//! - `@now <RFC 3339>`: when the request arrives
//! - `@endpoint {"id", "secrets": {name: [newest, …]}, "settings": {…}}`
//! - `@auth header:<name> | query:<name> | body:<text>`: where the proof is
//! - `@window <seconds>`: for how long the signature is good, where it ages
//! - `@uncovered body headers query path`: what the vendor's signature leaves open
//! - `@of <file>`: the delivery that a `duplicate` repeats
//! - `@ip <address>`, `@body-base64`, and `@source <where it is from>`
//!
//! Then, after an empty line, the request. The file's last line break is not part of its body.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tributary_channels::public_key::{Keys, subject_public_key};
use tributary_channels::{
    CHANNELS, Channel, EndpointConfig, Inbound, InboundRequest, Parsed, Reject, Reply, Verified,
    find,
};
use tributary_core::identity::PhoneTables;
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;

/// Phones without a country code are Chinese, as in an installation's default.
const DEFAULT_COUNTRY: &str = "CN";

pub struct Fixture {
    pub path: PathBuf,
    pub channel: &'static Channel,
    pub config: EndpointConfig,
    pub request: InboundRequest,
    pub now: Timestamp,
    pub expect: String,
    pub auth: Vec<(String, String)>,
    pub window_s: Option<i64>,
    pub uncovered: Vec<String>,
    pub of: Option<String>,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Accepted { touchpoints: Vec<Touchpoint>, dropped: Vec<(usize, &'static str)>, reply: Reply },
    Handshake(Reply),
    Rejected(Reject),
}

impl Outcome {
    pub fn touchpoints(&self) -> Option<&[Touchpoint]> {
        match self {
            Outcome::Accepted { touchpoints, .. } => Some(touchpoints),
            _ => None,
        }
    }
}

pub fn inbound(channel: &Channel) -> Inbound {
    channel.inbound.expect("a channel with fixtures receives")
}

impl Fixture {
    pub fn name(&self) -> String {
        let file = self.path.file_stem().unwrap().to_string_lossy();
        format!("{}/{file}", self.channel.manifest.id)
    }

    /// The request as it was recorded.
    pub fn outcome(&self) -> Outcome {
        run(self.channel, &self.config, &self.request, self.now)
    }
}

/// The certificate that recorded requests of SNS name; its key is in nobody's hands.
pub const CERTIFICATE_URL: &str =
    "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-recorded.pem";

/// As the platform would say of a signature by public key.
fn proven(verified: &Verified) -> bool {
    let Some(proof) = &verified.owed else { return true };
    let keys = match &proof.keys {
        Keys::Given(keys) => keys.clone(),
        Keys::CertificateAt(url) if url == CERTIFICATE_URL => {
            let path = root().join("../certificates/sns.pem");
            let pem = std::fs::read_to_string(path).expect("the recorded certificate");
            vec![subject_public_key(&pem).expect("a certificate")]
        }
        Keys::CertificateAt(_) => Vec::new(),
    };
    tributary_testkit::public_key::is_signed(proof, &keys)
}

/// Verify, parse, accept: what `ingest` does, without its database.
pub fn run(
    channel: &Channel,
    config: &EndpointConfig,
    request: &InboundRequest,
    now: Timestamp,
) -> Outcome {
    let inbound = inbound(channel);
    let verified: Verified = match (inbound.verify)(config, request, now) {
        Ok(verified) if !proven(&verified) => return Outcome::Rejected(Reject::UNAUTHENTICATED),
        Ok(Verified { handshake: Some(reply), .. }) => return Outcome::Handshake(reply),
        Ok(verified) => verified,
        Err(reject) => return Outcome::Rejected(reject),
    };
    match (inbound.parse)(config, request, &verified, now) {
        Ok(Parsed { drafts, dropped, reply }) => {
            let id = channel.manifest.id;
            let accept = |draft| {
                Touchpoint::accept(id, &config.id, draft, &PhoneTables(DEFAULT_COUNTRY), now)
            };
            let touchpoints = drafts.into_iter().map(accept).collect();
            Outcome::Accepted { touchpoints, dropped, reply }
        }
        Err(reject) => Outcome::Rejected(reject),
    }
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/channels")
}

/// Every recorded request, sorted by channel and name.
pub fn load_all() -> Vec<Fixture> {
    let mut paths = Vec::new();
    for folder in std::fs::read_dir(root()).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            paths.push(file.unwrap().path());
        }
    }
    paths.retain(|path| path.extension().is_some_and(|it| it == "http"));
    paths.sort();
    paths.iter().map(|path| load(path)).collect()
}

/// The recorded requests of one kind that lead to touchpoints.
pub fn accepted() -> Vec<Fixture> {
    let good = ["accepted", "unknown", "duplicate"];
    load_all().into_iter().filter(|fixture| good.contains(&fixture.expect.as_str())).collect()
}

fn load(path: &Path) -> Fixture {
    let bytes = std::fs::read(path).unwrap();
    let text =
        String::from_utf8(bytes).unwrap_or_else(|_| panic!("{}: use @body-base64", path.display()));
    let fail = |why: &str| -> ! { panic!("{}: {why}", path.display()) };
    let channel_id = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
    let Some(channel) = find(&channel_id) else { fail("its folder is no channel's id") };
    let Some((head, rest)) = text.split_once("\n\n") else { fail("no empty line") };
    let Some((request_head, body)) = rest.split_once("\n\n") else { fail("no empty line 2") };

    let mut directives: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in head.lines() {
        let Some(directive) = line.strip_prefix('@') else { fail("a directive lacks its @") };
        let (name, value) = directive.split_once(' ').unwrap_or((directive, ""));
        directives.entry(name).or_default().push(value.trim());
    }
    let known = [
        "auth",
        "body-base64",
        "endpoint",
        "expect",
        "ip",
        "now",
        "of",
        "source",
        "uncovered",
        "window",
    ];
    if let Some(name) = directives.keys().find(|name| !known.contains(name)) {
        fail(&format!("unknown directive @{name}"));
    }
    let one = |name: &str| directives.get(name).and_then(|values| values.first()).copied();
    let words = |name: &str| -> Vec<String> {
        let values = directives.get(name).into_iter().flatten();
        values.flat_map(|value| value.split(' ')).map(str::to_owned).collect()
    };
    let Some(now) = one("now").and_then(Timestamp::parse_rfc3339) else { fail("no @now") };
    let Some(expect) = one("expect") else { fail("no @expect") };

    let body = body.strip_suffix('\n').unwrap_or(body);
    let body = match one("body-base64") {
        Some(_) => base64(body),
        None => body.as_bytes().to_vec(),
    };
    let config = endpoint(&channel_id, one("endpoint").unwrap_or("{}"));
    let mut request = request(request_head, &channel_id, &config.id);
    request.body = body;
    request.ip = one("ip").map(str::to_owned);
    let auth = words("auth").into_iter().map(|place| match place.split_once(':') {
        Some((part, name)) => (part.to_owned(), name.to_owned()),
        None => fail("@auth is part:name"),
    });
    Fixture {
        path: path.to_owned(),
        channel,
        request,
        now,
        expect: expect.to_owned(),
        auth: auth.collect(),
        window_s: one("window").map(|seconds| seconds.parse().unwrap()),
        uncovered: words("uncovered"),
        of: one("of").map(str::to_owned),
        config,
    }
}

fn endpoint(channel: &str, text: &str) -> EndpointConfig {
    let value: Value = serde_json::from_str(text).unwrap();
    let empty = json!({});
    let read = |name: &str| value.get(name).unwrap_or(&empty).clone();
    EndpointConfig {
        channel: channel.to_owned(),
        id: value.get("id").and_then(Value::as_str).unwrap_or("main").to_owned(),
        secrets: serde_json::from_value(read("secrets")).unwrap(),
        settings: serde_json::from_value(read("settings")).unwrap(),
    }
}

/// The request line and headers; the path as the channel sees it, without `/in/…` before it.
fn request(head: &str, channel: &str, endpoint: &str) -> InboundRequest {
    let mut lines = head.lines();
    let mut parts = lines.next().unwrap().split(' ');
    let method = parts.next().unwrap().to_owned();
    let target = parts.next().unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = path.strip_prefix(&format!("/in/{channel}/{endpoint}")).unwrap_or(path);
    let header = |line: &str| {
        let (name, value) = line.split_once(':').expect("a header has a colon");
        (name.trim().to_ascii_lowercase(), value.trim().to_owned())
    };
    InboundRequest {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers: lines.map(header).collect(),
        ..InboundRequest::default()
    }
}

fn base64(text: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => u32::from(c - b'A'),
        b'a'..=b'z' => u32::from(c - b'a') + 26,
        b'0'..=b'9' => u32::from(c - b'0') + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.bytes().filter(|c| !c.is_ascii_whitespace() && *c != b'=').collect();
    let mut out = Vec::new();
    for group in digits.chunks(4) {
        let bits = group.iter().fold(0, |bits, c| bits << 6 | value(*c)) << (6 * (4 - group.len()));
        out.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    out
}

fn describe(reply: &Reply) -> Value {
    json!({
        "status": reply.status,
        "content_type": reply.content_type,
        "body": String::from_utf8_lossy(&reply.body),
    })
}

/// The outcome as it stands in the `.json` file.
fn to_json(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Handshake(reply) => json!({ "handshake": describe(reply) }),
        Outcome::Rejected(reject) => {
            json!({ "reject": { "status": reject.status, "code": reject.code } })
        }
        Outcome::Accepted { touchpoints, dropped, reply } => {
            let mut accepted = Map::new();
            accepted.insert("reply".into(), describe(reply));
            if !dropped.is_empty() {
                accepted.insert("dropped".into(), json!(dropped));
            }
            accepted.insert("touchpoints".into(), touchpoints.iter().map(row).collect());
            json!({ "accepted": accepted })
        }
    }
}

/// A touchpoint without what an inbound one never has, times as text.
fn row(touchpoint: &Touchpoint) -> Value {
    let mut value = serde_json::to_value(touchpoint).unwrap();
    let row = value.as_object_mut().unwrap();
    for name in ["seq", "cause", "depth", "received_at", "channel"] {
        row.remove(name);
    }
    row.insert("occurred_at".into(), touchpoint.occurred_at.to_string().into());
    value
}

#[test]
fn recorded_requests_lead_to_what_is_written_beside_them() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    for fixture in load_all() {
        let outcome = fixture.outcome();
        let kind_fits = matches!(
            (&outcome, fixture.expect.as_str()),
            (Outcome::Accepted { .. }, "accepted" | "unknown" | "duplicate")
                | (Outcome::Rejected(_), "reject")
                | (Outcome::Handshake(_), "handshake")
        );
        let name = fixture.name();
        assert!(kind_fits, "{name}: expected {}, got {outcome:?}", fixture.expect);
        let text = format!("{:#}\n", to_json(&outcome));
        let expected = fixture.path.with_extension("json");
        if std::fs::read_to_string(&expected).ok().as_deref() == Some(&text) {
            continue;
        }
        match update {
            true => std::fs::write(&expected, text).unwrap(),
            false => wrong.push(format!("{name} now gives\n{text}")),
        }
    }
    assert!(wrong.is_empty(), "{}\nUPDATE_EXPECT=1 rewrites", wrong.join("\n"));
}

#[test]
fn every_expectation_has_its_request() {
    for channel in CHANNELS {
        let folder = root().join(channel.manifest.id);
        assert_eq!(folder.exists(), channel.inbound.is_some(), "{}", folder.display());
        for file in folder.read_dir().into_iter().flatten() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|it| it == "json") {
                assert!(path.with_extension("http").exists(), "{}: no request", path.display());
            }
        }
    }
}
