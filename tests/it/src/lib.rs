//! Integration tests live in `main.rs`; this crate exports nothing.
