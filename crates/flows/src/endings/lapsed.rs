//! What a new consent, or another setting, must not revive: grants whose consent, mostly an admin's approval, was taken away or has
//! come to its end. They are refused from that moment on; what would let them in again removes them first.

use super::bulk::derived_id;
use crate::{FlowResult, LoadedRealm, events, figures, holder::Holder};
use perennial_domain::{
    ClientId, GrantId, Timestamp,
    access::consent_stands,
    audit::Action,
    client::Client,
    ending::{Extent, Subject},
    event::{Event, EventType},
    figure::Figure,
    grant::Grant,
    lapse::Lapses,
    realm_model::Owner,
};
use perennial_storage::{
    Tx, clients,
    ending_jobs::{self, EndingJob},
    grants::{self, GrantFilter, HeldGrant},
};

/// Rows looked at in the unit that ends them: all, in most cases. Nobody can use the others, which a job removes.
const AT_ONCE: i64 = 200;
const APPROVAL_GONE: &str = "approval_gone";

/// Ends the grants of user and client that nothing has allowed until now, in the unit that stores a consent. `owner` has the
/// consent as it stood before.
pub(crate) fn end_unallowed(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    owner: Owner<'_>,
    now: Timestamp,
) -> FlowResult<Vec<Action>> {
    let mut done = Vec::new();
    for grant in grants::list_of_user_and_client(tx, owner.user.id, client.id)? {
        if !consent_stands(&realm.model, client, &grant, owner, now) && grants::delete(tx, grant.id)? {
            let event = Event::new(EventType::RevokeGrant).client(&client.client_id).grant(&grant);
            events::raise(tx, realm, event.detail(events::BY, "consent"))?;
            done.push(Action::GrantEnded { grant: grant.id, why: "consent_gone".into() });
        }
    }
    Ok(done)
}

/// Removes the client's grants that lived by an approval which is gone by these marks: the first ones in the unit that stores the
/// marks, the others by a job.
pub(crate) fn end_lapsed(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    lapses: &Lapses,
) -> FlowResult<Option<Action>> {
    if *lapses == client.settings.lapses {
        return Ok(None);
    }
    let (first, rest) = grants::list(tx, &all_of(realm, client), None, AT_ONCE)?;
    let done = remove(tx, realm, client, lapses, first)?;
    if rest.is_some() {
        queue(tx, realm, client, lapses, rest)?;
    }
    Ok(done)
}

/// Queues the removal of what lies after this one.
pub(crate) fn queue(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    lapses: &Lapses,
    after: Option<GrantId>,
) -> FlowResult<()> {
    let (realm_id, now) = (realm.model.realm.id, tx.now()?);
    let job = EndingJob {
        // Made of what the job is, so that the same one is never queued twice.
        id: derived_id(&format!("lapsed {realm_id} {:?} {lapses:?}", client.id)),
        realm_id,
        of: Subject::Client(client.id),
        extent: Extent::ALL,
        sessions: false,
        started_before: now,
        next_at: now,
        lapsed: true,
        after,
    };
    Ok(ending_jobs::insert(tx, &job)?)
}

/// One batch of such a job; what it removed is for the audit log.
pub(super) fn work(tx: &mut Tx<'_>, realm: &LoadedRealm, job: &EndingJob, max: i64) -> FlowResult<Option<Action>> {
    let client = match job.of {
        Subject::Client(id) => realm.model.clients.get(&id),
        Subject::Realm | Subject::User(_) => None,
    };
    let Some(client) = client else {
        ending_jobs::delete(tx, job.id)?;
        return Ok(None);
    };
    let (next, rest) = grants::list(tx, &all_of(realm, client), job.after, max)?;
    let done = remove(tx, realm, client, &client.settings.lapses, next)?;
    match rest {
        Some(after) => ending_jobs::go_on(tx, job.id, after)?,
        None => {
            ending_jobs::delete(tx, job.id)?;
        }
    }
    Ok(done)
}

fn all_of(realm: &LoadedRealm, client: &Client) -> GrantFilter {
    GrantFilter { realm: realm.model.realm.id, client: Some(client.id), user: None, offline: None }
}

/// Those of the client's grants that lived by what these marks have ended.
fn remove(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    lapses: &Lapses,
    held: Vec<HeldGrant>,
) -> FlowResult<Option<Action>> {
    let looked = held.into_iter().map(|held| Holder::of_held(realm, held));
    let lapsed = looked.filter(|(grant, holder)| lapses.ended(client, grant, holder.owner()));
    let lapsed: Vec<Grant> = lapsed.map(|(grant, _)| grant).collect();
    if lapsed.is_empty() {
        return Ok(None);
    }
    let ids: Vec<GrantId> = lapsed.iter().map(|grant| grant.id).collect();
    grants::delete_all(tx, &ids)?;
    let event = |grant: &Grant| {
        let event = Event::new(EventType::RevokeGrant).client(&client.client_id).grant(grant);
        event.detail("reason", APPROVAL_GONE).detail(events::BY, "admin")
    };
    events::raise_all(tx, realm, EventType::RevokeGrant, &lapsed, event)?;
    figures::note(realm, Figure::EndedByAdmin, ids.len() as u64);
    Ok(Some(Action::GrantsEnded { grants: ids, why: APPROVAL_GONE.into() }))
}

/// The clients of which what lived by an approval may still be there, though it has ended.
pub(crate) fn lapsing(tx: &mut Tx<'_>, realm: &LoadedRealm) -> FlowResult<Vec<ClientId>> {
    if realm.model.clients.values().all(|client| client.settings.lapses.is_empty()) {
        return Ok(Vec::new());
    }
    Ok(ending_jobs::list_lapsing(tx, realm.model.realm.id)?)
}

/// Ends for good what approvals that have come to their end allow no longer, in a unit that is about to change which scopes need one.
pub(crate) fn settle(tx: &mut Tx<'_>, realm: &LoadedRealm) -> FlowResult<Vec<Action>> {
    let (now, mut done) = (tx.now()?, Vec::new());
    for client in realm.model.clients.values() {
        let lapses = Lapses::of(&realm.model, client, client.settings.admin_consent.as_ref(), now);
        done.extend(end_lapsed(tx, realm, client, &lapses)?);
        if lapses != client.settings.lapses {
            let mut changed = client.clone();
            changed.settings.lapses = lapses;
            clients::update(tx, realm.model.realm.id, &realm.stored(changed))?;
        }
    }
    Ok(done)
}
