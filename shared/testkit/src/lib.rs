//! SQLite database, fixtures and the simulated world. Tests only.

pub mod checks;
mod people;
mod provider;
pub mod public_key;
mod random;
mod run;
pub mod scenario;
pub mod sign;
mod sim_db;
pub mod simulation;
mod sqlite;
mod suite;
mod world;

pub use people::{Browser, cookie_of};
pub use provider::{ProviderFaults, Providers, Vendor};
pub use random::Random;
pub use run::{block_on, step};
pub use sim_db::{DbFaults, SimDb};
pub use sqlite::{SqliteDb, migrations};
pub use suite::{HttpSuite, Suite};
pub use world::{ADMIN_TOKEN, Inner, READONLY_TOKEN, START, WORKERS, World, api};
