//! Walks over all grants for the keys that they name: to end the sessions of compromised ones, and to find old ones that nothing
//! names any more. In batches, on a reader; grants have no index by key, because rotations are rare and rows are many.

use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{
    GrantId,
    keys::{KeyPurpose, KeyState},
};
use perennial_storage::{Tx, grants, keys};
use std::collections::{BTreeMap, BTreeSet};

/// Rows read at once: a few milliseconds.
const READ_BATCH: i64 = 5_000;
/// Rows removed by one unit of work.
const DELETE_BATCH: usize = 500;

/// Removes the realm's passive keys that nothing can need any more; their ids.
pub async fn retire(site: &Site, realm_name: &str) -> FlowResult<Vec<String>> {
    let (due, _) = site.read(realm_name, due).await?;
    let of_refresh = due.iter().filter(|(_, purpose)| *purpose == KeyPurpose::Refresh);
    let named = named_among(site, of_refresh.map(|(kid, _)| kid.clone()).collect()).await?;
    let unneeded: Vec<String> = due.into_iter().map(|(kid, _)| kid).filter(|kid| !named.contains(kid)).collect();
    if unneeded.is_empty() {
        return Ok(unneeded);
    }
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let (now, mut removed) = (tx.now()?, Vec::new());
        for kid in &unneeded {
            // A session that went back to it after the walk came by keeps it.
            if keys::delete_due(tx, realm.model.realm.id, kid, now)? {
                removed.push(kid.clone());
            }
        }
        Ok(removed)
    };
    Ok(site.change(realm_name, unit).await?.0)
}

fn due(tx: &mut Tx<'_>, realm: &LoadedRealm) -> FlowResult<Vec<(String, KeyPurpose)>> {
    let now = tx.now()?;
    let passive = realm.model.keys.iter().filter(|key| key.state == KeyState::Passive);
    let due = passive.filter(|key| key.retires_at.is_none_or(|at| at <= now));
    Ok(due.map(|key| (key.kid.clone(), key.purpose)).collect())
}

/// Those that a row names. Ends early where all are: right after a rotation that is soon.
async fn named_among(site: &Site, kids: BTreeSet<String>) -> FlowResult<BTreeSet<String>> {
    let (mut named, mut after) = (BTreeSet::new(), None);
    while named.len() < kids.len() {
        let batch = batch_after(site, after).await?;
        let Some((last, _)) = batch.last() else { break };
        after = Some(*last);
        named.extend(batch.into_iter().flat_map(|(_, all)| all).filter(|kid| kids.contains(kid)));
    }
    Ok(named)
}

/// Removes the rows of sessions that name a key which is gone. They are refused already: whoever is interrupted here, the sweep goes
/// on. One that has left the key by a use which was judged before lives on.
pub(super) async fn end_sessions_of(site: &Site, kids: &[String]) -> FlowResult<usize> {
    let (mut ended, mut after) = (0, None);
    loop {
        let batch = batch_after(site, after).await?;
        let Some((last, _)) = batch.last() else { return Ok(ended) };
        after = Some(*last);
        let mut dead: BTreeMap<Vec<String>, Vec<GrantId>> = BTreeMap::new();
        for (grant, named) in batch.into_iter().filter(|(_, named)| named.iter().any(|kid| kids.contains(kid))) {
            dead.entry(named).or_default().push(grant);
        }
        for (named, all) in &dead {
            for some in all.chunks(DELETE_BATCH) {
                let (some, named) = (some.to_vec(), named.clone());
                let unit = move |tx: &mut Tx<'_>| Ok::<_, FlowError>(grants::delete_naming(tx, &some, &named)?);
                ended += site.store.write(unit).await?;
            }
        }
    }
}

/// How many sessions name one of these keys.
pub(super) async fn count_sessions_of(site: &Site, kids: &[String]) -> FlowResult<usize> {
    let (mut counted, mut after) = (0, None);
    loop {
        let batch = batch_after(site, after).await?;
        let Some((last, _)) = batch.last() else { return Ok(counted) };
        after = Some(*last);
        counted += batch.iter().filter(|(_, named)| named.iter().any(|kid| kids.contains(kid))).count();
    }
}

async fn batch_after(site: &Site, after: Option<GrantId>) -> FlowResult<Vec<(GrantId, Vec<String>)>> {
    site.store.read(move |tx| Ok::<_, FlowError>(grants::list_key_ids_after(tx, after, READ_BATCH)?)).await
}
