//! The API as an OpenAPI 3.1 document: the routes are a table, the schemas come from the types
//! that requests are read into and answers are written from. Native only; a test writes
//! `docs/openapi.json` from it and holds it against the handlers' sources and answers.

// Shapes of answers that handlers write with `json!`: never built, only described. The test
// checks what the handlers answer against them.
#![allow(dead_code)]

use crate::{admin, journey_runner, lead_assign, message_send, profile_merge};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tributary_core::identity::{EdgeKey, Identity};
use tributary_core::ids::{AssignmentId, LeadId, ProfileId, TouchpointId};
use tributary_core::lead::{RepId, Score, Stage};
use tributary_core::time::Timestamp;
use tributary_core::{condition, filter, ids, journey, lead, message, profile, touchpoint};
use tributary_store::leads::opportunities::Opportunity;
use tributary_store::{dead_letters, reps, tasks};
use utoipa::ToSchema;

/// A route of `/api/v1`.
pub struct Route {
    pub method: &'static str,
    /// Below `/api/v1/`, with `{names}`.
    pub path: &'static str,
    pub summary: &'static str,
    pub query: &'static [Query],
    /// The schema of the body.
    pub body: Option<&'static str>,
    pub answer: Answer,
    /// Beside those that every route may answer.
    pub problems: &'static [&'static str],
}

/// A query parameter and what it does.
pub type Query = (&'static str, &'static str);

