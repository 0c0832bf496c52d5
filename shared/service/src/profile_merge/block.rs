//! When an identity is blocked or freed, what was recorded under it moves: as if it had been so from
//! the first touchpoint on.

use crate::Host;
use crate::consumer::PlanError;
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::identity::{EdgeKey, Identity};
use tributary_core::profile::{Blocks, KnownEdge, Region};
use tributary_core::touchpoint::Touchpoint;
use tributary_store::profiles::{blocked, region};
use tributary_store::{Answer, Db, Statement, touchpoints};

/// What has to be read and recorded anew.
#[derive(Default)]
pub(super) struct Moving {
    /// What is recorded under these goes.
    identities: BTreeSet<Identity>,
    /// Which touchpoints that was, oldest first.
    pub touchpoints: Vec<Touchpoint>,
    edges: BTreeMap<EdgeKey, KnownEdge>,
    /// Edges with a cut or a declaration: the word stays when the evidence goes.
    said: BTreeMap<EdgeKey, KnownEdge>,
    gone: Vec<EdgeKey>,
}

impl Moving {
    /// Nothing, in the usual case: no word of the page changes what is blocked.
    ///
    /// # Errors
    /// `region_too_large` where it is more than a batch can hold.
    pub async fn load<H: Host>(host: &H, blocks: &Blocks) -> Result<Moving, PlanError> {
        let changed = blocks.changed();
        if changed.is_empty() {
            return Ok(Moving::default());
        }
        let near = edges(&host.db().run(vec![blocked::edges_at(&changed)]).await?, 0)?;
        let identities = blocks.moved_from(&near.keys().cloned().collect());
        let batch =
            vec![blocked::recorded(&identities), blocked::edges_at(&identities.iter().collect())];
        let answers = host.db().run(batch).await?;
        let recorded = touchpoints::decode(&answers.first().cloned().unwrap_or_default())?;
        if recorded.len() > blocked::MAX_RECORDED {
            return Err(PlanError::Rule {
                code: "region_too_large",
                detail: format!("more than {} touchpoints would move", blocked::MAX_RECORDED),
            });
        }
        let mut edges = edges(&answers, 1)?;
        edges.extend(near);
        Ok(Moving {
            identities,
            touchpoints: recorded.into_iter().map(|logged| logged.touchpoint).collect(),
            edges,
            ..Moving::default()
        })
    }

    pub fn is_empty(&self) -> bool {
        self.identities.is_empty()
    }

    /// The ends of what moves: the region is what hangs together with any of them.
    pub fn roots(&self) -> impl Iterator<Item = &Identity> {
        self.identities.iter().chain(self.edges.keys().flat_map(|key| [&key.a, &key.b]))
    }

    /// Takes out of the region the evidence that is read anew.
    pub fn leave(&mut self, region: &mut Region, blocks: &Blocks) {
        region.edges.append(&mut self.edges);
        region.edges.retain(|key, edge| {
            if !blocks.was_read_under(key, &self.identities) {
                return true;
            }
            self.gone.push(key.clone());
            // Whoever declared two names one may have said so under another identity.
            edge.evidence = edge.alias.clone();
            edge.verdict = "cut".to_owned();
            let stays = edge.evidence.is_some() || edge.cut_mark.is_some();
            if stays {
                self.said.insert(key.clone(), edge.clone());
            }
            stays
        });
    }

    /// Before what is read anew is recorded. `written` are the edges that will be.
    pub fn forget(&self, written: &[KnownEdge]) -> (Vec<Statement>, Vec<KnownEdge>) {
        if self.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let is_written = |key: &EdgeKey| written.iter().any(|edge| &edge.key == key);
        let said = self.said.iter().filter(|(key, _)| !is_written(key));
        let said = said.map(|(_, edge)| edge.clone()).collect();
        (blocked::forget(&self.identities, &self.gone), said)
    }
}

fn edges(answers: &[Answer], index: usize) -> Result<BTreeMap<EdgeKey, KnownEdge>, PlanError> {
    let rows = region::decode_edges(&answers.get(index).cloned().unwrap_or_default())?;
    Ok(rows.into_iter().map(|edge| (edge.key.clone(), edge)).collect())
}
