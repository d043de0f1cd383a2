//! The same for sessions that somebody picked one by one: those that are left of them, and that the filter admits.

use super::{BATCH, Done, Ending, PAUSE, SAMPLE, fitting};
use crate::{FlowResult, LoadedRealm, admin::session_search::views};
use perennial_domain::GrantId;
use perennial_storage::{Tx, grants};

impl Ending<'_> {
    pub(super) async fn end_chosen(&self, chosen: &[GrantId], dry_run: bool) -> FlowResult<Done> {
        let mut all = Vec::new();
        for batch in chosen.chunks(BATCH) {
            let (filter, ids, sampled) = (self.filter.clone(), batch.to_vec(), all.len());
            let look = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
                let seen = grants::glance_at(tx, &ids)?;
                let fits = fitting(tx, realm, &filter, seen, true)?;
                let ids: Vec<GrantId> = fits.iter().take(SAMPLE - sampled).map(|(id, _)| *id).collect();
                let sample = views(tx, realm, &filter, &ids)?;
                Ok((fits, sample))
            };
            let ((fits, sample), realm) = self.site.read(self.realm_name, look).await?;
            if dry_run {
                self.so_far.add(&realm, &fits);
                all.extend(sample);
                continue;
            }
            let ended = self.end_batch(fits.into_iter().map(|(id, _)| id).collect()).await?;
            self.so_far.add(&realm, &ended);
            tokio::time::sleep(PAUSE).await;
        }
        Ok(Done { sample: all, ..self.so_far.done() })
    }
}