pub enum Answer {
    /// Statuses, schema.
    One(&'static [u16], &'static str),
    /// `{items, next_cursor}`, and whether with `total`.
    List(&'static str, Total),
    Empty,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Total {
    Always,
    /// Where the list is not paged.
    Sometimes,
    Never,
}

const LIMIT: Query = ("limit", "How many at most: 1 to 200, 50 unless told.");
const CURSOR: Query = ("cursor", "`next_cursor` of the page before, as it was given.");
const IDENTITY: Query = (
    "identity",
    "`kind:value` as a person would type it, or `kind@scope:value`: `phone:138 0013 8000`.",
);

const fn get(path: &'static str, summary: &'static str, answer: Answer) -> Route {
    Route { method: "GET", path, summary, query: &[], body: None, answer, problems: &[] }
}

const fn write(
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    body: Option<&'static str>,
    answer: Answer,
) -> Route {
    Route { method, path, summary, query: &[], body, answer, problems: &[] }
}

impl Route {
    const fn asks(self, query: &'static [Query]) -> Route {
        Route { query, ..self }
    }

    const fn refuses(self, problems: &'static [&'static str]) -> Route {
        Route { problems, ..self }
    }
}

use Answer::{Empty, List, One};

/// Sorted by path, then as one reads, writes, removes.
pub const ROUTES: &[Route] = &[
    get("channels", "The channels: what each is, needs and can", One(&[200], "Channels")),
    get(
        "dead-letters",
        "Touchpoints that could not be processed, newest first",
        List("DeadLetter", Total::Never),
    )
    .asks(&[LIMIT, CURSOR])
    .refuses(&["invalid_cursor"]),
    write(
        "POST",
        "dead-letters/{id}/replay",
        "Processes a dead letter again; again does nothing",
        None,
        One(&[202], "DeadLetter"),
    )
    .refuses(&["dead_letter_not_found"]),
    get(
        "endpoints",
        "The configured accounts of channels; secrets are never shown",
        One(&[200], "Endpoints"),
    ),
    get("endpoints/{channel}/{id}", "An endpoint", One(&[200], "Endpoint"))
        .refuses(&["unknown_endpoint"]),
    write(
        "PUT",
        "endpoints/{channel}/{id}",
        "Creates or changes an endpoint; a new secret is valid beside the one before it",
        Some("EndpointPut"),
        One(&[200, 201], "Endpoint"),
    )
    .refuses(&[
        "unknown_channel",
        "invalid_endpoint_id",
        "malformed_body",
        "unknown_secret",
        "secret_too_long",
        "missing_secret",
        "unknown_setting",
        "invalid_setting",
        "missing_setting",
        "endpoint_key_missing",
        "endpoint_secret_unreadable",
    ]),
    write("DELETE", "endpoints/{channel}/{id}", "Removes an endpoint", None, Empty)
        .refuses(&["unknown_endpoint"]),
    get("health", "How far each consumer is behind, and what waits", One(&[200], "Health")),
    get(
        "journeys",
        "Every journey's newest version, and the forms of the steps",
        One(&[200], "Journeys"),
    ),
    get("journeys/{id}", "A journey's newest version, with its counts", One(&[200], "Journey"))
        .refuses(&["journey_not_found"]),
    write(
        "PUT",
        "journeys/{id}",
        "Publishes a version; who is inside stays in the version they entered",
        Some("JourneyDefinition"),
        One(&[200, 201], "Journey"),
    )
    .refuses(&["definition_too_large", "definition_invalid", "id_mismatch", "busy"]),
    get(
        "journeys/{id}/runs",
        "Who went through a journey, newest first",
        List("Run", Total::Never),
    )
    .asks(&[("profile", "Only the runs of this profile."), LIMIT, CURSOR])
    .refuses(&["invalid_cursor"]),
    get("leads", "Leads, newest first", List("LeadSummary", Total::Always))
        .asks(&[("state", "Only in this state."), ("owner", "Only of this rep."), LIMIT, CURSOR])
        .refuses(&["invalid_cursor"]),
    get(
        "leads/{id}",
        "A lead, why it is one, who has it and why, and the five answers",
        One(&[200], "Lead"),
    )
    .refuses(&["lead_not_found"]),
    write(
        "PATCH",
        "leads/{id}",
        "Accepts, rejects, closes or hands over a lead",
        Some("LeadPatch"),
        One(&[200], "Lead"),
    )
    .refuses(&[
        "malformed_body",
        "body_too_large",
        "invalid_body",
        "invalid_state",
        "reason_too_long",
        "unknown_rep",
        "lead_not_found",
        "lead_is_merged",
        "lead_is_finished",
        "lead_has_no_owner",
        "busy",
    ]),
    get("messages", "What was sent or not, and why, newest first", List("Message", Total::Never))
        .asks(&[
            ("status", "`queued`, `sending`, `sent`, `skipped`, `failed` or `unknown`."),
            ("journey", "Only of this journey."),
            ("profile", "Only to this profile."),
            ("identity", "The identity as its profile shows it: `phone:+8613800138000`."),
            LIMIT,
            CURSOR,
        ])
        .refuses(&["invalid_cursor", "invalid_identity"]),
    get("messages/{id}", "A message with every verdict and answer", One(&[200], "Message"))
        .refuses(&["message_not_found"]),
    get("opportunities", "Opportunities, newest first", List("Opportunity", Total::Always))
        .asks(&[
            ("stage", "`new`, `working`, `lost`, `closed` or `merged`."),
            ("owner", "Only of this rep."),
            LIMIT,
            CURSOR,
        ])
        .refuses(&["invalid_cursor"]),
    get(
        "profiles",
        "Profiles, or those that an identity belongs to",
        List("Profile", Total::Sometimes),
    )
    .asks(&[IDENTITY, LIMIT, CURSOR])
    .refuses(&["invalid_identity"]),
    get(
        "profiles/{id}",
        "Everything a profile is, each value with its source",
        One(&[200], "Profile"),
    )
    .refuses(&["profile_not_found"]),
    get(
        "profiles/{id}/identities",
        "Why these identities are one person, and others are not",
        One(&[200], "ProfileEdges"),
    )
    .refuses(&["profile_not_found"]),
    get("profiles/{id}/timeline", "What happened, newest first", One(&[200], "Timeline"))
        .asks(&[
            ("channel", "Only of this channel."),
            ("name", "Only of this name."),
            LIMIT,
            CURSOR,
        ])
        .refuses(&["profile_not_found", "invalid_cursor"]),
    write(
        "POST",
        "profiles/{id}/unmerge",
        "Cuts an edge or an identity's edges, or restores them",
        Some("Unmerge"),
        One(&[200], "Unmerged"),
    )
    .refuses(&["malformed_body", "invalid_identity", "profile_not_found", "edge_not_found"]),
    get("reps", "Salespeople, with how much each has in hand", List("Rep", Total::Always)),
    get("reps/{id}", "A salesperson", One(&[200], "Rep")).refuses(&["rep_not_found"]),
    write(
        "PUT",
        "reps/{id}",
        "Creates or changes a salesperson",
        Some("RepPut"),
        One(&[200], "Rep"),
    )
    .refuses(&["malformed_body", "body_too_large", "invalid_body", "invalid_rep", "busy"]),
    get("tasks", "To-dos of leads and journeys, newest first", List("Task", Total::Always))
        .asks(&[
            ("owner", "Only of this rep."),
            ("state", "`open`, `done` or `canceled`."),
            ("kind", "`follow_up_lead`, `assign_lead`, `phone_care` …"),
            LIMIT,
            CURSOR,
        ])
        .refuses(&["invalid_cursor"]),
    write(
        "PATCH",
        "tasks/{id}",
        "Does, cancels or reopens a task",
        Some("TaskPatch"),
        One(&[200], "Task"),
    )
    .refuses(&["malformed_body", "body_too_large", "invalid_body", "task_not_found", "busy"]),
    get(
        "touchpoints",
        "What arrived, newest first, with the exact total",
        List("TouchpointOfProfile", Total::Always),
    )
    .asks(&[
        ("channel", "Only of this channel."),
        ("endpoint", "Only of this endpoint."),
        ("name", "Only of this name."),
        LIMIT,
        CURSOR,
    ])
    .refuses(&["invalid_cursor"]),
    get("touchpoints/{id}", "A touchpoint", One(&[200], "TouchpointOfProfile"))
        .refuses(&["touchpoint_not_found"]),
];

/// What any route may answer. `forbidden` and `conflict` only where it writes.
const COMMON: &[&str] = &[
    "unauthenticated",
    "internal",
    "database_unavailable",
    "function_unavailable",
    "function_misconfigured",
];
const COMMON_OF_WRITES: &[&str] = &["forbidden", "conflict"];
/// What a path or method that is not described answers.
const ELSEWHERE: &[&str] = &["not_found", "method_not_allowed"];

/// Code, status, meaning. Codes are stable.
pub const CODES: &[(&str, u16, &str)] = &[
    ("batch_missing", 400, "The collector's batch holds no list of events."),
    ("batch_too_long", 400, "More than 2,500 events in one batch."),
    ("body_too_large", 413, "The body is larger than this door takes."),
    ("busy", 503, "Others are changing this at the moment; nothing was written. Try again."),
    ("conflict", 409, "Somebody else changed this at the same time. Try again."),
    ("database_unavailable", 503, "Nothing was written. Try again."),
    ("dead_letter_not_found", 404, "There is no dead letter with this id."),
    ("definition_invalid", 422, "The journey has problems: `errors` lists them."),
    ("definition_too_large", 413, "A definition has at most 512 KiB."),
    ("edge_not_found", 404, "The profile has no such edge."),
    ("endpoint_key_missing", 503, "The secret ENDPOINT_KEY is not set."),
    (
        "endpoint_misconfigured",
        503,
        "The endpoint lacks a secret or setting that its channel needs.",
    ),
    ("endpoint_secret_unreadable", 500, "A stored secret cannot be opened with this ENDPOINT_KEY."),
    ("forbidden", 403, "This token may only read."),
    ("function_misconfigured", 503, "A binding or secret of the function is missing."),
    ("function_unavailable", 503, "The function that owns this does not answer. Try again."),
    ("id_mismatch", 422, "The id in the path and in the body differ."),
    ("internal", 500, "Our fault; the log has the details."),
    ("invalid_body", 422, "A field is unknown, missing or of another type; `detail` names it."),
    ("invalid_cursor", 400, "Not a `next_cursor` of this list."),
    ("invalid_endpoint_id", 400, "1 to 64 of a-z, A-Z, 0-9, dot, dash and underscore."),
    ("invalid_identity", 400, "Not `kind:value` or `kind@scope:value`."),
    ("invalid_rep", 422, "A field of the rep is not acceptable; `detail` says which."),
    ("invalid_setting", 422, "Not one of the setting's choices; `detail` names it."),
    ("invalid_state", 422, "A lead may be accepted, rejected or closed."),
    ("journey_not_found", 404, "There is no journey with this id."),
    ("lead_has_no_owner", 409, "Nobody has this lead yet: give an owner too."),
    ("lead_is_finished", 409, "The lead is rejected or closed."),
    ("lead_is_merged", 409, "The lead goes on as another; see `merged_into`."),
    ("lead_not_found", 404, "There is no lead with this id."),
    ("malformed_body", 400, "The body is not what this route reads."),
    ("message_not_found", 404, "There is no message with this id."),
    ("method_not_allowed", 405, "The path is there, the method is not."),
    ("missing_header", 400, "A header that the vendor always sends is missing."),
    ("missing_secret", 422, "The channel needs this secret; `detail` names it."),
    ("missing_setting", 422, "The channel needs this setting; `detail` names it."),
    ("nested_too_deep", 400, "The document is nested deeper than anything meant."),
    ("not_found", 404, "There is no such path."),
    ("profile_not_found", 404, "No profile has or had this id."),
    ("reason_too_long", 422, "A reason has at most 2,000 characters."),
    ("rep_not_found", 404, "There is no rep with this id."),
    ("secret_too_long", 422, "A secret has at most 4,096 bytes; `detail` names it."),
    ("task_not_found", 404, "There is no task with this id."),
    ("time_runs_forward", 400, "by_seconds must not be negative."),
    ("touchpoint_not_found", 404, "There is no touchpoint with this id."),
    ("unauthenticated", 401, "A missing or wrong token, key or signature."),
    ("unknown_channel", 404, "There is no channel with this id."),
    ("unknown_endpoint", 404, "There is no endpoint with this channel and id."),
    ("unknown_rep", 422, "There is no rep with this id."),
    ("unknown_route", 404, "The collector has no such path."),
    ("unknown_secret", 422, "The channel has no such secret; `detail` names it."),
    ("unknown_setting", 422, "The channel has no such setting; `detail` names it."),
    ("xml_doctype_refused", 400, "XML with a document type is not read."),
];

#[derive(ToSchema)]
struct Channels {
    items: Vec<tributary_channels::Manifest>,
}

#[derive(ToSchema)]
struct Endpoints {
    items: Vec<Endpoint>,
}

/// Of a secret only that it is set.
#[derive(ToSchema)]
struct Endpoint {
    channel: String,
    id: String,
    secrets: BTreeMap<String, SecretState>,
    settings: BTreeMap<String, String>,
    /// Where the channel's webhooks go.
    webhook_url: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(ToSchema)]
struct SecretState {
    /// How many values are valid now: 2 while one is rotated.
    valid: u32,
}

#[derive(ToSchema)]
struct Health {
    now: Timestamp,
    /// The newest touchpoint's place in the log.
    head: i64,
    consumers: Vec<ConsumerHealth>,
    due: Option<Due>,
}

#[derive(ToSchema)]
struct ConsumerHealth {
    name: String,
    cursor: i64,
    /// Touchpoints it has not looked at. A reader behind profile-merge writes its place only now
    /// and then where nothing concerned it: up to 63 may show until the next minute.
    backlog: i64,
    /// The age of the oldest of them.
    lag_ms: i64,
    last_tick_at: Option<Timestamp>,
    dead_letters: i64,
}

/// Timers and messages whose time has come.
#[derive(ToSchema)]
struct Due {
    runs: i64,
    messages: i64,
}

#[derive(ToSchema)]
struct Journeys {
    items: Vec<journey_runner::api::JourneyDocument>,
    /// Always null: journeys are few.
    next_cursor: Option<String>,
    step_forms: Vec<journey::steps::StepForm>,
}

#[derive(ToSchema)]
struct LeadSummary {
    id: LeadId,
    profile: Option<ProfileId>,
    name: String,
    identity: Identity,
    state: lead::LeadState,
    /// Why somebody put it into this state.
    reason: Option<String>,
    owner: Option<RepId>,
    region: Option<String>,
    product_line: Option<String>,
    /// Points now.
    score: i64,
    merged_into: Option<LeadId>,
    created_at: Timestamp,
    updated_at: Timestamp,
    assigned_at: Option<Timestamp>,
    accepted_at: Option<Timestamp>,
}

#[derive(ToSchema)]
struct Lead {
    id: LeadId,
    profile: Option<ProfileId>,
    name: String,
    identity: Identity,
    state: lead::LeadState,
    /// Why somebody put it into this state.
    reason: Option<String>,
    owner: Option<RepId>,
    region: Option<String>,
    product_line: Option<String>,
    score: ScoreNow,
    merged_into: Option<LeadId>,
    created_at: Timestamp,
    updated_at: Timestamp,
    assigned_at: Option<Timestamp>,
    accepted_at: Option<Timestamp>,
    /// Names of where the person is, the one to show first.
    places: Vec<String>,
    ready: Readiness,
    /// The touchpoint that made it a lead.
    cause: Option<TouchpointId>,
    assignment: Option<LeadAssignment>,
    /// Every decision, the last one holds.
    assignments: Vec<LeadAssignment>,
    opportunity: Option<Opportunity>,
    tasks: Vec<tasks::Task>,
    answers: lead::answers::Answers,
}

/// The score now, with its parts and their evidence.
#[derive(ToSchema)]
struct ScoreNow {
    total: i64,
    threshold: i64,
    parts: Vec<lead::Part>,
}

/// The score when it became a lead.
#[derive(ToSchema)]
struct Readiness {
    threshold: i64,
    score: Score,
}

#[derive(ToSchema)]
struct LeadAssignment {
    id: AssignmentId,
    /// `None`: nobody was eligible.
    rep: Option<RepId>,
    at: Timestamp,
    /// In order: who remained and who fell out at each stage.
    explanation: Vec<Stage>,
}

#[derive(ToSchema)]
struct ProfileEdges {
    profile: ProfileId,
    identities: Option<Vec<profile_merge::document::IdentityDocument>>,
    edges: Vec<ProfileEdge>,
}

#[derive(ToSchema)]
struct ProfileEdge {
    a: Identity,
    b: Identity,
    /// Whether it merges, or why not.
    verdict: String,
    /// `None` for an edge that was cut before it was ever seen.
    evidence: Option<EdgeEvidence>,
    cut: Option<EdgeCut>,
}

/// The earliest touchpoint that showed both.
#[derive(ToSchema)]
struct EdgeEvidence {
    touchpoint: TouchpointId,
    rule: String,
    channel: Option<String>,
    endpoint: Option<String>,
    name: Option<String>,
    occurred_at: Option<Timestamp>,
}

#[derive(ToSchema)]
struct EdgeCut {
    touchpoint: Option<TouchpointId>,
    at: Option<Timestamp>,
}

#[derive(ToSchema)]
struct Timeline {
    profile: ProfileId,
    items: Vec<profile_merge::api::TouchpointDocument>,
    next_cursor: Option<String>,
}

/// What became of the profiles.
#[derive(ToSchema)]
struct Unmerged {
    /// `$identity.cut` or `$identity.restored`.
    did: String,
    at: Timestamp,
    edges: Vec<EdgeKey>,
    profiles: Vec<profile_merge::document::ProfileDocument>,
}

fn add<T: ToSchema>(schemas: &mut Vec<(String, Value)>) {
    let schema = serde_json::to_value(T::schema()).unwrap_or_default();
    schemas.push((T::name().into_owned(), schema));
}

macro_rules! schemas {
    ($($type:ty,)*) => {
        /// Name and schema; a name that is there twice with different schemas is a mistake.
        pub fn schemas() -> Vec<(String, Value)> {
            let mut schemas = Vec::new();
            $(add::<$type>(&mut schemas);)*
            schemas
        }
    };
}

schemas! {
    // What the suite's words are made of.
    ids::TouchpointId, ids::ProfileId, ids::RunId, ids::MessageId, ids::LeadId,
    ids::OpportunityId, ids::AssignmentId, ids::TaskId, ids::DeadLetterId,
    Timestamp, Identity, EdgeKey, touchpoint::Touchpoint,
    // admin
    Channels, tributary_channels::Manifest, tributary_channels::Label, tributary_channels::Field,
    Endpoints, Endpoint, SecretState, admin::endpoints::Body,
    Health, ConsumerHealth, Due,
    dead_letters::DeadLetter,
    profile_merge::api::TouchpointDocument,
    // profile-merge
    profile_merge::document::ProfileDocument, profile_merge::document::IdentityDocument,
    profile_merge::document::TagDocument, profile_merge::document::CounterDocument,
    profile::TraitValue, profile::ConsentValue, profile::ConsentState,
    ProfileEdges, ProfileEdge, EdgeEvidence, EdgeCut, Timeline,
    profile_merge::unmerge::Body, profile_merge::unmerge::EdgeBody, Unmerged,
    // journey-runner
    Journeys, journey_runner::api::JourneyDocument, journey_runner::api::Counts,
    journey_runner::api::RunDocument, journey::RunState, journey::Visit,
    journey::Definition, journey::Entry, journey::Reentry, journey::Goal, journey::Node,
    journey::Problem,
    journey::steps::Step, journey::steps::AddTag, journey::steps::Branch,
    journey::steps::CreateTask, journey::steps::Delay, journey::steps::DelayFrom,
    journey::steps::Exit, journey::steps::SendMessage, journey::steps::WaitFor,
    journey::steps::StepForm, journey::steps::Field, journey::steps::FieldKind,
    journey::steps::Label,
    filter::Filter, filter::Op, condition::Condition, condition::TraitTest, condition::EventTest,
    condition::Since,
    message::Text, message::Template, message::Data, message::Coupon, message::ViewedProducts,
    message::Reviews, message::Review,
    // message-send
    message_send::api::MessageDocument, message_send::api::DeliveryDocument,
    message_send::render::Rendered,
    // lead-assign
    LeadSummary, Lead, ScoreNow, Readiness, LeadAssignment, lead::LeadState, RepId, Score,
    lead::Part, lead::Label, Stage, lead::StageName, lead::Dropped, lead::DropReason,
    lead::answers::Answers, lead::answers::FirstTouch, lead::answers::Viewed,
    lead::answers::Question, lead::answers::Mail, lead::answers::SegmentsAndTags,
    lead::answers::Tag,
    lead_assign::api::leads::Patch, Opportunity, tasks::Task, lead_assign::api::tasks::Patch,
    lead_assign::api::tasks::State, reps::StoredRep, lead_assign::api::reps::Put,
    crate::problem::Problem<'static>,
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The whole document.
pub fn document() -> Value {
    let mut schemas: Map<String, Value> = schemas().into_iter().collect();
    open_parts(&mut schemas);
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for route in ROUTES {
        let path = format!("/api/v1/{}", route.path);
        paths.entry(path).or_default().insert(route.method.to_lowercase(), operation(route));
    }
    let doors = doors();
    for (path, methods) in doors.as_object().into_iter().flatten() {
        paths.insert(path.clone(), methods.as_object().cloned().unwrap_or_default());
    }
    let owners = ["admin", "journey-runner", "lead-assign", "message-send", "profile-merge"];
    let doors = [
        ("doors", "Where channels and SDKs send."),
        ("development", "Only where TRIBUTARY_ENV is development."),
    ];
    let tags: Vec<Value> = owners
        .map(|owner| json!({"name": owner, "description": format!("Owned by the function {owner}.")}))
        .into_iter()
        .chain(doors.map(|(name, what)| json!({"name": name, "description": what})))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tributary",
            "version": "1",
            "description": "Times are milliseconds since the Unix epoch, UTC. Lists are newest \
                first and go on with `next_cursor` until it is null. Errors are RFC 9457 problems; \
                clients should read `code`, which is stable, and not `detail`. A path that is not \
                described answers 404 `not_found`, a method that is not described 405 \
                `method_not_allowed`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"bearer": []}],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "ADMIN_TOKEN may do everything, READONLY_TOKEN may GET.",
            }},
            "responses": shared_refusals(),
            "schemas": schemas,
        },
    })
}

