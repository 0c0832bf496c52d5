//! From touchpoints to questions.

use super::NAME;
use crate::{Consume, Host, PlanError, Reads, endpoints};
use tributary_channels::{EndpointConfig, enrichers};
use tributary_core::time::Timestamp;
use tributary_core::touchpoint::Touchpoint;
use tributary_store::Statement;
use tributary_store::enrich::{self, Wanted};
use tributary_store::touchpoints::Logged;

pub(super) struct Questions;

impl Consume for Questions {
    const NAME: &'static str = NAME;

    fn reads(&self) -> Reads {
        let sources = enrichers().flat_map(|channel| {
            let names = channel.enrich().map_or(&[][..], |enrich| enrich.names);
            let named = names.iter().map(|name| format!("{} {name}", channel.id));
            let all = names.is_empty().then(|| channel.id.to_owned());
            all.into_iter().chain(named)
        });
        Reads::From(sources.collect())
    }

    async fn plan<H: Host>(
        &self,
        host: &H,
        page: &[Logged],
        now: Timestamp,
    ) -> Result<Vec<Statement>, PlanError> {
        // An installation has tens of endpoints. One that is gone has nobody to ask.
        let configs = endpoints::load_enrichers(host).await?;
        let wanted: Vec<Wanted> = page
            .iter()
            .filter_map(|Logged { touchpoint, .. }| {
                let is_its = |config: &&EndpointConfig| {
                    config.channel == touchpoint.channel && config.id == touchpoint.endpoint
                };
                wanted(configs.iter().find(is_its)?, touchpoint, now)
            })
            .collect();
        Ok(if wanted.is_empty() { Vec::new() } else { enrich::want(&wanted, now) })
    }

    fn other_work(&self, now: Timestamp) -> Option<Statement> {
        Some(enrich::any_due(now))
    }
}

fn wanted(config: &EndpointConfig, touchpoint: &Touchpoint, now: Timestamp) -> Option<Wanted> {
    let channel = enrichers().find(|channel| channel.id == touchpoint.channel)?;
    let question = channel.enrich()?.asks(config, touchpoint)?;
    let expires_at = question.good_for_ms.map(|it| touchpoint.received_at.plus_ms(it));
    if expires_at.is_some_and(|at| at <= now) {
        return None;
    }
    Some(Wanted {
        channel: touchpoint.channel.clone(),
        endpoint: touchpoint.endpoint.clone(),
        subject: question.subject,
        due_at: now,
        expires_at,
        about: Wanted::about(&touchpoint.identifiers),
        cause: touchpoint.id.clone(),
        depth: touchpoint.depth,
    })
}
