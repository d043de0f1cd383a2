//! Removes grants that a limit has ended, by walking over all of them in the order of their start, and those that a deleted realm left
//! behind. Whether one has ended is the domain's decision, taken again in the unit that removes it; nothing else depends on when that
//! happens.

use std::collections::HashMap;

use perennial_domain::consent::Consent;
use perennial_domain::figure::Figure;
use perennial_domain::grant::{Grant, Standing};
use perennial_domain::lifetime;
use perennial_domain::realm_model::Owner;
use perennial_domain::user::User;
use perennial_domain::{ClientId, GrantId, RealmId, Timestamp};
use perennial_flows::admin::realm_life;
use perennial_flows::{FlowError, FlowResult, LoadedRealm, Site, figures};
use perennial_storage::grants::{self, HeldGrant};
use perennial_storage::walks::{self, Walk};
use perennial_storage::{Tx, clients, realms};
use tokio::sync::watch;

use super::sweep::{BATCH, PAUSE, Turn, in_batches};

/// Clients looked at by one read.
const LOOKS: usize = 200;
/// Seconds that a node keeps the walk from the others, and the batches after which it says that it is still at it.
const MOST_S: i64 = 600;
const KEPT_FOR: usize = 100;
/// Seconds between two walks; what has ended is refused long before it is removed.
const REST_S: i64 = 3_600;

/// A grant as the walk came by, which is looked at again where it can be removed.
#[derive(Clone)]
struct Candidate {
    grant: Grant,
    /// As they were when the walk came by. Floors only rise, and what lived without their consent has ended before they give one:
    /// neither ever ends too much.
    user: User,
    consent: Option<Consent>,
    /// An online grant whose user session is gone.
    is_orphan: bool,
}

pub async fn run(site: &Site, turn: Turn, stopped: &watch::Receiver<bool>) -> FlowResult<()> {
    let removed = in_turn(site, turn, stopped).await?;
    if removed > 0 {
        tracing::info!(removed, "removed grants that had ended");
    }
    Ok(())
}

/// One node does it for all of them; where it stops in between, another goes on there.
async fn in_turn(site: &Site, turn: Turn, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    let take = move |tx: &mut Tx<'_>| {
        let now = tx.now()?;
        Ok::<_, FlowError>(walks::take(tx, walks::GRANTS, turn == Turn::Now, now, now.plus_s(MOST_S))?)
    };
    let Some(taken) = site.store.write(take).await? else { return Ok(0) };
    let Some((walked, taken)) = walk(site, taken, stopped).await? else { return Ok(0) };
    let orphans = remove_orphans(site, stopped).await?;
    keep(site, taken, REST_S, None).await?;
    Ok(walked? + orphans)
}

/// For so many seconds; `None` where another node has taken it.
async fn keep(site: &Site, taken: Walk, seconds: i64, after: Option<GrantId>) -> FlowResult<Option<Walk>> {
    let unit = move |tx: &mut Tx<'_>| {
        let now = tx.now()?;
        Ok::<_, FlowError>(walks::go_on(tx, taken, now, seconds, after.map(|id| id.0))?)
    };
    site.store.write(unit).await
}

/// Removes what is left where the deletion of a realm came to no end: its clients and users are gone, so no other look finds it.
async fn remove_orphans(site: &Site, stopped: &watch::Receiver<bool>) -> FlowResult<usize> {
    let (mut after, mut removed) = (None, 0);
    while !*stopped.borrow() {
        let (orphaned, last) = site.store.read(move |tx| orphaned_clients(tx, after)).await?;
        for client in orphaned {
            removed += in_batches(stopped, async || {
                let unit = move |tx: &mut Tx<'_>| realm_life::delete_left(tx, client, BATCH);
                site.store.write(unit).await
            })
            .await?;
        }
        if last.is_none() {
            break;
        }
        after = last;
    }
    Ok(removed)
}

/// Of the next clients that grants name, those that are gone, and the last one where there may be more.
fn orphaned_clients(tx: &mut Tx<'_>, mut after: Option<ClientId>) -> FlowResult<(Vec<ClientId>, Option<ClientId>)> {
    let mut gone = Vec::new();
    for _ in 0..LOOKS {
        let Some(client) = grants::next_client(tx, after)? else { return Ok((gone, None)) };
        if !clients::exists(tx, client)? {
            gone.push(client);
        }
        after = Some(client);
    }
    Ok((gone, after))
}

type Walked = (FlowResult<usize>, Walk);

