//! What a new consent, or another setting, must not revive: grants whose consent, mostly an admin's approval, was taken away or has
//! come to its end. They are refused from that moment on; what would let them in again removes them first.

use crate::{FlowResult, LoadedRealm, events, holder::Holder};
use perennial_domain::{
    Timestamp,
    access::consent_stands,
    audit::Action,
    client::Client,
    event::{Event, EventType},
    lapse::Lapses,
    realm_model::Owner,
};
use perennial_storage::{
    Tx, clients,
    grants::{self, GrantFilter, GrantOrder, GrantPage},
};

/// Rows removed in the unit that ends them: all, in most cases. Nobody can use the others, which the sweep removes.
const AT_ONCE: i64 = 200;

/// Ends the grants of user and client that nothing has allowed until now, in the unit that stores a consent. `owner` has the
/// consent as it stood before.
pub(crate) fn end_unallowed(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    (client, owner): (&Client, Owner<'_>),
    now: Timestamp,
) -> FlowResult<Vec<Action>> {
    let mut done = Vec::new();
    for grant in grants::list_of_user_and_client(tx, owner.user.id, client.id)? {
        if !consent_stands((&realm.model, client), &grant, owner, now) && grants::delete(tx, grant.id)? {
            let event = Event::new(EventType::RevokeGrant).client(&client.client_id).grant(&grant);
            events::raise(tx, realm, event.detail(events::BY, "consent"))?;
            done.push(Action::GrantEnded { grant: grant.id, why: "consent_gone".into() });
        }
    }
    Ok(done)
}

/// Removes the client's grants that lived by an approval which is gone by these marks, in the unit that stores them.
pub(crate) fn end_lapsed(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    (client, lapses): (&Client, &Lapses),
) -> FlowResult<Option<Action>> {
    if *lapses == client.settings.lapses {
        return Ok(None);
    }
    let filter = GrantFilter { realm: realm.model.realm.id, client: Some(client.id), user: None, offline: None };
    let page = GrantPage { order: GrantOrder::Started, after: None, first: 0, max: AT_ONCE };
    let mut ended = Vec::new();
    for held in grants::list(tx, &filter, page)?.0 {
        let (grant, holder) = Holder::of_held(realm, held);
        if lapses.ended(client, &grant, holder.owner()) && grants::delete(tx, grant.id)? {
            let event = Event::new(EventType::RevokeGrant).client(&client.client_id).grant(&grant);
            events::raise(tx, realm, event.detail("reason", "approval_gone").detail(events::BY, "admin"))?;
            ended.push(grant.id);
        }
    }
    let done = Action::GrantsEnded { grants: ended, why: "approval_gone".into() };
    Ok(Some(done).filter(|done| !matches!(done, Action::GrantsEnded { grants, .. } if grants.is_empty())))
}

/// Ends for good what approvals that have come to their end allow no longer, in a unit that is about to change which scopes need one.
pub(crate) fn settle(tx: &mut Tx<'_>, realm: &LoadedRealm) -> FlowResult<Vec<Action>> {
    let (now, mut done) = (tx.now()?, Vec::new());
    for client in realm.model.clients.values() {
        let lapses = Lapses::of(&realm.model, client, client.settings.admin_consent.as_ref(), now);
        done.extend(end_lapsed(tx, realm, (client, &lapses))?);
        if lapses != client.settings.lapses {
            let mut changed = client.clone();
            changed.settings.lapses = lapses;
            clients::update(tx, realm.model.realm.id, &realm.stored(changed))?;
        }
    }
    Ok(done)
}