/// A part of an `allOf` that refuses other properties would refuse those of its siblings.
fn open_parts(schemas: &mut Map<String, Value>) {
    fn parts(value: &Value, inside: bool, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                if let (true, Some(Value::String(name))) = (inside, map.get("$ref")) {
                    found.extend(name.rsplit('/').next().map(str::to_owned));
                }
                for (key, value) in map {
                    let inside =
                        key == "allOf" || (inside && matches!(key.as_str(), "oneOf" | "anyOf"));
                    parts(value, inside, found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| parts(item, inside, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    schemas.values().for_each(|schema| parts(schema, false, &mut found));
    for name in found {
        if let Some(Value::Object(schema)) = schemas.get_mut(&name)
            && schema.get("additionalProperties") == Some(&Value::Bool(false))
        {
            schema.remove("additionalProperties");
        }
    }
}

fn operation(route: &Route) -> Value {
    let path = format!("/api/v1/{}", route.path);
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": route.summary,
        "tags": [crate::gateway::owner_of(&path)],
        "responses": responses(route),
    });
    let in_path =
        route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path.map(
        |name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}),
    );
    let in_query = route.query.iter().map(|(name, what)| {
        let schema = match *name {
            "limit" => json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
            _ => json!({"type": "string"}),
        };
        json!({"name": name, "in": "query", "description": what, "schema": schema})
    });
    let parameters: Vec<Value> = in_path.chain(in_query).collect();
    if let Value::Object(map) = &mut operation {
        if !parameters.is_empty() {
            map.insert("parameters".to_owned(), json!(parameters));
        }
        if let Some(body) = route.body {
            let content = json!({"application/json": {"schema": reference(body)}});
            map.insert("requestBody".to_owned(), json!({"required": true, "content": content}));
        }
    }
    operation
}

