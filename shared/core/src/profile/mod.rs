//! A profile: what its identities say, folded.

mod facts;
mod fold;
mod lifecycle;
mod names;
mod resolve;
mod sightings;
mod statements;

pub use facts::{Event, Facts};
pub use fold::{
    ConsentState, ConsentValue, TAG_PREFIX, TraitValue, fold_consents, fold_traits, strictest,
};
pub use lifecycle::{BOUGHT, Lifecycle, lifecycle};
pub use names::{NAME_FIELDS, Wanted, name_matches, name_terms, wanted};
pub use resolve::{
    KnownEdge, KnownIdentity, Minted, Region, Resolution, is_news, news_of_edges, resolve,
    verdict_text,
};
pub use sightings::{
    EDGE_CUT, EDGE_RESTORED, Mark, Sightings, mergeable, recorded_under, sightings,
};
pub use statements::{
    CONSENT_UPDATED, PROFILE_EDITED, TAG_ADDED, TAG_REMOVED, consents_of, money_of, traits_of,
};
