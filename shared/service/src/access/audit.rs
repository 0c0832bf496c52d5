//! `/api/v1/audit`, and the one place that adds to it.

use super::chain::{Keys, Walk, note_outside, noted_outside};
use crate::answer::{Answered, failed, limit_of, parameter};
use crate::{Host, Principal, Request, Response, problem};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tributary_core::access::{Entry, GENESIS, VERSION, entry_hash};
use tributary_store::access::audit::{self, Head, NotedHead, Row, Viewed};
use tributary_store::{Db, DbError, rows};

/// How often entries that came second try again. Each try, another isolate has succeeded.
const TRIES: u32 = 200;
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

    /// What would happen was asked, and nothing did.
    pub fn preview(object: String) -> Note {
        Note { action: "previewed", object, detail: json!({}), is_view: true }
    }

    /// Which page of a list it was does not matter, what was looked for does.
    pub fn view(keys: &Keys, object: String, query: &str) -> Note {
        let detail = asked(keys, query);
        Note { action: "personal_data_viewed", object, detail, is_view: true }
    }

    /// One person was looked for by somebody who does not see such data.
    pub fn lookup(keys: &Keys, object: String, query: &str) -> Note {
        Note { action: "looked_up", object, detail: asked(keys, query), is_view: true }
    }

    pub fn of(action: &'static str, object: &str, detail: Value) -> Note {
        Note { action, object: object.to_owned(), detail, is_view: false }
    }
}

/// The parameters of a request. What somebody typed to find a person is kept as a digest: the log
/// is read by more people than may see whom it is about, and it is never deleted.
fn asked(keys: &Keys, query: &str) -> Value {
    const PLAIN: &[&str] = &[
        "action", "channel", "endpoint", "journey", "kind", "name", "profile", "stage", "state",
        "status",
    ];
    let paging = |name: &str| matches!(name, "cursor" | "limit");
    let is_word = |text: &str| {
        let word = |c: char| c.is_ascii_alphanumeric() || "._$/-".contains(c);
        text.len() <= 64 && text.chars().all(word) && text.chars().any(|c| c.is_ascii_alphabetic())
    };
    form_urlencoded::parse(query.as_bytes())
        .filter(|(name, value)| !paging(name) && !value.is_empty())
        .map(|(name, value)| {
            let plain = PLAIN.contains(&name.as_ref()) && is_word(&value);
            let name = if is_word(&name) { name.into_owned() } else { keys.digest(&name) };
            let value = if plain { value.into_owned() } else { keys.digest(value.trim()) };
            (name, Value::String(value))
        })
        .collect::<serde_json::Map<String, Value>>()
        .into()
}

/// An entry before it has its place in the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEntry {
    at: i64,
    actor: String,
    actor_kind: String,
    action: &'static str,
    object: String,
    detail: String,
    /// What makes looking at the same thing again the same view.
    view: Option<String>,
}

/// Writes it down; the number of the entry, `None` where the same view is noted already. What
/// cannot be noted must not happen: the caller gives up on an error.
pub(super) async fn append<H: Host>(
    host: &H,
    who: &Principal,
    note: &Note,
) -> Answered<Option<i64>> {
    let (now, detail) = (host.now(), note.detail.to_string());
    let view = note.is_view.then(|| {
        let slot = (now.0 / VIEW_MS).to_string();
        let parts = [who.actor.as_str(), note.action, &note.object, &detail, &slot];
        Keys::of(host).digest(&parts.join("\u{1f}"))
    });
    let entry = NewEntry {
        at: now.0,
        actor: who.actor.clone(),
        actor_kind: who.actor_kind.clone(),
        action: note.action,
        object: note.object.clone(),
        detail,
        view,
    };
    host.note(entry).await.map_err(failed)
}