/// `PUT endpoints/{channel}/{id}` → `put_endpoints_channel_id`.
fn operation_id(route: &Route) -> String {
    let words = route.path.replace(['{', '}'], "").replace(['/', '-'], "_");
    format!("{}_{words}", route.method.to_lowercase())
}

fn responses(route: &Route) -> Value {
    let mut responses = Map::new();
    let content = |schema: Value| json!({"application/json": {"schema": schema}});
    match &route.answer {
        Answer::One(statuses, name) => {
            for status in *statuses {
                let what = match status {
                    201 => "Created.",
                    202 => "Accepted; the work follows.",
                    _ => "As asked.",
                };
                let response = json!({"description": what, "content": content(reference(name))});
                responses.insert(status.to_string(), response);
            }
        }
        Answer::List(of, total) => {
            let response = json!({"description": "A page.", "content": content(page(of, *total))});
            responses.insert("200".to_owned(), response);
        }
        Answer::Empty => {
            responses.insert("204".to_owned(), json!({"description": "Done."}));
        }
    }
    let of_writes: &[&str] = if route.method == "GET" { &[] } else { COMMON_OF_WRITES };
    let codes = route.problems.iter().chain(COMMON).chain(of_writes);
    let codes: Vec<&str> = codes.copied().collect();
    for (status, codes) in by_status(&codes) {
        let common = codes.iter().all(|code| !route.problems.contains(code));
        let refusal = if common { shared_refusal("Common", status) } else { refusal(&codes) };
        responses.insert(status.to_string(), refusal);
    }
    Value::Object(responses)
}