/// The number of grants that it has removed, or what went wrong with some, which holds up no others; `None` where it did not come to
/// the end: the server stops, or another node is at it.
async fn walk(site: &Site, mut taken: Walk, stopped: &watch::Receiver<bool>) -> FlowResult<Option<Walked>> {
    let all_realms = site.store.read(|tx| Ok::<_, FlowError>(realms::list_readable(tx)?)).await?;
    let names: HashMap<RealmId, String> = all_realms.into_iter().map(|realm| (realm.id, realm.name)).collect();
    let (mut after, mut removed) = (taken.after.map(GrantId), Ok(0));
    for batches in 1_usize.. {
        let batch = site.store.read(move |tx| Ok::<_, FlowError>(grants::list_after(tx, after, BATCH)?)).await?;
        let Some(last) = batch.last() else { break };
        after = Some(last.grant.id);
        for (realm, candidates) in by_realm(batch) {
            if let Some(name) = names.get(&realm) {
                removed = match (removed, remove_ended(site, name, candidates, taken).await) {
                    (Ok(before), Ok(more)) => Ok(before + more),
                    (Err(error), _) | (_, Err(error)) => Err(error),
                };
            }
        }
        let stops = *stopped.borrow();
        if stops || batches.is_multiple_of(KEPT_FOR) {
            let seconds = if stops { 0 } else { MOST_S };
            match keep(site, taken, seconds, after).await? {
                Some(kept) if !stops => taken = kept,
                _ => return Ok(None),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(Some((removed, taken)))
}

fn by_realm(batch: Vec<HeldGrant>) -> HashMap<RealmId, Vec<Candidate>> {
    let mut groups: HashMap<RealmId, Vec<Candidate>> = HashMap::new();
    for HeldGrant { grant, user, consent, session, .. } in batch {
        let names_a_session = matches!(grant.standing, Standing::Online { session: Some(_) });
        let is_orphan = names_a_session && session.is_none();
        groups.entry(grant.realm_id).or_default().push(Candidate { grant, user, consent, is_orphan });
    }
    groups
}

/// Most batches hold nothing that has ended: what was read says so, and the writer is not kept busy.
async fn remove_ended(site: &Site, realm: &str, candidates: Vec<Candidate>, walk: Walk) -> FlowResult<usize> {
    let look = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let now = tx.now()?;
        let has_ended = |seen: &&Candidate| Fate::of(realm, &seen.grant, seen, now).has_ended;
        Ok(candidates.iter().filter(has_ended).cloned().collect::<Vec<_>>())
    };
    let dead = match site.read(realm, look).await {
        Ok((dead, _)) if dead.is_empty() => return Ok(0),
        Ok((dead, _)) => dead,
        Err(FlowError::UnknownRealm) => return Ok(0),
        Err(error) => return Err(error),
    };
    Ok(site.write(realm, move |tx, realm| remove(tx, realm, &dead, walk)).await?.0)
}

/// Those that have ended as they stand now.
fn remove(tx: &mut Tx<'_>, realm: &LoadedRealm, candidates: &[Candidate], walk: Walk) -> FlowResult<usize> {
    // A use that commits meanwhile has been answered: it is looked at, and what it was of lives on.
    grants::hold_all(tx, &candidates.iter().map(|candidate| candidate.grant.id).collect::<Vec<_>>())?;
    let now = tx.now()?;
    if !walk.agrees(now) {
        return Ok(0);
    }
    let (mut dead, mut figures) = (Vec::new(), Vec::new());
    for candidate in candidates {
        let Some(grant) = grants::find(tx, candidate.grant.id)? else { continue };
        let fate = Fate::of(realm, &grant, candidate, now);
        if fate.has_ended {
            dead.push(grant.id);
            figures.extend(fate.figure);
        }
    }
    let removed = grants::delete_all(tx, &dead)?;
    figures.into_iter().for_each(|figure| figures::note(realm, figure, 1));
    Ok(removed)
}

struct Fate {
    has_ended: bool,
    /// What is counted where an offline session ran out.
    figure: Option<Figure>,
}

impl Fate {
    /// Of a grant, with what the walk knows of it.
    fn of(realm: &LoadedRealm, grant: &Grant, seen: &Candidate, now: Timestamp) -> Self {
        let Some(client) = realm.model.clients.get(&grant.client_id) else {
            // A grant ends with its client.
            return Self { has_ended: true, figure: None };
        };
        let end = realm.model.end_of(client, grant, Owner { user: &seen.user, consent: seen.consent.as_ref() });
        let ran_out = lifetime::has_ended(end, now);
        Self {
            has_ended: seen.is_orphan || ran_out || !realm.has_key_of(grant),
            figure: Figure::of_end(end.cause).filter(|_| grant.is_offline() && ran_out),
        }
    }
}

#[cfg(test)]
mod tests;
