//! The schemas: the types that requests are read into and answers are written from.

// Shapes of answers that handlers write with `json!`: never built, only described. The test
// checks what the handlers answer against them.
#![allow(dead_code)]

mod own;

use crate::ingest::{preview, sample};
use crate::{access, admin, directory, journey_runner, lead_assign, message_send, profile_merge};
use own::{
    AskedAgain, CodeDoor, EndpointCount, Enrichments, FormDoor, KeptRequest, QuarantinedRequest,
    Replayed,
};
use serde_json::Value;
use std::collections::BTreeMap;
use tributary_core::access::Role;
use tributary_core::identity::{EdgeKey, Identity};
use tributary_core::ids::{AssignmentId, LeadId, ProfileId, TouchpointId};
use tributary_core::lead::{RepId, Score, Stage};
use tributary_core::time::Timestamp;
use tributary_core::{
    condition, consent, doors, filter, ids, journey, lead, message, place, profile, touchpoint,
    vocabulary,
};
use tributary_store::access::users::{Team, User};
use tributary_store::leads::opportunities::Opportunity;
use tributary_store::{dead_letters, reps, tasks};
use utoipa::ToSchema;

#[derive(ToSchema)]
struct Channels {
    items: Vec<tributary_channels::Manifest>,
}

/// Whether the audit log is what was written.
#[derive(ToSchema)]
struct Verification {
    /// How many entries hold together.
    entries: i64,
    intact: bool,
    /// The first entry that does not follow from the one before it.
    broken_at: Option<i64>,
    /// The hash of the last entry that holds: kept elsewhere, it proves that nothing was cut off.
    head: String,
}

#[derive(ToSchema)]
struct Empty {}

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
    /// Who in the company answers for it.
    owner: Option<String>,
    /// What people call it; empty: its id.
    label: String,
    /// Touchpoints it has brought.
    delivered: i64,
    /// Touchpoints it has brought again.
    duplicates: i64,
    /// Requests that did not fit and wait.
    quarantined: i64,
    /// What became of its requests: `received` touchpoints, and why requests were refused. Written
    /// about every ten seconds.
    counts: BTreeMap<String, EndpointCount>,
    last_delivery_at: Option<Timestamp>,
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
    /// The database's size; of a fixed amount, which the plan sets.
    database_bytes: Option<i64>,
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
    /// 1, 2, 3 …: how many times the person has become a lead.
    episode: u32,
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
    /// 1, 2, 3 …: how many times the person has become a lead.
    episode: u32,
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

/// What became of the profiles; or, asked with `preview`, what would.
#[derive(ToSchema)]
struct Unmerged {
    /// `$identity.cut` or `$identity.restored`.
    did: Option<String>,
    at: Option<Timestamp>,
    edges: Option<Vec<EdgeKey>>,
    profiles: Option<Vec<profile_merge::document::ProfileDocument>>,
    /// Alone, where asked for.
    preview: Option<Vec<Foreseen>>,
}

#[derive(ToSchema)]
struct Foreseen {
    /// `None`: a profile that does not exist yet.
    profile: Option<ProfileId>,
    identities: Vec<Identity>,
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
    ids::OpportunityId, ids::AssignmentId, ids::TaskId, ids::DeadLetterId, ids::QuarantineId,
    Timestamp, Identity, EdgeKey, touchpoint::Touchpoint,
    // access
    access::audit::Document, Verification, access::keys::Document, access::keys::Post,
    access::roles::Document,
    access::session::Opened, access::session::SignIn, access::session::TokenBody,
    access::links::Body, access::privacy::PersonalFields, access::teams::Put, access::users::Put, access::users::State, Role,
    User, Team, Empty,
    // directory
    directory::search::Found, directory::search::FoundIdentity,
    // admin
    admin::inventory::InventoryItem, admin::setup::Document, admin::setup::Goal,
    admin::setup::Said, admin::setup::Step,
    Channels, tributary_channels::Manifest, tributary_channels::Label, tributary_channels::Field,
    admin::vocabulary::Vocabulary, admin::vocabulary::ChannelName,
    admin::vocabulary::EndpointName, vocabulary::Term, vocabulary::Property, vocabulary::Kind,
    tributary_store::mappings::Version, preview::Asked, preview::Previewed,
    preview::PreviewedTouchpoint, preview::MappingFault,
    sample::Tested, Enrichments, tributary_store::enrich::Summary, AskedAgain,
    tributary_store::quarantine::Quarantined, QuarantinedRequest, KeptRequest, Replayed,
    CodeDoor, doors::code::Code, FormDoor, doors::form::Form, doors::form::Words,
    doors::form::Field, doors::form::FieldKind, doors::form::Choice, doors::form::Consent,
    EndpointCount, Endpoints, Endpoint, SecretState, admin::endpoints::Body,
    Health, ConsumerHealth, Due,
    dead_letters::DeadLetter,
    profile_merge::api::TouchpointDocument,
    // profile-merge
    profile_merge::document::ProfileDocument, profile_merge::document::IdentityDocument,
    profile_merge::document::TagDocument, profile_merge::document::CounterDocument,
    profile::TraitValue, profile::Rank, consent::ConsentValue, consent::ConsentState,
    consent::ConsentSource,
    ProfileEdges, ProfileEdge, EdgeEvidence, EdgeCut, Timeline,
    profile_merge::blocked::Body, profile_merge::blocked::BlockedIdentity,
    profile_merge::unmerge::Body, profile_merge::unmerge::EdgeBody, Unmerged, Foreseen,
    profile::Lifecycle,
    profile_merge::suppressions::Document, profile_merge::suppressions::Body, message::Reason,
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
    place::Listed, place::Kind,
    crate::problem::Problem<'static>,
}
