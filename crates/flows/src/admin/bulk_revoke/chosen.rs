//! The same for sessions that somebody picked one by one: those that are left of them, and that the filter admits.

use super::{BATCH, Done, PAUSE, SAMPLE, SoFar, Wish, end_batch, fitting};
use crate::{FlowResult, LoadedRealm, Site, admin::session_search::views};
use perennial_domain::{GrantId, audit::Actor};
use perennial_storage::{Tx, grants};

pub async fn run(site: &Site, realm_name: &str, actor: &Actor, wish: Wish, so_far: &SoFar) -> FlowResult<Done> {
    let mut all = Vec::new();
    for batch in wish.only.chunks(BATCH) {
        let (filter, ids, sampled) = (wish.filter.clone(), batch.to_vec(), all.len());
        let look = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
            let seen = grants::glance_at(tx, &ids)?;
            let fits = fitting(tx, realm, &filter, seen, true)?;
            let ids: Vec<GrantId> = fits.iter().take(SAMPLE - sampled).map(|(id, _)| *id).collect();
            let sample = views(tx, realm, &filter, &ids)?;
            Ok((fits, sample))
        };
        let ((fits, sample), realm) = site.read(realm_name, look).await?;
        if wish.dry_run {
            so_far.add(&realm, &fits);
            all.extend(sample);
            continue;
        }
        let ids = fits.into_iter().map(|(id, _)| id).collect();
        let ended = end_batch(site, realm_name, actor, wish.filter.clone(), ids).await?;
        so_far.add(&realm, &ended);
        tokio::time::sleep(PAUSE).await;
    }
    Ok(Done { sample: all, ..so_far.done() })
}
