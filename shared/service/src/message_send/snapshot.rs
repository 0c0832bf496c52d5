//! What the gate decides over: the messages that are due, what is known about their people, what
//! is durable in the log but not yet merged, and what else these people got.

use super::NAME;
use crate::{Host, facts};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::Gather;
use tributary_core::consent::{CONSENT_NAMES, ConsentValue, consents_of};
use tributary_core::identity::Identity;
use tributary_core::ids::{MessageId, ProfileId};
use tributary_core::message::{
    AddressBook, Content, Gate, REPORT_NAMES, Recipient, Report, Standing, Suppression,
    cart_products, in_force, medium_of, reports_of,
};
use tributary_core::profile::{Event, Facts};
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;
use tributary_core::vocabulary::all_names;
use tributary_store::consumers::{self, Consumer};
use tributary_store::facts::Since;
use tributary_store::journeys::{self, ProductReview};
use tributary_store::messages::{self, Message};
use tributary_store::suppressions::{self, Origin, Place};
use tributary_store::{Db, DbError, touchpoints};

/// More of it, and the reader behind has to catch up first.
const MAX_TAIL: i64 = 1_000;
const MAX_REVIEWS: i64 = 200;

/// A message with its JSON read.
pub struct Due {
    pub row: Message,
    pub parsed: Result<Parsed, String>,
}

pub struct Parsed {
    pub media: Vec<String>,
    pub recipient: Option<Recipient>,
    pub content: Content,
    pub gate: Gate,
}

pub struct Snapshot {
    pub read: Consumer,
    /// How far profile-merge had come before the facts are read: what it merges in between is in
    /// both, the facts and the tail.
    merged: i64,
    pub due: Vec<Due>,
    facts: BTreeMap<ProfileId, Facts>,
    standing: BTreeMap<ProfileId, Vec<Standing>>,
    /// What is known of the addresses of all of them.
    pub book: AddressBook,
    /// Suppressions that profile-merge has not come to yet.
    reported: Vec<Suppression>,
    pub reviews: Vec<ProductReview>,
    /// The end of the log when it was read.
    pub head: i64,
    /// What must not have happened after that, and by whom.
    pub names: Vec<String>,
    pub identities: Vec<Identity>,
    /// The log has run too far ahead to be looked through here.
    pub is_behind: bool,
}

/// The messages that are due, without what is known of their people: see [`Snapshot::fill`].
pub async fn due<H: Host>(host: &H, limit: i64, now: Timestamp) -> Result<Snapshot, DbError> {
    let answers = host
        .db()
        .run(vec![consumers::get(NAME), consumers::get("profile-merge"), messages::due(now, limit)])
        .await?;
    let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
    let read: Vec<Consumer> = answer(0).decode()?;
    let upstream: Vec<Consumer> = answer(1).decode()?;
    let rows: Vec<Message> = answer(2).decode()?;
    let read = read.into_iter().next().ok_or_else(|| {
        DbError::Shape(format!("consumer {NAME} is not in the table: migrate first"))
    })?;
    let merged = upstream.first().map_or(0, |upstream| upstream.cursor);
    Ok(Snapshot {
        read,
        merged,
        due: rows.into_iter().map(Due::read).collect(),
        facts: BTreeMap::new(),
        standing: BTreeMap::new(),
        book: AddressBook::default(),
        reported: Vec::new(),
        reviews: Vec::new(),
        head: 0,
        names: Vec::new(),
        identities: Vec::new(),
        is_behind: false,
    })
}

impl Due {
    fn read(row: Message) -> Due {
        let parsed = Due::parse(&row).map_err(|error| error.to_string());
        Due { row, parsed }
    }

    fn parse(row: &Message) -> Result<Parsed, serde_json::Error> {
        Ok(Parsed {
            media: serde_json::from_str(&row.media)?,
            recipient: row.recipient.as_deref().map(serde_json::from_str).transpose()?,
            content: serde_json::from_str(&row.content)?,
            gate: serde_json::from_str(&row.gate)?,
        })
    }
}

