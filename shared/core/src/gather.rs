//! Maps and sets that are filled one by one.

/// In place of `collect` for a `BTreeMap` or `BTreeSet`. `collect` sorts first, and that sort is
/// compiled for each type anew: some kilobytes a time in every function.
pub trait Gather: Iterator + Sized {
    fn gather<C: Default + Extend<Self::Item>>(self) -> C {
        let mut all = C::default();
        all.extend(self);
        all
    }
}

impl<I: Iterator> Gather for I {}
