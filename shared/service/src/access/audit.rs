//! `/api/v1/audit`, and the one place that adds to it.

use crate::answer::{Answered, failed, limit_of, parameter};
use crate::{Host, Principal, Request, Response, problem};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tributary_core::access::{Entry, GENESIS, entry_hash};
use tributary_store::access::audit::{self, Head, Row};
use tributary_store::{Db, one, rows};

/// How often an entry that came second tries again. Each try, somebody else has succeeded.
const TRIES: u32 = 20;
/// The same person looking at the same thing again within this time is the same view.
const VIEW_MS: i64 = 15 * 60_000;
/// Entries verified at a time.
const PAGE: i64 = 2_000;

/// What is to be written down.
pub(super) struct Note {
    action: &'static str,
    object: String,
    detail: Value,
    is_view: bool,
}

impl Note {
    pub fn change(object: String, method: &str) -> Note {
        Note { action: "changed", object, detail: json!({"method": method}), is_view: false }
    }

    /// Which page of a list it was does not matter, what was looked for does.
    pub fn view(object: String, query: &str) -> Note {
        let paging = |name: &str| matches!(name, "cursor" | "limit");
        let asked: serde_json::Map<String, Value> = form_urlencoded::parse(query.as_bytes())
            .filter(|(name, _)| !paging(name))
            .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
            .collect();
        Note { action: "personal_data_viewed", object, detail: Value::Object(asked), is_view: true }
    }

    pub fn of(action: &'static str, object: &str, detail: Value) -> Note {
        Note { action, object: object.to_owned(), detail, is_view: false }
    }
}

/// Writes it down; the number of the entry, `None` where the same view is noted already. What
/// cannot be noted must not happen: the caller gives up on an error.
pub(super) async fn append<H: Host>(
    host: &H,
    who: &Principal,
    note: &Note,
) -> Answered<Option<i64>> {
    let now = host.now();
    let detail = note.detail.to_string();
    let view = note.is_view.then(|| {
        let slot = (now.0 / VIEW_MS).to_string();
        [who.actor.as_str(), note.object.as_str(), &detail, &slot].join("\u{1f}")
    });
    for _ in 0..TRIES {
        let mut batch = vec![audit::head()];
        batch.extend(view.as_deref().map(audit::viewed));
        let answers = host.db().run(batch).await.map_err(failed)?;
        let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
        if answers.len() > 1 && !answer(1).decode::<Value>().map_err(failed)?.is_empty() {
            return Ok(None);
        }
        let head: Vec<Head> = answer(0).decode().map_err(failed)?;
        let (seq, previous) = match head.first() {
            Some(head) => (head.seq + 1, head.hash.as_str()),
            None => (1, GENESIS),
        };
        let entry = Entry {
            seq,
            at: now.0,
            actor: &who.actor,
            actor_kind: &who.actor_kind,
            action: note.action,
            object: &note.object,
            detail: &detail,
        };
        let hash = entry_hash(previous, &entry);
        match one(host.db(), audit::append(&entry, view.as_deref(), &hash)).await {
            Ok(_) => return Ok(Some(seq)),
            Err(error) if audit::is_taken(&error) => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Err(problem(503, "busy", "Others are being noted at this moment. Please try again."))
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AuditEntry))]
pub(crate) struct Document {
    seq: i64,
    /// Milliseconds since the epoch.
    at: i64,
    /// A user's or API key's id, `admin-token` or `read-only-token`.
    actor: String,
    /// `user`, `api_key`, `token` or `nobody`.
    actor_kind: String,
    /// `changed`, `personal_data_viewed`, `refused`, `signed_in`, `signed_out`.
    action: String,
    /// The path below `/api/v1/`.
    object: String,
    detail: Value,
    hash: String,
}

pub(super) async fn list<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    let (actor, action) = (parameter(request, "actor"), parameter(request, "action"));
    let limit = limit_of(request);
    let before = match parameter(request, "cursor") {
        None => i64::MAX / 4,
        Some(text) => text.parse().map_err(|_| problem(400, "invalid_cursor", ""))?,
    };
    let statement = audit::list(before, limit, actor.as_deref(), action.as_deref());
    let found: Vec<Row> = rows(host.db(), statement).await.map_err(failed)?;
    let next =
        found.last().filter(|_| found.len() as i64 == limit).map(|last| last.seq.to_string());
    let items: Vec<Document> = found
        .into_iter()
        .map(|row| Document {
            seq: row.seq,
            at: row.at,
            actor: row.actor,
            actor_kind: row.actor_kind,
            action: row.action,
            object: row.object,
            detail: serde_json::from_str(&row.detail).unwrap_or_default(),
            hash: row.hash,
        })
        .collect();
    Ok(Response::json(200, &json!({"items": items, "next_cursor": next})))
}

/// Walks the chain from its beginning.
pub(super) async fn verify<H: Host>(host: &H) -> Answered<Response> {
    let (mut previous, mut last, mut broken) = (GENESIS.to_owned(), 0, None);
    loop {
        let found: Vec<Row> = rows(host.db(), audit::chain(last, PAGE)).await.map_err(failed)?;
        for row in &found {
            let expected = entry_hash(&previous, &row.entry());
            if row.seq != last + 1 || row.hash != expected {
                broken = Some(last + 1);
                break;
            }
            (previous, last) = (expected, row.seq);
        }
        if broken.is_some() || (found.len() as i64) < PAGE {
            break;
        }
    }
    let answer = json!({"entries": last, "intact": broken.is_none(), "broken_at": broken});
    Ok(Response::json(200, &answer))
}

/// A change that was noted before it was tried, and then refused.
pub(super) async fn refused<H: Host>(host: &H, request: &Request) -> Answered<Response> {
    #[derive(Deserialize)]
    struct Refused {
        principal: Principal,
        path: String,
        status: u16,
    }
    let refused: Refused = serde_json::from_slice(&request.body)
        .map_err(|_| problem(400, "malformed_body", "Expected principal, path and status."))?;
    let object = refused.path.strip_prefix("/api/v1/").unwrap_or(&refused.path);
    let detail = json!({"entry": refused.principal.audited, "status": refused.status});
    append(host, &refused.principal, &Note::of("refused", object, detail)).await?;
    Ok(Response::empty(204))
}