impl Snapshot {
    /// Reads what the gate decides over.
    ///
    /// # Errors
    /// [`DbError::TooMany`] where these people did more than may be looked at together.
    pub async fn fill<H: Host>(&mut self, host: &H, now: Timestamp) -> Result<(), DbError> {
        let mut wanted = Vec::new();
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut viewed: BTreeSet<String> = BTreeSet::new();
        let mut products: BTreeSet<String> = BTreeSet::new();
        for due in &self.due {
            let (Ok(parsed), Some(profile)) = (&due.parsed, &due.row.profile) else { continue };
            let since = since(parsed, now);
            wanted.push(Since { profile: profile.clone(), since });
            names.extend(parsed.gate.names());
            if let Some(spec) = &parsed.content.data.viewed_products {
                viewed.extend(all_names(spec.events.iter().map(String::as_str)));
            }
            if let (Some(_), Some(entered)) = (&parsed.content.data.reviews, &parsed.gate.entered) {
                products.extend(cart_products(&entered.properties));
            }
        }
        let asked: Vec<String> = names.union(&viewed).cloned().collect();
        self.facts = facts::load(host, &wanted, &asked).await?;

        names.extend(all_names(CONSENT_NAMES.iter().chain(REPORT_NAMES).copied()));
        self.names = names.into_iter().collect();
        let identities: BTreeSet<&Identity> =
            self.facts.values().flat_map(|facts| &facts.identities).gather();
        self.identities = identities.into_iter().cloned().collect();
        let profiles: Vec<ProfileId> = self.facts.keys().cloned().collect();
        let journeys: BTreeSet<String> =
            self.due.iter().map(|due| due.row.journey.clone()).gather();
        let journeys: Vec<String> = journeys.into_iter().collect();
        let products: Vec<String> = products.into_iter().collect();
        let answers = host
            .db()
            .run(vec![
                touchpoints::head(),
                messages::tail(self.merged, &self.names, &self.identities, MAX_TAIL),
                messages::standing(&profiles, &journeys),
                journeys::reviews(&products, MAX_REVIEWS),
                suppressions::origins(&profiles),
                suppressions::of(&self.places()),
            ])
            .await?;
        let answer = |index: usize| answers.get(index).cloned().unwrap_or_default();
        #[derive(Deserialize)]
        struct Head {
            head: i64,
        }
        self.head = answer(0).decode::<Head>()?.first().map_or(0, |row| row.head);
        let tail = touchpoints::decode(&answer(1))?;
        self.is_behind = tail.len() as i64 >= MAX_TAIL;
        for logged in &tail {
            self.see(&logged.touchpoint);
        }
        self.take_standing(&answer(2))?;
        self.reviews = answer(3).decode()?;
        let origins = answer(4).decode::<Origin>()?.into_iter();
        let mut rows: Vec<Suppression> = answer(5).decode()?;
        rows.append(&mut self.reported);
        let dead = in_force(rows);
        let origins = origins.map(|origin| (origin.identity, origin.name));
        self.book = AddressBook::new(origins, dead.values());
        Ok(())
    }

    /// Every address that one of these messages may go to.
    fn places(&self) -> Vec<Place> {
        let of_people = self.identities.iter().filter_map(|identity| {
            let medium = medium_of(identity.kind())?;
            Some(Place { medium: medium.to_owned(), address: identity.value().to_owned() })
        });
        let recipients = self.due.iter().filter_map(|due| due.parsed.as_ref().ok());
        let recipients = recipients.filter_map(|parsed| parsed.recipient.as_ref()).flatten();
        let fixed = recipients
            .map(|(medium, address)| Place { medium: medium.clone(), address: address.clone() });
        of_people.chain(fixed).collect()
    }

    /// A touchpoint that profile-merge has not come to yet, for everyone it names.
    fn see(&mut self, touchpoint: &Touchpoint) {
        self.reported.extend(reports_of(touchpoint).iter().filter_map(Report::row));
        for (profile, facts) in &mut self.facts {
            let names = |one: &Identity| touchpoint.identifiers.contains(one);
            if !facts.identities.iter().any(names) {
                continue;
            }
            let Some(anchor) = touchpoint.anchor() else { continue };
            for said in consents_of(touchpoint) {
                facts.consents.push(ConsentValue {
                    medium: said.medium,
                    purpose: said.purpose,
                    state: said.state,
                    source: said.source,
                    occurred_at: said.at,
                    touchpoint: touchpoint.id.clone(),
                    identity: anchor.clone(),
                });
            }
            facts.events.push(Event {
                profile: profile.clone(),
                seq: touchpoint.seq,
                id: touchpoint.id.clone(),
                channel: touchpoint.channel.clone(),
                name: touchpoint.name.clone(),
                occurred_at: touchpoint.occurred_at,
                properties: touchpoint.properties.clone(),
                context: touchpoint.context.clone(),
            });
        }
    }

    fn take_standing(&mut self, answer: &tributary_store::Answer) -> Result<(), DbError> {
        #[derive(Deserialize)]
        struct Row {
            profile: ProfileId,
            id: MessageId,
            run: Option<String>,
            journey: String,
            step: String,
            entry_key: String,
            created_at: Timestamp,
        }
        for row in answer.decode::<Row>()? {
            self.stands(
                &row.profile,
                Standing {
                    id: row.id,
                    run: row.run,
                    journey: row.journey,
                    step: row.step,
                    entry_key: row.entry_key,
                    created_at: row.created_at,
                },
            );
        }
        Ok(())
    }

    /// This person gets this message: what follows in the same page has to know.
    pub fn stands(&mut self, profile: &ProfileId, standing: Standing) {
        self.standing.entry(profile.clone()).or_default().push(standing);
    }

    pub fn facts_of(&self, due: &Due) -> Facts {
        let facts = due.row.profile.as_ref().and_then(|profile| self.facts.get(profile));
        facts.cloned().unwrap_or_default()
    }

    pub fn standing_of(&self, due: &Due) -> &[Standing] {
        let standing = due.row.profile.as_ref().and_then(|profile| self.standing.get(profile));
        standing.map_or(&[], Vec::as_slice)
    }
}

/// From when on the gate and the templates of this message look at events.
fn since(parsed: &Parsed, now: Timestamp) -> Timestamp {
    let mut since = parsed.gate.since(now);
    if let Some(spec) = &parsed.content.data.viewed_products {
        since = since.min(now.plus_ms(-spec.within_ms));
    }
    since
}