fn shared_refusal(of: &str, status: u16) -> Value {
    json!({"$ref": format!("#/components/responses/{of}{status}")})
}

/// What many operations answer, once.
fn shared_refusals() -> Map<String, Value> {
    let common: Vec<&str> = COMMON.iter().chain(COMMON_OF_WRITES).copied().collect();
    let mut shared = Map::new();
    for (of, codes) in [("Common", common.as_slice()), ("Door", DOOR_CODES)] {
        for (status, codes) in by_status(codes) {
            shared.insert(format!("{of}{status}"), refusal(&codes));
        }
    }
    shared
}

fn by_status<'a>(codes: &[&'a str]) -> BTreeMap<u16, Vec<&'a str>> {
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for code in codes {
        by_status.entry(status_of(code)).or_default().push(code);
    }
    by_status
}

fn page(of: &str, total: Total) -> Value {
    let mut properties = json!({
        "items": {"type": "array", "items": reference(of)},
        "next_cursor": {"type": ["string", "null"], "description": "null: the last page."},
    });
    let mut required = vec!["items", "next_cursor"];
    if let (Value::Object(map), true) = (&mut properties, total != Total::Never) {
        map.insert("total".to_owned(), json!({"type": "integer", "format": "int64"}));
    }
    if total == Total::Always {
        required.push("total");
    }
    json!({"type": "object", "properties": properties, "required": required})
}

