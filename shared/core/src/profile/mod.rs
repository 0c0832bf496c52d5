//! A profile: what its identities say, folded.

mod facts;
mod fold;

pub use facts::{Event, Facts};
pub use fold::{
    ConsentState, ConsentValue, TAG_PREFIX, TraitValue, fold_consents, fold_traits, strictest,
};
