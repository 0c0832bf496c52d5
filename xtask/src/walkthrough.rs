//! `docs/adding-a-channel.md`, walked through in a copy of the tree: one file, one line and recorded
//! requests, and nothing else touched, make a channel that holds every law and stands in the document.

use crate::copy::Copy;
use crate::new_channel;
use anyhow::{Context, Result, bail, ensure};

/// The vendor of the document.
const NAME: &str = "acme-desk";
/// What all its requests are tried with: the laws, the documents, the API's own description.
const TESTS: &[&str] =
    &["conformance::", "documents::", "fixtures::", "openapi::", "sql::", "tidy::"];
/// Enough to see that it is tried.
const FEW: &[(&str, &str)] = &[("FUZZ_BODIES", "500"), ("FUZZ_SIGNATURES", "100")];

pub fn command() -> Result<()> {
    let copy = Copy::make()?;
    let written = new_channel::write(copy.tree(), NAME).map_err(anyhow::Error::msg)?;
    let source = written.first().context("a source")?;
    // The step of the document: the vendor's events, under the vocabulary's names.
    let events = r#"[("contact.created", "acme-desk.contact_created")]"#;
    let text = std::fs::read_to_string(source)?;
    ensure!(text.contains(events), "the template's events are not where they were");
    let vendors = r#"[("contact.created", "customer.created"), ("ticket.new", "ticket.opened")]"#;
    std::fs::write(source, text.replace(events, vendors))?;
    if !copy
        .tests_pass(&["documents::", "fixtures::"], &[&[("UPDATE_EXPECT", "1")], FEW].concat())?
    {
        bail!("what came out of the new channel could not be written down");
    }
    if !copy.tests_pass(TESTS, FEW)? {
        bail!("the new channel does not hold the laws");
    }
    let documents = std::fs::read_to_string(copy.path("docs/channels.md"))?;
    ensure!(documents.contains("## acme-desk"), "docs/channels.md does not have it");
    let expected =
        std::fs::read_to_string(copy.path("tests/fixtures/channels/acme-desk/accepted.json"))?;
    ensure!(expected.contains("customer.created"), "{expected}");
    println!("a new channel: {} files written, every law held", written.len());
    Ok(())
}
