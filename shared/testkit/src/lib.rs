//! SQLite database, fixtures and the simulated world. Tests only.
