//! Every code an answer may carry, and which of them any route may.

use super::routes::ROUTES;

/// What any route may answer. The second list only where it writes.
pub(super) const COMMON: &[&str] = &[
    "unauthenticated",
    "forbidden",
    "busy",
    "internal",
    "database_unavailable",
    "function_unavailable",
    "function_misconfigured",
];
pub(super) const COMMON_OF_WRITES: &[&str] =
    &["body_too_large", "conflict", "csrf_token_missing", "foreign_origin"];
/// What a path or method that is not described answers.
pub(super) const ELSEWHERE: &[&str] = &["not_found", "method_not_allowed"];

/// Code, status, meaning. Codes are stable.
pub const CODES: &[(&str, u16, &str)] = &[
    (
        "address_malformed",
        422,
        "An address is not written plainly: scheme, host and path in ASCII, without a name or password.",
    ),
    ("address_not_https", 422, "An address that the suite calls begins with https://."),
    ("address_not_public", 422, "An address that the suite calls lies in the public network."),
    ("api_key_not_found", 404, "There is no API key with this id."),
    ("batch_missing", 400, "The collector's batch holds no list of events."),
    ("batch_too_long", 400, "More than 2,500 events in one batch."),
    ("body_too_large", 413, "The body is larger than this door takes."),
    ("busy", 503, "Others are changing this at the moment; nothing was written. Try again."),
    ("channel_has_no_test", 422, "Cause an event at the vendor instead."),
    ("conflict", 409, "Somebody else changed this at the same time. Try again."),
    ("csrf_token_missing", 403, "Send the token that GET session shows as x-tributary-csrf."),
    ("database_unavailable", 503, "Nothing was written. Try again."),
    ("dead_letter_not_found", 404, "There is no dead letter with this id."),
    ("definition_invalid", 422, "The journey has problems: `errors` lists them."),
    ("definition_too_large", 413, "A definition has at most 512 KiB."),
    ("door_not_found", 404, "There is no such code or form."),
    ("edge_not_found", 404, "The profile has no such edge."),
    ("endpoint_key_missing", 503, "The secret ENDPOINT_KEY is not set."),
    (
        "endpoint_misconfigured",
        503,
        "The endpoint lacks a secret or setting that its channel needs.",
    ),
    ("endpoint_secret_unreadable", 500, "A stored secret cannot be opened with this ENDPOINT_KEY."),
    ("forbidden", 403, "The role or the key does not allow this."),
    ("foreign_origin", 403, "A page of another site may not change anything here."),
    ("function_misconfigured", 503, "A binding or secret of the function is missing."),
    ("function_unavailable", 503, "The function that owns this does not answer. Try again."),
    (
        "guessable_endpoint_id",
        422,
        "Nothing signs these requests: the id must be 32 to 64 random hexadecimal digits.",
    ),
    ("id_mismatch", 422, "The id in the path and in the body differ."),
    ("internal", 500, "Our fault; the log has the details."),
    ("invalid_address", 422, "Not one plain address of mail."),
    ("invalid_api_key", 422, "The name or a scope is not acceptable; `detail` says which."),
    ("invalid_body", 422, "A field is unknown, missing or of another type; `detail` names it."),
    ("invalid_cursor", 400, "Not a `next_cursor` of this list."),
    ("invalid_door", 422, "The definition is not acceptable; `detail` says where."),
    ("invalid_door_id", 400, "1 to 64 of a-z, 0-9, dash and underscore."),
    ("invalid_endpoint_id", 400, "1 to 64 of a-z, A-Z, 0-9, dot, dash and underscore."),
    ("invalid_identity", 400, "Not `kind:value` or `kind@scope:value`."),
    ("invalid_kind", 400, "Not a kind of touchpoint that can be asked for."),
    ("invalid_mapping", 422, "The mapping is not acceptable; `detail` says where."),
    ("invalid_own", 400, "Say `true` or `false`."),
    ("invalid_personal_fields", 422, "At most 100 names, none of what answers are made of."),
    ("invalid_recipients", 400, "Say `customers` or `staff`."),
    ("invalid_rep", 422, "A field of the rep is not acceptable; `detail` says which."),
    ("invalid_setting", 422, "Not one of the setting's choices; `detail` names it."),
    ("invalid_state", 422, "A lead may be accepted, rejected or closed."),
    ("invalid_team", 422, "The id or the name is not acceptable."),
    ("invalid_user", 422, "A field of the user is not acceptable; `detail` says which."),
    ("journey_not_found", 404, "There is no journey with this id."),
    ("last_admin", 409, "Make somebody else an administrator first."),
    ("lead_has_no_owner", 409, "Nobody has this lead yet: give an owner too."),
    ("lead_is_finished", 409, "The lead is rejected or closed."),
    ("lead_is_merged", 409, "The lead goes on as another; see `merged_into`."),
    ("lead_not_found", 404, "There is no lead with this id."),
    ("link_used_or_expired", 401, "A link works once, for 15 minutes. Ask for a new one."),
    ("malformed_body", 400, "The body is not what this route reads."),
    ("mapping_does_not_fit", 422, "No rule of the mapping makes anything of this body."),
    ("mapping_invalid", 422, "The stored mapping cannot be read."),
    (
        "mapping_makes_too_much",
        422,
        "What the mapping makes of this body is more than four times as large, or over 4 MiB.",
    ),
    ("mapping_missing", 422, "The endpoint has no mapping yet."),
    ("message_not_found", 404, "There is no message with this id."),
    ("method_not_allowed", 405, "The path is there, the method is not."),
    ("missing_header", 400, "A header that the vendor always sends is missing."),
    ("missing_secret", 422, "The channel needs this secret; `detail` names it."),
    ("missing_setting", 422, "The channel needs this setting; `detail` names it."),
    ("nested_too_deep", 400, "The document is nested deeper than anything meant."),
    ("not_found", 404, "There is no such path."),
    ("overloaded", 503, "More comes in than can be written. Try again after Retry-After."),
    ("profile_not_found", 404, "No profile has or had this id."),
    ("public_url_missing", 503, "The variable PUBLIC_URL is not set: links in mails lead there."),
    (
        "quarantined_not_found",
        404,
        "There is no request in quarantine with this id, or its 30 days are over.",
    ),
    (
        "rate_limited",
        429,
        "The endpoint takes no more at the moment. Try again after `Retry-After` seconds.",
    ),
    ("reason_too_long", 422, "A reason has at most 2,000 characters."),
    ("region_not_found", 404, "There is no region of this name, or several."),
    ("region_too_large", 422, "More identities hang together here than one person has."),
    ("rep_not_found", 404, "There is no rep with this id."),
    ("rights_would_grow", 403, "This would give or reach rights that the asker does not have."),
    (
        "secret_needed_again",
        422,
        "The address that a secret goes to has changed: send the secret again.",
    ),
    ("secret_too_long", 422, "A secret has at most 4,096 bytes; `detail` names it."),
    ("still_does_not_fit", 422, "It was tried again and does not fit; `detail` says why."),
    ("suppression_not_found", 404, "This address is not suppressed."),
    ("task_not_found", 404, "There is no task with this id."),
    ("test_refused", 422, "The endpoint's own door refused the test; `detail` says why."),
    ("time_runs_forward", 400, "by_seconds must not be negative."),
    ("too_many_blocked_identities", 422, "At most 1,000 identities are blocked."),
    (
        "too_many_lookups",
        429,
        "Who does not see personal data may look for 60 people an hour by number or address.",
    ),
    ("touchpoint_not_found", 404, "There is no touchpoint with this id."),
    ("unauthenticated", 401, "A missing or wrong token, key or signature."),
    ("unknown_channel", 404, "There is no channel with this id."),
    ("unknown_endpoint", 404, "There is no endpoint with this channel and id."),
    ("unknown_region", 422, "A region of the rep is none, or several have its name."),
    ("unknown_rep", 422, "There is no rep with this id."),
    ("unknown_route", 404, "The collector has no such path."),
    ("unknown_secret", 422, "The channel has no such secret; `detail` names it."),
    ("unknown_setting", 422, "The channel has no such setting; `detail` names it."),
    ("unreadable_sample", 422, "The sample is no JSON, XML or form; `detail` says why."),
    ("unsupported_media_type", 415, "Not a content type that this door reads."),
    ("user_not_found", 404, "There is no user with this id or address."),
    ("vendor_unavailable", 503, "The vendor's own server did not answer; nothing was kept."),
    ("xml_doctype_refused", 400, "XML with a document type is not read."),
];

pub const DOOR_CODES: &[&str] = &[
    "batch_missing",
    "batch_too_long",
    "body_too_large",
    "database_unavailable",
    "endpoint_misconfigured",
    "function_unavailable",
    "malformed_body",
    "mapping_does_not_fit",
    "mapping_invalid",
    "mapping_makes_too_much",
    "mapping_missing",
    "method_not_allowed",
    "missing_header",
    "nested_too_deep",
    "overloaded",
    "rate_limited",
    "unauthenticated",
    "unknown_endpoint",
    "unknown_route",
    "unsupported_media_type",
    "vendor_unavailable",
    "xml_doctype_refused",
];

pub(super) fn status_of(code: &str) -> u16 {
    CODES.iter().find(|(known, _, _)| *known == code).map_or(500, |(_, status, _)| *status)
}

/// Every code that the document names.
pub fn documented_codes() -> Vec<&'static str> {
    let of_routes = ROUTES.iter().flat_map(|route| route.problems.iter());
    let of_doors = DOOR_CODES.iter().chain(&["time_runs_forward"]);
    let all = of_routes.chain(COMMON).chain(COMMON_OF_WRITES).chain(ELSEWHERE).chain(of_doors);
    all.copied().collect()
}