/// Adds entries to the end of the chain as one batch, with the end they make. Two writers at once
/// never take the same place: one of them reads the new end and tries again.
///
/// # Errors
/// The database's, and `Unavailable` when others were always faster.
pub async fn write_entries<H: Host>(
    host: &H,
    entries: &[NewEntry],
) -> Result<Vec<Option<i64>>, DbError> {
    let keys = Keys::of(host);
    let views: Vec<&str> = entries.iter().filter_map(|entry| entry.view.as_deref()).collect();
    for _ in 0..TRIES {
        let answers = host.db().run(vec![audit::head(), audit::viewed(&views)]).await?;
        let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
        let head: Vec<Head> = answer(0).decode()?;
        let seen = answer(1).decode::<Viewed>()?.into_iter().map(|row| row.view).collect();
        let (placed, numbers) = place(&keys, head.into_iter().next(), seen, entries);
        let (Some(first), Some(last)) = (placed.first(), placed.last()) else { return Ok(numbers) };
        let head = keys.head(last.seq, &last.hash);
        match host.db().run(audit::append(&placed, &head)).await {
            Ok(_) => {
                note_outside(host, first.seq, &head).await;
                return Ok(numbers);
            }
            Err(error) if audit::is_taken(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Err(DbError::Unavailable("others were noted at every try".to_owned()))
}

/// Entries with their places and hashes, and the number of each.
fn place(
    keys: &Keys,
    head: Option<Head>,
    mut seen: BTreeSet<String>,
    entries: &[NewEntry],
) -> (Vec<Row>, Vec<Option<i64>>) {
    let (mut seq, mut previous) = match head {
        Some(head) => (head.seq, head.hash),
        None => (0, GENESIS.to_owned()),
    };
    let (mut placed, mut numbers) = (Vec::new(), Vec::new());
    for entry in entries {
        if entry.view.as_ref().is_some_and(|view| !seen.insert(view.clone())) {
            numbers.push(None);
            continue;
        }
        seq += 1;
        let content = Entry {
            seq,
            at: entry.at,
            actor: &entry.actor,
            actor_kind: &entry.actor_kind,
            action: entry.action,
            object: &entry.object,
            detail: &entry.detail,
        };
        previous = entry_hash(keys.current(), &previous, &content);
        numbers.push(Some(seq));
        placed.push(Row {
            seq,
            at: entry.at,
            actor: entry.actor.clone(),
            actor_kind: entry.actor_kind.clone(),
            action: entry.action.to_owned(),
            object: entry.object.clone(),
            detail: entry.detail.clone(),
            view: entry.view.clone(),
            hash: previous.clone(),
            version: VERSION,
        });
    }
    (placed, numbers)
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
    /// `changed`, `looked_up`, `personal_data_viewed`, `previewed`, `refused`, `signed_in`,
    /// `signed_out`.
    action: String,
    /// The path below `/api/v1/`.
    object: String,
    /// What was looked for stands here as a keyed digest.
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

/// Walks the chain from its beginning, and compares its end with what is noted beside the log and
/// outside the database.
pub(super) async fn verify<H: Host>(host: &H) -> Answered<Response> {
    let keys = Keys::of(host);
    let outside = noted_outside(host, &keys).await;
    let mut walk = Walk::new(&keys, outside);
    let noted: Option<NotedHead> = loop {
        let batch = vec![audit::chain(walk.last(), PAGE), audit::noted_head()];
        let answers = host.db().run(batch).await.map_err(failed)?;
        let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
        let found: Vec<Row> = answer(0).decode().map_err(failed)?;
        let heads: Vec<NotedHead> = answer(1).decode().map_err(failed)?;
        walk.go_on(&found);
        if walk.is_broken() || (found.len() as i64) < PAGE {
            break heads.into_iter().next();
        }
    };
    let broken = walk.end(noted.as_ref());
    let answer = json!({
        "entries": walk.last(), "intact": broken.is_none(), "broken_at": broken,
        "head": walk.hash(),
    });
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