/// A problem with one of these codes.
fn refusal(codes: &[&str]) -> Value {
    let meanings = codes.iter().map(|code| {
        let meaning = CODES.iter().find(|(known, _, _)| known == code).map_or("", |known| known.2);
        format!("`{code}`: {meaning}")
    });
    let meanings: Vec<String> = meanings.collect();
    let mut parts = vec![reference("Problem"), json!({"properties": {"code": {"enum": codes}}})];
    if codes.contains(&"definition_invalid") {
        let errors = json!({"type": "array", "items": reference("DefinitionProblem")});
        parts.push(json!({"properties": {"errors": errors}}));
    }
    json!({
        "description": meanings.join(" "),
        "content": {"application/problem+json": {"schema": {"allOf": parts}}},
    })
}

fn status_of(code: &str) -> u16 {
    CODES.iter().find(|(known, _, _)| *known == code).map_or(500, |(_, status, _)| *status)
}

/// Every code that the document names.
pub fn documented_codes() -> Vec<&'static str> {
    let of_routes = ROUTES.iter().flat_map(|route| route.problems.iter());
    let of_doors = DOOR_CODES.iter().chain(&["time_runs_forward"]);
    let all = of_routes.chain(COMMON).chain(COMMON_OF_WRITES).chain(ELSEWHERE).chain(of_doors);
    all.copied().collect()
}

