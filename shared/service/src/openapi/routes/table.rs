//! The table itself.

use super::Answer::{Empty, List, One};
use super::{
    BLOCKING, CURSOR, ENDPOINT_PUT, IDENTITY, LEAD_PATCH, LIMIT, OF_PREVIEWS, OF_REPLAYS, OF_REPS,
    Route, Total, act, get, put, write,
};

/// Sorted by path, then as one reads, writes, removes.
pub const ROUTES: &[Route] = &[
    get(
        "api-keys",
        "API keys; the keys themselves are never shown again",
        List("ApiKey", Total::Never),
    )
    .asks(&[LIMIT, CURSOR]),
    write(
        "POST",
        "api-keys",
        "Makes an API key; the answer is the only one that shows it",
        Some("ApiKeyPost"),
        One(&[201], "ApiKey"),
    )
    .refuses(&[
        "malformed_body",
        "body_too_large",
        "invalid_body",
        "invalid_api_key",
        "rights_would_grow",
    ]),
    write("DELETE", "api-keys/{id}", "Ends the validity of an API key", None, Empty)
        .refuses(&["api_key_not_found"]),
    get(
        "audit",
        "Who changed what, and who saw personal data, newest first",
        List("AuditEntry", Total::Never),
    )
    .asks(&[
        ("actor", "Only of this user, API key or token."),
        ("action", "`changed`, `looked_up`, `personal_data_viewed`, `previewed`, `refused` …"),
        LIMIT,
        CURSOR,
    ])
    .refuses(&["invalid_cursor"]),
    get("audit/verification", "Walks the chain of hashes", One(&[200], "Verification")),
    get("blocked-identities", "What many people share", List("BlockedIdentity", Total::Never)),
    put("blocked-identities", "Blocks or frees one", "BlockIdentity", "BlockedIdentity")
        .refuses(BLOCKING),
    get("channels", "The channels: what each is, needs and can", One(&[200], "Channels")),
    get("codes", "Codes that people scan, and how often they did", List("CodeDoor", Total::Never))
        .asks(&[LIMIT, CURSOR]),
    get("codes/{id}", "One of them", One(&[200], "CodeDoor")).refuses(&["door_not_found"]),
    write(
        "PUT",
        "codes/{id}",
        "Creates or changes one",
        Some("CodePut"),
        One(&[200, 201], "CodeDoor"),
    )
    .refuses(&["invalid_door_id", "invalid_door", "unknown_rep", "unknown_endpoint"]),
    write("DELETE", "codes/{id}", "Removes one; what came through it stays", None, Empty)
        .refuses(&["door_not_found"]),
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
    .refuses(ENDPOINT_PUT),
    write("DELETE", "endpoints/{channel}/{id}", "Removes an endpoint", None, Empty)
        .refuses(&["unknown_endpoint"]),
    act(
        "endpoints/{channel}/{id}/test",
        "Sends a test through the endpoint's own door, where its channel has `tests`",
        "EndpointTested",
    )
    .refuses(&["unknown_endpoint", "channel_has_no_test", "test_refused"]),
    get(
        "endpoints/{channel}/{id}/mappings",
        "Its mappings, newest first",
        List("MappingVersion", Total::Never),
    ),
    get(
        "enrichments",
        "What vendors were asked because their webhooks leave it out, endpoint by endpoint",
        One(&[200], "Enrichments"),
    ),
    act("enrichments/{channel}/{endpoint}/ask-again", "Asks again; a pause is over", "AskedAgain")
        .refuses(&["unknown_endpoint"]),
    get(
        "forms",
        "Forms that people fill in, and how often they did",
        List("FormDoor", Total::Never),
    )
    .asks(&[LIMIT, CURSOR]),
    get("forms/{id}", "One of them", One(&[200], "FormDoor")).refuses(&["door_not_found"]),
    write(
        "PUT",
        "forms/{id}",
        "Creates or changes one",
        Some("FormDefinition"),
        One(&[200, 201], "FormDoor"),
    )
    .refuses(&["invalid_door_id", "invalid_door"]),
    write("DELETE", "forms/{id}", "Removes one; what came through it stays", None, Empty)
        .refuses(&["door_not_found"]),
    get("health", "How far each consumer is behind, and what waits", One(&[200], "Health")),
    get(
        "inventory",
        "What arrives where, how much of it, and who answers for it",
        List("InventoryItem", Total::Never),
    ),
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
        .asks(&[
            ("state", "Only in this state."),
            ("owner", "Only of this rep."),
            ("profile", "Only of this profile."),
            LIMIT,
            CURSOR,
        ])
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
    .refuses(LEAD_PATCH),
    write(
        "POST",
        "mappings/preview",
        "What a mapping would make of a sample; nothing is written",
        Some("MappingPreview"),
        One(&[200], "Previewed"),
    )
    .refuses(OF_PREVIEWS),
    get("messages", "What was sent or not, and why, newest first", List("Message", Total::Never))
        .asks(&[
            ("status", "`queued`, `sending`, `sent`, `skipped`, `failed` or `unknown`."),
            ("journey", "Only of this journey."),
            ("to", "`customers` or `staff`."),
            ("profile", "Only to this profile."),
            ("identity", "The identity as its profile shows it: `phone:+8613800138000`."),
            LIMIT,
            CURSOR,
        ])
        .refuses(&["invalid_cursor", "invalid_identity", "invalid_recipients", "too_many_lookups"]),
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
        "personal-fields",
        "Fields that are masked beside those that always are",
        One(&[200], "PersonalFields"),
    ),
    write(
        "PUT",
        "personal-fields",
        "Replaces the list of such fields",
        Some("PersonalFields"),
        One(&[200], "PersonalFields"),
    )
    .refuses(&["malformed_body", "body_too_large", "invalid_body", "invalid_personal_fields"]),
    get(
        "profiles",
        "Profiles, or those that an identity belongs to",
        List("Profile", Total::Sometimes),
    )
    .asks(&[IDENTITY, LIMIT, CURSOR])
    .refuses(&["invalid_identity", "too_many_lookups"]),
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
            ("channel*", "Only of these channels."),
            ("name*", "Only of these names."),
            ("kind", "`order`: only what was bought, wherever it was."),
            ("own", "`false`: without what the suite itself noted."),
            LIMIT,
            CURSOR,
        ])
        .refuses(&["profile_not_found", "invalid_cursor", "invalid_kind", "invalid_own"]),
    write(
        "POST",
        "profiles/{id}/unmerge",
        "Cuts an edge or an identity's edges, or restores them",
        Some("Unmerge"),
        One(&[200], "Unmerged"),
    )
    .refuses(&[
        "malformed_body",
        "invalid_identity",
        "profile_not_found",
        "edge_not_found",
        "region_too_large",
    ]),
    get(
        "quarantine",
        "Authenticated requests whose body did not fit, newest first; kept for 30 days",
        List("Quarantined", Total::Never),
    )
    .asks(&[
        ("channel", "Only of this channel."),
        ("endpoint", "Only of this endpoint."),
        LIMIT,
        CURSOR,
    ])
    .refuses(&["invalid_cursor"]),
    get("quarantine/{id}", "What it said", One(&[200], "QuarantinedRequest")).refuses(&[
        "quarantined_not_found",
        "endpoint_secret_unreadable",
        "endpoint_key_missing",
    ]),
    act(
        "quarantine/{id}/replay",
        "Tries it again with the endpoint as it is now; what is known already is not doubled",
        "Replayed",
    )
    .refuses(OF_REPLAYS),
    get(
        "regions",
        "Regions that a salesperson may cover, China's first",
        List("Region", Total::Always),
    )
    .asks(&[("within", "Those directly within this one: 广东省, Shenzhen.")])
    .refuses(&["region_not_found"]),
    get("reps", "Salespeople, with how much each has in hand", List("Rep", Total::Always)),
    get("reps/{id}", "A salesperson", One(&[200], "Rep")).refuses(&["rep_not_found"]),
    write(
        "PUT",
        "reps/{id}",
        "Creates or changes a salesperson",
        Some("RepPut"),
        One(&[200], "Rep"),
    )
    .refuses(OF_REPS),
    get("roles", "What each role may see and do", List("RoleRights", Total::Never)),
    get("search", "People by number, address, name or any id", List("Found", Total::Never))
        .asks(&[("q", "What somebody has at hand.")])
        .refuses(&["too_many_lookups"]),
    get("session", "Who is signed in, and what they may do", One(&[200], "Session")),
    write(
        "POST",
        "session",
        "Signs in with the token of a link; sets the session's cookie",
        Some("SessionPost"),
        One(&[201], "Session"),
    )
    .refuses(&["malformed_body", "link_used_or_expired"]),
    write("DELETE", "session", "Signs out", None, Empty),
    get("setup", "The first five steps, and which are done", One(&[200], "Setup")),
    write(
        "PUT",
        "setup",
        "Notes what the company has decided; what is not given stays",
        Some("SetupPut"),
        One(&[200], "Setup"),
    )
    .refuses(&["body_too_large", "invalid_body"]),
    get("sign-in", "The ways to sign in here", One(&[200], "SignIn")),
    write(
        "POST",
        "sign-in",
        "Sends a one-time link by mail; the answer is the same whoever asks",
        Some("SignInPost"),
        One(&[202], "Empty"),
    )
    .refuses(&["malformed_body", "invalid_address", "public_url_missing"]),
    get("tasks", "To-dos, the most urgent first", List("Task", Total::Always))
        .asks(&[
            ("owner", "Only of this rep."),
            ("state", "`open`, `done` or `canceled`."),
            ("kind", "`follow_up_lead`, `assign_lead`, `phone_care` …"),
            ("profile", "Only about this profile."),
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
    get("teams", "Teams: their people see each other's leads", List("Team", Total::Never)),
    write("PUT", "teams/{id}", "Creates or renames a team", Some("TeamPut"), One(&[200], "Team"))
        .refuses(&["malformed_body", "body_too_large", "invalid_body", "invalid_team"]),
    write("DELETE", "teams/{id}", "Removes a team; its people stay", None, Empty),
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
    get("users", "The company's staff", List("User", Total::Never)).asks(&[LIMIT, CURSOR]),
    write(
        "PUT",
        "users/{id}",
        "Creates or changes a user; who is disabled or gets another role is signed out",
        Some("UserPut"),
        One(&[200, 201], "User"),
    )
    .refuses(&[
        "malformed_body",
        "body_too_large",
        "invalid_body",
        "invalid_user",
        "last_admin",
        "rights_would_grow",
    ]),
    write("POST", "users/{id}/sign-out", "Ends every session of a user", None, Empty)
        .refuses(&["user_not_found", "rights_would_grow"]),
    get(
        "vocabulary",
        "What touchpoints are called, what they must hold, and what else is understood",
        One(&[200], "Vocabulary"),
    ),
];
