//! Places: 深圳, 深圳市, 广东省深圳市 and Shenzhen are one city, and it lies in 广东, 华南 and China.
//!
//! The table is made by `xtask/regions.mjs`, which names its sources.

mod read;
mod table;

pub use read::{Place, understand};
pub use table::{Kind, Listed, regions_within};

#[cfg(test)]
mod tests;