const DOOR_CODES: &[&str] = &[
    "unauthenticated",
    "unknown_endpoint",
    "unknown_route",
    "method_not_allowed",
    "malformed_body",
    "nested_too_deep",
    "xml_doctype_refused",
    "batch_missing",
    "batch_too_long",
    "missing_header",
    "body_too_large",
    "endpoint_misconfigured",
    "database_unavailable",
];

/// What is not `/api/v1`, briefly: channels and SDKs have documents of their own.
fn doors() -> Value {
    let statuses = by_status(DOOR_CODES).into_keys();
    let refusals: Map<String, Value> =
        statuses.map(|status| (status.to_string(), shared_refusal("Door", status))).collect();
    let door = |id: &str, summary: &str, kept: &str| {
        let mut responses = refusals.clone();
        responses.insert("200".to_owned(), json!({"description": kept}));
        json!({
            "operationId": id,
            "summary": summary,
            "tags": ["doors"],
            "security": [],
            "responses": responses,
        })
    };
    let text = json!({"type": "string"});
    let segment =
        |name: &str| json!({"name": name, "in": "path", "required": true, "schema": text});
    let with = |mut operation: Value, extra: Value| {
        if let (Value::Object(operation), Value::Object(extra)) = (&mut operation, extra) {
            operation.extend(extra);
        }
        operation
    };
    let endpoint = json!({"parameters": [segment("channel"), segment("endpoint")]});
    let event = json!({"requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object"}}}}});
    let mut doors = json!({
        "/in/{channel}/{endpoint}": {
            "get": with(
                door("shake_hands", "A channel's handshake, where it has one", "What the channel expects."),
                endpoint.clone(),
            ),
            "post": with(
                door(
                    "receive",
                    "A channel's webhook, authenticated over the raw bytes as the vendor signs",
                    "Kept. The body is what stops the vendor's retries.",
                ),
                endpoint,
            ),
        },
        "/v1/projects/{write_key}/settings": {
            "get": with(
                door("sdk_settings", "The settings that analytics.js loads", "Settings."),
                json!({"parameters": [segment("write_key")]}),
            ),
        },
        "/batch": {"post": with(door("posthog_batch", "PostHog's batch (`api_key` in the body)", "Kept."), event.clone())},
        "/dev/advance": {"post": {
            "operationId": "advance",
            "summary": "Moves the clock of a development installation and does all that falls due",
            "tags": ["development"],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {
                "type": "object",
                "properties": {"by_seconds": {"type": "integer", "minimum": 0}},
                "required": ["by_seconds"],
            }}}},
            "responses": {
                "200": {"description": "At rest.", "content": {"application/json": {"schema": {
                    "type": "object",
                    "properties": {
                        "now": {"type": "string", "format": "date-time"},
                        "ticks": {"type": "integer"},
                        "done": {"type": "integer"},
                    },
                    "required": ["now", "ticks", "done"],
                }}}},
                "400": refusal(&["malformed_body", "time_runs_forward"]),
                "401": refusal(&["unauthenticated"]),
                "403": refusal(&["forbidden"]),
                "503": refusal(&["function_unavailable"]),
            },
        }},
    });
    let kinds = ["alias", "batch", "group", "identify", "page", "screen", "track"];
    for kind in kinds {
        let operation = door(
            &format!("collect_{kind}"),
            "Segment's HTTP API: the write key is the user of Basic authentication, `X-Write-Key` \
             or `writeKey` in the body. RudderStack's single letters and Jitsu's `/api/s/` too",
            "Kept.",
        );
        if let Value::Object(map) = &mut doors {
            map.insert(format!("/v1/{kind}"), json!({"post": with(operation, event.clone())}));
        }
    }
    doors
}
