//! Removes grants that a limit has ended, by walking over all of them in the order of their start. Whether one has ended is
//! the domain's decision, taken again in the unit that removes it; nothing else depends on when that happens.

use std::collections::HashMap;

use perennial_domain::consent::Consent;
use perennial_domain::figure::Figure;
use perennial_domain::grant::Standing;
use perennial_domain::lifetime;
use perennial_domain::realm_model::Owner;
use perennial_domain::user::User;
use perennial_domain::{GrantId, RealmId};
use perennial_flows::{FlowError, FlowResult, LoadedRealm, Site, figures};
use perennial_storage::grants::{self, HeldGrant};
use perennial_storage::{Tx, realms};
use tokio::sync::watch;

use super::sweep::{BATCH, PAUSE};

/// A grant to look at again where it can be removed.
#[derive(Clone)]
struct Candidate {
    id: GrantId,
    /// As they were when the walk came by. Floors only rise, and what lived without their consent has ended before they give one:
    /// neither ever ends too much.
    user: User,
    consent: Option<Consent>,
    /// An online grant whose user session is gone.
    is_orphan: bool,
    /// What is counted where an offline session ran out; known once it was looked at.
    figure: Option<Figure>,
}

pub async fn run(site: &Site, stopped: &watch::Receiver<bool>) {
    match walk(site, stopped).await {
        Ok(0) => {}
        Ok(removed) => tracing::info!(removed, "removed grants that had ended"),
        Err(error) => tracing::warn!(%error, "removing ended grants failed; it is tried again"),
    }
}

async fn walk(site: &Site, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    let all_realms = site.store.read(|tx| Ok::<_, FlowError>(realms::list(tx)?)).await?;
    let names: HashMap<RealmId, String> = all_realms.into_iter().map(|realm| (realm.id, realm.name)).collect();
    let (mut after, mut removed) = (None, 0);
    while !*stopped.borrow() {
        let batch = site.store.read(move |tx| Ok::<_, FlowError>(grants::list_after(tx, after, BATCH)?)).await?;
        let Some(last) = batch.last() else { break };
        after = Some(last.grant.id);
        for (realm, candidates) in by_realm(&batch) {
            if let Some(name) = names.get(&realm) {
                removed += remove_ended(site, name, candidates).await?;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(removed)
}

fn by_realm(batch: &[HeldGrant]) -> HashMap<RealmId, Vec<Candidate>> {
    let mut groups: HashMap<RealmId, Vec<Candidate>> = HashMap::new();
    for held in batch {
        let names_a_session = matches!(held.grant.standing, Standing::Online { session: Some(_) });
        let is_orphan = names_a_session && held.session.is_none();
        let HeldGrant { grant, user, consent, .. } = held;
        let candidate =
            Candidate { id: grant.id, user: user.clone(), consent: consent.clone(), is_orphan, figure: None };
        groups.entry(grant.realm_id).or_default().push(candidate);
    }
    groups
}

/// Most batches hold nothing that has ended: a reader finds that out, so that the writer is not kept busy.
async fn remove_ended(site: &Site, realm: &str, candidates: Vec<Candidate>) -> FlowResult<usize> {
    let looked = site.read(realm, move |tx, realm| ended(tx, realm, &candidates)).await;
    let dead = match looked {
        Ok((dead, _)) if dead.is_empty() => return Ok(0),
        Ok((dead, _)) => dead,
        Err(FlowError::UnknownRealm) => return Ok(0),
        Err(error) => return Err(error),
    };
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        // A use that commits meanwhile has been answered: it is looked at, and what it was of lives on.
        grants::hold_all(tx, &dead.iter().map(|candidate| candidate.id).collect::<Vec<_>>())?;
        let dead = ended(tx, realm, &dead)?;
        let ids: Vec<GrantId> = dead.iter().map(|candidate| candidate.id).collect();
        let removed = grants::delete_all(tx, &ids)?;
        dead.iter().filter_map(|candidate| candidate.figure).for_each(|figure| figures::note(realm, figure, 1));
        Ok(removed)
    };
    Ok(site.write(realm, unit).await?.0)
}

fn ended(tx: &mut Tx<'_>, realm: &LoadedRealm, candidates: &[Candidate]) -> FlowResult<Vec<Candidate>> {
    let now = tx.now()?;
    let mut dead = Vec::new();
    for candidate in candidates {
        let Some(grant) = grants::find(tx, candidate.id)? else { continue };
        let mut figure = None;
        let has_ended = match realm.model.clients.get(&grant.client_id) {
            Some(client) => {
                let owner = Owner { user: &candidate.user, consent: candidate.consent.as_ref() };
                let end = realm.model.end_of(client, &grant, owner);
                figure = Figure::of_end(end.cause).filter(|_| grant.is_offline() && lifetime::has_ended(end, now));
                let lapsed = client.settings.lapses.ended(client, &grant, owner);
                candidate.is_orphan || lapsed || lifetime::has_ended(end, now) || !realm.has_key_of(&grant)
            }
            // A grant ends with its client.
            None => true,
        };
        if has_ended {
            dead.push(Candidate { figure, ..candidate.clone() });
        }
    }
    Ok(dead)
}

#[cfg(test)]
mod tests;
