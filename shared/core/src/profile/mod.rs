//! A profile: what its identities say, folded.

mod block;
mod facts;
mod fold;
mod lifecycle;
mod moved;
mod names;
mod orders;
mod rank;
mod rejected;
mod resolve;
mod sightings;
mod statements;
mod traits;

pub use block::{BLOCKED, BlockWord, Blocks, UNBLOCKED};
pub use facts::{Event, Facts};
pub use fold::{TAG_PREFIX, TraitValue, fold_traits};
pub use lifecycle::{BOUGHT, Lifecycle, lifecycle};
pub use moved::Moved;
pub use names::{NAME_FIELDS, Wanted, called, full_name, name_terms, names_match, wanted};
pub use orders::{
    OrderFact, Tally, count_distinct, fold_orders, money_of, order_fact, order_id, order_ids,
};
pub use rank::Rank;
pub use rejected::rejected_traits;
pub use resolve::{
    KnownEdge, KnownIdentity, Minted, Region, Resolution, is_news, news_of_edges, resolve,
    verdict_text,
};
pub use sightings::{
    ALIASED, EDGE_CUT, EDGE_RESTORED, Mark, Sightings, mergeable, recorded_under, sightings,
};
pub use statements::{PROFILE_EDITED, TAG_ADDED, TAG_REMOVED};
pub use traits::{Stated, traits_of};
